"""Points for goods: asked for, approved, laid ready, handed over in whole or part, exchanged at once, brought back."""

from datetime import timedelta
from uuid import UUID

from ledger.application.counter import EXCHANGE_AT_COUNTER, ExchangeAtCounter
from ledger.application.hand_over import HAND_OVER, SUBSTITUTE, HandOver, Substitute
from ledger.application.redemptions import (
    APPROVE_REDEMPTION,
    CANCEL_REDEMPTION,
    LAPSE_REDEMPTION,
    MAKE_READY,
    REJECT_REDEMPTION,
    REQUEST_REDEMPTION,
    VOID_REDEMPTION,
    ApproveRedemption,
    CancelRedemption,
    LapseRedemption,
    MakeReady,
    RejectRedemption,
    RequestRedemption,
    VoidRedemption,
)
from ledger.application.returns import (
    RECHECK_REDEMPTION,
    RETURN_GOODS,
    SETTLE_REDEMPTION,
    RecheckRedemption,
    ReturnGoods,
    SettleRedemption,
)
from ledger.kernel.ids import SYSTEM, MemberId, RedemptionId, RewardId

from .moves_accounts import granted
from .moves_awards import credited
from .moves_shelf import listed, offered, on_offer
from .people import APPROVERS, CLERKS, DAN, KEEPERS, RESIDENTS
from .town import Move, Town


def request(town: Town) -> UUID | None:
    """Somebody asks for goods; a clerk may ask for them, and what they were told may have changed."""
    reward = RewardId(town.pick(listed(town), lambda: offered(town)))
    member = _with_points(town)
    if town.choose.often(25):
        member = town.choose.one((*RESIDENTS, DAN))
    pieces = town.choose.one((1, 1, 2, 3, 0, 30))
    told = town.choose.one((None, None, None, 1))
    for_member, actor = (member, town.actor(*CLERKS)) if town.choose.often(20) else (None, member)
    before = len(town.laws.redemptions)
    town.ask(REQUEST_REDEMPTION, RequestRedemption(reward, pieces, for_member, told), actor)
    return [*town.laws.redemptions][-1] if len(town.laws.redemptions) > before else None


def requested(town: Town) -> UUID | None:
    """A redemption somebody asked for, with as few steps as it takes."""
    if found := _in(town, "requested"):
        return found[-1]
    plenty = [one for one in listed(town) if town.laws.shelves[one].free > 3]
    reward = RewardId(plenty[-1]) if plenty else offered(town)
    asked = town.ask(REQUEST_REDEMPTION, RequestRedemption(reward, town.choose.number(1, 2)), _with_points(town))
    return [*town.laws.redemptions][-1] if asked.is_accepted else None


def approved(town: Town) -> UUID | None:
    redemption = requested(town)
    if redemption is not None:
        town.ask(APPROVE_REDEMPTION, ApproveRedemption(RedemptionId(redemption)), APPROVERS[1])
    return redemption


def ready(town: Town) -> UUID | None:
    found = _in(town, "approved")
    redemption = found[-1] if found else approved(town)
    if redemption is not None:
        town.ask(MAKE_READY, MakeReady(RedemptionId(redemption)), KEEPERS[0])
    return redemption


def handed_over(town: Town) -> UUID | None:
    found = _in(town, "ready")
    redemption = found[-1] if found else ready(town)
    if redemption is not None:
        town.ask(HAND_OVER, HandOver(RedemptionId(redemption)), KEEPERS[0])
    return redemption


def over_an_expiry(town: Town) -> None:
    """Somebody asks the day before their points are worth nothing, takes it back after, and does so once more."""
    today = town.world.today
    soonest = [
        (expires, book.owner)
        for book in town.laws.accounts.accounts.values()
        for _, expires in book.free
        if expires is not None and expires > today
    ]
    if not soonest:
        credited(town)
        return
    expires, owner = min(soonest)
    town.world.wait(days=(expires - today).days - 1)
    for _ in range(2):
        reward = RewardId(
            town.pick([one for one in listed(town) if town.laws.shelves[one].free], lambda: offered(town))
        )
        asked = town.ask(REQUEST_REDEMPTION, RequestRedemption(reward, 1), MemberId(owner))
        town.world.wait(days=town.choose.one((3, 6)))
        if asked.is_accepted:
            redemption = RedemptionId([*town.laws.redemptions][-1])
            town.ask(CANCEL_REDEMPTION, CancelRedemption(redemption), MemberId(owner))


