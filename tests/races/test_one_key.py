"""One key, sent at once by eight processes: one effect, and every one of them gets the same answer."""

from uuid import uuid4

from ledger.accounts.account import ACCOUNT
from ledger.application.ports import Answer, Call, KeyReused, Refused
from ledger.application.redemptions import REQUEST_REDEMPTION, RequestRedemption
from ledger.application.work import Outcome
from ledger.kernel.ids import MemberId, RewardId
from ledger.redemption.reward import REWARD
from ledger.store.databases import Databases

from . import stored
from .crew import PROCESSES, Crew, ask_together
from .town import TODAY, Town, call, purse

ROUNDS = 20
EACH = 2
"""So many times every process sends the key, in one batch or in two."""


def wish(reward: RewardId, member: MemberId, key: str, *, pieces: int = 1) -> Call:
    return call(REQUEST_REDEMPTION, RequestRedemption(reward, pieces), member, key, str(pieces).encode())


def sent_by_all(crew: Crew, calls: list[list[Call]]) -> list[Answer | KeyReused]:
    return [answer for answers in crew.everyone(ask_together, calls) for answer in answers]


def test_one_key_has_one_effect_and_one_answer(databases: Databases, crew: Crew, town: Town) -> None:
    member = town.residents[0]
    points = stored.state(databases, ACCOUNT, purse(member)).available(TODAY)
    reward = town.listed(stock=100, price=3)
    for number in range(1, ROUNDS + 1):
        # when eight processes send one command twice each
        before, key = stored.head(databases), str(uuid4())
        answers = sent_by_all(crew, [[wish(reward, member, key)] * EACH] * PROCESSES)

        # then it was run once, and all were told the same; one of them as the first
        (done,) = stored.commands(databases, after=before)
        assert all(isinstance(answer, Answer) and isinstance(answer.result, Outcome) for answer in answers)
        assert {answer.command for answer in answers} == {done.command}
        assert {answer._replace(replayed=False, result=None) for answer in answers} == {
            answers[0]._replace(replayed=False, result=None)
        }
        assert all(answer.result == answers[0].result for answer in answers)
        assert answers[0].position == done.position == stored.head(databases)
        assert sorted(answer.replayed for answer in answers) == [False] + [True] * (PROCESSES * EACH - 1)
        assert stored.state(databases, REWARD, reward).free == 100 - number
        assert stored.state(databases, ACCOUNT, purse(member)).available(TODAY) == points - 3 * number
    stored.require_sound(databases)


def test_one_key_is_refused_once_and_the_refusal_is_remembered(databases: Databases, crew: Crew, town: Town) -> None:
    reward = town.listed(stock=1, price=1)
    for _ in range(ROUNDS):
        # given nothing left of what is asked for
        before, key = stored.head(databases), str(uuid4())

        # when eight processes send one command, and later there is enough
        refused = sent_by_all(crew, [[wish(reward, town.residents[0], key, pieces=2)]] * PROCESSES)

        # then all are told of one refusal, and nothing happened
        assert all(isinstance(answer.result, Refused) for answer in refused)
        assert {answer.result.code for answer in refused} == {"out-of-stock"}
        assert all(answer.result == refused[0].result for answer in refused)
        assert sorted(answer.replayed for answer in refused) == [False] + [True] * (PROCESSES - 1)
        assert {answer.position for answer in refused} == {before} == {stored.head(databases)}


def test_of_two_bodies_under_one_key_one_is_run_and_the_other_told(
    databases: Databases, crew: Crew, town: Town
) -> None:
    reward = town.listed(stock=100, price=1)
    won = set[int]()
    for _ in range(ROUNDS):
        # when four processes ask for one piece and four for two, all under one key
        before, key = stored.head(databases), str(uuid4())
        pieces = [1, 2] * (PROCESSES // 2)
        calls = [[wish(reward, town.residents[0], key, pieces=count)] for count in pieces]
        answers = sent_by_all(crew, calls)

        # then one of the two was run, and who sent the other is told that the key was used
        (done,) = stored.commands(databases, after=before)
        ran = {count for count, answer in zip(pieces, answers, strict=True) if isinstance(answer, Answer)}
        assert len(ran) == 1
        assert {answer.command for answer in answers if isinstance(answer, Answer)} == {done.command}
        assert sum(isinstance(answer, KeyReused) for answer in answers) == PROCESSES // 2
        won |= ran
    taken = 100 - stored.state(databases, REWARD, reward).free
    assert ROUNDS <= taken <= 2 * ROUNDS
    assert won <= {1, 2}
