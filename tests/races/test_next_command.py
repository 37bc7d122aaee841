"""What another process changed holds for the very next command of this one, whatever this one remembers."""

from typing import Any
from uuid import uuid4

import pytest
from msgspec.structs import replace

from ledger.application.members import (
    END_ROLE,
    REINSTATE_MEMBER,
    SUSPEND_MEMBER,
    EndRole,
    ReinstateMember,
    SuspendMember,
)
from ledger.application.ports import Answer, Refused, SessionProof
from ledger.application.redemptions import REQUEST_REDEMPTION, RequestRedemption
from ledger.application.rewards import (
    APPROVE_PRICE,
    DRAFT_REWARD,
    PROPOSE_PRICE,
    ApprovePrice,
    DraftReward,
    ProposePrice,
)
from ledger.application.rules import DRAFT_RULE, PUBLISH_RULE, DraftRule, PublishRule
from ledger.application.work import Outcome, UseCase
from ledger.awards.award import AWARD
from ledger.kernel.decider import Event
from ledger.kernel.ids import FundId, MemberId, ProposalId, RewardId
from ledger.kernel.units import Unit
from ledger.membership.events import MemberSuspended, RoleEnded
from ledger.redemption.events import PriceProposed
from ledger.store.databases import Databases
from ledger.store.sessions import Sessions, token_hash

from . import stored
from .crew import Crew, Post, ask
from .town import NOW, TERMS, TODAY, WAIT_SECONDS, Town, call

HOT = 4
"""So many processes are in the middle of their work. Eight leave SQLite's lock free too seldom for a ninth."""

BUSY_AFTER = 6
"""So many answers show that a process is in the middle of its work."""


