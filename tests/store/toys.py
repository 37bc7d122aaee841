"""A context for tests: jars of beans. Small enough to see through, with everything the writer must cope with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

from ledger.application.ports import Call, CommandKey, SessionProof
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Decider, Event, Request
from ledger.kernel.ids import SYSTEM, MemberId
from ledger.kernel.refusal import Refusal
from ledger.store.catalog import Catalog
from ledger.store.codec import Codec

NOON = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)


class BeansAdded(Event, frozen=True):
    """Beans came in."""

    beans: int


class BeansTaken(Event, frozen=True):
    """Beans went out."""

    beans: int


class JarCounted(Event, frozen=True):
    """The whole state of the jar."""

    beans: int


class LidSeen(Event, frozen=True):
    """An event of another kind of stream."""

    colour: str


JAR_NAMES = {
    "toys.beans_added.1": BeansAdded,
    "toys.beans_taken.1": BeansTaken,
    "toys.jar_counted.1": JarCounted,
    "toys.lid_seen.1": LidSeen,
}
TOY_CATALOG = Catalog(JAR_NAMES, {})
TOY_CODEC = Codec(TOY_CATALOG)


@dataclass(eq=False)
class TooFewBeans(Refusal):
    """A refusal by a rule."""

    code: ClassVar[str] = "toy-too-few-beans"
    asked: int
    there: int
    at: datetime


@dataclass(eq=False)
class NotYourJar(Refusal):
    """A refusal that is not remembered."""

    code: ClassVar[str] = "toy-not-your-jar"
    remembered: ClassVar[bool] = False


class Move(Request, frozen=True):
    """Add beans, or take them where negative. broken: a bug strikes after the first jar."""

    jars: tuple[UUID, ...]
    beans: int
    broken: bool = False


def _decide(beans: int, move: Move) -> tuple[Event, ...]:
    if beans + move.beans < 0:
        raise TooFewBeans(asked=-move.beans, there=beans, at=NOON)
    return (BeansAdded(move.beans),) if move.beans > 0 else (BeansTaken(-move.beans),)


def _evolve(beans: int, event: Event) -> int:
    match event:
        case BeansAdded(added):
            return beans + added
        case BeansTaken(taken):
            return beans - taken
        case JarCounted(counted):
            return counted
        case _:
            raise AssertionError(event)


def _see_lid(state: int, colour: str) -> tuple[Event, ...]:
    return (LidSeen(colour),)


JAR: Decider[int, Move, Any] = Decider(
    "jar", 0, _decide, _evolve, (BeansAdded, BeansTaken, JarCounted), restarts=(JarCounted,)
)
LID: Decider[int, str, Any] = Decider("lid", 0, _see_lid, lambda state, _event: state + 1, (LidSeen,))


def _move(work: Work, move: Move) -> Outcome:
    beans = 0
    for jar in move.jars:
        beans = work.act(JAR, jar, move)
        if move.broken:
            raise ZeroDivisionError("a bug")
    return Outcome("moved", ids={"thing": work.new_id("thing")}, figures={"beans": beans})


def _look(work: Work, move: Move) -> Outcome:
    return Outcome("looked", figures={"beans": sum(work.state(JAR, jar) for jar in move.jars)})


def _refuse(work: Work, move: Move) -> Outcome:
    raise NotYourJar


def _paint(work: Work, move: Move) -> Outcome:
    for lid in move.jars:
        work.act(LID, lid, "red")
    return Outcome("painted")


def _jars(move: Move, actor: MemberId) -> Sequence[Stream]:
    return [Stream(JAR, jar) for jar in move.jars]


MOVE: UseCase[Move] = UseCase("toys.move", _move, _jars)
MOVE_UNNAMED: UseCase[Move] = UseCase("toys.move_unnamed", _move, lambda _move, _actor: ())
LOOK: UseCase[Move] = UseCase("toys.look", _look, _jars)
REFUSE: UseCase[Move] = UseCase("toys.refuse", _refuse, _jars)
PAINT: UseCase[Move] = UseCase("toys.paint", _paint, lambda move, actor: [Stream(LID, lid) for lid in move.jars])


def call(
    use_case: UseCase[Move], move: Move, key: str, *, caller: MemberId | SessionProof = SYSTEM, body: bytes = b"{}"
) -> Call:
    """A call of a toy use case at noon."""
    return Call(use_case, move, caller, CommandKey("POST /v1/jars", key, body), NOON)
