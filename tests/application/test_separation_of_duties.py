"""Separation of duties as one table: author, beneficiary and household, tried at whatever lets value move."""

import importlib
import pkgutil
from collections.abc import Callable
from datetime import date
from typing import Any, Final, NamedTuple

import pytest
from duties_table import GROUPS, TABLE
from programme_of import set_programme
from village import HOURLY, Village

import ledger.application
from ledger.activities.activity import Direction
from ledger.application.activities import CLOSE_ACTIVITY, CloseActivity
from ledger.application.adjustments import (
    APPROVE_ADJUSTMENT,
    PROPOSE_ADJUSTMENT,
    REFUSE_ADJUSTMENT,
    ApproveAdjustment,
    ProposeAdjustment,
    RefuseAdjustment,
)
from ledger.application.awards import APPROVE_AWARDS, REFUSE_AWARDS, ApproveAwards, RefuseAwards
from ledger.application.check_ins import SCAN_MEMBER, ScanMember
from ledger.application.freezes import FREEZE_ACCOUNT, PROPOSE_FREEZE, FreezeAccount, ProposeFreeze
from ledger.application.hand_over import HAND_OVER, HandOver
from ledger.application.households import FORM_HOUSEHOLD, FormHousehold
from ledger.application.redemptions import (
    APPROVE_REDEMPTION,
    MAKE_READY,
    REQUEST_REDEMPTION,
    ApproveRedemption,
    MakeReady,
    RequestRedemption,
)
from ledger.application.returns import RETURN_GOODS, ReturnGoods
from ledger.application.roles import GRANT_ROLE, GrantRole
from ledger.application.work import UseCase
from ledger.kernel.ids import AdjustmentId, MemberId, RedemptionId
from ledger.kernel.units import Unit

Try = tuple[UseCase[Any], Any]
Prepared = Callable[[Village, MemberId, MemberId], Try]


class Row(NamedTuple):
    """prepare: from author and beneficiary, what is to be decided. The codes refuse the author, the beneficiary and who
    lives with them; None where there is no such person."""

    prepare: Prepared
    author: str | None
    beneficiary: str | None
    household: str | None


def award(village: Village, author: MemberId, member: MemberId) -> Any:
    rule = village.published_rule(HOURLY)
    activity = village.closed_activity([rule], {member: 120})
    assert author == village.clerk, "who tallies"
    village.tallied(activity, member)
    return village.award_of(member)


def approve_award(village: Village, author: MemberId, member: MemberId) -> Try:
    return APPROVE_AWARDS, ApproveAwards((award(village, author, member),))


def refuse_award(village: Village, author: MemberId, member: MemberId) -> Try:
    return REFUSE_AWARDS, RefuseAwards((award(village, author, member),), "x")


def adjustment(village: Village, author: MemberId, member: MemberId) -> AdjustmentId:
    asked = ProposeAdjustment("adjustment", member, Unit.POINTS, 5, "counted-twice")
    return AdjustmentId(village.run(PROPOSE_ADJUSTMENT, asked, author).ids["adjustment"])


def approve_adjustment(village: Village, author: MemberId, member: MemberId) -> Try:
    return APPROVE_ADJUSTMENT, ApproveAdjustment(adjustment(village, author, member))


def refuse_adjustment(village: Village, author: MemberId, member: MemberId) -> Try:
    return REFUSE_ADJUSTMENT, RefuseAdjustment(adjustment(village, author, member), "x")


def freeze(village: Village, author: MemberId, member: MemberId) -> Try:
    until = date(2025, 10, 25)
    village.run(PROPOSE_FREEZE, ProposeFreeze(member, Unit.POINTS, "out", until, "x"), author)
    return FREEZE_ACCOUNT, FreezeAccount(member, Unit.POINTS, "out", until, "x")


def redemption(village: Village, author: MemberId, member: MemberId) -> RedemptionId:
    village.give_points(member, 10, "earning")
    asked = RequestRedemption(village.listed_reward(), 1, member)
    return RedemptionId(village.run(REQUEST_REDEMPTION, asked, author).ids["redemption"])


def approve_redemption(village: Village, author: MemberId, member: MemberId) -> Try:
    return APPROVE_REDEMPTION, ApproveRedemption(redemption(village, author, member))


def ready(village: Village, author: MemberId, member: MemberId) -> RedemptionId:
    found = redemption(village, author, member)
    village.run(APPROVE_REDEMPTION, ApproveRedemption(found), village.second_approver)
    village.run(MAKE_READY, MakeReady(found), village.keeper)
    return found


def hand_over(village: Village, author: MemberId, member: MemberId) -> Try:
    return HAND_OVER, HandOver(ready(village, author, member))


def return_goods(village: Village, author: MemberId, member: MemberId) -> Try:
    found = ready(village, author, member)
    village.run(HAND_OVER, HandOver(found), village.keeper)
    return RETURN_GOODS, ReturnGoods(found, 1)


def grant_role(village: Village, _author: MemberId, member: MemberId) -> Try:
    return GRANT_ROLE, GrantRole(member, "approver", village.community, date(2025, 10, 15))