class Elsewhere:
    """Another process, which has asked for nothing yet."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew

    def do(self, use_case: UseCase[Any], request: Any, by: MemberId) -> Outcome:
        (answer,) = self._crew.one(ask, call(use_case, request, by))
        assert isinstance(answer.result, Outcome), answer
        return answer.result


@pytest.fixture
def elsewhere(crew: Crew) -> Elsewhere:
    return Elsewhere(crew)


def a_reward(town: Town) -> DraftReward:
    return DraftReward(RewardId(uuid4()), town.community, FundId(uuid4()), Unit.POINTS, 1)


def refusal(answer: Outcome | Refused) -> str:
    assert isinstance(answer, Refused), answer
    return answer.code


def test_a_member_suspended_elsewhere_spends_nothing_more(town: Town, elsewhere: Elsewhere) -> None:
    # given a resident who is known here as one in good standing
    member, wish = town.residents[0], RequestRedemption(town.listed(stock=10, price=1), 1)
    assert isinstance(town.ask(REQUEST_REDEMPTION, wish, member), Outcome)

    # when another process suspends them, then the next command is refused
    elsewhere.do(SUSPEND_MEMBER, SuspendMember(member, "misuse"), town.clerk)
    assert refusal(town.ask(REQUEST_REDEMPTION, wish, member)) == "member-suspended"

    # and when it reinstates them, then the next one is accepted
    elsewhere.do(REINSTATE_MEMBER, ReinstateMember(member), town.clerk)
    assert isinstance(town.ask(REQUEST_REDEMPTION, wish, member), Outcome)


def test_a_role_ended_elsewhere_allows_nothing_more(town: Town, elsewhere: Elsewhere) -> None:
    # given a clerk who has used the role here
    assert isinstance(town.ask(DRAFT_REWARD, a_reward(town), town.second_clerk), Outcome)

    # when another process ends it
    elsewhere.do(END_ROLE, EndRole(town.second_clerk, town.roles[town.second_clerk]), town.chief)

    # then the next command is refused
    assert refusal(town.ask(DRAFT_REWARD, a_reward(town), town.second_clerk)) == "not-permitted"


def test_a_rule_replaced_elsewhere_reckons_the_next_award(
    databases: Databases, town: Town, elsewhere: Elsewhere
) -> None:
    # given an award that was reckoned here by the first version
    (first,) = town.proposed(town.residents[:1])

    # when another process publishes a second one, from today on
    better = replace(TERMS, rate=TERMS.rate // 2)
    version = elsewhere.do(DRAFT_RULE, DraftRule(town.rule, town.community, better), town.clerk).figures["version"]
    elsewhere.do(PUBLISH_RULE, PublishRule(town.rule, version, TODAY), town.approver)

    # then the next award is reckoned by it
    (second,) = town.proposed(town.residents[1:2])
    proposals = [stored.state(databases, AWARD, award).proposal for award in (first, second)]
    assert [proposal.rule_version for proposal in proposals] == [1, version]
    assert proposals[1].amount * 2 == proposals[0].amount


def test_a_price_changed_elsewhere_is_the_price(town: Town, elsewhere: Elsewhere) -> None:
    reward = town.listed(stock=10, price=1)
    wish = RequestRedemption(reward, 2)
    assert town.ask(REQUEST_REDEMPTION, wish, town.residents[0]).figures["total"] == 2

    proposal = elsewhere.do(PROPOSE_PRICE, ProposePrice(reward, 7), town.clerk).ids["proposal"]
    elsewhere.do(APPROVE_PRICE, ApprovePrice(reward, ProposalId(proposal)), town.approver)

    assert town.ask(REQUEST_REDEMPTION, wish, town.residents[0]).figures["total"] == 14


def close_sessions(post: Post, member: MemberId) -> None:
    """Another process ends every session of the member."""
    Sessions(post.databases.state, post.databases.state_read).close_all(member)


def test_a_session_closed_elsewhere_is_nobody(databases: Databases, town: Town, crew: Crew) -> None:
    # given a clerk who is signed in and at work here
    token = Sessions(databases.state, databases.state_read).open(town.clerk, "staff", NOW)
    proof = SessionProof(token_hash(token))

    def list_reward() -> Outcome | Refused:
        signed = call(DRAFT_REWARD, a_reward(town), town.clerk)._replace(caller=proof)
        return town.answers([signed])[0].result

    assert isinstance(list_reward(), Outcome)

    # when another process signs them out, then the next command is nobody's
    crew.one(close_sessions, town.clerk)
    assert refusal(list_reward()) == "not-signed-in"


def price_until_refused(post: Post, reward: RewardId, by: MemberId) -> list[Answer]:
    """One process goes on with its commands, two in a batch, until it is stopped."""
    answers: list[Answer] = []
    while not any(isinstance(answer.result, Refused) for answer in answers[-2:]):
        answers += ask(post, *[call(PROPOSE_PRICE, ProposePrice(reward, price), by) for price in (1, 2)])
        if len(answers) == BUSY_AFTER:
            post.signals.busy.release()
    return answers


STOPS: dict[str, tuple[type[Event], str]] = {
    "a role ended": (RoleEnded, "not-permitted"),
    "a member suspended": (MemberSuspended, "member-suspended"),
}


@pytest.mark.parametrize("stop", STOPS)
def test_nobody_gets_a_command_in_after_the_stop(databases: Databases, town: Town, crew: Crew, stop: str) -> None:
    happened, code = STOPS[stop]
    # given processes in the middle of one clerk's commands
    clerk, reward = town.second_clerk, town.listed(stock=1, price=1)
    for number in range(HOT):
        crew.begin(number, price_until_refused, reward, clerk)
    for _ in range(HOT):
        assert crew.signals.busy.acquire(timeout=WAIT_SECONDS)

    # when this process stops the clerk
    if happened is RoleEnded:
        town.do_all([call(END_ROLE, EndRole(clerk, town.roles[clerk]), town.chief)])
    else:
        town.do_all([call(SUSPEND_MEMBER, SuspendMember(clerk, "misuse"), town.clerk)])
    answers = [answer for number in range(HOT) for answer in crew.result(number)]

    # then everything of the clerk's was stored before, and everything after was refused
    log = list(stored.events(databases))
    (stopped,) = [one.position for one in log if type(one.event) is happened]
    priced = [one.position for one in log if type(one.event) is PriceProposed]
    assert max(priced) < stopped
    assert sorted(answer.position for answer in answers if isinstance(answer.result, Outcome)) == priced
    refused = [answer for answer in answers if isinstance(answer.result, Refused)]
    assert {answer.result.code for answer in refused if isinstance(answer.result, Refused)} == {code}
    assert {answer.position for answer in refused} == {stopped} == {len(log)}
