"""Gifts between members: where the programme allows them, within a year's limit, in one commit over two accounts."""

from collections import Counter
from datetime import date, timedelta
from uuid import uuid4

import pytest
from programme_of import set_programme
from village import Village, named

from ledger.accounts.events import Credited, Debited, GiftCounted
from ledger.application.freezes import FREEZE_ACCOUNT, FreezeAccount
from ledger.application.gifts import GIVE_POINTS, GivePoints
from ledger.application.members import REGISTER_MEMBER, SUSPEND_MEMBER, RegisterMember, SuspendMember
from ledger.application.redemptions import REQUEST_REDEMPTION, RequestRedemption
from ledger.kernel.clock import business_day
from ledger.kernel.decider import Event
from ledger.kernel.ids import MemberId
from ledger.kernel.units import Unit


@pytest.fixture
def village() -> Village:
    village = Village()
    set_programme(village, gifts_allowed=True, gift_year_max=8)
    village.give_points(village.ann, 4, "first", expiry_months=2)
    village.wait(days=1)
    village.give_points(village.ann, 6, "second", expiry_months=None)
    return village


def to_ben(village: Village, amount: int, unit: Unit = Unit.POINTS) -> GivePoints:
    return GivePoints(village.ben, unit, amount)


def freeze(village: Village, member: MemberId, direction: str) -> None:
    until = business_day(village.now) + timedelta(days=3)
    village.run(FREEZE_ACCOUNT, FreezeAccount(member, Unit.POINTS, direction, until, "x"), village.approver)


def in_transit(events: list[Event]) -> int:
    """What the transit account holds after `events`."""
    gone = sum(event.amount for event in events if isinstance(event, Debited) and event.counter.kind == "gift")
    come = sum(event.amount for event in events if isinstance(event, Credited) and event.counter.kind == "gift")
    return gone - come


def test_what_is_given_leaves_the_first_lots_and_keeps_its_expiry(village: Village) -> None:
    before = len(village.ledger.log)

    outcome = village.run(GIVE_POINTS, to_ben(village, 5), village.ann)

    assert (outcome.code, outcome.figures) == ("points-given", {"amount": 5, "given_this_year": 5})
    assert (village.account(village.ann).posted, village.account(village.ben).posted) == (5, 5)
    assert [(lot.amount, lot.expires_on) for lot in village.account(village.ben).lots] == [
        (4, date(2025, 12, 15)),
        (1, None),
    ]
    events = [event for _, event in village.ledger.log[before:]]
    assert in_transit(events) == 0
    assert Counter(type(event) for event in events)[GiftCounted] == 1


def test_what_was_given_can_be_spent_and_given_on_where_it_is_points(village: Village) -> None:
    village.run(GIVE_POINTS, to_ben(village, 4), village.ann)

    village.run(GIVE_POINTS, GivePoints(village.cai, Unit.POINTS, 2), village.ben)
    asked = village.run(REQUEST_REDEMPTION, RequestRedemption(village.listed_reward(), 1), village.ben)

    assert asked.code == "redemption-requested"
    assert village.account(village.cai).posted == 2


def test_a_programme_that_allows_no_gifts_refuses_on_either_side(village: Village) -> None:
    village.give_points(village.dan, 3, "of dan")
    across = GivePoints(village.dan, Unit.POINTS, 1)

    assert village.refusal(GIVE_POINTS, to_ben(village, 1), village.dan).code == "gifts-not-allowed"
    assert village.refusal(GIVE_POINTS, across, village.ann).code == "gifts-not-allowed"

    set_programme(village, village.next_door, gifts_allowed=True)
    assert village.run(GIVE_POINTS, across, village.ann).code == "points-given"


def test_party_points_are_never_given(village: Village) -> None:
    refused = village.refusal(GIVE_POINTS, to_ben(village, 1, Unit.PARTY_POINTS), village.ann)

    assert refused.code == "gifts-not-allowed"


def test_a_year_of_gifts_has_a_limit_and_the_next_year_begins_anew(village: Village) -> None:
    village.run(GIVE_POINTS, to_ben(village, 5), village.ann)

    refused = village.refusal(GIVE_POINTS, to_ben(village, 4), village.ann)
    assert (refused.code, refused.facts()) == ("gift-limit-reached", {"asked": 4, "given": 5, "limit": 8})

    village.run(GIVE_POINTS, to_ben(village, 3), village.ann)
    village.wait(days=90)
    assert village.run(GIVE_POINTS, to_ben(village, 2), village.ann).figures["given_this_year"] == 2


def test_nobody_gives_to_themselves_nothing_or_more_than_they_have(village: Village) -> None:
    set_programme(village, gifts_allowed=True, gift_year_max=100)

    for request, code in (
        (GivePoints(village.ann, Unit.POINTS, 1), "gift-to-oneself"),
        (to_ben(village, 0), "amount-out-of-bounds"),
        (to_ben(village, -1), "amount-out-of-bounds"),
        (to_ben(village, 11), "insufficient-points"),
        (to_ben(village, 1, Unit.CARE_MINUTES), "insufficient-points"),
        (GivePoints(MemberId(named("nobody")), Unit.POINTS, 1), "unknown-id"),
    ):
        assert village.refusal(GIVE_POINTS, request, village.ann).code == code


def test_only_who_is_in_good_standing_gives(village: Village) -> None:
    stranger = MemberId(uuid4())
    village.run(REGISTER_MEMBER, RegisterMember(stranger, village.community), village.clerk)
    assert village.refusal(GIVE_POINTS, to_ben(village, 1), stranger).code == "member-not-verified"

    freeze(village, village.ann, "out")
    assert village.refusal(GIVE_POINTS, to_ben(village, 1), village.ann).code == "account-frozen"
    village.run(SUSPEND_MEMBER, SuspendMember(village.ann, "x"), village.clerk)
    assert village.refusal(GIVE_POINTS, to_ben(village, 1), village.ann).code == "member-suspended"


def test_why_somebody_cannot_receive_is_not_told(village: Village) -> None:
    stranger = MemberId(uuid4())
    village.run(REGISTER_MEMBER, RegisterMember(stranger, village.community), village.clerk)
    freeze(village, village.ben, "in")
    village.run(SUSPEND_MEMBER, SuspendMember(village.cai, "x"), village.clerk)

    refusals = [
        village.refusal(GIVE_POINTS, GivePoints(receiver, Unit.POINTS, 1), village.ann)
        for receiver in (stranger, village.ben, village.cai)
    ]

    assert {(refusal.code, *refusal.facts()) for refusal in refusals} == {("gift-cannot-be-received",)}