STAYED: Final[tuple[tuple[int, Direction], ...]] = ((0, "in"), (120, "out"))
OWN_AWARD, OWN_ADJUSTMENT, OWN_REDEMPTION = "own-household-or-self", "adjustment-for-own-household", "own-redemption"
ROWS = {
    "awards.approve": Row(approve_award, "proposer-cannot-approve", OWN_AWARD, OWN_AWARD),
    "awards.refuse": Row(refuse_award, "proposer-cannot-approve", OWN_AWARD, OWN_AWARD),
    "adjustments.approve": Row(approve_adjustment, "adjustment-by-proposer", OWN_ADJUSTMENT, OWN_ADJUSTMENT),
    "adjustments.refuse": Row(refuse_adjustment, None, OWN_ADJUSTMENT, OWN_ADJUSTMENT),
    "accounts.freeze": Row(freeze, "own-freeze-proposal", "freeze-of-own-household", "freeze-of-own-household"),
    "redemptions.approve": Row(approve_redemption, "requester-cannot-approve", OWN_REDEMPTION, OWN_REDEMPTION),
    "redemptions.hand_over": Row(hand_over, None, OWN_REDEMPTION, OWN_REDEMPTION),
    "redemptions.return_goods": Row(return_goods, None, OWN_REDEMPTION, OWN_REDEMPTION),
    "members.grant_role": Row(grant_role, None, "own-role", "own-household-role"),
}


@pytest.fixture
def village() -> Village:
    """cai lives with the first approver; both may do everything, as may the clerk: nothing but duty stops them."""
    village = Village()
    for member in (village.clerk, village.approver, village.cai):
        for role in ("staff", "approver", "shelf_keeper", "administrator"):
            if (member, role) not in ((village.clerk, "staff"), (village.approver, "approver")):
                village.grant(member, role, village.community)
    return village


def use_cases() -> set[str]:
    modules = [
        importlib.import_module(f"ledger.application.{one.name}")
        for one in pkgutil.iter_modules(ledger.application.__path__)
    ]
    return {found.name for module in modules for found in vars(module).values() if isinstance(found, UseCase)}


def test_every_use_case_stands_in_the_table_once() -> None:
    written = [name for names in GROUPS.values() for name in names.split()]

    assert sorted(written) == sorted(use_cases())
    assert {TABLE[name] for name in ROWS} == {"decides"}


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.author])
def test_the_author_does_not_decide(village: Village, name: str) -> None:
    use_case, request = ROWS[name].prepare(village, village.clerk, village.ann)

    assert village.refusal(use_case, request, village.clerk).code == ROWS[name].author


@pytest.mark.parametrize("name", ROWS)
def test_the_beneficiary_does_not_decide(village: Village, name: str) -> None:
    use_case, request = ROWS[name].prepare(village, village.clerk, village.approver)

    assert village.refusal(use_case, request, village.approver).code == ROWS[name].beneficiary


@pytest.mark.parametrize("name", ROWS)
def test_who_lives_with_the_beneficiary_does_not_decide(village: Village, name: str) -> None:
    use_case, request = ROWS[name].prepare(village, village.clerk, village.approver)

    assert village.refusal(use_case, request, village.cai).code == ROWS[name].household


@pytest.mark.parametrize("name", ROWS)
def test_somebody_else_decides(village: Village, name: str) -> None:
    """Else the table would say nothing: the same request passes from a person who has no part in it."""
    for role in ("staff", "approver", "shelf_keeper", "administrator"):
        if role != "approver":
            village.grant(village.second_approver, role, village.community)
    other = village.administrator if name == "members.grant_role" else village.second_approver
    member = village.ben if name == "members.grant_role" else village.ann
    use_case, request = ROWS[name].prepare(village, village.clerk, member)

    assert village.run(use_case, request, other).code


def test_who_scanned_the_card_vouches_for_the_visit_and_does_not_decide_on_it(village: Village) -> None:
    # given ann, whose card the second approver scanned both ways
    village.grant(village.second_approver, "staff", village.community)
    activity, start = village.open_activity([village.published_rule(HOURLY)]), village.now
    for minutes, direction in STAYED:
        village.now = start
        village.wait(minutes=minutes)
        scan = ScanMember(activity, village.ann, village.now, "card", direction)
        village.run(SCAN_MEMBER, scan, village.second_approver)
    village.run(CLOSE_ACTIVITY, CloseActivity(activity), village.clerk)
    village.tallied(activity, village.ann)

    approval = ApproveAwards((village.award_of(village.ann),))
    assert village.refusal(APPROVE_AWARDS, approval, village.second_approver).code == "proposer-cannot-approve"
    assert village.run(APPROVE_AWARDS, approval, village.approver).figures["approved"] == 1


def test_who_moves_in_with_somebody_lives_there_from_that_day_on(village: Village) -> None:
    use_case, request = approve_adjustment(village, village.clerk, village.ann)
    household = FormHousehold(village.community, (village.ann, village.second_approver))
    village.run(FORM_HOUSEHOLD, household, village.administrator)

    assert village.refusal(use_case, request, village.second_approver).code == OWN_ADJUSTMENT


def test_much_is_taken_back_by_somebody_else_than_who_handed_it_over(village: Village) -> None:
    set_programme(village, other_keeper_above=1)
    village.give_points(village.ann, 10, "earning")
    asked = RequestRedemption(village.listed_reward(), 1, village.ann)
    found = RedemptionId(village.run(REQUEST_REDEMPTION, asked, village.clerk).ids["redemption"])
    village.run(APPROVE_REDEMPTION, ApproveRedemption(found), village.second_approver)
    village.run(MAKE_READY, MakeReady(found), village.keeper)
    village.run(HAND_OVER, HandOver(found), village.keeper)

    assert village.refusal(RETURN_GOODS, ReturnGoods(found, 1), village.keeper).code == "took-part"
    assert village.run(RETURN_GOODS, ReturnGoods(found, 1), village.approver).code == "goods-returned"
