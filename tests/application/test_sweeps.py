"""A sweep does what has come due, once, whatever the read model says and however often it runs."""

from collections.abc import Iterable
from concurrent.futures import Future
from datetime import datetime, timedelta
from uuid import UUID, uuid4, uuid5

import pytest
from village import HOURLY, Village, named

from ledger.accounts.account import account_id
from ledger.activities.attendance import ATTENDANCE, attendance_id
from ledger.activities.events import MarkedNoShow
from ledger.application.activities import SIGN_UP, SignUp
from ledger.application.awards import APPROVE_AWARDS, ApproveAwards
from ledger.application.check_ins import CHECK_IN, CheckIn
from ledger.application.ports import Answer, Call, CommandKey, Lane, LedgerBusy, Refused
from ledger.application.redemptions import REQUEST_REDEMPTION, RequestRedemption
from ledger.application.sweeps import IN_FLIGHT_MAX, Due, SweepReport, call_for, preview, sweep
from ledger.kernel.ids import SYSTEM, CommandId, MemberId, SessionId
from ledger.kernel.refusal import Refusal
from ledger.kernel.units import Unit
from ledger.redemption.redemption import REDEMPTION


class Queue:
    """A ledger with lanes on the ledger in memory: answers at once, remembers answers by key, meets `faults` first."""

    def __init__(self, village: Village) -> None:
        self.village = village
        self.lanes: list[Lane] = []
        self.answers: dict[CommandId, Answer] = {}
        self.faults: list[Exception] = []

    def command_id(self, actor: MemberId, key: CommandKey) -> CommandId:
        return CommandId(uuid5(actor, f"{key.scope} {key.key}"))

    def submit(self, call: Call, *, lane: Lane) -> Future[Answer]:
        assert call.caller == SYSTEM
        self.lanes.append(lane)
        future: Future[Answer] = Future()
        if self.faults:
            future.set_exception(self.faults.pop())
            return future
        future.set_result(self._answer(call))
        return future

    def _answer(self, call: Call) -> Answer:
        command = self.command_id(SYSTEM, call.key)
        if command in self.answers:
            return self.answers[command]._replace(replayed=True)
        remembered = True
        try:
            result = self.village.ledger.run(call.use_case, call.request, actor=SYSTEM, at=call.at, command=command)
        except Refusal as refusal:
            result, remembered = Refused(refusal.code, {}), refusal.remembered
        answer = Answer(result, len(self.village.ledger.log), command, SYSTEM)
        if remembered:
            self.answers[command] = answer
        return answer


class Listed:
    """A read model that says what it was told to."""

    def __init__(self, *dues: Due) -> None:
        self.dues = dues

    def due(self, now: datetime) -> Iterable[Due]:
        return self.dues


@pytest.fixture
def village() -> Village:
    return Village()


def award_on_notice(village: Village) -> Due:
    activity = village.closed_activity([village.published_rule(HOURLY)], {village.ben: 120})
    village.tallied(activity, village.ben)
    award = village.award_of(village.ben)
    village.run(APPROVE_AWARDS, ApproveAwards((award,)), village.approver)
    return Due("award_notice", (award,))


def open_visit(village: Village) -> Due:
    activity = village.open_activity([], "visited")
    village.run(CHECK_IN, CheckIn(activity, village.now, "kiosk", "in"), village.ann)
    return Due("open_visit", (activity, named("visited session"), village.ann))


def open_redemption(village: Village) -> Due:
    village.give_points(village.ann, 2, "first")
    asked = village.run(REQUEST_REDEMPTION, RequestRedemption(village.listed_reward(), 1), village.ann)
    return Due("redemption_lapse", (asked.ids["redemption"],))


def expiring_lot(village: Village) -> Due:
    village.give_points(village.cai, 2, "second", expiry_months=1)
    account = account_id(village.cai, Unit.POINTS)
    return Due("lot_expiry", (account, village.account(village.cai).lots[0].lot))


def all_kinds(village: Village) -> Listed:
    dues = Listed(open_visit(village), open_redemption(village), expiring_lot(village), award_on_notice(village))
    village.wait(days=40)
    return dues


def test_a_sweep_does_all_that_is_due_in_the_back_lane(village: Village) -> None:
    dues, queue = all_kinds(village), Queue(village)

    report = sweep(queue, dues, village.now)

    assert report.done == {"award_notice": 1, "open_visit": 1, "redemption_lapse": 1, "lot_expiry": 1}
    assert (report.refused, report.put_off, report.is_complete) == ({}, 0, True)
    assert set(queue.lanes) == {"back"}
    assert village.account(village.ben).posted == 2
    assert village.account(village.cai).posted == 0
    assert village.ledger.load(REDEMPTION, dues.dues[1].ids[0]).state.status == "lapsed"
    activity, session, member = dues.dues[0].ids
    visit = attendance_id(activity, session, member)  # type: ignore[arg-type]
    assert village.ledger.load(ATTENDANCE, visit).state.out == "automatic"


