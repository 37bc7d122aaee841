"""`/staff/members`: staff find a person and see the file, masked; a sensitive field is read for a purpose.

What is typed stands in no address, so it is in no log and in no browser's history; it is answered in the same page.
"""

import asyncio
from typing import Any, Final, NamedTuple, get_args
from uuid import UUID

from litestar import HttpMethod, Request, Response, post, route
from litestar.params import FromPath

from api.decoding import MalformedBody
from api.deployment import PHOTO, NotReady
from api.identity import SIGNED_IN, NotAllowed, needs
from api.languages import marked, said
from api.member_search import Search, search
from api.pages.forms import FORM_BYTES_MAX, form_of
from api.pages.problems_said import Said, said_here
from api.pages.rendering import language_of, page
from api.personal_files import (
    SENSITIVE_FIELDS,
    Purpose,
    read_photo,
    read_sensitive,
    require_sensitive,
    shown,
)
from api.photo_answers import picture
from api.readers import Reader, newest, reading
from api.sentences import FAULT_STATUSES, sentence
from api.sentences.readable import day, readable
from api.sentences.words import WORDS
from ledger.application.authority import ALLOWED, Permission
from ledger.kernel.ids import MemberId
from ledger.kernel.refusal import Refusal
from projections import people
from projections.people import MemberRow

_HERE: Final = "/staff/members"
_GET: Final = [HttpMethod.GET, HttpMethod.HEAD]
QUERY_CHARACTERS_MAX: Final = 60
PURPOSES: Final[dict[Purpose, str]] = {
    "contact": marked("联系本人"),
    "identity-check": marked("核对身份"),
    "delivery": marked("送东西上门"),
    "emergency": marked("紧急情况"),
    "correction": marked("更正资料"),
    "audit": marked("检查核实"),
}


class _Hit(NamedTuple):
    """Somebody found, as a line that can be pressed."""

    url: str
    name: str
    phone: str
    number: str
    home: str
    state: str


class _Role(NamedTuple):
    """What the person does for whom, until when (empty: until it is ended)."""

    name: str
    organisation: str
    until: str


@route(_HERE, http_method=_GET, opt=needs(SIGNED_IN), sync_to_thread=True)
def search_form(request: Request[Any, Any, Any]) -> Response[str]:
    """Asks whom to look for."""
    with reading(request) as reader:
        _require_staff(reader)
    return page(request, "members.html", {"query": "", "hits": None, "problem": ""})


@post(_HERE, opt=needs(SIGNED_IN), request_max_body_size=FORM_BYTES_MAX, status_code=200)
async def searched(request: Request[Any, Any, Any]) -> Response[str]:
    """Who fits what was typed."""
    typed = (await form_of(request)).get("query", "")[:QUERY_CHARACTERS_MAX]
    return await asyncio.to_thread(_searched, request, typed)


@route(_HERE + "/{member:uuid}", http_method=_GET, opt=needs(SIGNED_IN), sync_to_thread=True)
def member_file(request: Request[Any, Any, Any], member: FromPath[UUID]) -> Response[str]:
    """One person's file, masked."""
    with reading(request) as reader:
        _require_staff(reader)
        return _file(request, reader, reader.require_over_member(member))


@post(_HERE + "/{member:uuid}", opt=needs(SIGNED_IN), request_max_body_size=FORM_BYTES_MAX, status_code=200)
async def field_read(request: Request[Any, Any, Any], member: FromPath[UUID]) -> Response[Any]:
    """The same with one field in full, once the audit log has it; or the photo alone."""
    fields = await form_of(request)
    purpose = next((code for code in get_args(Purpose) if fields.get("purpose") == code), None)
    if purpose is None or fields.get("field") not in (*SENSITIVE_FIELDS, PHOTO):
        raise MalformedBody("bad-request", 400, "which field, and what for")
    return await asyncio.to_thread(_read, request, member, fields["field"], purpose)


def _searched(request: Request[Any, Any, Any], typed: str) -> Response[str]:
    language = language_of(request)
    with reading(request) as reader:
        _require_staff(reader)
        try:
            hits = _hits(reader, typed, language)
        except Refusal as refused:
            return _form(request, typed, said_here(request, refused))
        except NotReady:
            code = "search-not-ready"
            return _form(request, typed, Said(sentence(code, language), FAULT_STATUSES[code]))
    return page(request, "members.html", {"query": typed, "hits": hits, "problem": ""})


def _form(request: Request[Any, Any, Any], typed: str, problem: Said) -> Response[str]:
    facts = {"query": typed, "hits": None, "problem": problem.sentence}
    return page(request, "members.html", facts, status=problem.status)


def _hits(reader: Reader, typed: str, language: str) -> list[_Hit]:
    found = search(reader, Search(typed))
    homes = reader.texts({hit.home for hit in found})
    return [
        _Hit(f"{_HERE}/{hit.id}", hit.name, hit.phone, hit.number, homes[hit.home], _state(hit.status, language))
        for hit in found
    ]


def _read(request: Request[Any, Any, Any], member: UUID, field: str, purpose: Purpose) -> Response[Any]:
    with reading(request, newest(request)) as reader:
        row = require_sensitive(reader, MemberId(member))
        if field == PHOTO:
            return picture(read_photo(reader, row, purpose))
        return _file(request, reader, row, read_sensitive(reader, row, [field], purpose))


def _file(
    request: Request[Any, Any, Any], reader: Reader, row: MemberRow, in_full: dict[str, str] | None = None
) -> Response[str]:
    language, member = language_of(request), MemberId(row.member)
    masked = shown(reader, member) | (in_full or {})
    facts = {
        "here": f"{_HERE}/{member}",
        "name": reader.names([member], full=[member])[member],
        "number": masked.get("member_number", ""),
        "home": reader.texts([row.home])[row.home],
        "state": _state(row.status, language),
        "fields": [(readable(field, language), masked.get(field, "")) for field in SENSITIVE_FIELDS],
        "read": sorted(in_full) if in_full is not None else None,
        "may_read": any(role.role in ALLOWED[Permission.READ_SENSITIVE] for role in reader.roles),
        "asked": {field: readable(field, language) for field in (*SENSITIVE_FIELDS, PHOTO)},
        "purposes": PURPOSES,
        "roles": _roles(reader, member, language),
        "household": _household(reader, row),
        "cards": len(people.cards_of(reader.connection, [member])),
    }
    return page(request, "member_file.html", facts)


def _roles(reader: Reader, member: MemberId, language: str) -> list[_Role]:
    held = people.roles_of(reader.connection, member, day=reader.today)
    called = reader.texts({role.organisation for role in held})
    return [
        _Role(
            readable(role.role, language),
            called[role.organisation],
            day(role.until_day, language) if role.until_day else "",
        )
        for role in held
    ]


def _household(reader: Reader, row: MemberRow) -> list[str]:
    """Who else lives there, masked."""
    if row.household is None:
        return []
    others = [one.member for one in people.members_in_household(reader.connection, row.household)]
    names = reader.names(one for one in others if one != row.member)
    return [name for name in names.values() if name]


def _state(status: str, language: str) -> str:
    return said(WORDS.get(status, status), language)


def _require_staff(reader: Reader) -> None:
    if not any(role.role in ALLOWED[Permission.READ_MEMBERS] for role in reader.roles):
        raise NotAllowed


HANDLERS: Final = [search_form, searched, member_file, field_read]
