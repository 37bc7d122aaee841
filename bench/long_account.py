"""An account of 20 000 entries beside one of 20 with the same open lots: read over HTTP, and spent from by the writer.

Accounts carry themselves forward every 500 entries, so a writer that was just started reads at most one page of either.
"""

import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from msgspec import Struct

from api.background import settle_memory
from api.deployment import Deployment
from bench.figures import Book, Comparison, percentile
from bench.founding import Community, found
from bench.generated_home import empty_ledger, opened, write_names
from bench.growth import read
from bench.linli_service import LinliService
from bench.postgres import Postgres
from bench.scribe import Scribe
from bench.town import sign_in
from ledger.accounts.account import ACCOUNT
from ledger.accounts.commands import CreditLot, HoldPoints, SpendHold
from ledger.application.accounts import opened_account
from ledger.application.ports import Call, CommandKey, Refused
from ledger.application.redemptions import (
    APPROVE_REDEMPTION,
    HAND_OVER,
    MAKE_READY,
    REQUEST_REDEMPTION,
    ApproveRedemption,
    HandOver,
    MakeReady,
    RequestRedemption,
)
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import HoldId, LotId, MemberId, OrganisationId, RedemptionId
from ledger.kernel.units import Unit

READING = "Reading a long account over HTTP: p99 of one request"
SPENDING = "Spending from a long account: p99 of one command"
ENTRIES = {"20,000 entries": 20_000, "20 entries": 20}
OPEN_LOTS = 8
LOT = 10_000
ENTRIES_A_COMMAND = 400
REQUESTS = 600
WARM_UP = 60
SPENDINGS = 150
STARTS = 15
"""How many freshly started writers are asked; each has read nothing yet."""
WANTED = 1.3
PATHS = {
    "balances": "/v1/members/me/balances",
    "statement": "/v1/members/me/statement",
    "lots": "/v1/members/me/lots",
}


class Live(Request, frozen=True):
    """Let so many entries happen in the member's account: two lots come in, are held together, and are spent."""

    member: MemberId
    organisation: OrganisationId
    rounds: int


class Pair(Struct, frozen=True):
    """The community, and its member with each account, by label."""

    community: Community
    owners: dict[str, MemberId]


class NotSpent(Exception):
    """A step of an exchange was refused."""


def measure(book: Book, folder: Path, postgres: Postgres, *, rounds: int) -> None:
    """Both databases, `rounds` rounds each."""
    for database in ("SQLite", "PostgreSQL"):
        url = postgres.database("long_account") if database == "PostgreSQL" else None
        home = folder / f"long-account-{database}"
        pair = _pair(home, url)
        with opened(home, url) as deployment:
            write_names(deployment, [pair.community])
            deployment.figures.prepare()
            tokens = dict(zip(pair.owners, sign_in(deployment, list(pair.owners.values())), strict=True))
        postgres.settle()
        for _ in range(rounds):
            with LinliService(home, url, workers=1).serving() as server:
                _read(book, database, server.url, tokens)
            _spend(book, database, home, url, pair=pair)
        _compare(book, database)


def _pair(home: Path, url: str | None) -> Pair:
    at = datetime.now(UTC) - timedelta(days=2)
    with empty_ledger(home, url) as scribe:
        community = found(scribe, 1, 10, at=at - timedelta(days=1)).communities[0]
        owners = dict(zip(ENTRIES, community.members[4:], strict=False))
        for label, entries in ENTRIES.items():
            _live(scribe, community.organisation, owners[label], entries, at=at)
        _live(scribe, community.organisation, _neither(community), OPEN_LOTS, at=at)
    return Pair(community, owners)


def _neither(community: Community) -> MemberId:
    """A third, whose exchange shows a new writer what is the same for both: the shelf, the place, the staff."""
    return community.members[-1]


