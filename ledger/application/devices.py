"""Use cases of scanning devices: registered and revoked by staff, and the review of scans that wait for somebody."""

from datetime import UTC, datetime
from typing import Final

from ledger.activities.device import DEVICE, Register, Revoke
from ledger.activities.device_events import ScanRecorded, ScanReviewed
from ledger.activities.device_refusals import ScanOfNobody, SeenInFuture
from ledger.activities.device_scan import DEVICE_SCAN, Review, SentScan, require_reviewable
from ledger.application.authority import Permission, require_for, same_household
from ledger.application.check_ins import DeviceScan, Instant
from ledger.application.placing import require_place
from ledger.application.scans import record_sent_scan
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import AttendanceId, DeviceId, DeviceScanId, MemberId, OrganisationId
from ledger.membership.member import MEMBER


class RegisterDevice(Request, frozen=True):
    """Let the device send scans for `organisation` and everything below it."""

    device: DeviceId
    organisation: OrganisationId


class RevokeDevice(Request, frozen=True):
    """Trust the device no more: what it still sends waits for review. reason: a code. Again changes nothing."""

    device: DeviceId
    reason: str


class AcceptScan(Request, frozen=True):
    """Let a scan count that waits for review. seen_at: when it was, where the device's clock is not believed; None: as
    the device said.
    """

    scan: DeviceScanId
    seen_at: Instant | None = None


class DismissScan(Request, frozen=True):
    """Let a scan that waits for review count for nothing. reason: a code."""

    scan: DeviceScanId
    reason: str


def _register(work: Work, request: RegisterDevice) -> Outcome:
    require_place(work, Permission.REGISTER_DEVICES, request.organisation)
    work.act(DEVICE, request.device, Register(request.organisation, work.actor))
    return Outcome("device-registered", ids={"device": request.device, "organisation": request.organisation})


def _revoke(work: Work, request: RevokeDevice) -> Outcome:
    organisation = work.state(DEVICE, request.device).organisation
    require_for(work, Permission.REGISTER_DEVICES, organisation, request.device)
    work.act(DEVICE, request.device, Revoke(work.actor, request.reason))
    return Outcome("device-revoked", ids={"device": request.device})


def _accept(work: Work, request: AcceptScan) -> Outcome:
    """The visit then rests on the reviewer's word (basis `staff`), whatever the card said.

    Refuses, in this order: the authority's, ScanNotForReview, ScanAlreadyReviewed, OwnScanReview, ScanOfNobody,
    SeenInFuture, then as `record_sent_scan`.
    """
    state = _for_review(work, request.scan)
    is_near = _is_near(work, state)
    require_reviewable(state, is_near=is_near)
    scan = state.recorded
    if scan is None or scan.member is None:
        raise ScanOfNobody(request.scan)
    counted_at = request.seen_at or scan.seen_at
    if counted_at > work.now:
        raise SeenInFuture(counted_at, work.now)
    door = _at_the_door(work, scan, scan.member, counted_at=counted_at)
    review = ScanReviewed(
        decision="accepted",
        reviewed_by=work.actor,
        reason=door.code,
        counted_at=counted_at.astimezone(UTC),
        attendance=AttendanceId(door.ids["attendance"]),
    )
    work.act(DEVICE_SCAN, request.scan, Review(review, is_near))
    return Outcome("scan-accepted", ids={"scan": request.scan} | door.ids, times={"counted": counted_at})


def _at_the_door(work: Work, scan: ScanRecorded, member: MemberId, *, counted_at: datetime) -> Outcome:
    seen = DeviceScan(
        activity=scan.activity,
        member=member,
        seen_at=counted_at,
        basis="staff",
        direction=scan.direction,
        device=scan.device,
        session=scan.session,
    )
    return record_sent_scan(work, seen)


def _dismiss(work: Work, request: DismissScan) -> Outcome:
    """Refuses, in this order: the authority's, ScanNotForReview, ScanAlreadyReviewed, OwnScanReview."""
    state = _for_review(work, request.scan)
    review = ScanReviewed(decision="dismissed", reviewed_by=work.actor, reason=request.reason)
    work.act(DEVICE_SCAN, request.scan, Review(review, _is_near(work, state)))
    return Outcome("scan-dismissed", ids={"scan": request.scan})


def _for_review(work: Work, scan: DeviceScanId) -> SentScan:
    state = work.state(DEVICE_SCAN, scan)
    require_for(work, Permission.REVIEW_SCANS, state.recorded and state.recorded.organisation, scan)
    return state


def _is_near(work: Work, state: SentScan) -> bool:
    member = state.recorded and state.recorded.member
    return member is not None and same_household(work, work.actor, member)


def _device_reads(request: RegisterDevice | RevokeDevice, actor: MemberId) -> tuple[Stream, ...]:
    return (Stream(MEMBER, actor), Stream(DEVICE, request.device))


def _scan_reads(request: AcceptScan | DismissScan, actor: MemberId) -> tuple[Stream, ...]:
    return (Stream(MEMBER, actor), Stream(DEVICE_SCAN, request.scan))


REGISTER_DEVICE: Final = UseCase[RegisterDevice]("devices.register", _register, _device_reads)
REVOKE_DEVICE: Final = UseCase[RevokeDevice]("devices.revoke", _revoke, _device_reads)
ACCEPT_SCAN: Final = UseCase[AcceptScan]("devices.accept_scan", _accept, _scan_reads)
DISMISS_SCAN: Final = UseCase[DismissScan]("devices.dismiss_scan", _dismiss, _scan_reads)
