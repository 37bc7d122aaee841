"""Stories of devices and the scans they send later: each is kept, counts where nothing is in the way, else waits."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from two_communities import ENDS, MINUTE, NOBODY, NOW, STARTS, Class, Neighbourhood

from ledger.activities.attendance import ATTENDANCE, attendance_id
from ledger.activities.attendance_state import AttendanceState
from ledger.activities.device_scan import DEVICE_SCAN, SentScan, scan_id
from ledger.activities.events import AttendanceTallied
from ledger.application.activities import CANCEL_ACTIVITY, CancelActivity
from ledger.application.devices import (
    ACCEPT_SCAN,
    DISMISS_SCAN,
    REGISTER_DEVICE,
    REVOKE_DEVICE,
    AcceptScan,
    DismissScan,
    RegisterDevice,
    RevokeDevice,
)
from ledger.application.members import (
    FORM_HOUSEHOLD,
    ISSUE_CARD,
    REINSTATE_MEMBER,
    REVOKE_CARD,
    SUSPEND_MEMBER,
    FormHousehold,
    IssueCard,
    ReinstateMember,
    RevokeCard,
    SuspendMember,
)
from ledger.application.scans import RECORD_DEVICE_SCAN, CodeSeen, RecordDeviceScan
from ledger.application.work import Outcome
from ledger.kernel.ids import CardId, DeviceId, MemberId, OrganisationId, SessionId

LATER = ENDS + timedelta(hours=3)
"""When the device is back within reach: long after everybody left."""


class Door:
    """A class whose door is open, a registered device, and Anna, who has a card."""

    def __init__(self, **options: Any) -> None:
        self.town = Neighbourhood()
        self.meeting = Class(self.town, **options).opened()
        self.device = self.registered(self.town.old_town)
        self.anna = self.town.member()
        self.card = self.card_of(self.anna)

    def registered(self, organisation: OrganisationId) -> DeviceId:
        device = DeviceId(uuid4())
        self.town.run(REGISTER_DEVICE, RegisterDevice(device, organisation), by=self.town.chief)
        return device

    def card_of(self, member: MemberId) -> CodeSeen:
        card = CardId(uuid4())
        self.town.run(ISSUE_CARD, IssueCard(member, card), by=self.town.clerk)
        return CodeSeen("card", member, card)

    def scan(self, sequence: int = 1, **other: Any) -> RecordDeviceScan:
        """Anna's card, seen at the start and sent later, by a device whose clock is right."""
        usual: Mapping[str, Any] = {
            "device": self.device,
            "sequence": sequence,
            "content": f"{sequence:032x}",
            "activity": self.meeting.id,
            "direction": "in",
            "seen_at": STARTS,
            "sent_at": LATER,
            "code": self.card,
        }
        return RecordDeviceScan(**{**usual, **other})

    def sent(self, scan: RecordDeviceScan, *, by: MemberId | None = None, at: datetime = LATER) -> Outcome:
        return self.town.run(RECORD_DEVICE_SCAN, scan, by=by or self.meeting.leader, at=at)

    def reason(self, scan: RecordDeviceScan, *, at: datetime = LATER) -> str:
        """Why the scan, which is kept, waits; nothing else was stored."""
        before = len(self.town.ledger.log)
        outcome = self.sent(scan, at=at)
        assert outcome.figures["for_review"] == 1
        (stored,) = self.town.ledger.log[before:]
        assert stored[0] == outcome.ids["scan"]
        assert "attendance" not in outcome.ids
        return outcome.code

    def kept(self, sequence: int = 1) -> SentScan:
        return self.town.ledger.load(DEVICE_SCAN, scan_id(self.device, sequence)).state

    def visit(self, member: MemberId | None = None) -> AttendanceState:
        stream = attendance_id(self.meeting.id, self.meeting.session, member or self.anna)
        return self.town.ledger.load(ATTENDANCE, stream).state


def test_staff_register_and_revoke_the_devices_of_their_community() -> None:
    town, device = Neighbourhood(), DeviceId(uuid4())

    made = town.run(REGISTER_DEVICE, RegisterDevice(device, town.old_town), by=town.clerk)
    gone = town.run(REVOKE_DEVICE, RevokeDevice(device, "lost"), by=town.clerk)

    assert (made.code, made.ids["device"], gone.code) == ("device-registered", device, "device-revoked")
    assert town.code(REGISTER_DEVICE, RegisterDevice(device, town.old_town), by=town.clerk) == (
        "device-already-registered"
    )


