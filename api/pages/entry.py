"""`/`: the way in, and from there to what a person may do today."""

from typing import Any, Final, NamedTuple

from litestar import HttpMethod, Request, Response, route

from api.identity import PUBLIC, needs
from api.languages import said
from api.pages.gatherings import gathering
from api.pages.presented import open_activities
from api.pages.rendering import language_of, page
from api.pages.scanned import looking
from api.readers import Reader
from api.sentences.words import WORDS
from ledger.application.authority import ALLOWED, Permission


class _Today(NamedTuple):
    """An activity whose screen the person may show."""

    title: str
    community: str
    when: str
    state: str
    url: str


_OF_SLIPS = (Permission.CONFIRM_SLIPS, Permission.ISSUE_STAFF_CODES)


@route("/", http_method=[HttpMethod.GET, HttpMethod.HEAD], opt=needs(PUBLIC), sync_to_thread=True)
def entry(request: Request[Any, Any, Any]) -> Response[str]:
    """Sign in; or, once signed in, what can be done."""
    language = language_of(request)
    with looking(request) as reader:
        facts = {
            "name": reader.names([reader.member])[reader.member] if reader else "",
            "signed_in": reader is not None,
            "today": _today(reader, language) if reader else [],
            "hands_out_slips": reader is not None and any(_has_role(reader, one) for one in _OF_SLIPS),
            "finds_people": reader is not None and _has_role(reader, Permission.READ_MEMBERS),
            "hands_over": reader is not None and _has_role(reader, Permission.HAND_OVER),
        }
    return page(request, "entry.html", facts)


def _today(reader: Reader, language: str) -> list[_Today]:
    rows = {row.activity: row for row in open_activities(reader, Permission.SCAN_OTHERS)}
    shown = [gathering(reader.deployment, activity) for activity in rows]
    return [
        _Today(
            one.title,
            one.community,
            one.when(language),
            said(WORDS[one.row.status], language),
            f"/staff/activities/{one.row.activity}/kiosk",
        )
        for one in shown
        if one is not None and one.row.status in ("published", "open", "closed")
    ]


def _has_role(reader: Reader, permission: Permission) -> bool:
    return any(role.role in ALLOWED[permission] for role in reader.roles)


HANDLERS: Final = [entry]
