"""Use cases about what a member agrees to. One's own is for oneself to say; staff enter it from paper."""

from collections.abc import Iterable
from typing import Final

from ledger.application.authority import (
    Permission,
    require_over_member,
)
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import MemberId
from ledger.membership.member import MEMBER, AddConsent, DropConsent


class GiveConsent(Request, frozen=True):
    """Agree to `purpose` in the wording `text_version`. member None: the actor; another's is entered from paper."""

    purpose: str
    text_version: str
    member: MemberId | None = None


class WithdrawConsent(Request, frozen=True):
    """Take the consent to `purpose` back. member None: the actor."""

    purpose: str
    member: MemberId | None = None


def _give_consent(work: Work, request: GiveConsent) -> Outcome:
    member = _self_or_registrar(work, request.member)
    before = work.state(MEMBER, member).consents
    after = work.act(MEMBER, member, AddConsent(request.purpose, request.text_version)).consents
    return Outcome("already-consented" if after == before else "consent-given", ids={"member": member})


def _withdraw_consent(work: Work, request: WithdrawConsent) -> Outcome:
    member = _self_or_registrar(work, request.member)
    work.act(MEMBER, member, DropConsent(request.purpose))
    return Outcome("consent-withdrawn", ids={"member": member})


def _self_or_registrar(work: Work, member: MemberId | None) -> MemberId:
    """A suspended member may still say what may be done with their data, so standing is not asked of the actor."""
    if member is None or member == work.actor:
        return work.actor
    require_over_member(work, Permission.REGISTER_MEMBERS, member)
    return member


def _reads_both(request: GiveConsent | WithdrawConsent, actor: MemberId) -> Iterable[Stream]:
    return (Stream(MEMBER, actor), Stream(MEMBER, request.member or actor))


GIVE_CONSENT: Final = UseCase[GiveConsent]("members.give_consent", _give_consent, _reads_both)
WITHDRAW_CONSENT: Final = UseCase[WithdrawConsent]("members.withdraw_consent", _withdraw_consent, _reads_both)