def approve(town: Town) -> None:
    redemption = RedemptionId(town.pick(_in(town, "requested"), lambda: requested(town)))
    town.ask(APPROVE_REDEMPTION, ApproveRedemption(redemption), town.actor(*APPROVERS, *CLERKS))


def approve_at_home(town: Town) -> None:
    """Whoever lives with the first approver asks for goods, and the approver says yes."""
    cai, reward = RESIDENTS[2], offered(town)
    granted(town, cai)
    asked = town.ask(REQUEST_REDEMPTION, RequestRedemption(reward, 1), cai)
    if asked.is_accepted:
        redemption = RedemptionId([*town.laws.redemptions][-1])
        town.ask(APPROVE_REDEMPTION, ApproveRedemption(redemption), APPROVERS[0])


def request_beyond_the_shelf(town: Town) -> None:
    """Somebody with points enough asks for one piece more than lies there."""
    reward = on_offer(town, 1, (), 2)
    granted(town, RESIDENTS[1])
    town.ask(REQUEST_REDEMPTION, RequestRedemption(reward, 3), RESIDENTS[1])


def reject(town: Town) -> None:
    redemption = RedemptionId(town.pick(_in(town, "requested"), lambda: requested(town)))
    town.ask(REJECT_REDEMPTION, RejectRedemption(redemption, "not-on-shelf"), town.actor(*APPROVERS))


def cancel(town: Town) -> None:
    redemption = RedemptionId(town.pick(_open(town), lambda: requested(town)))
    town.ask(CANCEL_REDEMPTION, CancelRedemption(redemption), town.actor(_owner(town, redemption)))


def void(town: Town) -> None:
    redemption = RedemptionId(town.pick(_open(town), lambda: approved(town)))
    town.ask(VOID_REDEMPTION, VoidRedemption(redemption, "out-of-stock"), town.actor(*KEEPERS, *CLERKS))


def make_ready(town: Town) -> None:
    redemption = RedemptionId(town.pick(_in(town, "approved"), lambda: approved(town)))
    town.ask(MAKE_READY, MakeReady(redemption), town.actor(*KEEPERS))


def hand_over(town: Town) -> None:
    redemption = RedemptionId(town.pick(_in(town, "ready"), lambda: ready(town)))
    pieces = town.choose.one((None, None, 1, 2, 0))
    keeper = town.actor(*KEEPERS)
    asked = town.ask(HAND_OVER, HandOver(redemption, pieces), keeper)
    if asked.is_accepted and town.choose.often(30):
        assert not town.ask(HAND_OVER, HandOver(redemption), KEEPERS[1]).is_accepted, "goods are handed over once"


def substitute(town: Town) -> None:
    redemption = RedemptionId(town.pick(_in(town, "ready"), lambda: ready(town)))
    book = town.laws.redemptions.get(redemption)
    total = book.total if book else 0
    cheap = [one for one in listed(town) if town.laws.shelves[one].price <= total and town.laws.shelves[one].free]
    reward = RewardId(town.pick(cheap, lambda: offered(town)))
    asked = Substitute(redemption, reward, town.choose.one((1, 1, 1, 2)), "voucher-shown")
    town.ask(SUBSTITUTE, asked, town.actor(*KEEPERS))


def lapse(town: Town) -> None:
    redemption = RedemptionId(town.pick(_open(town), lambda: requested(town)))
    town.world.wait(days=town.choose.one((0, 8, 8)))
    town.ask(LAPSE_REDEMPTION, LapseRedemption(redemption), town.actor(SYSTEM))


