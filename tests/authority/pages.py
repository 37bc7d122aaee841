"""Asks for every page as each caller of the matrix, and tells who was let in, sent to sign in, or refused."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from routes import endpoints

from ledger.kernel.ids import MemberId
from qr.tokens import KioskCode, step_at
from tests.hostile.clean import Operation
from tests.hostile.fittings import headers_of

from .callers import Callers
from .table import COLUMNS

TABLE: Final = Path(__file__).with_name("pages.txt")
OUTSIDE: Final = ("/v1", "/health", "/schema", "/static", "/metrics")
"""Operations have a matrix of their own; the rest of these say nothing of anybody and are open to all."""
FORMS: Final[Mapping[str, Mapping[str, str]]] = {
    "POST /staff/members": {"query": "新来的"},
    "POST /staff/members/{member}": {"purpose": "contact", "field": "phone"},
    "POST /staff/slips": {"number": "{number}", "basis": "identity-card"},
    "POST /staff/slips/confirm": {"slip": "{slip}"},
}
"""What is typed on pages that look at it before they look at who asks; elsewhere nothing is."""


def page_names(town: Callers) -> Iterator[str]:
    """`METHOD path` of every page of the application."""
    for one in endpoints(town.village.house.client.app):
        if one.method != "HEAD" and not one.path.startswith(OUTSIDE):
            yield f"{one.method} {one.path}"


def table() -> dict[str, dict[str, str]]:
    """By page and column: x is let in, s is sent to sign in, - is refused."""
    lines = [line.split() for line in TABLE.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    assert tuple(lines[0][2:]) == COLUMNS, lines[0]
    return {f"{line[0]} {line[1]}": dict(zip(COLUMNS, line[2:], strict=True)) for line in lines[1:]}


def outcome(town: Callers, page: str, by: str | None, about: Mapping[str, Any]) -> str:
    """What became of asking for `page` with `about` in its path and form; the status where it is none of the three."""
    method, path = page.split(" ")
    house = town.village.house
    headers = headers_of(town.village, by) | {"Content-Type": "application/x-www-form-urlencoded"}
    form = urlencode({name: text.format(**about) for name, text in FORMS.get(page, {}).items()})
    before = house.position()
    answer = house.client.request(method, path.format(**about), headers=headers, content=form, follow_redirects=False)
    if answer.status_code == 303 and answer.headers["location"].startswith("/sign-in"):
        return "s"
    if answer.status_code in {401, 403, 404}:
        return "-" if house.position() == before else "stored"
    # Who tries too often is told so before anything is looked at: that page is open to them as well.
    return "x" if answer.status_code in {200, 303, 400, 409, 422, 429} else str(answer.status_code)


def about(town: Callers, things: Mapping[str, Operation]) -> dict[str, Any]:
    """What stands in the paths of pages."""
    activity = UUID(str(things["get_activity_code"].fitting.path["activity"]))
    resident = MemberId(UUID(town.village.people["resident"].hex))
    number = town.village.house.deployment.directory.number_members([resident])[resident]
    door = KioskCode(activity, step_at(town.village.house.clock.now()))
    return {
        "token": town.village.house.code(door),
        "code": "ABCDEFGHJKMN",
        "name": "pin",
        "redemption": things["get_redemption"].fitting.path["redemption"],
        "activity": activity,
        "member": town.village.people["resident"],
        "number": number,
        "slip": things["confirm_slip"].fitting.path["slip"],
    }