def test_nobody_else_registers_or_revokes_them() -> None:
    door = Door()
    town, revoke = door.town, RevokeDevice(door.device, "lost")
    elsewhere = town.with_role("staff", town.new_town)

    assert town.code(REGISTER_DEVICE, RegisterDevice(DeviceId(uuid4()), town.old_town), by=elsewhere) == "unknown-id"
    assert town.code(REVOKE_DEVICE, revoke, by=elsewhere) == "unknown-id"
    assert town.code(REVOKE_DEVICE, revoke, by=door.meeting.leader) == "not-permitted"
    assert town.code(REVOKE_DEVICE, RevokeDevice(DeviceId(uuid4()), "lost"), by=town.clerk) == "unknown-id"


def test_what_a_device_kept_counts_from_when_it_was_seen_even_after_the_door_was_shut() -> None:
    door = Door()
    door.meeting.closed()

    came = door.sent(door.scan(1))
    left = door.sent(door.scan(2, direction="out", seen_at=ENDS))

    assert [came.code, left.code] == ["checked-in", "checked-out"]
    assert came.figures == {"sequence": 1, "for_review": 0, "known": 0}
    assert (door.visit().in_at, door.visit().out_at) == (STARTS, ENDS)
    recorded = door.kept().recorded
    assert recorded is not None
    assert (recorded.outcome, recorded.reason, recorded.member) == ("accepted", "checked-in", door.anna)
    assert (recorded.attendance, recorded.counted_at) == (came.ids["attendance"], STARTS)


def test_a_scan_sent_again_by_whomever_gets_its_first_answer() -> None:
    door = Door()
    first = door.sent(door.scan())
    before = len(door.town.ledger.log)

    again = door.sent(door.scan(sent_at=LATER + MINUTE), by=door.town.clerk, at=LATER + MINUTE)

    assert len(door.town.ledger.log) == before
    assert (again.code, again.ids, again.times) == (first.code, first.ids, first.times)
    assert again.figures == first.figures | {"known": 1}


def test_a_scan_that_waits_gets_its_first_answer_too_whatever_has_changed_since() -> None:
    door = Door()
    door.town.run(SUSPEND_MEMBER, SuspendMember(door.anna, "test"), by=door.town.clerk)
    assert door.reason(door.scan()) == "member-suspended"
    door.town.run(REINSTATE_MEMBER, ReinstateMember(door.anna), by=door.town.clerk)

    assert door.sent(door.scan()).code == "member-suspended"
    assert door.visit().in_at is None


def test_scans_may_come_in_any_order() -> None:
    door = Door()

    left = door.sent(door.scan(2, direction="out", seen_at=ENDS))
    came = door.sent(door.scan(1))

    assert [left.code, came.code] == ["scan-noted", "checked-in"]
    assert (door.visit().in_at, door.visit().out_at) == (STARTS, ENDS)


def test_another_scan_under_a_number_that_was_used_is_refused() -> None:
    door = Door()
    door.sent(door.scan())

    other = door.scan(content="f" * 32, direction="out")

    assert door.town.code(RECORD_DEVICE_SCAN, other, by=door.meeting.leader, at=LATER) == "sequence-reused"


def test_a_second_scan_while_inside_is_a_fact_too() -> None:
    door = Door()
    door.sent(door.scan())

    again = door.sent(door.scan(2, seen_at=STARTS + MINUTE))

    assert (again.code, again.figures["for_review"]) == ("already-in", 0)
    assert door.visit().in_at == STARTS
    assert door.kept(2).recorded is not None


def test_who_may_not_scan_there_sends_nothing() -> None:
    door = Door()
    town, scan = door.town, door.scan()

    assert town.code(RECORD_DEVICE_SCAN, scan, by=door.anna, at=LATER) == "not-permitted"
    assert town.code(RECORD_DEVICE_SCAN, scan, by=town.with_role("staff", town.new_town), at=LATER) == "unknown-id"
    unknown = door.scan(device=DeviceId(uuid4()))
    assert town.code(RECORD_DEVICE_SCAN, unknown, by=town.clerk, at=LATER) == "unknown-id"
    suspended = town.with_role("staff")
    town.run(SUSPEND_MEMBER, SuspendMember(suspended, "test"), by=town.clerk)
    assert town.code(RECORD_DEVICE_SCAN, scan, by=suspended, at=LATER) == "member-suspended"


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"sent_at": LATER + 6 * MINUTE}, "clock-out-of-tolerance"),
        ({"sent_at": LATER - 6 * MINUTE}, "clock-out-of-tolerance"),
        ({"seen_at": LATER + 6 * MINUTE, "sent_at": LATER}, "seen-in-future"),
        ({"code": CodeSeen(digest="a" * 32)}, "code-not-readable"),
        ({"code": CodeSeen("card", None, CardId(UUID(int=8)), digest="a" * 32)}, "code-of-nobody"),
        ({"code": CodeSeen("card", NOBODY, CardId(UUID(int=8)))}, "card-revoked"),
        ({"code": CodeSeen("live_code", NOBODY, None, STARTS, STARTS + MINUTE)}, "unknown-id"),
        ({"session": SessionId(UUID(int=9))}, "unknown-session"),
        ({"activity": UUID(int=10)}, "unknown-id"),
        ({"seen_at": STARTS - timedelta(days=1)}, "too-early"),
        ({"seen_at": ENDS + timedelta(hours=2, minutes=50)}, "too-late"),
    ],
)
def test_what_stands_in_the_way_is_the_reason_for_which_a_scan_waits(other: dict[str, Any], reason: str) -> None:
    door = Door()

    assert door.reason(door.scan(**other)) == reason
    assert door.visit().in_at is None
    assert door.kept().recorded is not None


