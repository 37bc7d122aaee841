"""What time alone causes: a read model says what has come due, the ledger decides on each thing again.

A sweep goes in the back lane and never holds people up. Its commands are named by what is due and the day, so a sweep
that is run twice, or cut off in the middle and run again, does everything once.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from datetime import date, datetime
from itertools import islice
from typing import Any, Final, Literal, NamedTuple, Protocol
from uuid import UUID

from ledger.application.accounts import EXPIRE_LOT, ExpireLot
from ledger.application.awards import CREDIT_AWARD, CreditAward
from ledger.application.check_ins import CLOSE_VISIT, CloseVisit
from ledger.application.ports import Answer, Call, CommandKey, Ledger, LedgerBusy, Refused
from ledger.application.redemptions import LAPSE_REDEMPTION, LapseRedemption
from ledger.application.work import UseCase
from ledger.kernel.clock import business_day
from ledger.kernel.ids import SYSTEM, AccountId, ActivityId, AwardId, LotId, MemberId, RedemptionId, SessionId

DueKind = Literal["award_notice", "open_visit", "redemption_lapse", "lot_expiry"]

IN_FLIGHT_MAX: Final = 200
"""So many commands wait in the back lane at once: a few batches of the writer, so that the lane's queue never fills."""


class Due(NamedTuple):
    """One thing that has come due.

    ids, in this order: award_notice (award), open_visit (activity, session, member), redemption_lapse (redemption),
    lot_expiry (account, lot).
    """

    kind: DueKind
    ids: tuple[UUID, ...]


class DueList(Protocol):
    """What has come due, from a read model. It may name too much: each use case decides again on the ledger itself."""

    def due(self, now: datetime) -> Iterable[Due]:
        """Everything that is due at the instant `now` (aware UTC), oldest first."""
        ...


class SweepReport(NamedTuple):
    """What a sweep did. done: commands accepted, by kind (in a preview: what would be tried).

    refused: commands refused, by kind and code, as `kind code`. put_off: commands the busy ledger did not take; the
    next sweep tries them again.
    """

    done: dict[DueKind, int]
    refused: dict[str, int]
    put_off: int

    @property
    def is_complete(self) -> bool:
        """Whether every command was taken; refused ones were answered too."""
        return self.put_off == 0


def preview(due_list: DueList, now: datetime) -> SweepReport:
    """What `sweep` would try at the instant `now` (aware UTC), without trying it."""
    return SweepReport(dict(Counter(due.kind for due in due_list.due(now))), {}, 0)


def sweep(ledger: Ledger, due_list: DueList, now: datetime) -> SweepReport:
    """Do all that is due at the instant `now` (aware UTC), as the system, and wait for the answers.

    A refused command (a notice not over after all, a suspended member) is counted and stops nothing. Faults other than
    a busy ledger pass through; what was answered before stays done.
    """
    done: Counter[DueKind] = Counter()
    refused: Counter[str] = Counter()
    put_off = 0
    dues = iter(due_list.due(now))
    while chunk := tuple(islice(dues, IN_FLIGHT_MAX)):
        for due, answer in _answers(ledger, chunk, now):
            if answer is None:
                put_off += 1
            elif isinstance(answer.result, Refused):
                refused[f"{due.kind} {answer.result.code}"] += 1
            else:
                done[due.kind] += 1
    return SweepReport(dict(done), dict(refused), put_off)


def call_for(due: Due, now: datetime) -> Call:
    """The command for what is due, with a key that is the same all through the community's day of `now`."""
    use_case, request = _command(due)
    return Call(use_case, request, caller=SYSTEM, key=_key(due, business_day(now)), at=now)


def _answers(ledger: Ledger, dues: Sequence[Due], now: datetime) -> Iterator[tuple[Due, Answer | None]]:
    """Each due thing with its answer; None where the ledger was busy."""
    futures = [(due, _submitted(ledger, call_for(due, now))) for due in dues]
    for due, future in futures:
        yield due, _awaited(future)


def _submitted(ledger: Ledger, call: Call) -> Future[Answer] | None:
    try:
        return ledger.submit(call, lane="back")
    except LedgerBusy:
        return None


def _awaited(future: Future[Answer] | None) -> Answer | None:
    try:
        return future and future.result()
    except LedgerBusy:
        return None


def _key(due: Due, day: date) -> CommandKey:
    return CommandKey("sweep", "/".join((due.kind, *map(str, due.ids), day.isoformat())), b"")


def _command(due: Due) -> tuple[UseCase[Any], Any]:
    match due.kind, due.ids:
        case "award_notice", (award,):
            return CREDIT_AWARD, CreditAward(AwardId(award))
        case "open_visit", (activity, session, member):
            return CLOSE_VISIT, CloseVisit(ActivityId(activity), SessionId(session), MemberId(member))
        case "redemption_lapse", (redemption,):
            return LAPSE_REDEMPTION, LapseRedemption(RedemptionId(redemption))
        case "lot_expiry", (account, lot):
            return EXPIRE_LOT, ExpireLot(AccountId(account), LotId(lot))
        case _:
            raise AssertionError(f"{due.kind} does not go with {len(due.ids)} ids")
