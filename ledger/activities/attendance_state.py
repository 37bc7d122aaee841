"""A visit as it is: the stays that scans and people's words make, who vouches for it, and what else is known of it."""

from datetime import datetime
from typing import Literal, NamedTuple, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.activities.events import (
    AttendanceEvent,
    AttendanceTallied,
    AutomaticallyCheckedOut,
    CheckedIn,
    CheckedOut,
    DisputeDecided,
    Excused,
    HoursEntered,
    MarkedNoShow,
    ScanNoted,
    StayConfirmed,
    VisitAnnulled,
    VisitCorrected,
    VisitDisputed,
)
from ledger.activities.stays import Direction, Mark, Out, Stay, stays_of, with_mark
from ledger.kernel.ids import DeviceId, MemberId

Dispute = Literal["none", "open", "upheld", "rejected"]


class LastScan(Struct, frozen=True, omit_defaults=True):
    """The scan that was told last. scanned_by None: the member's own."""

    seen_at: datetime
    scanned_by: MemberId | None
    device: DeviceId | None


class AttendanceState(Struct, frozen=True, omit_defaults=True):
    """A visit as it is now. Instants are UTC. Without stays the member was never seen.

    stays: when the member was there, oldest first; they follow from `fixed` (by people's word), `marks` (scans since)
    and automatic_at (when time alone closed it). on_poster: one of the scans was of the printed poster, which anybody
    may have photographed, and no leader has confirmed the visit since. attested_by: on whose word it rests: who saw the
    member come or go by eye (basis `staff`), who sent it from a device, confirmed or corrected it, or entered hours.
    minutes_seen: None until it was tallied. tallies_undone: how often a tallied visit was annulled or corrected after
    all its awards had been refused or taken back. was_annulled: a visit before this one was taken back. had_a_part: who
    vouches for nothing that stands, but scanned what somebody's word replaced, approved entered hours, or annulled.
    """

    stays: tuple[Stay, ...] = ()
    marks: tuple[Mark, ...] = ()
    fixed: tuple[Stay, ...] = ()
    automatic_at: datetime | None = None
    on_poster: bool = False
    attested_by: tuple[MemberId, ...] = ()
    last_scan: LastScan | None = None
    minutes_seen: int | None = None
    tallies_undone: int = 0
    was_annulled: bool = False
    had_a_part: tuple[MemberId, ...] = ()
    no_show: bool = False
    excused_for: str | None = None
    dispute: Dispute = "none"

    @property
    def in_at(self) -> datetime | None:
        """When the member first came in; None: never."""
        return self.stays[0].in_at if self.stays else None

    @property
    def out(self) -> Out:
        """How the last stay ended."""
        return self.stays[-1].out if self.stays else "none"

    @property
    def out_at(self) -> datetime | None:
        """When the last stay ended; None while the member is inside, or never came."""
        return self.stays[-1].out_at if self.stays else None

    @property
    def inside(self) -> bool:
        """The member came in and has not gone out."""
        return bool(self.stays) and self.stays[-1].out == "none"

    @property
    def tallied(self) -> bool:
        """Awards were proposed from the visit."""
        return self.minutes_seen is not None

    @property
    def awaits_confirmation(self) -> bool:
        """The visit ended without a scan at the door, or rests on the poster, and no leader has confirmed it."""
        return self.out == "automatic" or (self.out == "scanned" and self.on_poster)

    @property
    def involved(self) -> frozenset[MemberId]:
        """Who had a part in what is recorded, or was: scanned, vouches, approved, replaced it or took it back."""
        return frozenset((*self.attested_by, *self.scanners, *self.had_a_part))

    @property
    def scanners(self) -> tuple[MemberId, ...]:
        """Who made the scans that still speak, their own apart."""
        return tuple(mark.scanned_by for mark in self.marks if mark.scanned_by is not None)


def evolve(state: AttendanceState, event: AttendanceEvent) -> AttendanceState:
    """The visit after `event`."""
    match event:
        case CheckedIn() | CheckedOut():
            return _scanned(state, event)
        case ScanNoted():
            return _told(state, event, _marked(state, Mark(event.seen_at, event.direction, event.scanned_by)))
        case AutomaticallyCheckedOut():
            stays = stays_of(state.fixed, state.marks, event.out_at)
            return replace(state, automatic_at=event.out_at, stays=stays)
        case AttendanceTallied():
            return replace(state, minutes_seen=event.minutes_seen)
        case StayConfirmed() | VisitCorrected() | HoursEntered() | VisitAnnulled():
            return _by_word(state, event)
        case MarkedNoShow():
            return replace(state, no_show=True)
        case Excused():
            return replace(state, no_show=False, excused_for=event.reason)
        case VisitDisputed():
            return replace(state, dispute="open")
        case DisputeDecided():
            return replace(state, dispute=event.outcome)
        case _:
            assert_never(event)


