"""What happens to accounts beside awards and goods: adjustments, gifts, freezes, notices of expiry, expiry itself."""

from datetime import timedelta
from uuid import UUID

from ledger.application.accounts import CARRY_FORWARD, EXPIRE_LOT, CarryForward, ExpireLot
from ledger.application.adjustments import (
    APPROVE_ADJUSTMENT,
    PROPOSE_ADJUSTMENT,
    REFUSE_ADJUSTMENT,
    ApproveAdjustment,
    ProposeAdjustment,
    RefuseAdjustment,
)
from ledger.application.expiry import ANNOUNCE_EXPIRY, AnnounceExpiry
from ledger.application.freezes import (
    DECLINE_FREEZE,
    EXTEND_FREEZE,
    FREEZE_ACCOUNT,
    PROPOSE_FREEZE,
    UNFREEZE_ACCOUNT,
    DeclineFreeze,
    ExtendFreeze,
    FreezeAccount,
    ProposeFreeze,
    UnfreezeAccount,
)
from ledger.application.gifts import GIVE_POINTS, GivePoints
from ledger.application.opening_balances import (
    DECIDE_OPENING_OBJECTION,
    OBJECT_TO_OPENING_BALANCE,
    POST_OPENING_BALANCE,
    DecideOpeningObjection,
    ObjectToOpeningBalance,
    PostOpeningBalance,
)
from ledger.application.reversals import APPROVE_REVERSAL, PROPOSE_REVERSAL, ApproveReversal, ProposeReversal
from ledger.kernel.ids import SYSTEM, AccountId, AdjustmentId, AwardId, LotId, MemberId
from ledger.kernel.units import Unit

from .account_books import AccountBook
from .moves_awards import credited
from .people import APPROVERS, AUDITOR, CLERKS, DAN, KEEPERS, RESIDENTS, STREET_APPROVER
from .town import NOTHING, Move, Town


def propose_adjustment(town: Town) -> UUID | None:
    """More or less for somebody, or what another book ended with."""
    amount = town.choose.one((1, 2, 3, 5, 9, 12, -1, 0))
    kind = town.choose.one(("adjustment", "adjustment", "opening_balance"))
    expires = town.choose.one((None, town.world.today + timedelta(days=town.choose.number(0, 40))))
    member = town.choose.one((*RESIDENTS, APPROVERS[0], DAN))
    request = ProposeAdjustment(kind, member, Unit.POINTS, amount, "paper-book", None, expires)
    asked = town.ask(PROPOSE_ADJUSTMENT, request, town.actor(*CLERKS))
    return asked.stored[0].stream if asked.is_accepted else None


def approve_adjustment(town: Town) -> None:
    adjustment = AdjustmentId(town.pick([*town.laws.conduct.to_adjust], lambda: propose_adjustment(town)))
    town.ask(APPROVE_ADJUSTMENT, ApproveAdjustment(adjustment), town.actor(APPROVERS[1], APPROVERS[2]))


def refuse_adjustment(town: Town) -> None:
    adjustment = AdjustmentId(town.pick([*town.laws.conduct.to_adjust], lambda: propose_adjustment(town)))
    town.ask(REFUSE_ADJUSTMENT, RefuseAdjustment(adjustment, "not-shown"), town.actor(*APPROVERS))


def post(town: Town) -> None:
    """Let time post what was long enough on notice, or not long enough."""
    adjustment = AdjustmentId(town.pick(_openings(town, "on_notice"), lambda: shown(town)))
    town.world.wait(days=town.choose.one((0, 9, 9, 9)))
    town.ask(POST_OPENING_BALANCE, PostOpeningBalance(adjustment), town.actor(SYSTEM))


def object_to(town: Town) -> None:
    adjustment = AdjustmentId(town.pick(_openings(town, "on_notice"), lambda: shown(town)))
    request = ObjectToOpeningBalance(adjustment, "not-theirs")
    town.ask(OBJECT_TO_OPENING_BALANCE, request, town.actor(*RESIDENTS, *CLERKS))


def decide_objection(town: Town) -> None:
    """Mostly upheld: then the member's book may be entered anew."""
    adjustment = AdjustmentId(town.pick(_openings(town, "objected"), lambda: _objected(town)))
    outcome = town.choose.one(("upheld", "upheld", "rejected"))
    request = DecideOpeningObjection(adjustment, outcome, "seen-by-others")
    town.ask(DECIDE_OPENING_OBJECTION, request, town.actor(APPROVERS[0], STREET_APPROVER))


