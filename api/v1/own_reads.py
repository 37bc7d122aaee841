"""Who read one's own details in full, when and what for."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from msgspec import Struct

from api.answers import answers, read
from api.identity import SIGNED_IN, needs
from api.own_reads import own_reads
from api.readers import Page, after, next_url, reading


class ReadView(Struct, frozen=True):
    """One reading. reader: the masked name, role and organisation of who read; empty where that is not known any more.

    fields: what was read; file: all that is held. purpose: a code such as `contact`.
    """

    at: datetime
    reader: str
    role: str
    organisation: str
    fields: list[str]
    purpose: str


class Reads(Struct, frozen=True):
    """One page, the oldest first."""

    items: list[ReadView]


@get("/me/reads", opt=needs(SIGNED_IN), sync_to_thread=True, responses=answers(Reads), tags=["members"])
def list_my_reads(request: Request[Any, Any, Any], page: NamedDependency[Page]) -> Response[bytes]:
    """Who read sensitive fields of the caller, the oldest reading first."""
    with reading(request, page.min_position) as reader:
        found = own_reads(reader, after(page.cursor, int) or 0, page.limit)
    views = [ReadView(one.at, one.reader, one.role, one.organisation, one.fields, one.purpose) for one in found]
    last = found[-1].sequence if found else None
    return read(request, Reads(views), next_url=next_url(request, found, page.limit, last))


HANDLERS = [list_my_reads]
