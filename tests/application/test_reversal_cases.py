"""Taking awards back: what the member still has, what others pay for, and that it happens once, by two people."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from noticed import credited, on_notice, reserved
from programme_of import set_programme
from village import Village

from ledger.accounts.account import ACCOUNT, account_id
from ledger.accounts.commands import AccountCommand, FreezeAccount, HoldPoints, SpendHold
from ledger.accounts.events import Credited, CreditReversed
from ledger.application.awards import CREDIT_AWARD, CreditAward
from ledger.application.programme import DRAFT_SETTINGS, PUBLISH_SETTINGS, DraftSettings, PublishSettings
from ledger.application.reversals import (
    APPROVE_REVERSAL,
    PROPOSE_REVERSAL,
    REFUSE_REVERSAL,
    ApproveReversal,
    ProposeReversal,
    RefuseReversal,
)
from ledger.application.work import Outcome
from ledger.awards.events import AwardReversed, Spent
from ledger.kernel.decider import fold
from ledger.kernel.ids import SYSTEM, AwardId, HoldId, MemberId
from ledger.kernel.units import Unit
from ledger.programme.events import Settings

PAID = ("taken", "from_other_lots", "owed", "written_off", "expired")


@pytest.fixture
def village() -> Village:
    return Village()


def propose(village: Village, award: AwardId, spent: Spent = "owe") -> None:
    done = village.run(PROPOSE_REVERSAL, ProposeReversal(award, "wrong-member", spent), village.clerk)
    assert done.code == "reversal-proposed"


def approve(village: Village, award: AwardId, by: MemberId | None = None) -> Outcome:
    return village.run(APPROVE_REVERSAL, ApproveReversal(award), by or village.approver)


def paid(**some: int) -> dict[str, int]:
    return dict.fromkeys(PAID, 0) | some


def act(village: Village, member: MemberId, *commands: AccountCommand) -> None:
    """Let something happen to the account that is not what the story is about."""
    account = account_id(member, Unit.POINTS)
    for command in commands:
        state = village.ledger.load(ACCOUNT, account).state
        village.ledger.streams[account] += ACCOUNT.decide(state, command)


def spend(village: Village, member: MemberId, amount: int, number: int = 1) -> None:
    day, hold = village.now.date(), HoldId(village.person(f"hold {number}"))
    hold_points = HoldPoints(hold=hold, amount=amount, reason=hold, on_day=day)
    act(village, member, hold_points, SpendHold(hold=hold, organisation=village.community, reason=hold, on_day=day))


def settle(village: Village, settings: Settings) -> None:
    village.run(DRAFT_SETTINGS, DraftSettings(village.community, settings), village.clerk)
    today = date(2025, 10, 15)
    village.run(PUBLISH_SETTINGS, PublishSettings(village.community, 1, today), village.approver)


def test_a_credited_award_is_taken_back_from_its_own_lot(village: Village) -> None:
    award = credited(village, village.ann)
    propose(village, award)

    outcome = approve(village, award)

    assert (outcome.code, outcome.figures) == ("award-reversed", paid(taken=2))
    assert (village.award(award).status, village.account(village.ann).posted) == ("reversed", 0)
    assert reserved(village, village.ann) == 0
    assert village.ledger.streams[award][-1] == AwardReversed(
        village.approver, taken=2, from_other_lots=0, owed=0, written_off=0, expired=0, on_day=date(2025, 10, 24)
    )


def test_one_on_notice_is_taken_back_without_any_account(village: Village) -> None:
    (award,) = on_notice(village, village.ann)
    propose(village, award)
    village.wait(days=9)
    assert village.refusal(CREDIT_AWARD, CreditAward(award), SYSTEM).code == "reversal-pending"

    outcome = approve(village, award)

    assert (outcome.code, outcome.figures) == ("award-reversed", paid())
    assert reserved(village, village.ann) == 0
    assert account_id(village.ann, Unit.POINTS) not in village.ledger.streams
    assert village.refusal(CREDIT_AWARD, CreditAward(award), SYSTEM).code == "award-not-approved"


@pytest.mark.parametrize(
    ("spent", "figures", "owed"),
    [
        ("other_lots", {"from_other_lots": 1, "written_off": 2}, 0),
        ("owe", {"from_other_lots": 1, "owed": 2}, 2),
        ("write_off", {"written_off": 3}, 0),
    ],
)
def test_what_was_spent_is_paid_as_proposed(village: Village, spent: Spent, figures: dict[str, int], owed: int) -> None:
    award = credited(village, village.ann, hours=3, name="first")
    spend(village, village.ann, 3)
    credited(village, village.ann, hours=1, name="second")
    propose(village, award, spent)

    assert approve(village, award).figures == paid(**figures)
    assert village.account(village.ann).owed == owed


def test_the_programme_limits_what_a_member_may_owe(village: Village) -> None:
    settle(village, Settings(debt_max=1))
    award = credited(village, village.ann, hours=3)
    spend(village, village.ann, 3)
    propose(village, award)

    assert approve(village, award).figures == paid(owed=1, written_off=2)


def test_the_next_award_fills_what_is_owed_first_and_says_so(village: Village) -> None:
    award = credited(village, village.ann, name="first")
    spend(village, village.ann, 2)
    propose(village, award)
    approve(village, award)
    (later,) = on_notice(village, village.ann, hours=3, name="second")
    village.wait(days=9)

    outcome = village.run(CREDIT_AWARD, CreditAward(later), SYSTEM)

    assert outcome.figures == {"amount": 3, "filled": 2}
    assert (village.account(village.ann).posted, village.account(village.ann).owed) == (1, 0)


def test_an_account_frozen_against_what_comes_in_is_credited_once_it_thaws(village: Village) -> None:
    first = credited(village, village.ann, name="first")
    (later,) = on_notice(village, village.ann, name="second")
    village.wait(days=9)
    today = village.now.date()
    freeze = FreezeAccount(
        direction="in", until=today, reason="review", frozen_by=village.approver, on_day=today, days_max=15
    )
    act(village, village.ann, freeze)
    assert village.refusal(CREDIT_AWARD, CreditAward(later), SYSTEM).code == "account-frozen"
    propose(village, first)
    assert approve(village, first).code == "award-reversed"

    village.wait(days=1)

    assert village.run(CREDIT_AWARD, CreditAward(later), SYSTEM).figures == {"amount": 2, "filled": 0}


def test_it_happens_once(village: Village) -> None:
    award = credited(village, village.ann)
    propose(village, award)
    approve(village, award)

    again = village.refusal(PROPOSE_REVERSAL, ProposeReversal(award, "x", "owe"), village.second_clerk)
    twice = village.refusal(APPROVE_REVERSAL, ApproveReversal(award), village.second_approver)

    assert (again.code, again.facts()) == ("award-not-reversible", {"state": "reversed"})
    assert twice.code == "reversal-not-proposed"


def test_a_large_one_takes_two_approvers_and_moves_nothing_before(village: Village) -> None:
    award = credited(village, village.ann)
    set_programme(village, two_approvers_above=1)
    propose(village, award)

    first = approve(village, award)

    assert (first.code, village.account(village.ann).posted, reserved(village, village.ann)) == (
        "reversal-approved",
        2,
        2,
    )
    again = village.refusal(APPROVE_REVERSAL, ApproveReversal(award), village.approver)
    assert again.code == "second-approver-needed"
    assert approve(village, award, village.second_approver).code == "award-reversed"


def test_staff_propose_and_approvers_decide_and_nobody_does_both(village: Village) -> None:
    award = credited(village, village.cai)
    asked = ProposeReversal(award, "x", "owe")
    for actor in (village.approver, village.keeper, village.cai, SYSTEM):
        assert village.refusal(PROPOSE_REVERSAL, asked, actor).code == "not-permitted"
    assert village.refusal(PROPOSE_REVERSAL, asked, village.eve).code == "unknown-id"
    village.grant(village.clerk, "approver", village.community)
    propose(village, award)

    def refused(by: MemberId) -> str:
        return village.refusal(APPROVE_REVERSAL, ApproveReversal(award), by).code

    assert refused(village.clerk) == "proposer-cannot-approve"
    assert refused(village.approver) == "own-household-or-self"
    assert (refused(village.second_clerk), refused(village.eve)) == ("not-permitted", "unknown-id")
    refuse = RefuseReversal(award, "was-right")
    assert village.refusal(REFUSE_REVERSAL, refuse, village.approver).code == "own-household-or-self"
    assert village.run(REFUSE_REVERSAL, refuse, village.second_approver).code == "reversal-refused"
    assert village.account(village.cai).posted == 2


@given(
    hours=st.lists(st.integers(1, 3), min_size=1, max_size=3),
    spent_before=st.integers(0, 9),
    spent=st.sampled_from(["other_lots", "owe", "write_off"]),
)
def test_points_are_conserved_by_reversals(hours: list[int], spent_before: int, spent: Spent) -> None:
    village = Village()
    awards = [credited(village, village.ann, hours=each, name=f"{place}") for place, each in enumerate(hours)]
    spent_before = min(spent_before, sum(hours))
    if spent_before:
        spend(village, village.ann, spent_before)

    for award, amount in zip(awards, hours, strict=True):
        propose(village, award, spent)
        assert sum(approve(village, award).figures.values()) == amount

    events = village.ledger.streams[account_id(village.ann, Unit.POINTS)]
    account = fold(ACCOUNT, events)
    came = sum(event.amount for event in events if isinstance(event, Credited))
    reversals = [event for event in events if isinstance(event, CreditReversed)]
    written_off = sum(event.written_off for event in reversals)
    assert account.posted == came - spent_before - sum(hours) + written_off
    assert len(reversals) == len(hours)
    assert account.posted + account.owed >= 0
    assert reserved(village, village.ann) == 0
