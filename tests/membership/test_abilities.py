"""What a member can do, as staff recorded it, and the teams that a member is in."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from ledger.kernel.ids import MemberId, TeamId
from ledger.kernel.refusal import Refusal
from ledger.membership.abilities import (
    Abilities,
    AbilityCommand,
    JoinTeam,
    LeaveTeam,
    RecordSkill,
    Skill,
    WithdrawSkill,
    decide_ability,
    evolve,
    require_skill,
)
from ledger.membership.events import SkillRecorded, SkillWithdrawn, TeamJoined, TeamLeft
from ledger.membership.team_refusals import (
    AlreadyInTeam,
    NotInTeam,
    OwnSkill,
    SkillMissing,
    SkillPassed,
    UnknownSkill,
)

ANN, CLERK = MemberId(UUID(int=1)), MemberId(UUID(int=2))
TEAM = TeamId(UUID(int=3))
TODAY = date(2026, 3, 4)
DAY = timedelta(days=1)
JOIN, LEAVE = JoinTeam(TEAM, TODAY), LeaveTeam(ANN, TEAM, TODAY)
WITHDRAW = WithdrawSkill("first-aid", "certificate-false")


def record(until: date | None = None, by: MemberId = CLERK, basis: str = "certificate") -> RecordSkill:
    return RecordSkill(ANN, "first-aid", basis, by, until, TODAY)


def after(*commands: AbilityCommand) -> Abilities:
    state = Abilities()
    for command in commands:
        for event in decide_ability(state, command):
            state = evolve(state, event)
    return state


def test_each_step_is_one_event() -> None:
    assert decide_ability(Abilities(), JOIN) == (TeamJoined(TEAM, TODAY),)
    assert decide_ability(after(JOIN), LEAVE) == (TeamLeft(TEAM, TODAY),)
    assert decide_ability(Abilities(), record(TODAY)) == (SkillRecorded("first-aid", "certificate", CLERK, TODAY),)
    assert decide_ability(after(record()), WITHDRAW) == (SkillWithdrawn("first-aid", "certificate-false"),)


def test_a_later_record_replaces_the_one_before() -> None:
    state = after(record(TODAY), record(TODAY + DAY, basis="seen-at-work"))

    assert state.skills == (Skill("first-aid", "seen-at-work", TODAY + DAY),)
    assert after(record(), WITHDRAW).skills == ()


def test_a_skill_counts_through_its_last_day() -> None:
    state = after(record(TODAY))

    require_skill(state, "first-aid", TODAY)
    require_skill(Abilities(), None, TODAY)
    require_skill(after(record()), "first-aid", TODAY + 10_000 * DAY)
    for abilities, day in ((state, TODAY + DAY), (Abilities(), TODAY), (after(record(), WITHDRAW), TODAY)):
        with pytest.raises(SkillMissing) as refused:
            require_skill(abilities, "first-aid", day)
        assert refused.value.facts() == {"skill": "first-aid"}


REFUSED: dict[str, tuple[tuple[AbilityCommand, ...], AbilityCommand, type[Refusal]]] = {
    "join twice": ((JOIN,), JOIN, AlreadyInTeam),
    "leave what one is not in": ((), LEAVE, NotInTeam),
    "leave twice": ((JOIN, LEAVE), LEAVE, NotInTeam),
    "record one's own": ((), record(by=ANN), OwnSkill),
    "record what no longer counts": ((), record(TODAY - DAY), SkillPassed),
    "withdraw what is not there": ((), WITHDRAW, UnknownSkill),
}


@pytest.mark.parametrize(("given", "command", "refusal"), REFUSED.values(), ids=REFUSED)
def test_what_stands_in_the_way_is_named(
    given: tuple[AbilityCommand, ...], command: AbilityCommand, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        decide_ability(after(*given), command)
