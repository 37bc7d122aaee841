"""The audit: quiet about every true history, and loud about each way in which one can be untrue."""

from uuid import uuid4

import pytest
from msgspec.structs import replace

from ledger.accounts.account import account_id
from ledger.accounts.commands import (
    CarryAccountForward,
    CreditLot,
    FreezeAccount,
    HoldPoints,
    OpenAccount,
    ProposeFreeze,
    UnfreezeAccount,
)
from ledger.accounts.events import (
    AccountFrozen,
    AccountOpened,
    AccountUnfrozen,
    CarriedForward,
    Counter,
    Credited,
    CreditReversed,
    Debited,
    Freeze,
    FreezeDeclined,
    FreezeDirection,
    FreezeExtended,
    Held,
    HoldReleased,
    HoldSpent,
    LotExpired,
    SpendReturned,
    Take,
    WrittenOff,
)
from ledger.kernel.clock import business_day
from ledger.kernel.decider import Event
from ledger.kernel.units import Unit
from projections import audit
from projections.audit import UnitSum

from .conftest import Told
from .log import START, Log
from .village import Village

TODAY = business_day(START)
OWNER, OTHER, PLACE, LOT, HOLD = (uuid4() for _ in range(5))
ACCOUNT = account_id(OWNER, Unit.POINTS)
SPENT, ISSUED, ADJUSTED, NOBODY = (
    Counter(kind, PLACE) for kind in ("redeemed", "issuance", "adjustment", "written_off")
)


def opened() -> Log:
    """An account with a lot of 10, of which 4 are held."""
    log = Log()
    log.act(ACCOUNT, OpenAccount(OWNER, Unit.POINTS, PLACE), CreditLot(LOT, 10, PLACE, uuid4(), TODAY))
    log.act(ACCOUNT, HoldPoints(HOLD, 4, uuid4(), TODAY))
    return log


def found(told: Told, log: Log) -> list[tuple[int, str]]:
    """Where and what the audit finds in `log`."""
    return [(one.position, one.code) for one in audit.findings(told(log, audit.PROJECTION))]


def test_a_true_history_has_no_findings_and_its_books_add_up_to_nothing(told: Told) -> None:
    # given a true history
    log = Village(11).live(150)

    # when it is audited
    connection = told(log, audit.PROJECTION)

    # then nothing is found, each unit adds up to 0, and every event was counted
    assert audit.findings(connection) == []
    assert {one.sum for one in audit.sums(connection)} == {0}
    assert all(one.issued > 0 for one in audit.sums(connection))
    end = audit.log_end(connection)
    assert end
    assert (end.position, end.events) == (log.position(), len(log.notices))


def test_the_books_of_a_place_show_both_sides(told: Told) -> None:
    # given 10 issued, of which 4 were spent
    log = opened()
    log.happen(ACCOUNT, HoldSpent(HOLD, 4, SPENT, uuid4(), TODAY))

    # when the books are read, then they are even
    connection = told(log, audit.PROJECTION)
    sides = {one.kind: one.amount for one in audit.sides(connection, PLACE)}
    assert sides == {"accounts": 6, "issuance": -10, "redeemed": 4}
    assert audit.sums(connection) == [UnitSum(Unit.POINTS, 0, 10)]


@pytest.mark.parametrize(
    "changes",
    [
        {"entries": 7},
        {"owner": uuid4()},
        {"holds": ()},
        {"lots": ()},
    ],
)
def test_a_carried_forward_that_is_not_what_came_before_is_found(told: Told, changes: dict) -> None:
    # given a carried-forward as the rules write it: nothing is found
    log = opened()
    log.act(ACCOUNT, CarryAccountForward(TODAY))
    assert found(told, log) == []

    # when one was written that says something else
    carried = log.notices[-1].event
    assert isinstance(carried, CarriedForward)
    log.happen(ACCOUNT, replace(carried, **changes))

    # then it is found where it stands
    assert found(told, log) == [(5, "carried-forward-differs")]


def test_a_lot_made_larger_in_a_carried_forward_is_found_with_both_figures(told: Told) -> None:
    # given a carried-forward in which somebody made a lot larger
    log = opened()
    log.act(ACCOUNT, CarryAccountForward(TODAY))
    notice = log.notices.pop()
    assert isinstance(notice.event, CarriedForward)
    tampered = replace(notice.event, lots=(replace(notice.event.lots[0], amount=600),))
    log.notices.append(notice._replace(event=tampered))

    # when it is audited, then the true figure and the false one are named
    (finding,) = audit.findings(told(log, audit.PROJECTION))
    assert (finding.code, finding.stream, finding.expected, finding.found) == (
        "carried-forward-differs",
        ACCOUNT,
        10,
        604,
    )


