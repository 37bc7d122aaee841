"""Stories of accounts that are frozen, of notices of expiry, and of what may be given away."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from ledger.accounts.account import ACCOUNT, Account
from ledger.accounts.commands import (
    AccountCommand,
    AnnounceExpiry,
    CarryAccountForward,
    CreditLot,
    DebitPoints,
    ExpireDueLot,
    ExtendFreeze,
    FreezeAccount,
    HoldPoints,
    OpenAccount,
    ProposeFreeze,
    ReleaseHold,
    SpendHold,
    UnfreezeAccount,
)
from ledger.accounts.events import (
    AccountFrozen,
    AccountUnfrozen,
    Announced,
    Counter,
    ExpiryAnnounced,
    FreezeDirection,
    FreezeExtended,
)
from ledger.accounts.freezes import ALONE_DAYS_MAX
from ledger.accounts.refusals import (
    AccountAlreadyFrozen,
    AccountFrozenNow,
    AccountNotFrozen,
    AccountNotOpen,
    FreezeByAnother,
    FreezeOutOfBounds,
    InsufficientPoints,
)
from ledger.kernel.decider import Event, fold
from ledger.kernel.ids import HoldId, LotId, MemberId, OrganisationId
from ledger.kernel.units import Unit

OWNER = UUID("6e1f4a4e-6f0d-4d07-8f6a-0d5a6f2f7a21")
COMMUNITY = OrganisationId(UUID("6e1f4a4e-6f0d-4d07-8f6a-0d5a6f2f7a22"))
REASON = UUID("6e1f4a4e-6f0d-4d07-8f6a-0d5a6f2f7a23")
APPROVER, AUDITOR, CLERK = MemberId(UUID(int=31)), MemberId(UUID(int=32)), MemberId(UUID(int=33))
TODAY = date(2025, 10, 15)
LOT, LATER, EVER, GIVEN = (LotId(UUID(int=number)) for number in range(1, 5))
HOLD = HoldId(UUID(int=1001))
DAYS_MAX = 15


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


def credit(lot: LotId, amount: int = 5, expires_on: date | None = None, on_day: date = TODAY) -> CreditLot:
    return CreditLot(lot, amount, COMMUNITY, REASON, on_day, expires_on)


def gift_in(lot: LotId, amount: int) -> CreditLot:
    return CreditLot(lot, amount, COMMUNITY, REASON, TODAY, kind="gift")


def hold(amount: int = 1, on_day: date = TODAY) -> HoldPoints:
    return HoldPoints(HOLD, amount, REASON, on_day)


def give(amount: int, on_day: date = TODAY) -> DebitPoints:
    return DebitPoints(amount, Counter("gift", COMMUNITY), REASON, on_day)


def freeze(direction: FreezeDirection = "both", until: date = TODAY, on_day: date = TODAY) -> FreezeAccount:
    return FreezeAccount(direction, until, "under-review", APPROVER, on_day, DAYS_MAX)


def propose(until: date) -> ProposeFreeze:
    return ProposeFreeze("both", until, "under-review", CLERK, TODAY, DAYS_MAX)


def extend(until: date, on_day: date = TODAY) -> ExtendFreeze:
    return ExtendFreeze(until, "not-done", AUDITOR, on_day, DAYS_MAX)


def unfreeze(on_day: date = TODAY) -> UnfreezeAccount:
    return UnfreezeAccount("cleared", APPROVER, on_day)


def lived(*commands: AccountCommand, unit: Unit = Unit.POINTS) -> tuple[Account, list[Event]]:
    account, events = Account(), list[Event]()
    for command in (OpenAccount(OWNER, unit, COMMUNITY), *commands):
        new = ACCOUNT.decide(account, command)
        account = fold(ACCOUNT, new, account)
        events += new
    return account, events


def is_refused(account: Account, command: AccountCommand) -> bool:
    try:
        ACCOUNT.decide(account, command)
    except AccountFrozenNow:
        return True
    return False


@pytest.mark.parametrize(
    ("direction", "stopped"),
    [("in", ["credit"]), ("out", ["hold", "gift"]), ("both", ["credit", "hold", "gift"])],
)
def test_a_freeze_stops_what_comes_in_or_goes_out(direction: FreezeDirection, stopped: list[str]) -> None:
    commands = {"credit": credit(LATER), "hold": hold(), "gift": give(1)}

    account, _ = lived(credit(LOT), freeze(direction, days(3)))

    assert [name for name, command in commands.items() if is_refused(account, command)] == stopped


def test_a_freeze_breaks_no_promise_and_stops_no_correction() -> None:
    account, _ = lived(credit(LOT, 5, days(2)), hold(2), freeze("both", days(3)))

    for command in (
        SpendHold(HOLD, COMMUNITY, REASON, TODAY),
        ReleaseHold(HOLD, REASON, TODAY, grace_days=7),
        ExpireDueLot(LOT, days(2)),
        DebitPoints(3, Counter("adjustment", COMMUNITY), REASON, TODAY),
    ):
        assert ACCOUNT.decide(account, command)


def test_a_freeze_ends_after_its_last_day() -> None:
    account, events = lived(credit(LOT), freeze("out", days(3)))

    assert events[-1] == AccountFrozen("out", "under-review", days(3), APPROVER)
    with pytest.raises(AccountFrozenNow) as refused:
        ACCOUNT.decide(account, hold(on_day=days(3)))
    assert refused.value.facts() == {"direction": "out", "until": days(3)}
    assert ACCOUNT.decide(account, hold(on_day=days(4)))
    with pytest.raises(FreezeByAnother):
        ACCOUNT.decide(account, freeze("in", days(4), on_day=days(4)))


def test_a_freeze_is_ended_early_and_survives_carrying_forward() -> None:
    account, events = lived(credit(LOT), freeze("out", days(3)), CarryAccountForward(TODAY), unfreeze())

    assert events[-1] == AccountUnfrozen("cleared", APPROVER)
    assert fold(ACCOUNT, events[-2:]) == account
    assert ACCOUNT.decide(account, hold())


def test_an_auditor_extends_a_freeze_from_its_end() -> None:
    account, events = lived(freeze("both", days(3)), extend(days(18)))

    assert events[-1] == FreezeExtended(days(18), "not-done", AUDITOR)
    assert is_refused(account, hold(on_day=days(18)))


@pytest.mark.parametrize(
    ("given", "command", "bounds"),
    [
        ((), freeze(until=days(-1)), (0, ALONE_DAYS_MAX)),
        ((), freeze(until=days(ALONE_DAYS_MAX + 1)), (0, ALONE_DAYS_MAX)),
        ((), propose(days(DAYS_MAX + 1)), (0, DAYS_MAX)),
        ((propose(days(DAYS_MAX)),), freeze(until=days(-1)), (0, DAYS_MAX)),
        ((freeze(until=days(2)),), extend(days(2)), (3, 2 + DAYS_MAX)),
        ((freeze(until=days(2)),), extend(days(3 + DAYS_MAX)), (3, 2 + DAYS_MAX)),
    ],
)
def test_a_freeze_is_neither_in_the_past_nor_too_long(
    given: tuple[AccountCommand, ...], command: ProposeFreeze | FreezeAccount | ExtendFreeze, bounds: tuple[int, int]
) -> None:
    with pytest.raises(FreezeOutOfBounds) as refused:
        ACCOUNT.decide(lived(*given)[0], command)

    earliest, latest = bounds
    assert refused.value.facts() == {"asked": command.until, "earliest": days(earliest), "latest": days(latest)}


def test_what_was_proposed_and_who_froze_last_survive_carrying_forward() -> None:
    asked, events = lived(credit(LOT), propose(days(9)), CarryAccountForward(TODAY))
    assert fold(ACCOUNT, events[-1:]) == asked
    assert isinstance(ACCOUNT.decide(asked, freeze(until=days(9)))[0], AccountFrozen)

    ended, events = lived(credit(LOT), freeze(), unfreeze(), CarryAccountForward(TODAY))
    assert fold(ACCOUNT, events[-1:]) == ended
    with pytest.raises(FreezeByAnother):
        ACCOUNT.decide(ended, freeze())


def test_one_freeze_holds_at_a_time_and_what_is_not_frozen_is_not_unfrozen() -> None:
    frozen, _ = lived(freeze(until=days(3)))
    with pytest.raises(AccountAlreadyFrozen) as refused:
        ACCOUNT.decide(frozen, freeze("in", days(3)))
    assert refused.value.facts() == {"until": days(3)}

    for account, on_day in ((lived()[0], TODAY), (frozen, days(4))):
        for command in (unfreeze(on_day), extend(days(9), on_day)):
            with pytest.raises(AccountNotFrozen):
                ACCOUNT.decide(account, command)
    with pytest.raises(AccountNotOpen):
        ACCOUNT.decide(Account(), freeze())


def test_notices_name_lots_and_dates_and_are_given_once() -> None:
    given = (credit(LOT, 5, days(5)), credit(LATER, 3, days(20)), credit(EVER, 9))

    account, events = lived(*given, AnnounceExpiry(30, 7, TODAY), AnnounceExpiry(7, 0, TODAY))

    assert events[-2:] == [
        ExpiryAnnounced((Announced(LATER, 3, days(20), 30),), 30, TODAY),
        ExpiryAnnounced((Announced(LOT, 5, days(5), 7),), 7, TODAY),
    ]
    assert ACCOUNT.decide(account, AnnounceExpiry(30, 7, days(1))) == ()
    assert ACCOUNT.decide(account, AnnounceExpiry(7, 0, days(1))) == ()
    assert account.posted == 17


def test_a_lot_that_comes_in_after_a_notice_has_a_notice_of_its_own() -> None:
    given = (credit(LOT, 5, days(20)), AnnounceExpiry(30, 7, TODAY), credit(LATER, 3, days(20)))

    _, events = lived(*given, AnnounceExpiry(30, 7, days(1)), CarryAccountForward(days(1)))

    assert events[-2] == ExpiryAnnounced((Announced(LATER, 3, days(20), 30),), 30, days(1))
    assert fold(ACCOUNT, events[-1:]) == fold(ACCOUNT, events)


def test_held_parts_are_not_told_of_and_a_part_that_comes_back_is() -> None:
    given = (credit(LOT, 5, days(20)), hold(5), AnnounceExpiry(30, 7, TODAY))
    assert not any(isinstance(event, ExpiryAnnounced) for event in lived(*given)[1])

    _, events = lived(*given, ReleaseHold(HOLD, REASON, TODAY, grace_days=7), AnnounceExpiry(30, 7, TODAY))

    assert isinstance(events[-1], ExpiryAnnounced)


@pytest.mark.parametrize(("unit", "available"), [(Unit.POINTS, 8), (Unit.CARE_MINUTES, 5)])
def test_care_that_was_given_is_not_given_on(unit: Unit, available: int) -> None:
    account, _ = lived(credit(LOT), gift_in(GIVEN, 3), unit=unit)

    assert ACCOUNT.decide(account, hold(8))
    assert ACCOUNT.decide(account, give(available))
    with pytest.raises(InsufficientPoints) as refused:
        ACCOUNT.decide(account, give(available + 1))
    assert refused.value.available == available


def test_days_of_grace_are_not_given_away() -> None:
    released = ReleaseHold(HOLD, REASON, days(2), grace_days=7)
    account, _ = lived(credit(LOT, 5, days(1)), hold(5), released, credit(LATER, 1, on_day=days(2)))

    assert account.available(days(2)) == 6
    with pytest.raises(InsufficientPoints):
        ACCOUNT.decide(account, give(2, days(2)))


def test_care_that_was_given_stays_marked_through_holds() -> None:
    given = (gift_in(GIVEN, 3), hold(2), ReleaseHold(HOLD, REASON, TODAY, grace_days=7))

    account, _ = lived(*given, unit=Unit.CARE_MINUTES)

    assert [(lot.amount, lot.is_gift) for lot in account.lots] == [(3, True)]


def test_an_account_that_was_never_opened_has_nothing_to_give() -> None:
    with pytest.raises(InsufficientPoints):
        ACCOUNT.decide(Account(), give(1))
