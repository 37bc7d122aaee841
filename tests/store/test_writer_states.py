"""Nothing is decided on a stale state: not across processes, not on streams that are only read, not from the cache."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from ledger.application.ports import Refused
from ledger.application.work import Outcome
from ledger.kernel.decider import Event
from ledger.kernel.envelope import Envelope
from ledger.kernel.ids import SYSTEM, CommandId
from ledger.store import answering, append
from ledger.store.codec import Codec, UnknownEvent, UnreadableEvent
from ledger.store.databases import Databases

from .toys import LOOK, MOVE, MOVE_UNNAMED, NOON, PAINT, TOY_CATALOG, TOY_CODEC, BeansAdded, JarCounted, Move, call
from .writing import ask, ask_together, log, writing

JAR_ID = UUID("aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa")


def move(beans: int, *jars: UUID) -> Move:
    return Move(jars or (JAR_ID,), beans)


def beans(answer: Any) -> int:
    assert isinstance(answer.result, Outcome), answer
    return answer.result.figures["beans"]


def store(databases: Databases, stream: UUID, events: list[tuple[str, bytes]]) -> None:
    with databases.ledger.begin() as connection:
        append.lock(connection)
        rows = [append.Row(stream, version, *stored) for version, stored in enumerate(events, start=1)]
        append.insert(connection, rows, append.head(connection))


def encoded(happened: Any) -> tuple[str, bytes]:
    return TOY_CODEC.encode(happened, Envelope(NOON, SYSTEM, CommandId(uuid4())), bytes(16))


@pytest.mark.parametrize("use_case", [MOVE, MOVE_UNNAMED])
def test_two_writers_see_each_other_s_changes_on_the_very_next_command(databases: Databases, use_case: Any) -> None:
    with writing(databases) as one, writing(databases) as other:
        seen = [beans(ask(writer, call(use_case, move(1), f"{n}"))) for n, writer in enumerate([one, other] * 5)]
        only_read = [beans(ask(writer, call(LOOK, move(1), f"look {n}"))) for n, writer in enumerate((one, other))]

    assert seen == list(range(1, 11))
    assert only_read == [10, 10]


def test_a_stream_that_is_only_read_is_never_stale(databases: Databases) -> None:
    with writing(databases) as one, writing(databases) as other:
        assert beans(ask(one, call(LOOK, move(1), "empty"))) == 0
        ask(other, call(MOVE, move(7), "fill"))
        assert beans(ask(one, call(LOOK, move(1), "full"))) == 7


def test_a_log_far_ahead_of_the_cache_empties_it(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "FOLLOWED_MAX", 3)
    with writing(databases) as one, writing(databases) as other:
        ask(one, call(MOVE, move(1), "first"))
        for n in range(5):
            ask(other, call(MOVE, move(1), f"{n}"))
        assert beans(ask(one, call(MOVE, move(1), "last"))) == 7


def test_a_replayed_key_is_found_across_writers(databases: Databases) -> None:
    with writing(databases) as one, writing(databases) as other:
        first = ask(one, call(MOVE, move(1), "k"))
        assert ask(other, call(MOVE, move(1), "k")) == first._replace(replayed=True)


def test_a_refused_command_leaves_nothing_of_its_first_steps(databases: Databases) -> None:
    empty = uuid4()
    with writing(databases) as writer:
        ask(writer, call(MOVE, move(5), "fill"))
        refused = ask(writer, call(MOVE, move(-5, JAR_ID, empty), "take from both"))
        left = ask(writer, call(LOOK, move(1), "look"))

    assert isinstance(refused.result, Refused)
    assert beans(left) == 5
    assert len(log(databases)) == 1


def test_an_unused_state_leaves_the_cache_and_is_read_again(databases: Databases) -> None:
    jars = [uuid4() for _ in range(6)]
    with writing(databases, streams_max=2) as writer:
        for turn in range(3):
            for jar in jars:
                assert beans(ask(writer, call(MOVE, move(1, jar), f"{turn} {jar}"))) == turn + 1


class CountingCodec(Codec):
    """Counts the events that were read to find a state."""

    def __init__(self) -> None:
        super().__init__(TOY_CATALOG)
        self.read = 0

    def event(self, name: str, state: bytes) -> Event:
        self.read += 1
        return super().event(name, state)


def test_folding_begins_at_the_newest_restart(databases: Databases) -> None:
    # given 2000 events, of which every five hundredth carries the whole state
    added = encoded(BeansAdded(1))
    store(databases, JAR_ID, [encoded(JarCounted(n)) if n % 500 == 0 else added for n in range(1, 1951)])

    # when a command needs the state
    codec = CountingCodec()
    with writing(databases, codec=codec) as writer:
        found = ask(writer, call(LOOK, move(1), "look"))

    # then the newest restart and what followed it were enough
    assert beans(found) == 1950
    assert codec.read == 451


def test_a_stream_without_a_restart_is_read_as_far_back_as_it_goes(databases: Databases) -> None:
    store(databases, JAR_ID, [encoded(BeansAdded(1))] * 1300)

    with writing(databases) as writer:
        assert beans(ask(writer, call(LOOK, move(1), "look"))) == 1300


def test_a_decision_on_a_stream_with_an_unknown_name_is_a_fault_of_that_command_alone(databases: Databases) -> None:
    unknown, torn, good = uuid4(), uuid4(), uuid4()
    store(databases, unknown, [encoded(BeansAdded(1)), ("toys.beans_cooked.1", encoded(BeansAdded(1))[1])])
    store(databases, torn, [("toys.beans_added.1", b"{}")])

    calls = [call(MOVE, move(1, jar), str(jar)) for jar in (unknown, torn, good)]
    of_unknown, of_torn, of_good = ask_together(databases, calls)

    assert isinstance(of_unknown.exception(), UnknownEvent)
    assert isinstance(of_torn.exception(), UnreadableEvent)
    assert beans(of_good.result()) == 1


def test_an_id_of_another_kind_is_refused_and_not_remembered(databases: Databases) -> None:
    with writing(databases) as writer:
        ask(writer, call(MOVE, move(1), "a jar"))
        cached = ask(writer, call(PAINT, move(1), "a lid"))
    with writing(databases) as writer:
        loaded = ask(writer, call(PAINT, move(1), "a lid"))

    assert cached.result == loaded.result == Refused("id-of-another-kind", {})
    assert not loaded.replayed
    assert len(log(databases)) == 1


def test_a_stream_that_nobody_began_may_become_of_any_kind(databases: Databases) -> None:
    with writing(databases) as writer:
        assert beans(ask(writer, call(LOOK, move(1), "look"))) == 0
        assert ask(writer, call(PAINT, move(1), "paint")).result == Outcome("painted")
        assert ask(writer, call(PAINT, move(1), "again")).position == 2