def test_a_live_code_counts_for_when_the_phone_showed_it_and_only_then() -> None:
    door = Door()
    shown = CodeSeen("live_code", door.anna, None, STARTS - 9 * MINUTE, STARTS - 8 * MINUTE)

    assert door.reason(door.scan(code=shown)) == "code-of-other-time"
    assert door.sent(door.scan(2, code=shown, seen_at=STARTS - 5 * MINUTE)).code == "checked-in"


def test_a_card_that_was_revoked_meanwhile_waits() -> None:
    door = Door()
    assert door.card.card is not None
    door.town.run(REVOKE_CARD, RevokeCard(door.anna, door.card.card, "lost"), by=door.town.clerk)

    assert door.reason(door.scan()) == "card-revoked"


def test_a_scan_of_a_suspended_member_waits() -> None:
    door = Door()
    door.town.run(SUSPEND_MEMBER, SuspendMember(door.anna, "test"), by=door.town.clerk)

    assert door.reason(door.scan()) == "member-suspended"


def test_what_a_revoked_device_still_sends_waits() -> None:
    door = Door()
    door.town.run(REVOKE_DEVICE, RevokeDevice(door.device, "lost"), by=door.town.clerk)

    assert door.reason(door.scan(sent_at=NOW)) == "device-revoked"


def test_a_scan_at_an_activity_that_was_called_off_waits() -> None:
    door = Door()
    other = Class(door.town, leader=door.meeting.leader)
    door.town.run(CANCEL_ACTIVITY, CancelActivity(other.id, "weather"), by=door.meeting.leader)

    assert door.reason(door.scan(activity=other.id)) == "activity-not-open"


def test_what_a_tallied_visit_can_no_longer_take_in_waits() -> None:
    door = Door()
    door.sent(door.scan(1))
    visit = door.sent(door.scan(2, direction="out", seen_at=ENDS - 30 * MINUTE)).ids["attendance"]
    door.town.ledger.streams[visit].append(AttendanceTallied(90))

    assert door.reason(door.scan(3, seen_at=ENDS - 20 * MINUTE)) == "visit-already-tallied"
    assert door.sent(door.scan(4, seen_at=STARTS + MINUTE)).code == "already-out"
    accept = AcceptScan(scan_id(door.device, 3))
    assert door.town.code(ACCEPT_SCAN, accept, by=door.town.clerk, at=LATER) == "visit-already-tallied"


def test_a_leader_who_scans_at_anothers_activity_or_oneself_leaves_it_to_the_staff() -> None:
    door = Door()
    other = Class(door.town).opened()

    assert door.reason(door.scan(activity=other.id)) == "not-permitted"
    assert door.reason(door.scan(2, code=door.card_of(door.meeting.leader))) == "own-scan"


def test_scans_for_another_communitys_activity_wait_with_the_devices_own_staff() -> None:
    door = Door()
    theirs = door.registered(door.town.new_town)
    keeper = door.town.with_role("staff", door.town.new_town)

    sent = door.sent(door.scan(device=theirs), by=keeper)

    kept: SentScan = door.town.ledger.load(DEVICE_SCAN, sent.ids["scan"]).state
    assert kept.recorded is not None
    assert (sent.code, kept.recorded.organisation) == ("unknown-id", door.town.new_town)


def waiting() -> Door:
    """A scan of Anna's that waits, for the device's clock is ten minutes off."""
    door = Door()
    assert door.reason(door.scan(sent_at=LATER + 10 * MINUTE, seen_at=STARTS + 10 * MINUTE)) == "clock-out-of-tolerance"
    return door


