"""Whatever approvers and authors do to sheets, in whatever order: no hours twice, no week over its cap."""

from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st
from test_sheet_cases import PaperVillage
from village import HOURLY

from ledger.activities.attendance import attendance_id
from ledger.activities.events import HoursEntered, SheetKind
from ledger.activities.sheet import SHEET, minutes_of_line
from ledger.application.sheet_decisions import APPROVE_LINES, REFUSE_LINES, ApproveLines, RefuseLines
from ledger.application.sheets import ENTER_SHEET
from ledger.application.work import Outcome
from ledger.kernel.ids import MemberId, SheetId
from ledger.kernel.refusal import Refusal

PEOPLE = ("ann", "ben", "cai", "clerk", "approver")
KINDS: tuple[SheetKind, ...] = ("paper_sheet", "manual_hours")


class Step(NamedTuple):
    """What somebody tries. number: which of the sheets so far is decided on; no member of it means all."""

    what: str
    kind: SheetKind
    actor: str
    members: frozenset[str]
    minutes: int
    number: int


STEPS = st.builds(
    Step,
    st.sampled_from(("enter", "approve", "refuse")),
    st.sampled_from(KINDS),
    st.sampled_from(("clerk", "second clerk", "approver", "second approver")),
    st.frozensets(st.sampled_from(PEOPLE), min_size=1, max_size=4),
    st.sampled_from((30, 119, 120)),
    st.integers(0, 3),
)


def take(village: PaperVillage, sheets: list[SheetId], step: Step) -> Outcome | Refusal:
    """Try it; `answer` itself checks that a refusal changed nothing."""
    actor, members = village.person(step.actor), tuple(map(village.person, sorted(step.members)))
    if step.what == "enter":
        lines = tuple(village.line(member, step.minutes) for member in members)
        found = village.answer(ENTER_SHEET, village.asked(kind=step.kind, lines=lines), actor)
        if isinstance(found, Outcome):
            sheets.append(SheetId(found.ids["sheet"]))
        return found
    sheet = sheets[step.number % len(sheets)]
    state = village.ledger.load(SHEET, sheet).state
    named = tuple(member for member in members if state.line(member))
    if step.what == "approve":
        return village.answer(APPROVE_LINES, ApproveLines(sheet, state.entered.kind, named), actor)
    return village.answer(REFUSE_LINES, RefuseLines(sheet, state.entered.kind, "not-seen", named), actor)


def minutes_that_count(village: PaperVillage, sheets: list[SheetId], author: MemberId) -> int:
    """Of the author's manual hours, those that nobody refused."""
    states = [village.ledger.load(SHEET, sheet).state for sheet in sheets]
    return sum(
        minutes_of_line(line.line)
        for state in states
        if state.entered.kind == "manual_hours" and state.entered.entered_by == author
        for line in state.lines
        if line.status != "refused"
    )


@settings(max_examples=25, deadline=None)
@given(st.lists(STEPS, min_size=4, max_size=16))
def test_hours_are_entered_once_by_two_people_and_weeks_keep_their_cap(steps: list[Step]) -> None:
    village = PaperVillage()
    village.shut(village.published_rule(HOURLY))
    sheets = [village.entered(village.ann, village.cai, kind=kind) for kind in KINDS]

    for step in steps:
        take(village, sheets, step)

    for author in (village.clerk, village.second_clerk):
        assert village.week_minutes(author) == minutes_that_count(village, sheets, author) <= 600
    for name in PEOPLE:
        member = village.person(name)
        stored = village.ledger.streams[attendance_id(village.activity, village.session, member)]
        entered = [event for event in stored if isinstance(event, HoursEntered)]
        assert len(entered) <= 1
        for event in entered:
            assert len({event.entered_by, event.approved_by, event.member}) == 3
            assert (event.member, event.approved_by) != (village.cai, village.approver)
            award = village.award(village.award_of(member))
            assert award.proposal
            assert (award.proposal.proposed_by, award.decided_by) == (event.entered_by, event.approved_by)
