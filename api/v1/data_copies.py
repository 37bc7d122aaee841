"""A copy of everything that is held about somebody: for themselves, or through staff for who cannot ask alone."""

from typing import Annotated, Any, Final

from litestar import Request, Response, get
from litestar.params import QueryParameter

from api.answers import JSON, answers
from api.calls import count_try
from api.data_copies import PersonalFile, personal_file
from api.deployment import Deployment, Rate
from api.erasing import registrations_of
from api.identity import SIGNED_IN, STEP_UP, needs
from api.readers import Reader, newest, reading
from api.v1.at_home import require_over
from api.v1.members import MemberPath, member_in
from ledger.application.authority import Permission
from ledger.application.bases import Basis
from ledger.kernel.ids import MemberId

FILES: Final = Rate(3, 60 * 60)
"""Per session: nobody reads a fourth one within the hour, and each reads many tables."""
BasisQuery = Annotated[Basis, QueryParameter(description="What shows that the person asked, as a code.")]


@get(
    "/me/file",
    opt=needs(SIGNED_IN) | STEP_UP,
    sync_to_thread=True,
    responses=answers(PersonalFile),
    tags=["personal data"],
)
def get_own_file(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Everything that is held about the caller, to be kept. Names of other people are masked."""
    return own_file(request)


def own_file(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The caller's file, counted and recorded."""
    count_try(request, "personal-file", FILES)
    with reading(request, newest(request)) as reader:
        return _given(request, reader, reader.member, basis="self")


@get(
    "/members/{member:str}/file",
    opt=needs(Permission.EXPORT_PERSONAL_FILES) | STEP_UP,
    sync_to_thread=True,
    responses=answers(PersonalFile),
    tags=["personal data"],
)
def get_file_of_member(request: Request[Any, Any, Any], member: MemberPath, basis: BasisQuery) -> Response[bytes]:
    """The same for somebody who cannot ask alone, handed over by staff. It is recorded, and the person can see it."""
    count_try(request, "personal-file", FILES)
    asked = member_in(member)
    with reading(request, newest(request)) as reader:
        require_over(reader, Permission.EXPORT_PERSONAL_FILES, asked)
        return _given(request, reader, asked, basis=basis)


def _given(request: Request[Any, Any, Any], reader: Reader, member: MemberId, *, basis: str) -> Response[bytes]:
    """Recorded first: without that entry nothing is given."""
    deployment: Deployment = request.app.state.deployment
    for one in registrations_of(reader.connection, member):
        deployment.legal_holds.require_free(one)
    facts, now = {"basis": basis}, deployment.clock.now()
    deployment.audit_log.record("personal_file_read", now, actor=reader.member, subject=member, facts=facts)
    headers = {"Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="linli-me.json"'}
    return Response(
        JSON.encode(personal_file(deployment, reader, member)), headers=headers, media_type="application/json"
    )


HANDLERS = [get_own_file, get_file_of_member]
