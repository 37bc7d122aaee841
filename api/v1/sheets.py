"""Paper sheets after a power cut: entered with a photo of the list, decided on line by line by somebody else.

What waits, and single sheets, are read here for manual hours too.
"""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta, Struct

from api.answers import answers, read, written
from api.calls import submit
from api.identity import SIGNED_IN, UnknownId, needs
from api.readers import MinPosition, Page, Reader, after, next_url, reading
from api.v1.body_fields import Instant
from api.v1.commanding import commanding
from api.v1.evidence import DIGEST, require_evidence
from api.v1.pieces import Piece, submit_piece
from api.v1.visibility import home_of
from ledger.activities.events import SheetKind
from ledger.activities.sheet import LINES_MAX
from ledger.application.authority import Permission
from ledger.application.sheet_decisions import APPROVE_LINES, REFUSE_LINES, ApproveLines, RefuseLines
from ledger.application.sheets import ENTER_SHEET, EnteredLine, EnterSheet
from ledger.application.vocabulary import Reason
from ledger.kernel.ids import ActivityId, MemberId, SessionId, SheetId
from projections import people, sheets
from projections.sheets import SheetLineRow, SheetLineStatus, SheetRow, SheetStatus

Digest = Annotated[str, Meta(pattern=DIGEST)]
Members = Annotated[tuple[UUID, ...], Meta(max_length=LINES_MAX["paper_sheet"])]


class LineBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Who was there, from when to when."""

    member: UUID
    in_at: Instant
    out_at: Instant


class SheetBody(Struct, frozen=True, forbid_unknown_fields=True):
    """The list of one session. evidence: what `POST /v1/evidence` answered. reason: a code such as `power-cut`."""

    activity: UUID
    session: UUID
    evidence: Digest
    lines: Annotated[tuple[LineBody, ...], Meta(min_length=1, max_length=LINES_MAX["paper_sheet"])]
    reason: Reason | None = None


class ApproveLinesBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose lines; none named means all of them."""

    members: Members = ()


class RefuseLinesBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose lines, none named means all of them; and why not: a code."""

    reason: Reason
    members: Members = ()


class SheetLineView(Struct, frozen=True):
    """A line. name: in full, to be compared with the paper, for who may read members where this one is at home.

    recorded_before: the door knew of the member when the line was entered.
    """

    member: UUID
    name: str
    in_at: datetime
    out_at: datetime
    recorded_before: bool
    status: SheetLineStatus
    decided_by: UUID | None
    reason: str | None


class SheetView(Struct, frozen=True):
    """A sheet. evidence: the digest of its picture, see `GET /v1/evidence/{digest}`. reason: why nothing was scanned.

    left_out: whose lines somebody else had to enter.
    """

    id: UUID
    organisation: UUID
    kind: str
    activity: UUID
    session: UUID
    entered_by: UUID
    entered_at: datetime
    evidence: str
    reason: str | None
    left_out: list[UUID]
    status: SheetStatus
    open_lines: int
    approved_lines: int
    refused_lines: int


class WholeSheet(Struct, frozen=True):
    """A sheet and its lines in the order of the paper.

    same_picture: other sheets that rest on the same picture. There may be good reasons, such as lines left out for
    somebody else to enter; hours for sale are another.
    """

    sheet: SheetView
    lines: list[SheetLineView]
    same_picture: list[UUID]


class SheetList(Struct, frozen=True):
    """Sheets in the order in which they were entered, without their lines."""

    items: list[SheetView]


@commanding("/sheets", Permission.ENTER_HOURS, "sheets", body=SheetBody, status=201)
async def enter_sheet(request: Request[Any, Any, Any], data: JSONBody[SheetBody]) -> Response[bytes]:
    """Enter the list that was kept on paper.

    Figures: lines, minutes (of all lines), recorded_before (members the door knows of already: never approved twice),
    left_out (the caller's own household, for somebody else to enter); the ids name the last two.
    """
    return await enter(request, "paper_sheet", data)


@commanding("/sheets/{sheet:str}/approve", Permission.APPROVE_HOURS, "sheets", body=ApproveLinesBody)
async def approve_sheet(
    request: Request[Any, Any, Any], sheet: FromPath[UUID], data: JSONBody[ApproveLinesBody]
) -> Response[bytes]:
    """Approve lines; what they earn goes on public notice.

    Figures: approved, awards, awaiting_second (of these, large ones that a second approver must agree to, among the
    awards), split_off (the caller's own household, for another approver), recorded_before, without_rule, in_dispute
    (left open), decided_before, provisional.
    """
    return await approve(request, "paper_sheet", sheet, data)


@commanding("/sheets/{sheet:str}/refuse", Permission.APPROVE_HOURS, "sheets", body=RefuseLinesBody)
async def refuse_sheet(
    request: Request[Any, Any, Any], sheet: FromPath[UUID], data: JSONBody[RefuseLinesBody]
) -> Response[bytes]:
    """Refuse lines; they earn nothing."""
    return await refuse(request, "paper_sheet", sheet, data)


@get("/sheets", opt=needs(Permission.APPROVE_HOURS), sync_to_thread=True, responses=answers(SheetList), tags=["sheets"])
def list_sheets(
    request: Request[Any, Any, Any],
    page: NamedDependency[Page],
    organisation: FromQuery[UUID | None] = None,
    status: FromQuery[Literal["open", "decided"]] = "open",
    kind: FromQuery[Literal["paper_sheet", "manual_hours"] | None] = None,
) -> Response[bytes]:
    """The sheets of an organisation (left out: the reader's home) that wait for a decision, or are decided."""
    begin = after(page.cursor, int) or 0
    with reading(request, page.min_position) as reader:
        place = organisation or home_of(reader)
        reader.require(Permission.APPROVE_HOURS, place)
        rows = sheets.of_organisation(reader.connection, place, status=status, kind=kind, after=begin, limit=page.limit)
    last = rows[-1].position if rows else None
    return read(request, SheetList([_view(row) for row in rows]), next_url=next_url(request, rows, page.limit, last))


@get("/sheets/{sheet:str}", opt=needs(SIGNED_IN), sync_to_thread=True, responses=answers(WholeSheet), tags=["sheets"])
def get_sheet(
    request: Request[Any, Any, Any], sheet: FromPath[UUID], min_position: MinPosition = None
) -> Response[bytes]:
    """One sheet with its lines: for who entered it, and for those who decide there."""
    with reading(request, min_position) as reader:
        row = sheets.sheet(reader.connection, sheet)
        if row is None or not _may_read(reader, row):
            raise UnknownId
        lines = sheets.lines(reader.connection, sheet)
        members = [line.member for line in lines]
        names = reader.names(members, full=_own(reader, members))
        twins = [one.sheet for one in sheets.of_picture(reader.connection, row.evidence) if one.sheet != sheet]
    return read(request, WholeSheet(_view(row), [_line(line, names[line.member]) for line in lines], twins))


async def enter(request: Request[Any, Any, Any], kind: SheetKind, data: SheetBody) -> Response[bytes]:
    """Enter the lines as a sheet of `kind`, once its picture is known to be kept."""
    await require_evidence(request, data.activity, data.evidence)
    asked = EnterSheet(
        kind=kind,
        activity=ActivityId(data.activity),
        session=SessionId(data.session),
        lines=tuple(EnteredLine(MemberId(line.member), line.in_at, line.out_at) for line in data.lines),
        evidence=data.evidence,
        reason=data.reason,
    )
    return written(await submit(request, ENTER_SHEET, asked), status=201)


async def approve(
    request: Request[Any, Any, Any], kind: SheetKind, sheet: UUID, data: ApproveLinesBody
) -> Response[bytes]:
    """Approve lines of a sheet of `kind` in one commit, which may be a long one: in the back lane."""
    asked = ApproveLines(SheetId(sheet), kind, tuple(map(MemberId, data.members)))
    return written(await submit_piece(request, APPROVE_LINES, Piece("lines", asked)))


async def refuse(
    request: Request[Any, Any, Any], kind: SheetKind, sheet: UUID, data: RefuseLinesBody
) -> Response[bytes]:
    """Refuse lines of a sheet of `kind`."""
    asked = RefuseLines(SheetId(sheet), kind, data.reason, tuple(map(MemberId, data.members)))
    return written(await submit(request, REFUSE_LINES, asked))


def _may_read(reader: Reader, row: SheetRow) -> bool:
    return row.entered_by == reader.member or reader.may(Permission.APPROVE_HOURS, row.organisation)


def _own(reader: Reader, members: list[UUID]) -> list[UUID]:
    """Of `members` those whose names are the reader's to see: naming a stranger on a sheet tells nobody who that is."""
    homes = people.homes_of(reader.connection, members)
    open_homes = {home for home in set(homes.values()) if reader.may(Permission.READ_MEMBERS, home)}
    return [one for one in members if homes.get(one) in open_homes]


def _view(row: SheetRow) -> SheetView:
    return SheetView(
        id=row.sheet,
        organisation=row.organisation,
        kind=row.kind,
        activity=row.activity,
        session=row.session,
        entered_by=row.entered_by,
        entered_at=row.entered_at,
        evidence=row.evidence,
        reason=row.reason,
        left_out=row.left_out,
        status=row.status,
        open_lines=row.open_lines,
        approved_lines=row.approved_lines,
        refused_lines=row.refused_lines,
    )


def _line(row: SheetLineRow, name: str) -> SheetLineView:
    return SheetLineView(
        member=row.member,
        name=name,
        in_at=row.in_at,
        out_at=row.out_at,
        recorded_before=row.recorded_before,
        status=row.status,
        decided_by=row.decided_by,
        reason=row.reason,
    )


HANDLERS = [enter_sheet, approve_sheet, refuse_sheet, list_sheets, get_sheet]