def _live(scribe: Scribe, organisation: OrganisationId, member: MemberId, entries: int, *, at: datetime) -> None:
    """Four entries a round, and in the end the open lots, which are the same in both accounts."""
    rounds = (entries - OPEN_LOTS) // 4
    for first in range(0, rounds, ENTRIES_A_COMMAND // 4):
        some = min(ENTRIES_A_COMMAND // 4, rounds - first)
        scribe.do(_LIVE, Live(member, organisation, some), at=at)
    scribe.do(_SAVE, Live(member, organisation, OPEN_LOTS), at=at)


def _lived(work: Work, asked: Live) -> Outcome:
    account = opened_account(work, asked.member, Unit.POINTS)
    for _ in range(asked.rounds):
        for _ in range(2):
            _credit(work, asked, 30)
        hold, reason = HoldId(uuid4()), uuid4()
        work.act(ACCOUNT, account, HoldPoints(hold, 60, reason, work.today))
        work.act(ACCOUNT, account, SpendHold(hold, asked.organisation, reason, work.today))
    return Outcome("lived")


def _saved(work: Work, asked: Live) -> Outcome:
    for _ in range(asked.rounds):
        _credit(work, asked, LOT)
    return Outcome("saved")


def _credit(work: Work, asked: Live, amount: int) -> None:
    account = opened_account(work, asked.member, Unit.POINTS)
    work.act(ACCOUNT, account, CreditLot(LotId(uuid4()), amount, asked.organisation, uuid4(), work.today))


def _reads(asked: Live, actor: MemberId) -> tuple[Stream, ...]:  # noqa: ARG001 - a hint's signature
    return ()


_LIVE = UseCase[Live]("bench.live", _lived, _reads)
_SAVE = UseCase[Live]("bench.save", _saved, _reads)


def _read(book: Book, database: str, url: str, tokens: dict[str, str]) -> None:
    address = urlsplit(url)
    connection = HTTPConnection(address.hostname or "", address.port, timeout=30)
    for kind, path in PATHS.items():
        found: dict[str, list[float]] = {label: [] for label in tokens}
        for number in range(WARM_UP + REQUESTS):
            for label in sorted(tokens, reverse=number % 2 == 0):
                took = read(connection, tokens[label], path)
                if number >= WARM_UP:
                    found[label].append(took)
        _keep(book, f"long-account/{database}/{kind}", found)


def _spend(book: Book, database: str, home: Path, url: str | None, *, pair: Pair) -> None:
    """Exchanges by turns: first each of many writers that were just started, then one that knows both accounts."""
    cold, warm = _Spender(pair), _Spender(pair)
    for number in range(STARTS):
        with _writing(home, url) as deployment:
            cold.exchange(deployment, _neither(pair.community), "neither")
            cold.both(deployment, number)
    with _writing(home, url) as deployment:
        for number in range(SPENDINGS):
            warm.both(deployment, number)
    for way, spender in (("just started", cold), ("knows it", warm)):
        for step in ("held", "spent"):
            labels = {label: spender.took[label, step] for label in pair.owners}
            _keep(book, f"long-account/{database}/{step}, writer {way}", labels)


@contextmanager
def _writing(home: Path, url: str | None) -> Generator[Deployment]:
    with opened(home, url) as deployment:
        deployment.ledger.start()
        settle_memory()
        try:
            yield deployment
        finally:
            deployment.ledger.stop()


class _Spender:
    """Exchanges goods for points of either account and notes the milliseconds. took: by label and step."""

    def __init__(self, pair: Pair) -> None:
        self.took: dict[tuple[str, str], list[float]] = {}
        self._pair = pair

    def both(self, deployment: Deployment, number: int) -> None:
        """One exchange from each account, the two taking turns at being first."""
        for label in sorted(self._pair.owners, reverse=number % 2 == 0):
            self.exchange(deployment, self._pair.owners[label], label)

    def exchange(self, deployment: Deployment, member: MemberId, label: str) -> None:
        """Ask, approve, make ready, hand over: the first sets points aside, the last spends them."""
        community = self._pair.community
        asked = RequestRedemption(community.reward, 1)
        redemption, took = _timed(deployment, REQUEST_REDEMPTION, asked, member)
        self.took.setdefault((label, "held"), []).append(took)
        for use_case, step, actor in (
            (APPROVE_REDEMPTION, ApproveRedemption(redemption), community.approver),
            (MAKE_READY, MakeReady(redemption), community.keeper),
            (HAND_OVER, HandOver(redemption), community.keeper),
        ):
            _, took = _timed(deployment, use_case, step, actor)
        self.took.setdefault((label, "spent"), []).append(took)


def _timed(
    deployment: Deployment, use_case: UseCase[Any], asked: Request, actor: MemberId
) -> tuple[RedemptionId, float]:
    started = time.perf_counter()
    key = CommandKey("bench", str(uuid4()), b"")
    answer = deployment.ledger.submit(Call(use_case, asked, actor, key, deployment.clock.now()), lane="front").result()
    if isinstance(answer.result, Refused):
        raise NotSpent(str(answer.result))
    return RedemptionId(answer.command), (time.perf_counter() - started) * 1000


def _keep(book: Book, figure: str, found: dict[str, list[float]]) -> None:
    for label, took in found.items():
        p50, p99 = percentile(took, 0.5), percentile(took, 0.99)
        book.sample(f"{figure}/{label}", "ms", p99, p50_ms=p50, p99_ms=p99)
    told = ", ".join(f"{label} p50 {percentile(took, 0.5):.1f} ms" for label, took in found.items())
    print(f"  {figure}: {told}", file=sys.stderr)


def _compare(book: Book, database: str) -> None:
    spent = [f"{step}, writer {way}" for step in ("held", "spent") for way in ("just started", "knows it")]
    for section, figures in ((READING, list(PATHS)), (SPENDING, spent)):
        for figure in figures:
            long, short = (f"long-account/{database}/{figure}/{label}" for label in ENTRIES)
            wanted = WANTED if section == READING else None
            line = Comparison(section, f"{database}: {figure}", long, short, "20 entries", wanted_most=wanted)
            book.comparisons.append(line)
