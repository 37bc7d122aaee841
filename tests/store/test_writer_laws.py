"""The law of the writer: whatever the batches and whatever is cached, each command is decided as if it came alone."""

from typing import Any
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.application.memory import MemoryLedger
from ledger.application.ports import Answer, Refused
from ledger.application.work import Outcome
from ledger.kernel.ids import SYSTEM
from ledger.kernel.refusal import Refusal
from ledger.store.commands import refused
from ledger.store.databases import Databases

from .toys import MOVE, NOON, Move, call
from .writing import log, new_writer

JARS = 4

MOVES = st.builds(
    Move,
    jars=st.lists(st.integers(0, JARS - 1), min_size=1, max_size=3).map(tuple),
    beans=st.sampled_from([-7, -2, 1, 3, 5]),
    broken=st.sampled_from([False] * 5 + [True]),
)


def alone(memory: MemoryLedger, move: Move, command: UUID) -> Outcome | Refused | type[Exception]:
    """What becomes of the command in a ledger that runs one at a time."""
    try:
        return memory.run(MOVE, move, actor=SYSTEM, at=NOON, command=command)
    except Refusal as refusal:
        return refused(refusal)
    except ZeroDivisionError:
        return ZeroDivisionError


def told(answer: Answer | BaseException) -> Any:
    return answer.result if isinstance(answer, Answer) else type(answer)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(MOVES, max_size=25), batch_max=st.integers(1, 9), streams_max=st.integers(1, 6))
def test_batches_decide_as_if_each_command_came_alone(
    sqlite_databases: Databases, moves: list[Move], batch_max: int, streams_max: int
) -> None:
    # given commands on jars of their own
    jars = [uuid4() for _ in range(JARS)]
    asked = [Move(tuple(jars[int(jar)] for jar in move.jars), move.beans, move.broken) for move in moves]
    calls = [call(MOVE, move, f"{uuid4()}") for move in asked]

    # when they are answered in batches
    before = len(log(sqlite_databases))
    writer = new_writer(sqlite_databases, batch_max=batch_max, streams_max=streams_max)
    futures = [writer.submit(one, lane="front") for one in calls]
    writer.start()
    writer.stop()

    # then every answer and every event is that of a ledger which takes them one by one
    memory = MemoryLedger()
    expected = [alone(memory, one.request, writer.command_id(SYSTEM, one.key)) for one in calls]
    assert [told(future.exception() or future.result()) for future in futures] == expected
    assert [(stream, event) for _, stream, _, event in log(sqlite_databases)[before:]] == memory.log
