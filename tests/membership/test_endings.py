"""The table of commands that end, mend or join memberships by how a member stands, and the order of what refuses."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

import pytest

from ledger.kernel.decider import fold
from ledger.kernel.ids import CardId, LotId, MemberId, MergeId, OrganisationId
from ledger.kernel.refusal import Refusal
from ledger.kernel.units import Unit
from ledger.membership.events import (
    CardIssued,
    CardRevoked,
    DeathReported,
    DuplicateLetGo,
    DuplicateTakenIn,
    GuardianNamed,
    HomeMoved,
    MemberDeceased,
    MemberEvent,
    MemberLeft,
    MemberMerged,
    MemberRegistered,
    MemberReturned,
    MemberSuspended,
    MemberUnmerged,
    MemberVerified,
    MergeProposed,
    MovedLot,
    ReturnProposed,
    UnmergeProposed,
)
from ledger.membership.member import (
    MEMBER,
    ApproveMerge,
    ApproveReturn,
    ApproveUnmerge,
    ConfirmDeath,
    Issue,
    Leave,
    LetGo,
    MemberCommand,
    MoveHome,
    NameGuardian,
    ProposeMerge,
    ProposeReturn,
    ProposeUnmerge,
    RefuseMerge,
    Replace,
    ReportDeath,
    Suspend,
    TakeIn,
    WithdrawDeathReport,
)

ELDER, CLERK, OTHER, SURVIVOR = (MemberId(UUID(int=number)) for number in range(1, 5))
HOME, ELSEWHERE = (OrganisationId(UUID(int=number)) for number in (11, 12))
MERGE, DAY, CARD = MergeId(UUID(int=21)), date(2025, 10, 15), CardId(UUID(int=31))
LOT = MovedLot(Unit.POINTS, LotId(UUID(int=41)), 5)

ACTIVE = (MemberRegistered(HOME), MemberVerified("identity-card", CLERK))
STANDINGS: dict[str, Sequence[MemberEvent]] = {
    "unknown": (),
    "registered": ACTIVE[:1],
    "active": ACTIVE,
    "suspended": (*ACTIVE, MemberSuspended("complaint")),
    "reported": (*ACTIVE, DeathReported(CLERK, "told")),
    "left": (*ACTIVE, MemberLeft("dormant")),
    "returning": (*ACTIVE, MemberLeft("dormant"), ReturnProposed(CLERK, "seen")),
    "deceased": (*ACTIVE, MemberDeceased(CLERK)),
    "proposed": (*ACTIVE, MergeProposed(MERGE, SURVIVOR, CLERK, "seen")),
    "merged": (*ACTIVE, MemberMerged(MERGE, SURVIVOR, CLERK, (LOT,))),
    "parting": (*ACTIVE, MemberMerged(MERGE, SURVIVOR, CLERK), UnmergeProposed(MERGE, CLERK, "seen")),
}
COMMANDS: dict[str, MemberCommand] = {
    "leave": Leave("donate"),
    "propose return": ProposeReturn(OTHER, "seen", same_household=False),
    "approve return": ApproveReturn(OTHER, same_household=False),
    "report death": ReportDeath(OTHER, "told", same_household=False),
    "confirm death": ConfirmDeath(OTHER, same_household=False),
    "withdraw report": WithdrawDeathReport(OTHER),
    "move": MoveHome(ELSEWHERE, DAY, "doorstep", OTHER, same_household=False, today=DAY),
    "propose merge": ProposeMerge(MERGE, ELDER, SURVIVOR, OTHER, "seen", is_near=False),
    "approve merge": ApproveMerge(OTHER, is_near=False, moved=(LOT,)),
    "refuse merge": RefuseMerge(OTHER, "sisters", is_near=False),
    "propose unmerge": ProposeUnmerge(OTHER, "seen", is_near=False),
    "approve unmerge": ApproveUnmerge(OTHER, is_near=False, returned=(LOT,)),
    "suspend": Suspend("complaint"),
}
TABLE: dict[str, dict[str, str]] = {
    "leave": {"left": "member-has-left", "returning": "member-has-left", "deceased": "member-has-left"},
    "propose return": dict.fromkeys(("registered", "active", "suspended", "reported", "proposed"), "has-not-left"),
    "approve return": dict.fromkeys(("registered", "active", "suspended", "reported", "proposed"), "has-not-left")
    | {"left": "return-not-proposed", "deceased": "return-not-proposed"},
    "report death": {"reported": "death-already-reported", "deceased": "already-deceased"},
    "confirm death": dict.fromkeys(
        ("registered", "active", "suspended", "left", "returning", "proposed"), "death-not-reported"
    )
    | {"deceased": "already-deceased"},
    "withdraw report": dict.fromkeys(
        ("registered", "active", "suspended", "left", "returning", "proposed"), "death-not-reported"
    )
    | {"deceased": "already-deceased"},
    "move": {"left": "member-has-left", "returning": "member-has-left", "deceased": "member-has-left"},
    "propose merge": {"proposed": "merge-already-proposed", "deceased": "already-deceased"},
    "approve merge": dict.fromkeys(STANDINGS, "merge-not-proposed") | {"proposed": ""},
    "refuse merge": dict.fromkeys(STANDINGS, "merge-not-proposed") | {"proposed": ""},
    "propose unmerge": dict.fromkeys(STANDINGS, "not-merged") | {"merged": "", "parting": ""},
    "approve unmerge": dict.fromkeys(STANDINGS, "not-merged") | {"merged": "merge-not-proposed", "parting": ""},
    "suspend": {
        "suspended": "already-suspended",
        "left": "member-has-left",
        "returning": "member-has-left",
        "deceased": "member-has-left",
    },
}
"""What refuses each command in each standing; where nothing is written it is accepted."""
OF_MERGES = {"approve merge", "refuse merge", "propose unmerge", "approve unmerge"}


def expected(command: str, standing: str) -> str:
    if standing == "unknown":
        return "unknown-member"
    if standing in ("merged", "parting") and command not in OF_MERGES:
        return "member-merged"
    return TABLE[command].get(standing, "")


def answer(events: Sequence[MemberEvent], command: MemberCommand) -> str:
    """The code of the refusal; nothing where it is accepted."""
    try:
        decided = MEMBER.decide(fold(MEMBER, events), command)
    except Refusal as refusal:
        return refusal.code
    assert decided
    return ""


@pytest.mark.parametrize("standing", STANDINGS)
@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_in_each_standing(command: str, standing: str) -> None:
    assert answer(STANDINGS[standing], COMMANDS[command]) == expected(command, standing)


@pytest.mark.parametrize(
    ("standing", "command", "code"),
    [
        ("left", ProposeReturn(OTHER, "seen", same_household=True), "own-household-standing"),
        ("active", ApproveReturn(OTHER, same_household=True), "own-household-standing"),
        ("returning", ApproveReturn(CLERK, same_household=False), "own-standing-proposal"),
        ("reported", ConfirmDeath(CLERK, same_household=False), "own-standing-proposal"),
        ("deceased", ReportDeath(CLERK, "told", same_household=True), "own-household-standing"),
        ("proposed", ApproveMerge(CLERK, is_near=False, moved=()), "own-standing-proposal"),
        ("active", ApproveMerge(CLERK, is_near=True, moved=()), "own-merge"),
        ("parting", ApproveUnmerge(CLERK, is_near=False, returned=()), "own-standing-proposal"),
        ("active", ProposeUnmerge(CLERK, "seen", is_near=True), "own-merge"),
        ("left", MoveHome(HOME, DAY, "doorstep", OTHER, same_household=True, today=DAY), "own-household-standing"),
        ("active", MoveHome(HOME, DAY, "doorstep", OTHER, same_household=False, today=DAY), "already-at-home"),
    ],
)
def test_who_may_not_decide_is_told_first(standing: str, command: MemberCommand, code: str) -> None:
    assert answer(STANDINGS[standing], command) == code


def test_each_step_has_its_event() -> None:
    merged = MEMBER.decide(fold(MEMBER, STANDINGS["proposed"]), COMMANDS["approve merge"])
    parted = MEMBER.decide(fold(MEMBER, STANDINGS["parting"]), COMMANDS["approve unmerge"])
    back = MEMBER.decide(fold(MEMBER, STANDINGS["returning"]), COMMANDS["approve return"])
    moved = MEMBER.decide(fold(MEMBER, ACTIVE), COMMANDS["move"])

    assert merged == (MemberMerged(MERGE, SURVIVOR, OTHER, (LOT,)),)
    assert parted == (MemberUnmerged(MERGE, OTHER, (LOT,)),)
    assert back == (MemberReturned(OTHER),)
    assert moved == (HomeMoved(ELSEWHERE, DAY, "doorstep", OTHER),)


def test_who_was_suspended_or_unverified_before_is_so_again() -> None:
    for before, status in ((STANDINGS["suspended"], "suspended"), (STANDINGS["registered"], "registered")):
        back = (*before, MemberLeft("dormant"), ReturnProposed(CLERK, "seen"), MemberReturned(OTHER))
        assert fold(MEMBER, back).status == status


def test_a_survivor_remembers_whom_it_took_in() -> None:
    taken = MEMBER.decide(fold(MEMBER, ACTIVE), TakeIn(MERGE, ELDER))
    state = fold(MEMBER, (*ACTIVE, *taken))
    gone = MEMBER.decide(state, LetGo(MERGE, ELDER))

    assert taken == (DuplicateTakenIn(MERGE, ELDER),)
    assert gone == (DuplicateLetGo(MERGE, ELDER),)
    assert fold(MEMBER, (*ACTIVE, *taken, *gone)).belonging.taken_in == ()


def test_a_move_lies_between_the_last_one_and_today() -> None:
    state = fold(MEMBER, (*ACTIVE, HomeMoved(ELSEWHERE, DAY, "doorstep", CLERK)))
    for day, allowed in ((DAY - timedelta(days=1), False), (DAY, True), (DAY + timedelta(days=2), False)):
        command = MoveHome(HOME, day, "doorstep", OTHER, same_household=False, today=DAY + timedelta(days=1))
        if allowed:
            assert MEMBER.decide(state, command)
        else:
            with pytest.raises(Refusal) as refused:
                MEMBER.decide(state, command)
            assert refused.value.code == "move-day-not-possible"


def test_replacing_a_card_ends_every_older_one() -> None:
    older, new = CardId(UUID(int=32)), CardId(UUID(int=33))
    state = fold(MEMBER, (*ACTIVE, CardIssued(older), CardIssued(CARD)))

    decided = MEMBER.decide(state, Replace(new, "lost"))

    assert decided == (CardRevoked(CARD, "lost"), CardRevoked(older, "lost"), CardIssued(new))
    assert answer((*ACTIVE, CardIssued(CARD)), Replace(CARD, "lost")) == "card-already-issued"
    assert answer((*ACTIVE, CardIssued(CARD)), Issue(CARD)) == "card-already-issued"


def test_a_guardian_is_decided_in_this_order() -> None:
    guarded = (*ACTIVE, GuardianNamed(OTHER, "household-register", CLERK))

    def code(guardian: MemberId, by: MemberId, *, is_guarded: bool = False) -> str:
        return answer(guarded, NameGuardian(ELDER, guardian, "household-register", by, is_guarded))

    assert code(CLERK, CLERK, is_guarded=True) == "own-guardianship"
    assert code(ELDER, CLERK) == code(SURVIVOR, CLERK, is_guarded=True) == "guardian-unfit"
    assert code(SURVIVOR, CLERK) == "guardian-already-named"
