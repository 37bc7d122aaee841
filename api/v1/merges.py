"""One person registered twice: who might be, who says so, who agrees, and how it is undone."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from api.answers import answers, read, written
from api.calls import submit
from api.endings import end_sessions
from api.identity import STEP_UP, needs
from api.readers import MinPosition, Reader, reading
from api.v1.commanding import commanding
from api.v1.leaving import EvidenceAsked
from api.v1.members import NUMBER, HomeQuery
from api.v1.open_things import open_things
from api.v1.standing import ReasonAsked
from api.v1.still_held import require_not_erased
from ledger.application.authority import Permission
from ledger.application.merges import (
    APPROVE_MERGE,
    APPROVE_UNMERGE,
    PROPOSE_MERGE,
    PROPOSE_UNMERGE,
    REFUSE_MERGE,
    ApproveMerge,
    ApproveUnmerge,
    ProposeMerge,
    ProposeUnmerge,
    RefuseMerge,
)
from ledger.application.vocabulary import Seen
from ledger.kernel.ids import MemberId
from projections import member_records, people

SHARED = ("identity_number", "phone")
"""What two registrations of one person are likely to share. A family shares a telephone: people decide."""


class MergeAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """Who the duplicate really is, and what showed it, a code such as `same-identity-card`."""

    survivor: UUID
    basis: Seen


class Alike(Struct, frozen=True):
    """One of several registrations that share something; the name is masked."""

    member: UUID
    name: str
    number: str
    status: str


class Duplicates(Struct, frozen=True):
    """Registrations that share an `identity_number` or a `phone`."""

    shared: str
    members: list[Alike]


class DuplicateList(Struct, frozen=True):
    """Candidates, those with one identity number first."""

    items: list[Duplicates]


class Proposal(Struct, frozen=True):
    """Something that waits for a second person. kind: return, death, merge or unmerge. basis: a code."""

    member: UUID
    kind: str
    proposed_by: UUID
    proposed_at: str
    basis: str
    survivor: UUID | None


class ProposalList(Struct, frozen=True):
    """The oldest first."""

    items: list[Proposal]


@get(
    "/members/duplicates",
    opt=needs(Permission.PROPOSE_MERGES),
    sync_to_thread=True,
    responses=answers(DuplicateList),
    tags=["members"],
)
def list_duplicates(
    request: Request[Any, Any, Any], organisation: HomeQuery, min_position: MinPosition = None
) -> Response[bytes]:
    """Who of a community may be registered twice, also with somebody at home where the caller may look for them."""
    with reading(request, min_position) as reader:
        reader.require(Permission.PROPOSE_MERGES, organisation)
        groups = [(kind, members) for kind in SHARED for members in reader.deployment.directory.sharing(kind)]
        found = [_alike(reader, organisation, *group) for group in groups]
        return read(request, DuplicateList([one for one in found if one is not None]))


@get(
    "/member-proposals",
    opt=needs(Permission.READ_MEMBERS),
    sync_to_thread=True,
    responses=answers(ProposalList),
    tags=["members"],
)
def list_member_proposals(
    request: Request[Any, Any, Any], organisation: HomeQuery, min_position: MinPosition = None
) -> Response[bytes]:
    """What was proposed about members at home in a community and waits for a second person."""
    with reading(request, min_position) as reader:
        reader.require(Permission.READ_MEMBERS, organisation)
        rows = member_records.proposals_in(reader.connection, organisation)
    items = [
        Proposal(row.member, row.kind, row.proposed_by, row.proposed_at.isoformat(), row.basis, row.survivor)
        for row in rows
    ]
    return read(request, ProposalList(items))


@commanding("/members/{member:str}/merge", Permission.PROPOSE_MERGES, "members", body=MergeAsked)
async def propose_merge(
    request: Request[Any, Any, Any], member: FromPath[UUID], data: JSONBody[MergeAsked]
) -> Response[bytes]:
    """Say that this registration is the same person as another one, which stays."""
    await require_not_erased(request, Permission.PROPOSE_MERGES, member, data.survivor)
    asked = ProposeMerge(MemberId(member), MemberId(data.survivor), data.basis)
    return written(await submit(request, PROPOSE_MERGE, asked))


@commanding("/members/{member:str}/merge/refuse", Permission.APPROVE_MERGES, "members", body=ReasonAsked)
async def refuse_merge(
    request: Request[Any, Any, Any], member: FromPath[UUID], data: JSONBody[ReasonAsked]
) -> Response[bytes]:
    """Leave the two as two."""
    return written(await submit(request, REFUSE_MERGE, RefuseMerge(MemberId(member), data.reason)))


@commanding("/members/{member:str}/merge/approve", needs(Permission.APPROVE_MERGES) | STEP_UP, "members")
async def approve_merge(request: Request[Any, Any, Any], member: FromPath[UUID]) -> Response[bytes]:
    """Join them. What is in the duplicate's accounts goes over as it is; its cards, roles and household end."""
    await require_not_erased(request, Permission.APPROVE_MERGES, member)
    found = await open_things(request, member)
    answer = await submit(request, APPROVE_MERGE, ApproveMerge(MemberId(member), found.things))
    await end_sessions(request, member)
    return written(answer)


@commanding("/members/{member:str}/unmerge", Permission.PROPOSE_MERGES, "members", body=EvidenceAsked)
async def propose_unmerge(
    request: Request[Any, Any, Any], member: FromPath[UUID], data: JSONBody[EvidenceAsked]
) -> Response[bytes]:
    """Say that they are two people after all."""
    await require_not_erased(request, Permission.PROPOSE_MERGES, member)
    return written(await submit(request, PROPOSE_UNMERGE, ProposeUnmerge(MemberId(member), data.basis)))


@commanding("/members/{member:str}/unmerge/approve", needs(Permission.APPROVE_MERGES) | STEP_UP, "members")
async def approve_unmerge(request: Request[Any, Any, Any], member: FromPath[UUID]) -> Response[bytes]:
    """Part them again. The answer tells what came back, and what did not because it was spent, set aside or expired."""
    await require_not_erased(request, Permission.APPROVE_MERGES, member)
    return written(await submit(request, APPROVE_UNMERGE, ApproveUnmerge(MemberId(member))))


def _alike(reader: Reader, organisation: UUID, shared: str, members: tuple[UUID, ...]) -> Duplicates | None:
    rows = [people.member(reader.connection, member) for member in members]
    kept = [row for row in rows if row is not None and row.status not in ("merged", "deceased")]
    seen = [row for row in kept if reader.may(Permission.PROPOSE_MERGES, row.home)]
    if len(seen) < 2 or all(row.home != organisation for row in seen):
        return None
    names, numbers = reader.names([row.member for row in seen]), reader.texts([row.member for row in seen], NUMBER)
    return Duplicates(shared, [Alike(row.member, names[row.member], numbers[row.member], row.status) for row in seen])


HANDLERS = [
    list_duplicates,
    list_member_proposals,
    propose_merge,
    refuse_merge,
    approve_merge,
    propose_unmerge,
    approve_unmerge,
]
