"""Holds what the ledger keeps against what was answered: nothing lost, nothing twice, every figure as it follows.

The journal alone says what must be there; the log is read past every cache and read model.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Final, Literal, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import select

from ledger.accounts.account import ACCOUNT
from ledger.application.ports import CommandKey
from ledger.kernel.ids import CommandId, RedemptionId
from ledger.redemption.redemption import REDEMPTION, RedemptionStatus
from ledger.redemption.reward import REWARD
from ledger.store.commands import CommandNames
from ledger.store.databases import Databases
from ledger.store.keys import Keys
from ledger.store.tables import COMMANDS
from tests.races import stored
from tests.races.town import TODAY, purse

from .journal import Answered, Journal, Sent
from .town import PRICE, STOCK, Paper

CHANGES_NOTHING: Final = frozenset({"already-in", "already-out"})
STEPS: Final[Mapping[str, RedemptionStatus]] = {"approve": "approved", "ready": "ready", "cancel": "cancelled"}
HAND_OVER: Final = "/v1/vouchers/hand-over"

Kind = Literal["unanswered", "refused", "lost", "doubled", "differs"]


class Fault(NamedTuple):
    """One thing that is not as it was acknowledged."""

    kind: Kind
    what: str


class Command(NamedTuple):
    """What was sent and what came back; None where nothing ever did."""

    id: CommandId
    sent: Sent
    answer: Answered | None


class Order(NamedTuple):
    """A redemption as the answers tell it."""

    asker: UUID
    pieces: int
    status: RedemptionStatus


class Tally(NamedTuple):
    """Figures of a run. retried: commands that were sent more than once. replayed: those of them that had been done
    already, so that only their answer was lost."""

    commands: int
    retried: int
    replayed: int


def read_commands(journal: Journal, home: Path) -> list[Command]:
    """Everything that was sent, in that order."""
    names = CommandNames(Keys.open(home).requests)
    lines = list(journal.lines())
    answers = {line.key: line for line in lines if isinstance(line, Answered)}
    return [
        Command(names.command_id(one.actor, CommandKey(f"POST {one.path}", one.key, b"")), one, answers.get(one.key))
        for one in lines
        if isinstance(one, Sent)
    ]


def tally(commands: list[Command]) -> Tally:
    """What a run came to."""
    answers = [one.answer for one in commands if one.answer]
    return Tally(len(commands), sum(one.tries > 1 for one in answers), sum(one.replayed for one in answers))


def judge(home: Path, url: str | None, paper: Paper, commands: list[Command]) -> list[Fault]:
    """Everything in the ledger that is not as the answers say; empty when all is right."""
    with closing(Databases.open(home, url)) as databases:
        return [
            *_refused(commands),
            *_commands_kept(databases, commands),
            *_effects_kept(databases, paper, commands),
            *_figures(databases, paper, commands),
        ]


def _refused(commands: list[Command]) -> Iterator[Fault]:
    """Nobody asked for anything that a rule forbids."""
    for one in commands:
        if one.answer is None:
            yield Fault("unanswered", one.sent.path)
        elif not one.answer.accepted:
            yield Fault("refused", f"{one.sent.path}: {one.answer.status} {one.answer.code}")


def _commands_kept(databases: Databases, commands: list[Command]) -> Iterator[Fault]:
    """Every answer has its row, at the position it told."""
    with databases.ledger_read.connect() as connection:
        rows: dict[CommandId, int] = {
            row.command: row.position for row in connection.execute(select(COMMANDS.c.command, COMMANDS.c.position))
        }
    for one in commands:
        if one.answer and one.answer.accepted and rows.get(one.id) != one.answer.position:
            yield Fault("lost", f"{one.sent.path}: answered at {one.answer.position}, kept at {rows.get(one.id)}")


def _effects_kept(databases: Databases, paper: Paper, commands: list[Command]) -> Iterator[Fault]:
    """Every accepted command has its events, once, up to its position; nobody's events are without an answer."""
    people = paper.people()
    actors = {one.command: one.actor for one in stored.events(databases, after=paper.start)}
    ends = {one.command: one.position for one in stored.commands(databases, after=paper.start)}
    accepted = {one.id: one.answer for one in commands if one.answer and one.answer.accepted}
    for id, answer in accepted.items():
        if answer.code not in CHANGES_NOTHING and ends.get(id) != answer.position:
            yield Fault("lost", f"{answer.code}: told position {answer.position}, its events end at {ends.get(id)}")
    for id, position in ends.items():
        if actors[id] in people and (id not in accepted or accepted[id].code in CHANGES_NOTHING):
            yield Fault("doubled", f"events up to {position} that nobody was told of")


def _figures(databases: Databases, paper: Paper, commands: list[Command]) -> Iterator[Fault]:
    """Redemptions, purses and the shelf, folded anew, are what the accepted commands come to."""
    orders = _orders(commands)
    for id, order in orders.items():
        found = stored.state(databases, REDEMPTION, id).status
        yield from _compare(f"redemption {id}", found, order.status)
    pieces: Counter[str] = Counter()
    held: Counter[UUID] = Counter()
    spent: Counter[UUID] = Counter()
    for order in orders.values():
        place = "given" if order.status == "handed_over" else "back" if order.status == "cancelled" else "reserved"
        pieces[place] += order.pieces
        held[order.asker] += order.pieces * PRICE if place == "reserved" else 0
        spent[order.asker] += order.pieces * PRICE if place == "given" else 0
    for member in paper.residents:
        account = stored.state(databases, ACCOUNT, purse(member))
        left = paper.points - held[member] - spent[member]
        yield from _compare(f"points of {member}", (account.available(TODAY), account.held), (left, held[member]))
    shelf = stored.state(databases, REWARD, paper.reward)
    free = STOCK - pieces["given"] - pieces["reserved"]
    yield from _compare("the shelf", (shelf.free, shelf.on_shelf), (free, STOCK - pieces["given"]))


def _orders(commands: list[Command]) -> dict[RedemptionId, Order]:
    orders: dict[RedemptionId, Order] = {}
    for _, sent, answer in commands:
        if answer is None or not answer.accepted or answer.redemption is None:
            continue
        id = RedemptionId(answer.redemption)
        if sent.path == "/v1/redemptions":
            orders[id] = Order(sent.actor, msgspec.json.decode(sent.body)["pieces"], "requested")
        elif id in orders:
            orders[id] = orders[id]._replace(status=_reached(sent.path))
    return orders


def _reached(path: str) -> RedemptionStatus:
    return "handed_over" if path == HAND_OVER else STEPS[path.rsplit("/", 1)[1]]


def _compare(what: str, found: object, expected: object) -> Iterator[Fault]:
    if found != expected:
        yield Fault("differs", f"{what}: {found}, not {expected}")