def test_staff_accept_a_scan_at_the_corrected_time_and_vouch_for_it() -> None:
    door = waiting()
    clerk = door.town.clerk

    told = door.town.run(ACCEPT_SCAN, AcceptScan(scan_id(door.device, 1), STARTS), by=clerk, at=LATER)

    assert (told.code, told.times) == ("scan-accepted", {"counted": STARTS})
    assert (door.visit().in_at, door.visit().attested_by) == (STARTS, (clerk,))
    review = door.kept().reviewed
    assert review is not None
    assert (review.decision, review.reason, review.counted_at) == ("accepted", "checked-in", STARTS)


def test_staff_may_accept_a_scan_as_the_device_saw_it() -> None:
    door = waiting()

    door.town.run(ACCEPT_SCAN, AcceptScan(scan_id(door.device, 1)), by=door.town.clerk, at=LATER)

    assert door.visit().in_at == STARTS + 10 * MINUTE


def test_staff_dismiss_a_scan_and_nobody_decides_twice() -> None:
    door = waiting()
    town, scan = door.town, scan_id(door.device, 1)

    told = town.run(DISMISS_SCAN, DismissScan(scan, "never-there"), by=town.clerk, at=LATER)

    assert (told.code, door.visit().in_at) == ("scan-dismissed", None)
    assert town.code(ACCEPT_SCAN, AcceptScan(scan), by=town.clerk, at=LATER) == "scan-already-reviewed"
    assert town.code(DISMISS_SCAN, DismissScan(scan, "never-there"), by=town.clerk, at=LATER) == "scan-already-reviewed"


def test_what_the_door_would_refuse_cannot_be_accepted_and_goes_on_waiting() -> None:
    door = waiting()
    accept = AcceptScan(scan_id(door.device, 1), STARTS)
    door.town.run(SUSPEND_MEMBER, SuspendMember(door.anna, "test"), by=door.town.clerk)

    assert door.town.code(ACCEPT_SCAN, accept, by=door.town.clerk, at=LATER) == "member-suspended"

    door.town.run(REINSTATE_MEMBER, ReinstateMember(door.anna), by=door.town.clerk)
    door.town.run(ACCEPT_SCAN, accept, by=door.town.clerk, at=LATER)
    assert door.visit().in_at == STARTS


def test_who_may_not_decide_on_a_scan() -> None:
    door = waiting()
    town, scan = door.town, scan_id(door.device, 1)
    near = town.with_role("staff")
    town.run(FORM_HOUSEHOLD, FormHousehold(town.old_town, (door.anna, near)), by=town.clerk)
    town.grant(door.anna, "staff", town.old_town)
    elsewhere = town.with_role("staff", town.new_town)
    codes = {
        who: [
            town.code(ACCEPT_SCAN, AcceptScan(scan, STARTS), by=who, at=LATER),
            town.code(DISMISS_SCAN, DismissScan(scan, "never-there"), by=who, at=LATER),
        ]
        for who in (door.anna, near, elsewhere, door.meeting.leader)
    }

    assert codes == {
        door.anna: ["own-scan-review"] * 2,
        near: ["own-scan-review"] * 2,
        elsewhere: ["unknown-id"] * 2,
        door.meeting.leader: ["not-permitted"] * 2,
    }


def test_a_scan_that_counted_or_never_was_is_not_for_review() -> None:
    door = Door()
    door.sent(door.scan())
    town = door.town

    assert town.code(ACCEPT_SCAN, AcceptScan(scan_id(door.device, 1)), by=town.clerk) == "scan-not-for-review"
    assert town.code(ACCEPT_SCAN, AcceptScan(scan_id(door.device, 2)), by=town.clerk) == "unknown-id"


def test_a_scan_of_nobody_can_only_be_dismissed_and_none_is_accepted_for_the_future() -> None:
    door = waiting()
    town, now = door.town, LATER
    door.reason(door.scan(2, code=CodeSeen(digest="a" * 32)))

    assert town.code(ACCEPT_SCAN, AcceptScan(scan_id(door.device, 2)), by=town.clerk, at=now) == "scan-of-nobody"
    future = AcceptScan(scan_id(door.device, 1), now + MINUTE)
    assert town.code(ACCEPT_SCAN, future, by=town.clerk, at=now) == "seen-in-future"
    assert (
        town.run(DISMISS_SCAN, DismissScan(scan_id(door.device, 2), "no-card"), by=town.clerk).code == "scan-dismissed"
    )
