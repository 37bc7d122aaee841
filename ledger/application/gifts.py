"""Gifts between members, where the programme allows them: one commit over two accounts.

What is given leaves the giver's lots in the order of spending and comes in as lots with the same expiry. Between the
two it stands in the transit account `gift`, which is empty at every commit.
"""

from dataclasses import dataclass
from typing import ClassVar, Final

from ledger.accounts.account import ACCOUNT
from ledger.accounts.commands import CreditLot, DebitPoints
from ledger.accounts.events import Counter, Debited, GiftCounted
from ledger.accounts.giving import GIVING, CountGift, gift_lot, giving_id
from ledger.accounts.refusals import AccountFrozenNow, AmountOutOfBounds
from ledger.application.accounts import opened_account
from ledger.application.authority import UnknownId, refuse_merged, require_active_member
from ledger.application.programme import settings_of
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import GiftId, MemberId, OrganisationId
from ledger.kernel.refusal import Refusal
from ledger.kernel.units import Unit
from ledger.membership.member import MEMBER

NEVER_GIVEN: Final = frozenset({Unit.PARTY_POINTS})
"""Party members' points are seen by the branch only, and are nobody else's."""


@dataclass(eq=False)
class GiftsNotAllowed(Refusal):
    """The programme of the giver's or the receiver's community does not let points of this unit be given away."""

    code: ClassVar[str] = "gifts-not-allowed"


@dataclass(eq=False)
class GiftCannotBeReceived(Refusal):
    """The receiver cannot take it at present. Why is theirs to know, so it is not said."""

    code: ClassVar[str] = "gift-cannot-be-received"


class GivePoints(Request, frozen=True):
    """The actor gives `amount` of `unit` to `receiver`."""

    receiver: MemberId
    unit: Unit
    amount: int


def _give(work: Work, request: GivePoints) -> Outcome:
    """Refuses first for what the giver may not, then for whom it is for, then for how much there is."""
    home = require_active_member(work, work.actor).home
    if home is None:
        raise UnknownId(work.actor)
    _allowed(work, home, request.unit)
    gift = GiftId(work.new_id("gift"))
    counted = GiftCounted(gift, work.actor, request.receiver, request.unit, request.amount, work.today)
    giving = giving_id(work.actor, request.unit, work.today.year)
    year = work.act(GIVING, giving, CountGift(counted, settings_of(work, home).gift_year_max))
    _receivable(work, request)
    gone = _debit(work, gift, request, home)
    _credit(work, gift, request, gone)
    return Outcome(
        "points-given",
        ids={"gift": gift, "receiver": request.receiver},
        figures={"amount": request.amount, "given_this_year": year.given},
    )


def _allowed(work: Work, organisation: OrganisationId, unit: Unit) -> None:
    if unit in NEVER_GIVEN or not settings_of(work, organisation).gifts_allowed:
        raise GiftsNotAllowed


def _receivable(work: Work, request: GivePoints) -> None:
    refuse_merged(work, request.receiver)
    state = work.state(MEMBER, request.receiver)
    if state.home is None or state.has_left:
        raise UnknownId(request.receiver)
    _allowed(work, state.home, request.unit)
    if state.suspended_for is not None or state.verified_by is None:
        raise GiftCannotBeReceived


def _debit(work: Work, gift: GiftId, request: GivePoints, home: OrganisationId) -> Debited:
    before = len(work.pending)
    account = opened_account(work, work.actor, request.unit)
    work.act(ACCOUNT, account, DebitPoints(request.amount, Counter("gift", home), gift, work.today))
    (gone,) = (one.event for one in work.pending[before:] if isinstance(one.event, Debited))
    return gone


def _credit(work: Work, gift: GiftId, request: GivePoints, gone: Debited) -> None:
    account = opened_account(work, request.receiver, request.unit)
    for take in gone.takes:
        credit = CreditLot(
            gift_lot(gift, take.lot),
            take.amount,
            gone.counter.organisation,
            gift,
            work.today,
            expires_on=take.expires_on,
            kind="gift",
        )
        try:
            work.act(ACCOUNT, account, credit)
        except (AccountFrozenNow, AmountOutOfBounds):
            raise GiftCannotBeReceived from None


def _reads(request: GivePoints, actor: MemberId) -> tuple[Stream, ...]:
    return (Stream(MEMBER, actor), Stream(MEMBER, request.receiver))


GIVE_POINTS: Final = UseCase[GivePoints]("gifts.give", _give, _reads)