def shown(town: Town) -> UUID | None:
    """A balance from another book on notice, with as few steps as it takes; None where all have theirs."""
    member = town.choose.one((RESIDENTS[0], RESIDENTS[1], RESIDENTS[3], CLERKS[1], *KEEPERS, AUDITOR))
    request = ProposeAdjustment("opening_balance", member, Unit.POINTS, 2, "other-book")
    asked = town.ask(PROPOSE_ADJUSTMENT, request, CLERKS[0])
    if not asked.is_accepted:
        return None
    adjustment = asked.stored[0].stream
    town.ask(APPROVE_ADJUSTMENT, ApproveAdjustment(AdjustmentId(adjustment)), APPROVERS[1])
    return adjustment


def _objected(town: Town) -> UUID | None:
    found = _openings(town, "on_notice")
    adjustment = found[-1] if found else shown(town)
    if adjustment is None:
        return None
    request = ObjectToOpeningBalance(AdjustmentId(adjustment), "not-theirs")
    town.ask(OBJECT_TO_OPENING_BALANCE, request, town.choose.one(CLERKS))
    return adjustment


def _openings(town: Town, status: str) -> list[UUID]:
    return [adjustment for adjustment, has in town.laws.conduct.openings.items() if has == status]


def give(town: Town) -> None:
    """Somebody who has points gives some away, or more than they have, or to themselves."""
    giver = _owner(town)
    others = [member for member in RESIDENTS if member != giver]
    receiver = town.choose.one((giver, DAN)) if town.choose.often(12) else town.choose.one(others)
    amount = town.choose.one((1, 1, 1, 2, 2, 3, 50, 0))
    town.ask(GIVE_POINTS, GivePoints(receiver, Unit.POINTS, amount), giver)


def granted(town: Town, member: MemberId) -> None:
    """Four points for the member, by two people."""
    given = town.ask(
        PROPOSE_ADJUSTMENT, ProposeAdjustment("adjustment", member, Unit.POINTS, 4, "gift-of-thanks"), CLERKS[0]
    )
    town.ask(APPROVE_ADJUSTMENT, ApproveAdjustment(AdjustmentId(given.stored[0].stream)), APPROVERS[1])


def owe_and_get(town: Town) -> None:
    """Somebody has given away what is then taken back, owes it, and gets something."""
    award = credited(town)
    if award is None:
        return
    member = town.laws.conduct.awards[award].member
    book = next(one for one in town.laws.accounts.accounts.values() if one.owner == member)
    other = next(one for one in RESIDENTS if one != member)
    town.ask(GIVE_POINTS, GivePoints(other, Unit.POINTS, book.available(town.world.today)), MemberId(member))
    town.ask(PROPOSE_REVERSAL, ProposeReversal(AwardId(award), "wrong-person", "owe"), CLERKS[0])
    town.ask(APPROVE_REVERSAL, ApproveReversal(AwardId(award)), APPROVERS[1])
    granted(town, MemberId(member))


def propose_freeze(town: Town) -> None:
    """Ask for a freeze of some days, or of too many."""
    until = town.world.today + timedelta(days=town.choose.one((1, 5, 15, 15, 16)))
    direction = town.choose.one(("in", "out", "both"))
    request = ProposeFreeze(_owner(town), Unit.POINTS, direction, until, "looked-into")
    town.ask(PROPOSE_FREEZE, request, town.actor(*CLERKS))


def decline_freeze(town: Town) -> None:
    """Do not do what was asked for."""
    owner = _owner(town) if town.choose.often(20) else _asked_for(town)
    town.ask(DECLINE_FREEZE, DeclineFreeze(owner, Unit.POINTS, "no-reason"), town.actor(*APPROVERS))


def freeze(town: Town) -> None:
    """Freeze an account as it was asked for, or alone for some days, or for too many."""
    asked = _waiting(town)
    if asked and town.choose.often(60):
        book = asked[-1]
        assert book.freeze_asked
        request = FreezeAccount(
            MemberId(book.owner), Unit.POINTS, book.freeze_asked.direction, book.freeze_asked.until, "looked-into"
        )
    else:
        until = town.world.today + timedelta(days=town.choose.one((0, 1, 3, 3, 4, -1)))
        request = FreezeAccount(_owner(town), Unit.POINTS, town.choose.one(("in", "out", "both")), until, "looked-into")
    town.ask(FREEZE_ACCOUNT, request, town.actor(*APPROVERS))