def exchange(town: Town) -> None:
    """At the counter, with somebody beside the card or nobody."""
    reward = RewardId(town.pick([one for one in listed(town) if town.laws.shelves[one].free], lambda: offered(town)))
    member, witness = _with_points(town), town.choose.one((*CLERKS, KEEPERS[1]))
    basis = town.choose.one(("live_code", "witness", "pin", "witness", "live_code", None))
    asked = ExchangeAtCounter(
        member,
        reward,
        town.choose.one((1, 1, 1, 1, 2, 9)),
        basis=basis,
        witness=witness if basis == "witness" else None,
    )
    town.ask(EXCHANGE_AT_COUNTER, asked, town.actor(*KEEPERS))


def bring_back(town: Town) -> None:
    lately = town.world.now - timedelta(days=5)
    found = [one for one in _in_hands(town) if town.laws.redemptions[one].handed_at > lately]
    redemption = RedemptionId(town.pick(found, lambda: handed_over(town)))
    asked = ReturnGoods(redemption, town.choose.one((1, 1, 1, 1, 2, 0)), town.choose.one(("good", "damaged")))
    came = town.ask(RETURN_GOODS, asked, town.actor(*KEEPERS))
    if came.is_accepted and town.choose.often(50):
        town.ask(RETURN_GOODS, asked, KEEPERS[0])


def settle(town: Town) -> None:
    redemption = RedemptionId(town.pick(_in_hands(town), lambda: handed_over(town)))
    town.world.wait(days=town.choose.one((0, 31, 31)))
    town.ask(SETTLE_REDEMPTION, SettleRedemption(redemption), town.actor(SYSTEM))


def recheck(town: Town) -> None:
    """Somebody else looks at what the system approved and drew."""
    for _ in range(3):
        if not town.laws.conduct.to_recheck:
            exchange(town)
    redemption = RedemptionId(town.pick([*town.laws.conduct.to_recheck], lambda: handed_over(town)))
    finding = town.choose.one(("in_order", "not_in_order"))
    town.ask(RECHECK_REDEMPTION, RecheckRedemption(redemption, finding), town.actor(APPROVERS[1], APPROVERS[2]))


def _with_points(town: Town) -> MemberId:
    """The resident who has most to spend, or one of the others; somebody earns some first where nobody has any."""
    today = town.world.today
    first = town.choose.one(RESIDENTS) if town.choose.often(30) else None
    for _ in range(2):
        rich = [
            (book.owner == first, book.available(today), book.owner)
            for book in town.laws.accounts.accounts.values()
            if not book.owed and not book.is_frozen("out", today) and book.available(today) > 1
        ]
        if rich:
            return MemberId(max(rich)[2])
        credited(town)
    return RESIDENTS[0]


def _owner(town: Town, redemption: UUID) -> MemberId:
    book = town.laws.redemptions.get(redemption)
    return book.request.member if book else RESIDENTS[0]


def _in(town: Town, *statuses: str) -> list[UUID]:
    """Those that are in one of `statuses` and not overdue: most moves come in time."""
    now = town.world.now
    found = town.laws.redemptions.items()
    return [key for key, book in found if book.status in statuses and book.request.lapses_at > now]


def _open(town: Town) -> list[UUID]:
    return [key for key, book in town.laws.redemptions.items() if book.is_open]


def _in_hands(town: Town) -> list[UUID]:
    return [key for key, book in town.laws.redemptions.items() if book.is_in_hands]


MOVES = (
    Move("ask for goods", request, weight=3),
    Move("ask over an expiry", over_an_expiry, weight=3),
    Move("approve a redemption", approve),
    Move("approve at home", approve_at_home, weight=1),
    Move("ask beyond the shelf", request_beyond_the_shelf, weight=1),
    Move("reject a redemption", reject, weight=8),
    Move("cancel a redemption", cancel, weight=6),
    Move("void a redemption", void, weight=11),
    Move("lay goods ready", make_ready, weight=4),
    Move("hand goods over", hand_over),
    Move("substitute", substitute, weight=10),
    Move("let a redemption lapse", lapse, weight=9),
    Move("exchange at the counter", exchange),
    Move("bring goods back", bring_back, weight=9),
    Move("settle", settle, weight=10),
    Move("recheck", recheck, weight=17),
)
