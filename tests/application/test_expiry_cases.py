"""Owners are told before lots expire: as often as the programme says, once a notice; and what clears at new year."""

from datetime import date

import pytest
from programme_of import set_programme
from village import Village, named

from ledger.accounts.account import account_id
from ledger.accounts.events import ExpiryAnnounced
from ledger.application.accounts import EXPIRE_LOT, ExpireLot
from ledger.application.awards import APPROVE_AWARDS, CREDIT_AWARD, ApproveAwards, CreditAward
from ledger.application.expiry import ANNOUNCE_EXPIRY, AnnounceExpiry
from ledger.application.sweeps import Due, call_for
from ledger.awards.events import Terms
from ledger.kernel.clock import business_day
from ledger.kernel.ids import SYSTEM, AccountId
from ledger.kernel.units import Unit


@pytest.fixture
def village() -> Village:
    village = Village()
    village.give_points(village.ann, 10, expiry_months=2)
    return village


def told(village: Village) -> list[tuple[int, int, int]]:
    """Of each notice: which it was, how many lots and how much."""
    notices = [event for _, event in village.ledger.log if isinstance(event, ExpiryAnnounced)]
    return [(one.days_before, len(one.lots), sum(lot.amount for lot in one.lots)) for one in notices]


def announce(village: Village) -> str:
    request = AnnounceExpiry(account_id(village.ann, Unit.POINTS))
    return village.run(ANNOUNCE_EXPIRY, request, SYSTEM).code


def test_owners_are_told_thirty_and_seven_days_before_and_once_each(village: Village) -> None:
    codes = []
    for _ in range(62):
        codes.append(announce(village))
        village.wait(days=1)

    assert told(village) == [(30, 1, 10), (7, 1, 10)]
    assert codes.count("expiry-announced") == 2
    assert codes.index("expiry-announced") == 31


def test_when_nobody_swept_for_weeks_only_the_nearest_notice_is_given(village: Village) -> None:
    village.wait(days=58)

    assert (announce(village), announce(village)) == ("expiry-announced", "nothing-to-announce")
    assert told(village) == [(7, 1, 10)]


def test_the_programme_says_how_long_before_or_that_nothing_is_told(village: Village) -> None:
    set_programme(village, expiry_notice_days=(45, 3))
    village.wait(days=20)
    assert announce(village) == "expiry-announced"
    assert told(village) == [(45, 1, 10)]

    set_programme(village, expiry_notice_days=())
    village.wait(days=40)
    assert announce(village) == "nothing-to-announce"


def test_only_time_announces_and_only_in_accounts_that_exist(village: Village) -> None:
    none = AccountId(named("none"))

    assert village.refusal(ANNOUNCE_EXPIRY, AnnounceExpiry(none), village.clerk).code == "not-permitted"
    assert village.refusal(ANNOUNCE_EXPIRY, AnnounceExpiry(none), SYSTEM).facts() == {"id": none}


def test_a_sweep_runs_the_announcement_of_an_account_that_is_due(village: Village) -> None:
    account = account_id(village.ann, Unit.POINTS)

    call = call_for(Due("expiry_announcement", (account,)), village.now)

    assert (call.use_case, call.request, call.caller) == (ANNOUNCE_EXPIRY, AnnounceExpiry(account), SYSTEM)


@pytest.mark.parametrize(("months", "expires_on"), [(None, date(2026, 1, 1)), (1, date(2025, 11, 15))])
def test_a_rule_that_clears_yearly_ends_what_it_earned_at_new_year(months: int | None, expires_on: date) -> None:
    village = Village()
    terms = Terms(Unit.POINTS, "per_hour", 1, notice_working_days=0, expiry_months=months, clears_yearly=True)
    activity = village.closed_activity([village.published_rule(terms)], {village.ann: 120})
    village.tallied(activity, village.ann)
    award = village.award_of(village.ann)
    village.run(APPROVE_AWARDS, ApproveAwards((award,)), village.approver)
    village.run(CREDIT_AWARD, CreditAward(award), SYSTEM)

    (lot,) = village.account(village.ann).lots
    assert lot.expires_on == expires_on
    village.wait(days=(expires_on - business_day(village.now)).days)
    outcome = village.run(EXPIRE_LOT, ExpireLot(account_id(village.ann, Unit.POINTS), lot.lot), SYSTEM)
    assert outcome.figures["amount"] == 2
