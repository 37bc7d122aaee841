"""What others did in a member's name: by whom, when, and what showed that the person wanted it."""

from typing import Any, cast
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from msgspec import Struct

from api.answers import answers, read
from api.identity import SIGNED_IN, needs
from api.languages import preferred, said
from api.readers import Page, after, next_url, reading
from api.sentences.bases import BASES, BY_GUARDIAN, DONE_FOR_YOU
from api.v1.members import MemberPath, member_in
from ledger.application.bases import Basis
from projections import member_records


class DoneFor(Struct, frozen=True):
    """event: the name of the first event of it. basis: a code. told: the same in a sentence."""

    at: str
    by: UUID
    event: str
    basis: str
    told: str
    position: int


class DoneForList(Struct, frozen=True):
    """The newest first."""

    items: list[DoneFor]


@get(
    "/members/{member:str}/done-for",
    opt=needs(SIGNED_IN),
    sync_to_thread=True,
    responses=answers(DoneForList),
    tags=["members"],
)
def list_done_for(request: Request[Any, Any, Any], page: NamedDependency[Page], member: MemberPath) -> Response[bytes]:
    """What staff, or a guardian, did in a member's name. Whoever may read the member sees it, and the member first."""
    language = preferred(request.headers.get("accept-language"))
    with reading(request, page.min_position) as reader:
        row = reader.require_over_member(member_in(member, reader.member))
        before = after(page.cursor, int)
        rows = member_records.done_for(reader.connection, row.member, before=before, limit=page.limit)
    items = [
        DoneFor(one.at.isoformat(), one.actor, one.name, one.basis, _told(one.basis, language), one.position)
        for one in rows
    ]
    return read(
        request, DoneForList(items), next_url=next_url(request, rows, page.limit, rows[-1].position if rows else None)
    )


def _told(basis: str, language: str) -> str:
    """Codes of the time before there was a list are told as they were written down."""
    if basis == "guardian":
        return said(BY_GUARDIAN, language)
    known = BASES.get(cast("Basis", basis))
    return said(DONE_FOR_YOU, language, basis=said(known, language) if known else basis)


HANDLERS = [list_done_for]
