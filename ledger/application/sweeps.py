"""What time alone causes: a read model says what has come due, the ledger decides on each thing again.

A sweep goes in the back lane and never holds people up. Each use case finds for itself whether anything is left to do,
so a sweep that is run twice, or cut off in the middle and run again, does everything once.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final, Literal, NamedTuple, Protocol
from uuid import UUID

from ledger.application.accounts import EXPIRE_LOT, ExpireLot
from ledger.application.awards import CREDIT_AWARD, CreditAward
from ledger.application.expiry import ANNOUNCE_EXPIRY, AnnounceExpiry
from ledger.application.opening_balances import POST_OPENING_BALANCE, PostOpeningBalance
from ledger.application.ports import Answer, Call, CommandKey, Ledger, LedgerBusy, Refused
from ledger.application.redemptions import LAPSE_REDEMPTION, LapseRedemption
from ledger.application.returns import SETTLE_REDEMPTION, SettleRedemption
from ledger.application.visits import CLOSE_VISIT, MARK_NO_SHOW, CloseVisit, MarkAsNoShow
from ledger.application.work import UseCase
from ledger.kernel.ids import (
    SYSTEM,
    AccountId,
    ActivityId,
    AdjustmentId,
    AwardId,
    LotId,
    MemberId,
    RedemptionId,
    SessionId,
)

DueKind = Literal[
    "award_notice",
    "opening_notice",
    "open_visit",
    "no_show",
    "redemption_lapse",
    "redemption_settlement",
    "lot_expiry",
    "expiry_announcement",
]

IN_FLIGHT_MAX: Final = 200
"""So many commands wait in the back lane at once: a few batches of the writer, so that the lane's queue never fills."""


class Due(NamedTuple):
    """One thing that has come due.

    ids, in this order: award_notice (award), opening_notice (adjustment), open_visit and no_show (activity, session,
    member), redemption_lapse and redemption_settlement (redemption), lot_expiry (account, lot), expiry_announcement
    (account).
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

    A refused command (a notice not over after all, a suspended member) is counted and stops nothing. Nor does one that
    meets a fault or a bug of its own: everything else is done first, then the first such is raised.
    """
    done: Counter[DueKind] = Counter()
    refused: Counter[str] = Counter()
    put_off = 0
    failed: list[BaseException] = []
    dues = iter(due_list.due(now))
    while chunk := tuple(islice(dues, IN_FLIGHT_MAX)):
        for due, answer in _answers(ledger, chunk, now):
            match answer:
                case LedgerBusy():
                    put_off += 1
                case BaseException():
                    failed.append(answer)
                case Answer(result=Refused(code=code)):
                    refused[f"{due.kind} {code}"] += 1
                case _:
                    done[due.kind] += 1
    if failed:
        raise failed[0]
    return SweepReport(dict(done), dict(refused), put_off)


def call_for(due: Due, now: datetime) -> Call:
    """The command for what is due. Its key is the same for a minute, so that processes that sweep at once ask once.

    Not for longer: the same lot can fall due again on one day, when a hold gives back what has had its days of grace.
    """
    use_case, request = _command(due)
    minute = now.astimezone(UTC).isoformat(timespec="minutes")
    key = CommandKey("sweep", "/".join((due.kind, *map(str, due.ids), minute)), b"")
    return Call(use_case, request, caller=SYSTEM, key=key, at=now)


def _answers(ledger: Ledger, dues: Sequence[Due], now: datetime) -> Iterator[tuple[Due, Answer | BaseException]]:
    """Each due thing with its answer, or with what stood in the way of one."""
    futures = [(due, ledger.submit(call_for(due, now), lane="back")) for due in dues]
    for due, future in futures:
        yield due, future.exception() or future.result()


def _command(due: Due) -> tuple[UseCase[Any], Any]:
    match due.kind, due.ids:
        case "award_notice", (award,):
            return CREDIT_AWARD, CreditAward(AwardId(award))
        case "opening_notice", (adjustment,):
            return POST_OPENING_BALANCE, PostOpeningBalance(AdjustmentId(adjustment))
        case "open_visit", (activity, session, member):
            return CLOSE_VISIT, CloseVisit(ActivityId(activity), SessionId(session), MemberId(member))
        case "no_show", (activity, session, member):
            return MARK_NO_SHOW, MarkAsNoShow(ActivityId(activity), SessionId(session), MemberId(member))
        case "redemption_lapse", (redemption,):
            return LAPSE_REDEMPTION, LapseRedemption(RedemptionId(redemption))
        case "expiry_announcement", (account,):
            return ANNOUNCE_EXPIRY, AnnounceExpiry(AccountId(account))
        case "redemption_settlement", (redemption,):
            return SETTLE_REDEMPTION, SettleRedemption(RedemptionId(redemption))
        case "lot_expiry", (account, lot):
            return EXPIRE_LOT, ExpireLot(AccountId(account), LotId(lot))
        case _:
            raise AssertionError(f"{due.kind} does not go with {len(due.ids)} ids")
