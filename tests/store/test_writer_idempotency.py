"""One command has one effect, however often it is sent; and its answer is the same one each time."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from ledger.application.ports import CommandKey, KeyReused, Refused, SessionProof
from ledger.application.work import Outcome
from ledger.kernel.ids import SYSTEM, MemberId, derived
from ledger.store.commands import REFUSAL_DAYS, CommandNames
from ledger.store.databases import Databases
from ledger.store.tables import COMMANDS, REFUSALS

from .toys import LOOK, MOVE, NOON, REFUSE, BeansAdded, Move, call
from .writing import KnownSessions, ask, ask_together, log, writing

JAR_ID = UUID("aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa")
ADD = Move((JAR_ID,), 5)
TAKE = Move((JAR_ID,), -5)
MEI = MemberId(uuid4())
WANG = MemberId(uuid4())


def test_the_answer_tells_what_happened_where_and_who_did_it(databases: Databases) -> None:
    with writing(databases) as writer:
        answer = ask(writer, call(MOVE, ADD, "k", caller=MEI))
        named = writer.command_id(MEI, CommandKey("POST /v1/jars", "k", b"anything"))

    assert answer.result == Outcome("moved", ids={"thing": derived(answer.command, "thing")}, figures={"beans": 5})
    assert (answer.position, answer.actor, answer.command, answer.replayed) == (1, MEI, named, False)
    assert log(databases) == [(1, JAR_ID, 1, BeansAdded(5))]


def test_same_key_and_body_are_answered_again_without_a_second_effect(databases: Databases) -> None:
    with writing(databases) as writer:
        first = ask(writer, call(MOVE, ADD, "k"))
        ask(writer, call(MOVE, ADD, "another"))
        again = ask(writer, call(MOVE, ADD, "k"))
    with writing(databases) as writer:
        after_a_restart = ask(writer, call(MOVE, ADD, "k"))

    assert again == after_a_restart == first._replace(replayed=True)
    assert len(log(databases)) == 2


def test_same_key_with_another_body_is_told_apart(databases: Databases) -> None:
    with writing(databases) as writer:
        ask(writer, call(MOVE, ADD, "k", body=b'{"beans":5}'))
        with pytest.raises(KeyReused):
            ask(writer, call(MOVE, ADD, "k", body=b'{"beans":6}'))

    assert len(log(databases)) == 1


def test_same_key_of_another_actor_scope_or_secret_is_another_command(databases: Databases) -> None:
    plain = call(MOVE, ADD, "k", caller=MEI)
    elsewhere = plain._replace(key=CommandKey("POST /v1/jar", "sk", b"{}"))
    with writing(databases) as writer:
        answers = [ask(writer, each) for each in (plain, call(MOVE, ADD, "k", caller=WANG), elsewhere)]

    assert [answer.replayed for answer in answers] == [False] * 3
    assert len({answer.command for answer in answers}) == 3
    assert len(log(databases)) == 3


def test_a_refusal_is_remembered_with_its_facts_though_the_rule_would_now_agree(databases: Databases) -> None:
    with writing(databases) as writer:
        first = ask(writer, call(MOVE, TAKE, "k"))
        ask(writer, call(MOVE, ADD, "add"))
        again = ask(writer, call(MOVE, TAKE, "k"))
        with pytest.raises(KeyReused):
            ask(writer, call(MOVE, TAKE, "k", body=b"other"))

    facts: dict[str, str | int | None] = {"asked": 5, "there": 0, "at": "2026-03-01T04:00:00Z"}
    assert first.result == Refused("toy-too-few-beans", facts)
    assert again == first._replace(replayed=True)
    assert len(log(databases)) == 1


def test_a_refusal_is_forgotten_after_seven_days_and_may_be_refused_anew(databases: Databases) -> None:
    take = call(MOVE, TAKE, "k")
    later = take._replace(at=NOON + timedelta(days=REFUSAL_DAYS))
    much_later = take._replace(at=NOON + timedelta(days=2 * REFUSAL_DAYS))
    with writing(databases) as writer:
        ask(writer, take)
        almost = ask(writer, take._replace(at=later.at - timedelta(seconds=1)))
        anew = ask(writer, later)
        ask(writer, call(MOVE, ADD, "add"))
        agreed = ask(writer, much_later)

    assert almost.replayed
    assert (anew.result, anew.replayed) == (almost.result, False)
    assert isinstance(agreed.result, Outcome)


def test_what_was_agreed_to_after_a_forgotten_refusal_is_done_once(databases: Databases) -> None:
    take = call(MOVE, TAKE, "k")
    later = take._replace(at=NOON + timedelta(days=REFUSAL_DAYS))
    with writing(databases) as writer:
        ask(writer, take)
        ask(writer, call(MOVE, ADD, "add"))
        agreed = ask(writer, later)
        again = ask(writer, later._replace(at=later.at + timedelta(minutes=1)))

    assert isinstance(agreed.result, Outcome)
    assert again == agreed._replace(replayed=True)
    assert len(log(databases)) == 2


def test_a_refusal_about_who_may_is_not_remembered(databases: Databases) -> None:
    with writing(databases) as writer:
        first, again = (ask(writer, call(REFUSE, ADD, "k")) for _ in range(2))

    assert first.result == Refused("toy-not-your-jar", {})
    assert not again.replayed
    with databases.ledger_read.begin() as connection:
        assert connection.execute(select(func.count()).select_from(REFUSALS)).scalar_one() == 0


def test_equal_keys_in_one_batch_are_one_command(databases: Databases) -> None:
    calls = [call(MOVE, ADD, "k"), call(MOVE, ADD, "k"), call(MOVE, ADD, "k", body=b"x"), call(MOVE, ADD, "k")]

    first, second, other, third = ask_together(databases, calls)

    assert not first.result().replayed
    assert second.result() == third.result() == first.result()._replace(replayed=True)
    assert isinstance(other.exception(), KeyReused)
    assert len(log(databases)) == 1


def test_commands_of_one_batch_see_each_other_and_answer_their_own_position(databases: Databases) -> None:
    jars = Move((JAR_ID, uuid4()), 1)
    calls = [call(MOVE, jars, "a"), call(MOVE, TAKE, "b"), call(MOVE, ADD, "c"), call(LOOK, ADD, "d")]

    answers = [future.result() for future in ask_together(databases, calls)]

    assert [answer.position for answer in answers] == [2, 2, 3, 3]
    assert isinstance(answers[1].result, Refused)
    assert answers[3].result == Outcome("looked", figures={"beans": 6})


def test_an_answer_that_stored_nothing_tells_the_newest_position_and_is_kept(databases: Databases) -> None:
    with writing(databases) as writer:
        ask(writer, call(MOVE, ADD, "add"))
        looked = ask(writer, call(LOOK, ADD, "look"))
        ask(writer, call(MOVE, ADD, "more"))
        again = ask(writer, call(LOOK, ADD, "look"))

    assert looked.position == 1
    assert again == looked._replace(replayed=True)
    with databases.ledger_read.begin() as connection:
        assert connection.execute(select(func.count()).select_from(COMMANDS)).scalar_one() == 3


def test_the_actor_is_whoever_the_session_belongs_to(databases: Databases) -> None:
    sessions = KnownSessions({b"mei": MEI, b"wang": WANG})
    calls = [
        call(MOVE, ADD, "k", caller=SessionProof(b"mei")),
        call(MOVE, ADD, "k", caller=SessionProof(b"wang")),
        call(MOVE, ADD, "k", caller=SYSTEM),
        call(MOVE, ADD, "k", caller=SessionProof(b"mei")),
    ]

    answers = [future.result() for future in ask_together(databases, calls, sessions)]

    assert [answer.actor for answer in answers] == [MEI, WANG, SYSTEM, MEI]
    assert [answer.replayed for answer in answers] == [False, False, False, True]
    assert sessions.asked == 1


def test_an_unknown_session_is_refused_and_not_remembered(databases: Databases) -> None:
    sessions = KnownSessions()
    taken = call(MOVE, ADD, "k", caller=SessionProof(b"mei"))
    with writing(databases, sessions) as writer:
        refused = ask(writer, taken)
        sessions.by_hash[b"mei"] = MEI
        accepted = ask(writer, taken)
        sessions.by_hash.clear()
        signed_out = ask(writer, taken)

    assert refused.result == signed_out.result == Refused("not-signed-in", {})
    assert (accepted.actor, accepted.replayed) == (MEI, False)


def test_a_short_secret_is_not_accepted() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        CommandNames(bytes(31))
