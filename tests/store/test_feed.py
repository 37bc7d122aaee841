"""The log as read models and auditors get it: in order, page by page, with nothing left out."""

from uuid import UUID, uuid4

from ledger.application.work import Outcome, UseCase, Work
from ledger.kernel.ids import SYSTEM, MemberId
from ledger.store import append
from ledger.store.databases import Databases
from ledger.store.feed import UNTIMED, LogFeed
from ledger.store.leaves import leaf_hash

from .toys import JAR, MOVE, NOON, TOY_CODEC, BeansAdded, BeansTaken, Move, call
from .writing import ask_together

JAR_ID = UUID("aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa")
MEI = MemberId(uuid4())


def store(databases: Databases, name: str, state: bytes) -> UUID:
    stream = uuid4()
    with databases.ledger.begin() as connection:
        append.lock(connection)
        append.insert(connection, [append.Row(stream, 1, name, state)], append.head(connection))
    return stream


def test_pages_follow_each_other_in_order_of_position(databases: Databases) -> None:
    correlation = uuid4()
    moves = [call(MOVE, Move((JAR_ID,), beans), str(beans), caller=MEI) for beans in range(1, 6)]
    ask_together(databases, [move._replace(correlation=correlation) for move in moves])
    feed = LogFeed(databases, TOY_CODEC)

    first, second, third = feed.page(0, 2), feed.page(2, 2), feed.page(4, 2)

    notices = [*first, *second, *third]
    assert [len(first), len(second), len(third)] == [2, 2, 1]
    assert [notice.position for notice in notices] == [1, 2, 3, 4, 5]
    assert [notice.event for notice in notices] == [BeansAdded(beans) for beans in range(1, 6)]
    assert {(one.stream, one.name, one.at, one.actor, one.correlation, one.damaged) for one in notices} == {
        (JAR_ID, "toys.beans_added.1", NOON, MEI, correlation, None)
    }
    assert feed.page(5, 2) == []


def test_what_one_command_does_to_several_deeds_carries_the_id_of_each(databases: Databases) -> None:
    deeds = {JAR_ID: uuid4(), uuid4(): None}

    def fill(work: Work, move: Move) -> Outcome:
        for jar in move.jars:
            work.correlate(deeds[jar])
            work.act(JAR, jar, move)
        return Outcome("filled")

    of_command = uuid4()
    asked = call(UseCase("toys.fill", fill, lambda _move, _actor: ()), Move(tuple(deeds), 1), "k")
    ask_together(databases, [asked._replace(correlation=of_command)])

    found = {one.stream: one.correlation for one in LogFeed(databases, TOY_CODEC).page(0, 10)}
    assert found == {jar: deed or of_command for jar, deed in deeds.items()}


def test_the_position_is_that_of_the_newest_event(databases: Databases) -> None:
    feed = LogFeed(databases, TOY_CODEC)
    assert feed.position() == 0

    ask_together(databases, [call(MOVE, Move((JAR_ID, uuid4()), 1), "k")])

    assert feed.position() == 2


def test_auditors_get_the_stored_bytes_and_their_leaf(databases: Databases) -> None:
    ask_together(databases, [call(MOVE, Move((JAR_ID,), 1), "k")])

    (raw,) = LogFeed(databases, TOY_CODEC).page_raw(0, 10)

    assert (raw.position, raw.stream, raw.version, raw.name) == (1, JAR_ID, 1, "toys.beans_added.1")
    assert TOY_CODEC.event(raw.name, raw.state) == BeansAdded(1)
    assert raw.leaf == leaf_hash(raw.stream, raw.version, raw.name, raw.state)


def test_a_name_outside_the_catalog_is_shown_without_an_event(databases: Databases) -> None:
    ask_together(databases, [call(MOVE, Move((JAR_ID,), 1), "k")])
    ours = LogFeed(databases, TOY_CODEC).page_raw(0, 1)[0].state
    later = store(databases, "toys.beans_cooked.1", ours)
    foreign = store(databases, "some.module:Thing.Happened", b'{"_T": 1}')
    opaque = store(databases, "some.module:Thing.Happened", b"\x00\xff")

    notices = LogFeed(databases, TOY_CODEC).page(1, 10)

    assert [(notice.stream, notice.event) for notice in notices] == [(later, None), (foreign, None), (opaque, None)]
    assert [(notice.at, notice.actor) for notice in notices] == [(NOON, SYSTEM), (UNTIMED, SYSTEM), (UNTIMED, SYSTEM)]


def test_bytes_that_break_the_promise_of_their_name_are_told_as_damage_and_stop_nobody(databases: Databases) -> None:
    store(databases, "toys.beans_added.1", b'{"beans":1}')
    store(databases, "toys.beans_taken.1", b"\x00\xff")
    ask_together(databases, [call(MOVE, Move((JAR_ID,), 1), "k")])

    first, second, whole = LogFeed(databases, TOY_CODEC).page(0, 10)

    assert [(one.event, one.damaged, one.at) for one in (first, second)] == [
        (None, BeansAdded, UNTIMED),
        (None, BeansTaken, UNTIMED),
    ]
    assert (whole.event, whole.damaged) == (BeansAdded(1), None)
    assert LogFeed(databases, TOY_CODEC).page_raw(0, 10)[0].state == b'{"beans":1}'
