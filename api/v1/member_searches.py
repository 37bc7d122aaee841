"""Finding members by what is said of them. What was typed is in no address and in no log."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, post
from litestar.params import JSONBody
from msgspec import Meta, Struct

from api.answers import answers, told
from api.decoding import Strict
from api.identity import WITHOUT_KEY, needs
from api.member_search import HITS_MAX, Search, search
from api.readers import reading
from ledger.application.authority import Permission


class SearchAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """query: part of a name, its pinyin in full or by first letters, the last digits of a telephone (four or more), or
    a member number. organisation: among whom; None for all whom the caller may see.
    """

    query: Annotated[str, Meta(min_length=1, max_length=60)]
    organisation: UUID | None = None
    limit: Annotated[int, Meta(ge=1, le=HITS_MAX)] = HITS_MAX


class FoundMember(Struct, frozen=True):
    """Somebody found: the full name, the telephone masked (138****5678), the running number, the home, the standing."""

    id: UUID
    name: str
    phone: str
    number: str
    home: UUID
    status: str


class FoundMembers(Struct, frozen=True):
    """Who fits, the best first."""

    items: list[FoundMember]


@post(
    "/member-searches",
    opt=needs(Permission.READ_MEMBERS) | WITHOUT_KEY,
    dto=Strict[SearchAsked],
    return_dto=None,
    status_code=200,
    sync_to_thread=True,
    responses=answers(FoundMembers),
    tags=["members"],
)
def search_members(request: Request[Any, Any, Any], data: JSONBody[SearchAsked]) -> Response[bytes]:
    """Who fits what was typed, among the people at home where the caller may read members. That somebody searched is
    logged, with how many were found. 503 for some seconds after a start."""
    with reading(request) as reader:
        hits = search(reader, Search(data.query, data.organisation, data.limit))
    return told(FoundMembers([FoundMember(*hit) for hit in hits]))


HANDLERS = [search_members]