def extend(town: Town) -> None:
    member = _frozen(town)
    (frozen,) = (book for book in _by_posted(town) if book.owner == member) if _by_posted(town) else (None,)
    last = max(frozen.frozen_until, town.world.today) if frozen else town.world.today
    until = last + timedelta(days=town.choose.one((1, 5, 10, 100, -1)))
    town.ask(EXTEND_FREEZE, ExtendFreeze(member, Unit.POINTS, until, "not-done"), town.actor(AUDITOR))


def unfreeze(town: Town) -> None:
    town.ask(UNFREEZE_ACCOUNT, UnfreezeAccount(_frozen(town), Unit.POINTS, "cleared"), town.actor(*APPROVERS))


def announce(town: Town) -> None:
    """Tell what expires soon; a second time there is nothing to tell."""
    account = AccountId(town.pick(_accounts(town), lambda: credited(town) and _accounts(town)[-1]))
    actor = town.actor(SYSTEM)
    asked = town.ask(ANNOUNCE_EXPIRY, AnnounceExpiry(account), actor)
    if asked.is_accepted:
        assert town.ask(ANNOUNCE_EXPIRY, AnnounceExpiry(account), actor).stored == (), "each lot is announced once"


def expire(town: Town) -> None:
    """Enter an expiry, mostly of a lot that is due: days pass for it where none is."""
    account = town.pick(_accounts(town), lambda: credited(town) and _accounts(town)[-1])
    book = town.laws.accounts.accounts.get(account)
    town.world.wait(days=town.choose.one((0, 10, 32)))
    due = book.due(town.world.today) if book else []
    others = [lot for lot, _ in book.free] if book else []
    lot = town.choose.one(due or others or [NOTHING])
    town.ask(EXPIRE_LOT, ExpireLot(AccountId(account), LotId(lot)), town.actor(SYSTEM))


def carry(town: Town) -> None:
    account = AccountId(town.pick(_accounts(town), lambda: credited(town) and _accounts(town)[-1]))
    town.ask(CARRY_FORWARD, CarryForward(account), town.actor(SYSTEM))


def _accounts(town: Town) -> list[UUID]:
    return [*town.laws.accounts.accounts]


def _owner(town: Town) -> MemberId:
    """The owner of the account with most in it; somebody earns something where nobody has anything."""
    found = _by_posted(town)
    if not found:
        credited(town)
        found = _by_posted(town)
    return MemberId(town.choose.one(found[-3:]).owner) if found else RESIDENTS[0]


def _by_posted(town: Town) -> list[AccountBook]:
    return sorted(town.laws.accounts.accounts.values(), key=lambda book: (book.posted, book.owner))


def _waiting(town: Town) -> list[AccountBook]:
    """Accounts for which a freeze was asked that could still be done today."""
    return [book for book in _by_posted(town) if book.freeze_asked and town.world.today <= book.freeze_asked.until]


def _asked_for(town: Town) -> MemberId:
    """Whose account somebody asked to be frozen; a clerk asks where nobody did."""
    if found := _waiting(town):
        return MemberId(found[-1].owner)
    owner, until = _owner(town), town.world.today + timedelta(days=5)
    town.ask(PROPOSE_FREEZE, ProposeFreeze(owner, Unit.POINTS, "in", until, "looked-into"), CLERKS[0])
    return owner


def _frozen(town: Town) -> MemberId:
    today = town.world.today
    found = [book.owner for book in _by_posted(town) if book.is_frozen("in", today) or book.is_frozen("out", today)]
    if found:
        return MemberId(found[-1])
    owner = _owner(town)
    request = FreezeAccount(owner, Unit.POINTS, "out", today + timedelta(days=3), "looked-into")
    last = {book.frozen_by for book in _by_posted(town) if book.owner == owner}
    town.ask(FREEZE_ACCOUNT, request, next(one for one in reversed(APPROVERS) if one not in last))
    return owner


MOVES = (
    Move("propose an adjustment", propose_adjustment, weight=1),
    Move("approve an adjustment", approve_adjustment, weight=3),
    Move("refuse an adjustment", refuse_adjustment, weight=5),
    Move("post an opening balance", post, weight=9),
    Move("object to an opening balance", object_to, weight=4),
    Move("decide on an objection to one", decide_objection, weight=6),
    Move("give points", give, weight=5),
    Move("owe and get", owe_and_get, weight=1),
    Move("propose a freeze", propose_freeze, weight=3),
    Move("decline a freeze", decline_freeze, weight=9),
    Move("freeze an account", freeze, weight=3),
    Move("extend a freeze", extend, weight=7),
    Move("unfreeze an account", unfreeze, weight=6),
    Move("announce expiry", announce, weight=3),
    Move("expire a lot", expire, weight=8),
    Move("carry forward", carry, weight=5),
)
