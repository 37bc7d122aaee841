"""Sheets and their lines as those see them who have to decide."""

from datetime import timedelta
from uuid import UUID, uuid4

from ledger.activities.events import SheetEntered, SheetKind, SheetLine, SheetLineApproved, SheetLineRefused
from ledger.kernel.ids import ActivityId, MemberId, OrganisationId, SessionId
from projections import sheets

from .conftest import Told
from .log import START, Log

PLACE, ACTIVITY, SESSION = OrganisationId(uuid4()), ActivityId(uuid4()), SessionId(uuid4())
CLERK, APPROVER, ANN, BEN, CAI = (MemberId(uuid4()) for _ in range(5))
PHOTO = "0f" * 32
LINES = (
    SheetLine(ANN, START, START + timedelta(hours=2)),
    SheetLine(BEN, START, START + timedelta(hours=1), recorded_before=True),
)


def entered(log: Log, kind: SheetKind = "paper_sheet", reason: str | None = None, place: UUID = PLACE) -> UUID:
    sheet = uuid4()
    event = SheetEntered(
        kind, OrganisationId(place), ACTIVITY, SESSION, LINES, PHOTO, CLERK, reason, left_out=(CAI,), week=None
    )
    log.happen(sheet, event)
    return sheet


def test_a_sheet_waits_with_its_lines_in_the_order_of_the_paper(told: Told) -> None:
    log = Log()
    sheet = entered(log)

    connection = told(log, sheets.PROJECTION)

    (row,) = sheets.of_organisation(connection, PLACE, status="open")
    assert (row.sheet, row.kind, row.evidence, row.entered_by, row.left_out) == (
        sheet,
        "paper_sheet",
        PHOTO,
        CLERK,
        [CAI],
    )
    assert (row.open_lines, row.approved_lines, row.refused_lines) == (2, 0, 0)
    assert [(line.member, line.recorded_before, line.status) for line in sheets.lines(connection, sheet)] == [
        (ANN, False, "open"),
        (BEN, True, "open"),
    ]


def test_a_sheet_is_decided_with_its_last_line(told: Told) -> None:
    log = Log()
    sheet = entered(log)

    log.happen(sheet, SheetLineApproved(ANN, APPROVER))
    half = sheets.sheet(told(log, sheets.PROJECTION), sheet)
    log.happen(sheet, SheetLineRefused(BEN, APPROVER, "scanned"))
    connection = told(log, sheets.PROJECTION)
    whole = sheets.sheet(connection, sheet)

    assert half
    assert whole
    assert (half.status, half.open_lines, half.approved_lines) == ("open", 1, 1)
    assert (whole.status, whole.open_lines, whole.refused_lines) == ("decided", 0, 1)
    decided = [(line.status, line.decided_by, line.reason) for line in sheets.lines(connection, sheet)]
    assert decided == [("approved", APPROVER, None), ("refused", APPROVER, "scanned")]
    assert sheets.of_organisation(connection, PLACE, status="open") == []
    assert sheets.of_organisation(connection, PLACE, status="decided") == [whole]


def test_sheets_are_listed_by_place_kind_and_page(told: Told) -> None:
    log = Log()
    first, second = entered(log), entered(log, "manual_hours", "forgot-card")
    entered(log, place=uuid4())

    connection = told(log, sheets.PROJECTION)
    listed = sheets.of_organisation(connection, PLACE, status="open")

    assert [row.sheet for row in listed] == [first, second]
    assert sheets.of_organisation(connection, PLACE, status="open", after=listed[0].position) == listed[1:]
    assert sheets.of_organisation(connection, PLACE, status="open", limit=1) == listed[:1]
    assert sheets.of_organisation(connection, PLACE, status="open", kind="manual_hours") == listed[1:]
    assert listed[1].reason == "forgot-card"


def test_sheets_are_found_by_their_picture(told: Told) -> None:
    log = Log()
    first, second = entered(log), entered(log)

    connection = told(log, sheets.PROJECTION)

    assert [row.sheet for row in sheets.of_picture(connection, PHOTO)] == [first, second]
    assert sheets.of_picture(connection, "00" * 32) == []


def test_no_sheet_where_there_is_none(told: Told) -> None:
    connection = told(Log(), sheets.PROJECTION)

    assert sheets.sheet(connection, uuid4()) is None
    assert sheets.lines(connection, uuid4()) == []
