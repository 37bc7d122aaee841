"""Use cases about who lives together. Each writes the household's and the members' streams in one commit.

Nobody changes their own household's list: it decides for whom they may not approve.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Final

from ledger.application.authority import Permission, require_for, require_over_member
from ledger.application.placing import require_home
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import HouseholdId, MemberId, OrganisationId
from ledger.kernel.refusal import Refusal
from ledger.membership.household import HOUSEHOLD, Admit, Form, Release
from ledger.membership.member import MEMBER, MoveIn, MoveOut


class FormHousehold(Request, frozen=True):
    """Start a household in `organisation` with these members, from today. Its label and address are directory data."""

    organisation: OrganisationId
    members: tuple[MemberId, ...]


class JoinHousehold(Request, frozen=True):
    """The member lives in the household from today."""

    household: HouseholdId
    member: MemberId


class LeaveHousehold(Request, frozen=True):
    """The member leaves the household they live in; today still counts."""

    member: MemberId


@dataclass(eq=False)
class OwnHouseholdChange(Refusal):
    """Another staff member must change the list of the actor's own household."""

    code: ClassVar[str] = "own-household-change"


def _form(work: Work, request: FormHousehold) -> Outcome:
    require_home(work, Permission.REGISTER_MEMBERS, request.organisation)
    household = HouseholdId(work.new_id("household"))
    work.act(HOUSEHOLD, household, Form(request.organisation))
    for member in request.members:
        _move_in(work, household, member)
    return Outcome("household-formed", ids={"household": household}, figures={"members": len(request.members)})


def _join(work: Work, request: JoinHousehold) -> Outcome:
    state = work.state(HOUSEHOLD, request.household)
    require_for(work, Permission.REGISTER_MEMBERS, state.organisation, request.household)
    if work.actor in state.members:
        raise OwnHouseholdChange
    _move_in(work, request.household, request.member)
    return Outcome("household-joined", ids={"household": request.household, "member": request.member})


def _leave(work: Work, request: LeaveHousehold) -> Outcome:
    state = require_over_member(work, Permission.REGISTER_MEMBERS, request.member)
    household = state.household
    if household is not None and work.actor in work.state(HOUSEHOLD, household).members:
        raise OwnHouseholdChange
    work.act(MEMBER, request.member, MoveOut(until_day=work.today))
    if household is None:
        raise AssertionError("a member in no household was let go from one")
    work.act(HOUSEHOLD, household, Release(request.member, work.today))
    return Outcome("household-left", ids={"household": household, "member": request.member})


def _move_in(work: Work, household: HouseholdId, member: MemberId) -> None:
    require_over_member(work, Permission.REGISTER_MEMBERS, member)
    if member == work.actor:
        raise OwnHouseholdChange
    work.act(MEMBER, member, MoveIn(household, work.today))
    work.act(HOUSEHOLD, household, Admit(member, work.today))


def _reads_members(request: FormHousehold, actor: MemberId) -> Iterable[Stream]:
    return (Stream(MEMBER, member) for member in (actor, *request.members))


def _reads_both(request: JoinHousehold | LeaveHousehold, actor: MemberId) -> Iterable[Stream]:
    return (Stream(MEMBER, actor), Stream(MEMBER, request.member))


FORM_HOUSEHOLD: Final = UseCase[FormHousehold]("members.form_household", _form, _reads_members)
JOIN_HOUSEHOLD: Final = UseCase[JoinHousehold]("members.join_household", _join, _reads_both)
LEAVE_HOUSEHOLD: Final = UseCase[LeaveHousehold]("members.leave_household", _leave, _reads_both)
