"""What a member agrees to: one consent for each purpose, in the wording it was given in."""

from ledger.kernel.decider import Request
from ledger.membership.events import ConsentGiven, ConsentWithdrawn, MemberEvent
from ledger.membership.member_refusals import ConsentNotGiven
from ledger.membership.member_state import Consent, MemberState


class AddConsent(Request, frozen=True):
    """The member agrees to `purpose` in the wording `text_version`."""

    purpose: str
    text_version: str


class DropConsent(Request, frozen=True):
    """The member takes the consent to `purpose` back."""

    purpose: str


def change_consent(state: MemberState, command: AddConsent | DropConsent) -> tuple[MemberEvent, ...]:
    if isinstance(command, AddConsent):
        given = Consent(command.purpose, command.text_version)
        return () if given in state.consents else (ConsentGiven(command.purpose, command.text_version),)
    if all(consent.purpose != command.purpose for consent in state.consents):
        raise ConsentNotGiven(command.purpose)
    return (ConsentWithdrawn(command.purpose),)