@pytest.mark.parametrize(("direction", "codes"), [("in", []), ("both", ["not-proposed"])])
def test_a_freeze_that_is_wider_than_was_proposed_is_found(
    told: Told, direction: FreezeDirection, codes: list[str]
) -> None:
    # given a freeze that somebody proposed
    log = opened()
    log.act(ACCOUNT, ProposeFreeze("in", TODAY, "x", OTHER, TODAY, 15))

    # when it is done as it was proposed nothing is found, when it is made wider it is
    log.happen(ACCOUNT, AccountFrozen(direction, "x", TODAY, OWNER, proposed_by=OTHER))
    assert found(told, log) == [(5, code) for code in codes]


@pytest.mark.parametrize(
    ("changes", "is_true"),
    [
        ({}, True),
        ({"freeze_before": None}, True),
        ({"freeze_before": Freeze("in", TODAY, "x", OTHER)}, False),
        ({"freeze_before": Freeze("out", TODAY, "x", OWNER)}, False),
        ({"freeze_asked": None}, False),
    ],
    ids=["as it is", "by a release that knew no earlier one", "by another", "of another kind", "nothing asked"],
)
def test_freezes_are_carried_as_they_were(told: Told, changes: dict, is_true: bool) -> None:
    # given an account that was frozen and unfrozen, and for which a freeze is proposed again
    log = opened()
    log.act(ACCOUNT, FreezeAccount("in", TODAY, "x", OWNER, TODAY, 15), UnfreezeAccount("x", OTHER, TODAY))
    log.act(ACCOUNT, ProposeFreeze("in", TODAY, "x", OTHER, TODAY, 15), CarryAccountForward(TODAY))

    # when what is carried says something else
    notice = log.notices[-1]
    assert isinstance(notice.event, CarriedForward)
    log.notices[-1] = notice._replace(event=replace(notice.event, **changes))

    # then it is found where it stands
    assert found(told, log) == ([] if is_true else [(7, "carried-forward-differs")])


@pytest.mark.parametrize(
    ("event", "codes"),
    [
        (AccountOpened(OWNER, Unit.POINTS, PLACE), ["opened-twice"]),
        (HoldSpent(HOLD, 3, SPENT, LOT, TODAY), ["not-conserved"]),
        (HoldSpent(LOT, 4, SPENT, LOT, TODAY), ["hold-unknown", "not-conserved"]),
        (HoldSpent(HOLD, 40, SPENT, LOT, TODAY), ["below-zero", "not-conserved"]),
        (HoldReleased(HOLD, (Take(LOT, 5, TODAY),), LOT, TODAY), ["not-conserved"]),
        (Held(HOLD, (Take(LOT, 1, TODAY),), LOT, TODAY), ["held-twice"]),
        (Held(LOT, (Take(LOT, 7, TODAY),), LOT, TODAY), ["not-conserved", "taken-more-than-free"]),
        (Held(LOT, (Take(HOLD, 1, TODAY),), LOT, TODAY), ["not-conserved", "taken-more-than-free"]),
        (LotExpired(LOT, 6, Counter("expired", PLACE), TODAY), ["not-conserved"]),
        (Credited(HOLD, 5, ISSUED, LOT, TODAY, filled=5), ["filled-more-than-owed"]),
        (Debited((Take(LOT, 7, TODAY),), 7, ADJUSTED, LOT, TODAY), ["not-conserved", "taken-more-than-free"]),
        (Debited((Take(LOT, 2, TODAY),), 3, ADJUSTED, LOT, TODAY), ["not-conserved"]),
        (
            CreditReversed(LOT, (Take(LOT, 7, TODAY),), 3, 0, ISSUED, LOT, TODAY),
            ["not-conserved", "taken-more-than-free"],
        ),
        (
            SpendReturned(HOLD, (), SPENT, LOT, TODAY, recovered=(WrittenOff(LOT, 1, NOBODY),)),
            ["recovered-more-than-written-off"],
        ),
        (FreezeExtended(TODAY, "x", OWNER), ["not-frozen"]),
        (AccountUnfrozen("x", OWNER), ["not-frozen"]),
        (FreezeDeclined("x", OWNER), ["not-proposed"]),
        (AccountFrozen("in", "x", TODAY, OWNER, proposed_by=OTHER), ["not-proposed"]),
    ],
)
def test_an_entry_that_does_not_fit_is_found(told: Told, event: Event, codes: list[str]) -> None:
    # given an account with 10, of which 4 are held
    log = opened()

    # when an entry that cannot be is written, then it is found where it stands
    log.happen(ACCOUNT, event)
    assert found(told, log) == [(4, code) for code in codes]


def test_a_gap_and_an_account_never_opened_are_found(told: Told) -> None:
    # given an entry of no account, and a missing position
    log = Log()
    log.happen(ACCOUNT, Credited(LOT, 1, Counter("issuance", PLACE), LOT, TODAY))
    log.quarantine(PLACE, "made.up.1")
    log.happen(OWNER, AccountOpened(OWNER, Unit.POINTS, PLACE))
    del log.notices[1]

    # when it is audited, then each is found
    assert found(told, log) == [(1, "entry-before-opening"), (3, "gap-in-positions")]
