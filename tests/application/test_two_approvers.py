"""Large awards by two approvers: alone, in a batch, and where a sheet's line was approved with them."""

from datetime import timedelta

import pytest
from msgspec.structs import replace
from noticed import reserved
from programme_of import set_programme
from village import HOURLY, WEDNESDAY, Village, named

from ledger.activities.events import SheetKind
from ledger.application.activities import CLOSE_ACTIVITY, CloseActivity
from ledger.application.awards import (
    APPROVE_AWARDS,
    CREDIT_AWARD,
    REFUSE_AWARDS,
    ApproveAwards,
    CreditAward,
    RefuseAwards,
)
from ledger.application.sheet_decisions import APPROVE_LINES, ApproveLines
from ledger.application.sheets import ENTER_SHEET, EnteredLine, EnterSheet
from ledger.application.work import Outcome
from ledger.awards.events import AwardFirstApproved
from ledger.kernel.ids import SYSTEM, AwardId, MemberId, SessionId, SheetId
from ledger.programme.events import Settings

NONE = dict.fromkeys(("approved", "awaiting_second", "split_off", "decided_before", "provisional"), 0)


@pytest.fixture
def village() -> Village:
    """Awards of more than 1 take two; an hour earns 1."""
    village = Village()
    set_programme(village, two_approvers_above=1)
    return village


def proposed(village: Village, **hours: int) -> list[AwardId]:
    """What the members of that name earn for so many hours at one activity."""
    minutes = {getattr(village, name): 60 * number for name, number in hours.items()}
    rule = village.published_rule(replace(HOURLY, floor_percent=0))
    activity = village.closed_activity([rule], minutes)
    village.tallied(activity, *minutes)
    return [village.award_of(member) for member in minutes]


def approve(village: Village, by: MemberId, *awards: AwardId) -> Outcome:
    return village.run(APPROVE_AWARDS, ApproveAwards(awards), by)


def test_a_large_award_waits_for_the_second_and_counts_only_then(village: Village) -> None:
    (award,) = proposed(village, ann=2)

    first = approve(village, village.approver, award)
    village.wait(days=9)
    early = village.refusal(CREDIT_AWARD, CreditAward(award), SYSTEM)

    assert (first.code, first.figures) == ("awards-approved", NONE | {"awaiting_second": 1})
    assert AwardFirstApproved(village.approver, 1) in [event for _, event in village.ledger.log]
    assert (early.code, early.facts()) == ("award-not-approved", {"state": "proposed"})
    second = approve(village, village.second_approver, award)
    assert (second.figures["approved"], second.figures["awaiting_second"]) == (1, 0)
    village.wait(days=12)
    assert village.run(CREDIT_AWARD, CreditAward(award), SYSTEM).figures["amount"] == 2


def test_in_a_batch_large_lines_are_told_apart_and_stay_so_when_it_is_sent_again(village: Village) -> None:
    large, small, near = proposed(village, ann=2, ben=1, cai=2)

    first = approve(village, village.approver, large, near)
    again = approve(village, village.approver, large, small, near)
    rest = approve(village, village.second_approver, large, small, near)

    # cai lives with the first approver
    assert first.figures == NONE | {"awaiting_second": 1, "split_off": 1}
    assert again.figures == NONE | {"approved": 1, "awaiting_second": 1, "split_off": 1, "provisional": 1}
    assert rest.figures == NONE | {"approved": 1, "awaiting_second": 1, "decided_before": 1, "provisional": 1}


def test_the_first_approver_is_not_the_second(village: Village) -> None:
    (award,) = proposed(village, ann=2)
    approve(village, village.approver, award)

    again = village.refusal(APPROVE_AWARDS, ApproveAwards((award,)), village.approver)

    assert (again.code, again.facts()) == ("second-approver-needed", {"approved_by": village.approver})


def test_author_beneficiary_and_household_are_not_the_second_either(village: Village) -> None:
    awards = proposed(village, ann=2, cai=2)
    approve(village, village.second_approver, *awards)
    for person in (village.clerk, village.cai):
        village.grant(person, "approver", village.community)
    ann, cai = awards

    tried = [(village.clerk, ann), (village.cai, cai), (village.approver, cai)]
    codes = [village.refusal(APPROVE_AWARDS, ApproveAwards((award,)), by).code for by, award in tried]

    assert codes == ["proposer-cannot-approve", "own-household-or-self", "own-household-or-self"]


def test_after_the_first_agreed_it_may_still_be_refused_and_gives_back_what_it_took(village: Village) -> None:
    (award,) = proposed(village, ann=2)
    approve(village, village.approver, award)

    refused = village.run(REFUSE_AWARDS, RefuseAwards((award,), "not-seen"), village.second_approver)

    assert (refused.figures["refused"], reserved(village, village.ann)) == (1, 0)
    assert village.refusal(APPROVE_AWARDS, ApproveAwards((award,)), village.approver).code == "award-already-decided"


def test_what_is_large_is_said_by_the_programme_and_500_of_the_unit_by_default(village: Village) -> None:
    set_programme(village, two_approvers_above=Settings().two_approvers_above)
    (award,) = proposed(village, ann=2)

    assert (Settings().two_approvers_above, approve(village, village.approver, award).figures["approved"]) == (500, 1)


@pytest.mark.parametrize("kind", ["paper_sheet", "manual_hours"])
def test_who_approved_the_line_of_a_sheet_is_the_first_of_two(village: Village, kind: SheetKind) -> None:
    activity = village.open_activity([village.published_rule(HOURLY)])
    village.wait(hours=3)
    village.run(CLOSE_ACTIVITY, CloseActivity(activity), village.clerk)
    line = EnteredLine(village.ann, WEDNESDAY, WEDNESDAY + timedelta(minutes=120))
    session = SessionId(named("activity session"))
    reason = None if kind == "paper_sheet" else "forgot-card"
    asked = EnterSheet(kind=kind, activity=activity, session=session, lines=(line,), evidence="5e" * 32, reason=reason)
    sheet = SheetId(village.run(ENTER_SHEET, asked, village.clerk).ids["sheet"])

    lines = village.run(APPROVE_LINES, ApproveLines(sheet, kind), village.second_approver)

    award = village.award_of(village.ann)
    figures = ("approved", "awards", "awaiting_second", "provisional")
    assert [lines.figures[one] for one in figures] == [1, 1, 1, 0]
    again = village.refusal(APPROVE_AWARDS, ApproveAwards((award,)), village.second_approver)
    assert (village.award(award).status, again.code) == ("proposed", "second-approver-needed")
    assert approve(village, village.approver, award).figures["approved"] == 1
