"""What members can do: recorded by staff with what they saw, for as long as it counts."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import FromPath, JSONBody, PathParameter
from msgspec import Struct

from api.answers import answers, read, written
from api.calls import submit
from api.identity import SIGNED_IN, needs
from api.readers import MinPosition, reading
from api.v1.commanding import commanding
from api.v1.members import MemberPath, member_in
from ledger.application.authority import Permission
from ledger.application.skills import RECORD_SKILL, WITHDRAW_SKILL, RecordSkill, WithdrawSkill
from ledger.application.vocabulary import Reason, Seen, Skill
from ledger.kernel.ids import MemberId
from projections import teams

SkillPath = Annotated[str, PathParameter(pattern=r"^[a-z][a-z0-9_-]{0,39}$(?!\n)", description="The skill's code.")]


class SkillBody(Struct, frozen=True, forbid_unknown_fields=True):
    """What the member can do and what shows it, codes such as `first-aid` and `certificate`. valid_until: last day."""

    skill: Skill
    basis: Seen
    valid_until: date | None = None


class WithdrawalBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Why it counts no longer: a code."""

    reason: Reason


class SkillView(Struct, frozen=True):
    """What a member can do. valid_until: last day, None: for good. counts: whether it does today."""

    skill: str
    basis: str
    recorded_by: UUID
    recorded_at: datetime
    valid_until: date | None
    counts: bool


class SkillList(Struct, frozen=True):
    """All that is on record and was not withdrawn, by code."""

    items: list[SkillView]


@get(
    "/members/{member:str}/skills",
    opt=needs(SIGNED_IN),
    sync_to_thread=True,
    responses=answers(SkillList),
    tags=["teams"],
)
def list_skills(
    request: Request[Any, Any, Any], member: MemberPath, min_position: MinPosition = None
) -> Response[bytes]:
    """One's own skills, or those of somebody at home where the caller may read members."""
    with reading(request, min_position) as reader:
        row = reader.require_over_member(member_in(member, reader.member))
        found = teams.skills_of(reader.connection, row.member)
        views = [
            SkillView(
                skill=one.skill,
                basis=one.basis,
                recorded_by=one.recorded_by,
                recorded_at=one.recorded_at,
                valid_until=one.valid_until,
                counts=one.valid_until is None or reader.today <= one.valid_until,
            )
            for one in found
        ]
    return read(request, SkillList(views))


@commanding("/members/{member:str}/skills", Permission.RECORD_SKILLS, "teams", body=SkillBody, status=201)
async def record_skill(
    request: Request[Any, Any, Any], member: FromPath[UUID], data: JSONBody[SkillBody]
) -> Response[bytes]:
    """Write down what was seen; a later record of the same skill replaces it."""
    asked = RecordSkill(MemberId(member), data.skill, data.basis, data.valid_until)
    return written(await submit(request, RECORD_SKILL, asked), status=201)


@commanding("/members/{member:str}/skills/{skill:str}/withdraw", Permission.RECORD_SKILLS, "teams", body=WithdrawalBody)
async def withdraw_skill(
    request: Request[Any, Any, Any], member: FromPath[UUID], skill: SkillPath, data: JSONBody[WithdrawalBody]
) -> Response[bytes]:
    """Let it count no longer."""
    return written(await submit(request, WITHDRAW_SKILL, WithdrawSkill(MemberId(member), skill, data.reason)))


HANDLERS = [list_skills, record_skill, withdraw_skill]
