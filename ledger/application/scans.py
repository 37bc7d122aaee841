"""Use cases of scans: a card shown at the door, and a scan that a device kept and sends later.

A scan that a device sends is a fact: whatever stands in its way, it is kept, and then waits for somebody to look at it.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from ledger.activities.activity import ACTIVITY, Direction
from ledger.activities.activity_refusals import UnknownSession
from ledger.activities.attendance import ATTENDANCE
from ledger.activities.attendance_refusals import VisitAlreadyTallied
from ledger.activities.attendance_state import is_changed_by
from ledger.activities.device import DEVICE, DeviceState
from ledger.activities.device_events import ScanBasis, ScanRecorded
from ledger.activities.device_refusals import (
    CodeNotReadable,
    CodeOfNobody,
    DeviceNoLongerGood,
)
from ledger.activities.device_scan import (
    DEVICE_SCAN,
    Record,
    first_sent,
    require_shown_then,
    scan_id,
    time_to_count,
)
from ledger.application.authority import Permission, UnknownId, line_of, require_for
from ledger.application.cards import require_good_card
from ledger.application.check_ins import SCAN_MEMBER, DeviceScan, Instant, ScanMember, record_scan
from ledger.application.programme import settings_of
from ledger.application.teams import require_at_door
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import ActivityId, AttendanceId, CardId, DeviceId, MemberId, OrganisationId, SessionId
from ledger.kernel.refusal import Refusal
from ledger.membership.member import MEMBER


class ScanCard(Request, frozen=True):
    """Record that the actor saw a member who showed `card`. Refuses as ScanMember, and as `require_good_card`."""

    scan: ScanMember
    card: CardId


class CodeSeen(Struct, frozen=True, forbid_unknown_fields=True):
    """What a code turned out to be. basis None: neither a card nor a live code. member None: it leads to nobody.

    shown_from, valid_until: when a phone showed a live code; None for a card. digest: of a code that led to nobody,
    keyed, 32 hexadecimal digits.
    """

    basis: ScanBasis | None = None
    member: MemberId | None = None
    card: CardId | None = None
    shown_from: datetime | None = None
    valid_until: datetime | None = None
    digest: str | None = None


class RecordDeviceScan(Request, frozen=True):
    """Keep the device's scan number `sequence` (from 1); where nothing stands in the way, the visit is recorded, too.

    content: keyed digest of all that was sent of it. seen_at, sent_at: by the device's clock, which is compared with
    ours. session: as the device says, None where it does not.
    """

    device: DeviceId
    sequence: int
    content: str
    activity: ActivityId
    direction: Direction
    seen_at: Instant
    sent_at: Instant
    code: CodeSeen
    session: SessionId | None = None


def _scan_card(work: Work, request: ScanCard) -> Outcome:
    """Whether a card is still good is decided under the lock: one revoked a moment ago opens nothing."""
    require_at_door(work, request.scan.activity, request.scan.member)
    require_good_card(work, request.scan.member, request.card)
    return SCAN_MEMBER.run(work, request.scan)


def _record(work: Work, request: RecordDeviceScan) -> Outcome:
    """The same scan again, by whomever it is sent, gives the first answer.

    Refuses, in this order: the authority's over the device (UnknownId where there is none), SequenceReused. Whatever
    else stands in the way becomes the reason for which the scan waits for review, never a refusal.
    """
    device = work.state(DEVICE, request.device)
    require_for(work, Permission.SCAN_OTHERS, device.organisation, request.device)
    stream = scan_id(request.device, request.sequence)
    state = work.state(DEVICE_SCAN, stream)
    known = first_sent(state, request.device, request.sequence, content=request.content)
    if known is not None:
        return _told(known, is_known=True)
    scan = _judged(work, request, device)
    work.act(DEVICE_SCAN, stream, Record(scan))
    return _told(scan, is_known=False)


def _judged(work: Work, request: RecordDeviceScan, device: DeviceState) -> ScanRecorded:
    """The scan with what becomes of it; where nothing stands in the way the visit is recorded, too."""
    scan = _as_sent(work, request, device)
    try:
        with work.all_or_nothing():
            counted_at, door = _at_the_door(work, request, device)
    except Refusal as obstacle:
        return replace(scan, reason=obstacle.code)
    visit = AttendanceId(door.ids["attendance"])
    return replace(scan, outcome="accepted", reason=door.code, counted_at=counted_at, attendance=visit)


def _at_the_door(work: Work, request: RecordDeviceScan, device: DeviceState) -> tuple[datetime, Outcome]:
    """The order of the obstacles is their precedence: whom to trust, then when, then who, then where."""
    if device.is_revoked or device.organisation is None:
        raise DeviceNoLongerGood(request.device)
    minutes = settings_of(work, device.organisation).clock_tolerance_minutes
    counted_at = time_to_count(
        seen_at=request.seen_at, sent_at=request.sent_at, now=work.now, tolerance_minutes=minutes
    )
    member, basis = _shown(work, request, minutes)
    if request.session is not None and work.state(ACTIVITY, request.activity).session(request.session) is None:
        raise UnknownSession(request.session)
    scan = DeviceScan(
        activity=request.activity,
        member=member,
        seen_at=counted_at,
        basis=basis,
        direction=request.direction,
        device=request.device,
        session=request.session,
    )
    return counted_at, record_sent_scan(work, scan)


def record_sent_scan(work: Work, scan: DeviceScan) -> Outcome:
    """As `record_scan`; refuses also with VisitAlreadyTallied, where the scan says what a tallied visit cannot take in.

    What changes nothing there (the same person seen once more) is as good as recorded.
    """
    door = record_scan(work, scan)
    visit = work.state(ATTENDANCE, door.ids["attendance"])
    if visit.minutes_seen is not None and is_changed_by(visit, scan.seen_at, scan.direction):
        raise VisitAlreadyTallied(visit.minutes_seen)
    return door


def _shown(work: Work, request: RecordDeviceScan, minutes: int) -> tuple[MemberId, ScanBasis]:
    """Whose code it was, good at the time. A live code says by itself when it was shown: by our clock."""
    code = request.code
    if code.basis is None:
        raise CodeNotReadable
    if code.member is None:
        raise CodeOfNobody
    if code.card is not None:
        require_good_card(work, code.member, code.card)
    if code.shown_from is not None and code.valid_until is not None:
        require_shown_then(
            request.seen_at, shown_from=code.shown_from, valid_until=code.valid_until, tolerance_minutes=minutes
        )
    return code.member, code.basis


def _as_sent(work: Work, request: RecordDeviceScan, device: DeviceState) -> ScanRecorded:
    return ScanRecorded(
        device=request.device,
        sequence=request.sequence,
        content=request.content,
        organisation=_reviewers(work, request, device),
        activity=request.activity,
        direction=request.direction,
        seen_at=request.seen_at.astimezone(UTC),
        sent_at=request.sent_at.astimezone(UTC),
        uploaded_by=work.actor,
        outcome="for_review",
        reason="",
        session=request.session,
        member=request.code.member,
        basis=request.code.basis,
        card=request.code.card,
        code=request.code.digest,
    )


def _reviewers(work: Work, request: RecordDeviceScan, device: DeviceState) -> OrganisationId:
    """The activity's organisation where the device may be used there; else its own, so that nobody else's staff are
    bothered with what a device says about their activities.
    """
    if device.organisation is None:
        raise UnknownId(request.device)
    try:
        organiser = work.state(ACTIVITY, request.activity).organisation
    except Refusal:  # the id names something, but no activity
        return device.organisation
    is_within = organiser is not None and device.organisation in line_of(work, organiser)
    return organiser if organiser is not None and is_within else device.organisation


def _told(scan: ScanRecorded, *, is_known: bool) -> Outcome:
    """The code is the reason. Figures: for_review and known (it was sent before) are 0 or 1."""
    named: dict[str, UUID | None] = {
        "scan": scan_id(scan.device, scan.sequence),
        "device": scan.device,
        "activity": scan.activity,
        "member": scan.member,
        "attendance": scan.attendance,
    }
    return Outcome(
        scan.reason,
        ids={name: one for name, one in named.items() if one is not None},
        figures={"sequence": scan.sequence, "for_review": int(scan.outcome == "for_review"), "known": int(is_known)},
        times={} if scan.counted_at is None else {"counted": scan.counted_at},
    )


def _reads_card(request: ScanCard, actor: MemberId) -> Iterable[Stream]:
    return SCAN_MEMBER.streams(request.scan, actor)


def _reads_scan(request: RecordDeviceScan, actor: MemberId) -> Iterable[Stream]:
    yield Stream(MEMBER, actor)
    yield Stream(DEVICE, request.device)
    yield Stream(DEVICE_SCAN, scan_id(request.device, request.sequence))
    yield Stream(ACTIVITY, request.activity)
    if request.code.member is not None:
        yield Stream(MEMBER, request.code.member)


SCAN_CARD: Final = UseCase[ScanCard]("activities.scan_card", _scan_card, _reads_card)
RECORD_DEVICE_SCAN: Final = UseCase[RecordDeviceScan]("activities.record_device_scan", _record, _reads_scan)
