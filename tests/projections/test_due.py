"""What has come due: notices, open visits, redemptions and lots, each at its instant and not before."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Connection

from ledger.accounts import events as accounts
from ledger.accounts.account import account_id
from ledger.accounts.commands import AnnounceExpiry, CreditLot, ExpireDueLot, HoldPoints, OpenAccount
from ledger.activities.attendance import attendance_id
from ledger.activities.events import (
    ActivityDrafted,
    ActivityOpened,
    ActivityPublished,
    CheckedIn,
    CheckedOut,
    MarkedNoShow,
    Session,
    SignedUp,
)
from ledger.application.sweeps import Due
from ledger.awards.events import AwardApproved, AwardCredited, AwardProposed, AwardRefused
from ledger.kernel.clock import business_day, start_of_day
from ledger.kernel.decider import Event
from ledger.kernel.units import Unit
from ledger.membership.events import OrganisationRegistered
from ledger.programme.events import Settings, SettingsDrafted, SettingsPublished
from ledger.redemption.events import (
    RedemptionApproved,
    RedemptionHandedOver,
    RedemptionLapsed,
    RedemptionPartlyHandedOver,
    RedemptionRequested,
    RedemptionSettled,
)
from projections import activity_roll, adjustments, awards, lots, organisations, people, redemptions, settings
from projections.due import DueOn

from .conftest import Told
from .log import START, Log

TODAY = business_day(START)
INSTANT = timedelta(microseconds=1)
MEMBER, PLACE, STAFF, AWARD, ASKED, HOLD, LOT, OTHER = (uuid4() for _ in range(8))
ACCOUNT = account_id(MEMBER, Unit.POINTS)


def due(told: Told, log: Log, now: datetime) -> list[Due]:
    """What is due in `log` at `now`."""
    everything = (
        activity_roll.PROJECTION,
        awards.PROJECTION,
        adjustments.PROJECTION,
        redemptions.PROJECTION,
        lots.PROJECTION,
        settings.PROJECTION,
        organisations.PROJECTION,
        people.PROJECTION,
    )
    connection = told(log, *everything)

    @contextmanager
    def opened() -> Iterator[Connection]:
        yield connection

    return DueOn(opened).due(now)


def proposed(log: Log, *, amount: int = 3, notice_working_days: int = 5) -> None:
    log.happen(
        AWARD,
        AwardProposed(
            uuid4(), "task", MEMBER, PLACE, Unit.POINTS, uuid4(), 1, TODAY, 60, 60, 60, 0, 0, amount,
            notice_working_days, (), STAFF,
        ),
    )  # fmt: skip


def test_an_award_is_due_on_the_day_after_its_notice(told: Told) -> None:
    # given an award on notice until tomorrow
    log = Log()
    proposed(log)
    assert due(told, log, START + timedelta(days=90)) == []
    log.happen(AWARD, AwardApproved(STAFF, TODAY + timedelta(days=1)))
    over = start_of_day(TODAY + timedelta(days=2))

    # when the day after begins, then it is due, and no earlier
    assert due(told, log, over - INSTANT) == []
    assert due(told, log, over) == [Due("award_notice", (AWARD,))]

    # and no longer once it is credited
    log.happen(AWARD, AwardCredited(ACCOUNT, LOT, TODAY))
    assert due(told, log, over) == []


def test_an_award_without_notice_is_due_on_the_day_of_approval(told: Told) -> None:
    # given an award without any notice
    log = Log()
    proposed(log, notice_working_days=0)

    # when it is approved, then it is due on that day
    log.happen(AWARD, AwardApproved(STAFF, TODAY))
    assert due(told, log, START) == [Due("award_notice", (AWARD,))]


def test_empty_and_refused_awards_are_never_due(told: Told) -> None:
    # given an award of nothing that was approved, and one that was refused
    empty, refused = Log(), Log()
    proposed(empty, amount=0)
    empty.happen(AWARD, AwardApproved(STAFF, TODAY))
    proposed(refused)
    refused.happen(AWARD, AwardRefused(STAFF, "not-there"))

    # when a year has passed, then there is nothing to do
    assert due(told, empty, START + timedelta(days=365)) == []
    assert due(told, refused, START + timedelta(days=365)) == []


def test_an_opening_balance_is_due_on_the_day_after_its_notice_unless_somebody_objects(told: Told) -> None:
    log = Log()
    shown = accounts.AdjustmentPutOnNotice(TODAY)
    for adjustment in (AWARD, ASKED):
        log.happen(
            adjustment,
            accounts.AdjustmentProposed("opening_balance", MEMBER, Unit.POINTS, PLACE, 9, "other-book", STAFF),
            accounts.AdjustmentApproved(OTHER),
            shown,
        )
    log.happen(ASKED, accounts.AdjustmentObjected(OTHER, "not-mine", TODAY))
    next_day = start_of_day(TODAY + timedelta(days=1))

    assert due(told, log, next_day - INSTANT) == []
    assert due(told, log, next_day) == [Due("opening_notice", (AWARD,))]

    log.happen(ASKED, accounts.AdjustmentObjectionDecided(STAFF, "rejected", "shown"))
    assert {one.ids for one in due(told, log, next_day)} == {(AWARD,), (ASKED,)}

    log.happen(AWARD, accounts.AdjustmentPosted(ACCOUNT, TODAY))
    log.happen(ASKED, accounts.AdjustmentObjected(MEMBER, "not-mine", TODAY))
    log.happen(ASKED, accounts.AdjustmentObjectionDecided(STAFF, "upheld", "not-shown"))
    assert due(told, log, next_day) == []


def test_an_open_visit_is_due_once_the_sessions_window_is_over(told: Told) -> None:
    # given somebody inside
    log, activity, session, visit = Log(), uuid4(), uuid4(), uuid4()
    closing_time = START + timedelta(hours=1, minutes=10)
    meeting = Session(session, START, START + timedelta(hours=1), late_minutes=10)
    log.happen(activity, ActivityDrafted(PLACE, STAFF, STAFF, (meeting,), ()))
    log.happen(visit, CheckedIn(activity, session, MEMBER, START, "kiosk"))

    # when the window is over, then the visit is due, and no earlier
    assert due(told, log, closing_time) == []
    assert due(told, log, closing_time + INSTANT) == [Due("open_visit", (activity, session, MEMBER))]

    # and no longer once it has ended
    log.happen(visit, CheckedOut(closing_time, "kiosk"))
    assert due(told, log, closing_time + timedelta(days=1)) == []


def test_a_place_nobody_came_to_is_due_once_the_window_is_over_where_the_door_was_ever_open(told: Told) -> None:
    # given a place in a session of an activity
    log, activity, session = Log(), uuid4(), uuid4()
    closing_time = START + timedelta(hours=1, minutes=10)
    meeting = Session(session, START, START + timedelta(hours=1), late_minutes=10)
    log.happen(activity, ActivityDrafted(PLACE, STAFF, STAFF, (meeting,), ()), ActivityPublished())
    log.happen(activity, SignedUp(session, MEMBER))
    assert due(told, log, closing_time + timedelta(days=1)) == []

    # when the door was open and the window is over, then it is due, and no earlier
    log.happen(activity, ActivityOpened())
    assert due(told, log, closing_time) == []
    assert due(told, log, closing_time + INSTANT) == [Due("no_show", (activity, session, MEMBER))]

    # and no longer once that is marked
    log.happen(attendance_id(activity, session, MEMBER), MarkedNoShow(activity, session, MEMBER))
    assert due(told, log, closing_time + timedelta(days=1)) == []


@pytest.mark.parametrize("end", [RedemptionLapsed(), RedemptionHandedOver(STAFF, START + timedelta(days=6))])
def test_a_redemption_is_due_when_it_lapses_unless_it_has_ended(told: Told, end: Event) -> None:
    # given a redemption that waits
    log, lapses_at = Log(), START + timedelta(days=7)
    asked = RedemptionRequested(MEMBER, uuid4(), PLACE, uuid4(), Unit.POINTS, 1, 2, 2, ACCOUNT, HOLD, lapses_at, MEMBER)
    log.happen(ASKED, asked, RedemptionApproved(STAFF))

    # when its time is over, then it is due, and no earlier
    assert due(told, log, lapses_at - INSTANT) == []
    assert due(told, log, lapses_at) == [Due("redemption_lapse", (ASKED,))]

    # and no longer once it has ended
    log.happen(ASKED, end)
    assert due(told, log, lapses_at) == []


def test_what_was_handed_over_is_settled_when_nothing_can_come_back_any_more(told: Told) -> None:
    # given a redemption of which a part was handed over
    log, over = Log(), START + timedelta(days=7)
    lapses_at = START + timedelta(days=2)
    asked = RedemptionRequested(MEMBER, uuid4(), PLACE, uuid4(), Unit.POINTS, 2, 2, 4, ACCOUNT, HOLD, lapses_at, MEMBER)
    log.happen(ASKED, asked, RedemptionPartlyHandedOver(1, 2, STAFF, START, (), (), over))

    # when the days for a return are over, then it is due, and no earlier
    assert due(told, log, over - INSTANT) == []
    assert due(told, log, over) == [Due("redemption_settlement", (ASKED,))]

    # and no longer once it is settled, or everything came back
    log.happen(ASKED, RedemptionSettled())
    assert due(told, log, over) == []


def test_a_lot_is_due_from_the_first_moment_of_its_day_and_only_what_is_free_of_it(told: Told) -> None:
    # given a lot that expires
    log, day = Log(), TODAY + timedelta(days=30)
    log.act(ACCOUNT, OpenAccount(MEMBER, Unit.POINTS, PLACE), CreditLot(LOT, 3, PLACE, uuid4(), TODAY, day))
    log.act(ACCOUNT, AnnounceExpiry(7, 0, day - timedelta(days=1)))

    # when its day begins, then it is due, and no earlier
    assert due(told, log, start_of_day(day) - INSTANT) == []
    assert due(told, log, start_of_day(day)) == [Due("lot_expiry", (ACCOUNT, LOT))]

    # and neither once it has expired nor while all of it is held
    held = Log()
    held.accounts, held.notices = dict(log.accounts), list(log.notices)
    log.act(ACCOUNT, ExpireDueLot(LOT, day))
    assert due(told, log, start_of_day(day)) == []
    held.act(ACCOUNT, HoldPoints(HOLD, 3, ASKED, TODAY))
    assert due(told, held, start_of_day(day)) == []


def test_a_notice_of_expiry_is_due_so_many_days_before_and_once(told: Told) -> None:
    # given a lot that expires, and one that never does
    log, day, told_off = Log(), TODAY + timedelta(days=60), [Due("expiry_announcement", (ACCOUNT,))]
    log.act(ACCOUNT, OpenAccount(MEMBER, Unit.POINTS, PLACE), CreditLot(LOT, 3, PLACE, uuid4(), TODAY, day))
    log.act(ACCOUNT, CreditLot(OTHER, 3, PLACE, uuid4(), TODAY))

    def due_before(days: int) -> list[Due]:
        return due(told, log, start_of_day(day - timedelta(days=days)))

    # when thirty days are left, then its owner is to be told, and no earlier
    assert due_before(31) == []
    assert due_before(30) == told_off

    # and then again only when seven are
    log.act(ACCOUNT, AnnounceExpiry(30, 7, day - timedelta(days=30)))
    assert due_before(30) == due_before(8) == []
    assert due_before(7) == told_off
    log.act(ACCOUNT, AnnounceExpiry(7, 0, day - timedelta(days=7)))
    assert due_before(7) == due_before(1) == []


def test_notices_of_expiry_follow_the_settings_of_the_nearest_node(told: Told) -> None:
    # given a community below a street, which asks for a notice forty days ahead
    log, street, day = Log(), uuid4(), TODAY + timedelta(days=60)
    log.happen(street, OrganisationRegistered("street", TODAY, None))
    log.happen(PLACE, OrganisationRegistered("community", TODAY, street))
    log.happen(uuid4(), SettingsDrafted(street, 1, Settings(expiry_notice_days=(40,)), STAFF))
    log.happen(log.notices[-1].stream, SettingsPublished(1, TODAY, STAFF))
    log.act(ACCOUNT, OpenAccount(MEMBER, Unit.POINTS, PLACE), CreditLot(LOT, 3, PLACE, uuid4(), TODAY, day))

    # when forty days are left, then its owner is to be told, and no earlier
    assert due(told, log, start_of_day(day - timedelta(days=41))) == []
    assert due(told, log, start_of_day(day - timedelta(days=40))) == [Due("expiry_announcement", (ACCOUNT,))]


def test_what_is_due_longest_comes_first(told: Told) -> None:
    # given a redemption that lapsed after a notice was over
    log = Log()
    proposed(log)
    log.happen(AWARD, AwardApproved(STAFF, TODAY))
    lapses_at = START + timedelta(days=7)
    asked = RedemptionRequested(MEMBER, uuid4(), PLACE, uuid4(), Unit.POINTS, 1, 2, 2, ACCOUNT, HOLD, lapses_at, MEMBER)
    log.happen(ASKED, asked)

    # when both are due, then the notice comes first
    kinds = [one.kind for one in due(told, log, lapses_at + timedelta(days=1))]
    assert kinds == ["award_notice", "redemption_lapse"]