def is_changed_by(state: AttendanceState, at: datetime, direction: Direction) -> bool:
    """Whether one more scan at `at` would change when the member was there."""
    return _marked(state, Mark(at, direction)).stays != state.stays


def _scanned(state: AttendanceState, event: CheckedIn | CheckedOut) -> AttendanceState:
    direction: Direction = "in" if isinstance(event, CheckedIn) else "out"
    after = _marked(state, Mark(event.seen_at, direction, event.scanned_by))
    if direction == "out" and state.stays and after.stays == state.stays:
        # Who is seen leaving a moment before they were seen coming in (two pages, one slow) has left all the same.
        after = _marked(state, Mark(state.stays[-1].in_at, direction, event.scanned_by))
    return _told(state, event, after)


class _Marked(NamedTuple):
    """The marks with one more, and the stays that follow."""

    marks: tuple[Mark, ...]
    stays: tuple[Stay, ...]


def _marked(state: AttendanceState, mark: Mark) -> _Marked:
    if not state.marks and not state.fixed and mark.direction == "in":
        # The door's usual case, without going the long way: somebody comes in for the first time.
        return _Marked((mark,), (Stay(mark.at, mark.scanned_by),))
    marks = with_mark(state.marks, mark)
    return _Marked(marks, stays_of(state.fixed, marks, state.automatic_at))


def _told(state: AttendanceState, event: CheckedIn | CheckedOut | ScanNoted, after: _Marked) -> AttendanceState:
    """The visit after a scan. Who was seen was no no-show, and needs no excuse.

    What a device tells late is as good as its sender's word for when it was, whatever card it shows.
    """
    witness = event.scanned_by if event.basis == "staff" or event.device is not None else None
    return replace(
        state,
        stays=after.stays,
        marks=after.marks,
        on_poster=state.on_poster or event.basis == "poster",
        attested_by=_with(state.attested_by, witness) if witness else state.attested_by,
        last_scan=LastScan(event.seen_at, event.scanned_by, event.device),
        no_show=False,
        excused_for=None,
    )


def _by_word(
    state: AttendanceState, event: StayConfirmed | VisitCorrected | HoursEntered | VisitAnnulled
) -> AttendanceState:
    match event:
        case StayConfirmed():
            ended = [replace(stay, out="confirmed", out_at=event.out_at) for stay in state.stays[-1:]]
            return _fixed(state, (*state.stays[:-1], *ended), event.confirmed_by)
        case VisitCorrected():
            corrected = _fixed(state, (Stay(event.in_at, None, "corrected", event.out_at),), event.corrected_by)
            return replace(corrected, minutes_seen=None, tallies_undone=state.tallies_undone + state.tallied)
        case HoursEntered():
            entered = _fixed(state, (Stay(event.in_at, None, "entered", event.out_at),), event.entered_by)
            return replace(entered, had_a_part=_with(entered.had_a_part, event.approved_by))
        case VisitAnnulled():
            return AttendanceState(
                tallies_undone=state.tallies_undone + state.tallied,
                was_annulled=True,
                had_a_part=_with(state.had_a_part, *state.attested_by, *state.scanners, event.annulled_by),
            )
        case _:
            assert_never(event)


def _fixed(state: AttendanceState, stays: tuple[Stay, ...], witness: MemberId) -> AttendanceState:
    """From now on these stays rest on somebody's word; only later scans say more, and no scan before is undone."""
    return replace(
        state,
        stays=stays,
        fixed=stays,
        marks=(),
        automatic_at=None,
        on_poster=False,
        attested_by=_with(state.attested_by, witness),
        had_a_part=_with(state.had_a_part, *state.scanners),
        last_scan=None,
        no_show=False,
        excused_for=None,
    )


def _with(known: tuple[MemberId, ...], *more: MemberId) -> tuple[MemberId, ...]:
    return tuple(dict.fromkeys((*known, *more)))