def test_a_place_nobody_came_to_is_marked_once(village: Village) -> None:
    activity = village.open_activity([], "waited for")
    session = SessionId(named("waited for session"))
    village.run(SIGN_UP, SignUp(activity, session), village.ann)
    due, queue = Listed(Due("no_show", (activity, session, village.ann))), Queue(village)
    early = sweep(queue, due, village.now)
    village.wait(hours=3)

    reports = [sweep(queue, due, village.now + timedelta(minutes=minutes)) for minutes in (0, 1)]

    assert early.refused == {"no_show visit-not-over": 1}
    assert [report.done for report in reports] == [{"no_show": 1}, {"no_show": 1}]
    assert [type(event) for _, event in village.ledger.log].count(MarkedNoShow) == 1


def test_a_sweep_by_another_process_in_the_same_minute_changes_nothing(village: Village) -> None:
    dues, queue = all_kinds(village), Queue(village)
    first = sweep(queue, dues, village.now)
    log = [*village.ledger.log]

    second = sweep(queue, dues, village.now.replace(second=59))

    assert second == first
    assert village.ledger.log == log


def test_a_later_sweep_finds_everything_done(village: Village) -> None:
    dues, queue = all_kinds(village), Queue(village)
    sweep(queue, dues, village.now)
    log = [*village.ledger.log]

    report = sweep(queue, dues, village.now + timedelta(minutes=1))

    assert village.ledger.log == log
    assert report.refused == {
        "award_notice award-not-approved": 1,
        "redemption_lapse redemption-finished": 1,
    }


def test_a_refusal_is_counted_and_stops_nothing(village: Village) -> None:
    early, due = award_on_notice(village), expiring_lot(village)
    unknown = Due("redemption_lapse", (uuid4(),))

    report = sweep(Queue(village), Listed(early, unknown, due), village.now)

    assert report.refused == {"award_notice notice-not-over": 1, "redemption_lapse unknown-id": 1}
    assert report.done == {"lot_expiry": 1}


def test_what_was_early_in_the_morning_is_tried_again_the_same_day(village: Village) -> None:
    due, queue = open_redemption(village), Queue(village)
    village.wait(days=7, seconds=-1)
    assert sweep(queue, Listed(due), village.now).refused == {"redemption_lapse redemption-not-overdue": 1}

    report = sweep(queue, Listed(due), village.now + timedelta(seconds=1))

    assert report.done == {"redemption_lapse": 1}


def test_what_a_busy_ledger_did_not_take_is_put_off(village: Village) -> None:
    dues, queue = all_kinds(village), Queue(village)
    queue.faults = [LedgerBusy(1), LedgerBusy(1)]

    report = sweep(queue, dues, village.now)

    assert (report.put_off, report.is_complete, sum(report.done.values())) == (2, False, 2)
    assert sum(sweep(queue, dues, village.now).done.values()) == 4


def test_a_thing_that_fails_is_told_after_everything_else_was_done(village: Village) -> None:
    dues, queue = all_kinds(village), Queue(village)
    queue.faults = [LookupError("the newest fault"), LookupError("an event nobody can read")]

    with pytest.raises(LookupError, match="an event nobody can read"):
        sweep(queue, dues, village.now)

    assert village.account(village.ben).posted == 2
    assert village.account(village.cai).posted == 0


def test_a_preview_counts_and_does_nothing(village: Village) -> None:
    dues, log = all_kinds(village), [*village.ledger.log]

    report = preview(dues, village.now)

    assert report == SweepReport({"award_notice": 1, "open_visit": 1, "redemption_lapse": 1, "lot_expiry": 1}, {}, 0)
    assert village.ledger.log == log


def test_more_than_fits_at_once_is_done_in_turn(village: Village) -> None:
    due = expiring_lot(village)
    account = due.ids[0]
    many = [Due("lot_expiry", (account, UUID(int=number))) for number in range(IN_FLIGHT_MAX)]
    village.wait(days=40)

    report = sweep(Queue(village), Listed(*many, due), village.now)

    assert report.done == {"lot_expiry": IN_FLIGHT_MAX + 1}
    assert village.account(village.cai).posted == 0


def test_a_command_is_named_by_what_is_due_and_the_minute(village: Village) -> None:
    due = Due("award_notice", (UUID(int=1),))
    in_time = datetime.fromisoformat("2025-10-15T23:59:30+08:00")

    keys = [call_for(due, in_time + timedelta(seconds=passed)).key for passed in (0, 29, 30)]

    assert keys[0] == keys[1] == CommandKey("sweep", f"award_notice/{UUID(int=1)}/2025-10-15T15:59+00:00", b"")
    assert keys[2].key.endswith("2025-10-15T16:00+00:00")


def test_something_due_that_nobody_knows_is_a_bug(village: Village) -> None:
    with pytest.raises(AssertionError):
        call_for(Due("award_notice", ()), village.now)
