"""Use cases about what a member agrees to. One's own is for oneself to say; staff enter it from paper."""

from collections.abc import Iterable
from typing import Final

from ledger.application.authority import (
    Permission,
    refuse_merged,
    require_over_member,
)
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import MemberId
from ledger.membership.consent_texts import BY_VERSION
from ledger.membership.ending_refusals import GuardianDecides, UnknownConsentText
from ledger.membership.member import MEMBER, AddConsent, DropConsent


class GiveConsent(Request, frozen=True):
    """Agree to `purpose` in the wording `text_version`. member None: the actor; another's is entered from paper, or by
    the guardian. is_of_age: whether the directory says that the member is fourteen, and a guardian's time is over.
    """

    purpose: str
    text_version: str
    member: MemberId | None = None
    is_of_age: bool = False


class WithdrawConsent(Request, frozen=True):
    """Take the consent to `purpose` back. member None: the actor. is_of_age: as for giving it."""

    purpose: str
    member: MemberId | None = None
    is_of_age: bool = False


def _give_consent(work: Work, request: GiveConsent) -> Outcome:
    require_known_text(request.purpose, request.text_version)
    member = _decided_by(work, request)
    before = work.state(MEMBER, member).consents
    after = work.act(MEMBER, member, AddConsent(request.purpose, request.text_version)).consents
    return Outcome("already-consented" if after == before else "consent-given", ids={"member": member})


def _withdraw_consent(work: Work, request: WithdrawConsent) -> Outcome:
    member = _decided_by(work, request)
    work.act(MEMBER, member, DropConsent(request.purpose))
    return Outcome("consent-withdrawn", ids={"member": member})


def require_known_text(purpose: str, text_version: str) -> None:
    """Refuses with UnknownConsentText what is not in the catalogue of texts."""
    if (purpose, text_version) not in BY_VERSION:
        raise UnknownConsentText(purpose, text_version)


def _decided_by(work: Work, request: GiveConsent | WithdrawConsent) -> MemberId:
    """Whose consent it is. A suspended member may still say what may be done with their data, so standing is not asked.

    For a child with a guardian the guardian decides, or staff from the guardian's paper. Refuses with UnknownId,
    NotPermitted, GuardianDecides.
    """
    member = work.actor if request.member is None else request.member
    guardian = work.state(MEMBER, member).guardian
    is_guarded = guardian is not None and not request.is_of_age
    if is_guarded and work.actor == guardian:
        refuse_merged(work, member)
        return member
    if member != work.actor:
        require_over_member(work, Permission.REGISTER_MEMBERS, member)
    elif is_guarded:
        raise GuardianDecides
    return member


def _reads_both(request: GiveConsent | WithdrawConsent, actor: MemberId) -> Iterable[Stream]:
    return (Stream(MEMBER, actor), Stream(MEMBER, request.member or actor))


GIVE_CONSENT: Final = UseCase[GiveConsent]("members.give_consent", _give_consent, _reads_both)
WITHDRAW_CONSENT: Final = UseCase[WithdrawConsent]("members.withdraw_consent", _withdraw_consent, _reads_both)
