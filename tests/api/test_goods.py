"""Goods by path: the counter, parts, substitutes, returns, stock by two people, funds and what their months say."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from api_town import FOUNDED, Person, Town, id_in, run
from house import NOON, House, for_whom, give_points, opened, shelf

from ledger.application.members import GRANT_ROLE, ISSUE_CARD, GrantRole, IssueCard
from ledger.application.programme import DRAFT_SETTINGS, PUBLISH_SETTINGS, DraftSettings, PublishSettings
from ledger.application.work import Outcome
from ledger.kernel.clock import business_day
from ledger.kernel.ids import SYSTEM, CardId, MemberId
from ledger.programme.events import Settings
from ledger.store.sessions import token_hash
from qr.tokens import LiveMemberCode, MemberCard, Voucher, step_at

MONTH = "2026-03"


@pytest.fixture(scope="module")
def house(prepared_home: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(prepared_home, tmp_path_factory.mktemp("goods") / "home") as running:
        give_points(running, running.town.resident)
        yield running


@pytest.fixture
def keeper(house: House) -> Person:
    return house.person(house.town.keeper)


def ready(house: House, reward: UUID, pieces: int = 3) -> UUID:
    """A redemption whose goods lie ready."""
    asked = {"reward": str(reward), "pieces": pieces}
    made = house.person(house.town.resident, "member").post("/v1/redemptions", asked)
    redemption = id_in(made, "redemption")
    house.person(house.town.approver).post(f"/v1/redemptions/{redemption}/approve")
    done = house.person(house.town.keeper).post(f"/v1/redemptions/{redemption}/ready")
    assert done.status_code == 200, done.text
    return redemption


def shown(house: House, redemption: UUID) -> dict[str, Any]:
    return house.person(house.town.keeper).get(f"/v1/redemptions/{redemption}", min_position=house.position()).json()


def test_a_page_that_knew_another_price_is_told(house: House) -> None:
    resident, body = house.person(house.town.resident, "member"), {"reward": str(shelf(house)), "expected_total": 3}

    with house.unchanged():
        refused = resident.post("/v1/redemptions", body)

    assert (refused.status_code, refused.json()["code"]) == (409, "price-changed")
    assert refused.json()["facts"] == {"expected": 3, "total": 4}


def test_a_part_goes_out_and_one_piece_comes_back(house: House, keeper: Person) -> None:
    redemption = ready(house, shelf(house))

    handed = keeper.post("/v1/vouchers/hand-over", {"token": house.code(Voucher(redemption)), "pieces": 2})
    back = keeper.post(f"/v1/redemptions/{redemption}/return", {"pieces": 1, "condition": "damaged"})
    with house.unchanged():
        more = keeper.post(f"/v1/redemptions/{redemption}/return", {"pieces": 2})

    assert (handed.json()["code"], handed.json()["figures"]) == (
        "redemption-partly-handed-over",
        {"pieces": 2, "total": 8},
    )
    assert (back.json()["code"], back.json()["figures"]) == ("goods-returned", {"pieces": 1, "total": 4})
    assert (more.status_code, more.json()["code"]) == (422, "more-than-handed-over")
    seen = shown(house, redemption)
    assert (seen["status"], seen["handed_pieces"], seen["returned_pieces"]) == ("partly_handed_over", 2, 1)


def test_something_else_goes_out_instead(house: House, keeper: Person) -> None:
    redemption, towel = ready(house, shelf(house)), shelf(house, price=5)
    voucher = house.code(Voucher(redemption))

    with house.unchanged():
        dear = keeper.post("/v1/vouchers/substitute", {"token": voucher, "reward": str(towel), "pieces": 3})
    done = keeper.post("/v1/vouchers/substitute", {"token": voucher, "reward": str(towel), "pieces": 2})

    assert (dear.status_code, dear.json()["code"]) == (409, "substitute-too-dear")
    assert (done.json()["code"], done.json()["figures"]) == ("redemption-substituted", {"pieces": 2, "total": 10})
    seen = shown(house, redemption)
    assert (seen["status"], seen["handed_reward"], seen["handed_total"]) == ("substituted", str(towel), 10)


def test_what_is_not_to_be_had_after_all_is_voided(house: House, keeper: Person) -> None:
    redemption = ready(house, shelf(house))

    done = keeper.post(f"/v1/redemptions/{redemption}/void", {"reason": "out-of-stock"})

    assert done.json()["code"] == "redemption-voided"
    assert (shown(house, redemption)["status"], shown(house, redemption)["reason"]) == ("voided", "out-of-stock")


def card(house: House, member: MemberId | None = None) -> str:
    """A new card of the member's."""
    owner, id = member or house.town.resident, CardId(uuid4())
    house.deployment.directory.bind_card(id, owner)
    run(house.deployment, ISSUE_CARD, IssueCard(owner, id), actor=house.town.staff)
    return house.code(MemberCard(id))


def phone(house: House, member: MemberId) -> str:
    """The code that the member's phone shows now."""
    sessions = house.deployment.sessions
    session = sessions.lookup(token_hash(sessions.open(member, "member", house.clock.now())), house.clock.now())
    assert session
    return house.code(LiveMemberCode(session.device, step_at(house.clock.now())))


def test_a_card_and_a_second_member_of_staff_bring_the_goods(house: House, keeper: Person) -> None:
    before, reward = house.position(), str(shelf(house))
    body = {"token": card(house), "witness_token": phone(house, house.town.staff), "reward": reward, "pieces": 2}

    done = keeper.post("/v1/counter", body)

    assert (done.status_code, done.json()["code"]) == (201, "redemption-handed-over")
    assert done.json()["figures"] == {"pieces": 2, "total": 8}
    assert (house.town.resident, "card-shown") in for_whom(house, before)
    seen = shown(house, id_in(done, "redemption"))
    assert (seen["status"], seen["approved_by"], seen["ended_by"]) == (
        "handed_over",
        str(SYSTEM),
        str(house.town.keeper),
    )


@pytest.mark.parametrize("beside", ["instead of the card", "beside the card"])
def test_the_members_own_phone_is_enough(house: House, keeper: Person, beside: str) -> None:
    own, reward = phone(house, house.town.resident), str(shelf(house))
    tokens = {"token": own} if beside == "instead of the card" else {"token": card(house), "witness_token": own}

    done = keeper.post("/v1/counter", tokens | {"reward": reward})

    assert done.json()["code"] == "redemption-handed-over"


def test_a_card_alone_and_the_wrong_second_code_bring_nothing(house: House, keeper: Person) -> None:
    body = {"token": card(house), "reward": str(shelf(house))}
    seconds = (None, phone(house, house.town.neighbour), phone(house, house.town.keeper), card(house, house.town.staff))

    with house.unchanged():
        answers = [keeper.post("/v1/counter", body | {"witness_token": one}).json()["code"] for one in seconds]

    assert answers == ["witness-needed", "witness-not-fit", "witness-not-fit", "not-a-code-of-ours"]


def test_only_a_keeper_of_this_shelf_stands_at_the_counter(house: House) -> None:
    body = {"token": card(house), "reward": str(shelf(house)), "witness_token": phone(house, house.town.staff)}
    run(
        house.deployment,
        GRANT_ROLE,
        GrantRole(house.town.stranger, "shelf_keeper", house.town.other_community, FOUNDED),
        actor=house.town.founder,
    )

    with house.unchanged():
        people = (house.town.staff, house.town.resident, house.town.stranger)
        answers = [house.person(one).post("/v1/counter", body).status_code for one in people]

    assert answers == [403, 403, 404]


def test_what_was_drawn_is_listed_and_looked_at(house: House, keeper: Person, staff: Person, approver: Person) -> None:
    with_settings(house, counter_recheck_percent=100)
    done = keeper.post("/v1/counter", {"token": phone(house, house.town.resident), "reward": str(shelf(house))})
    redemption = str(id_in(done, "redemption"))

    waiting = staff.get("/v1/rechecks", min_position=house.position()).json()["items"]
    looked = approver.post(f"/v1/redemptions/{redemption}/recheck", {"finding": "in_order"})
    with house.unchanged():
        again = staff.post(f"/v1/redemptions/{redemption}/recheck", {"finding": "in_order"})

    assert redemption in {one["id"] for one in waiting}
    assert looked.json()["code"] == "redemption-rechecked"
    assert (again.status_code, again.json()["code"]) == (409, "recheck-not-open")
    left = staff.get("/v1/rechecks", min_position=house.position()).json()["items"]
    assert redemption not in {one["id"] for one in left}
    assert keeper.get("/v1/rechecks").status_code == 403


def with_settings(house: House, **settings: Any) -> None:
    """Let `settings` hold in the community from today on."""
    town, place = house.town, house.town.community
    drafted = run(house.deployment, DRAFT_SETTINGS, DraftSettings(place, Settings(**settings)), actor=town.staff)
    assert isinstance(drafted.result, Outcome)
    published = PublishSettings(place, drafted.result.figures["version"], business_day(house.clock.now()))
    run(house.deployment, PUBLISH_SETTINGS, published, actor=town.approver)


def test_pieces_are_written_off_and_counted_by_two(house: House, keeper: Person, staff: Person) -> None:
    reward = shelf(house, pieces=5)
    off = keeper.post(f"/v1/rewards/{reward}/write-offs", {"pieces": 2, "reason": "broken"})
    books = staff.get(f"/v1/rewards/{reward}/stock", min_position=house.position()).json()
    proposal = {"proposal": str(id_in(off, "proposal"))}
    with house.unchanged():
        alone = keeper.post(f"/v1/rewards/{reward}/write-offs/approve", proposal)
    written = staff.post(f"/v1/rewards/{reward}/write-offs/approve", proposal)
    counted = keeper.post(f"/v1/rewards/{reward}/counts", {"pieces": 4})
    confirmed = staff.post(f"/v1/rewards/{reward}/counts/confirm", {"proposal": str(id_in(counted, "proposal"))})

    assert (off.status_code, books["proposals"][0]["kind"], books["proposals"][0]["figure"]) == (201, "write_off", 2)
    assert alone.status_code == 403
    assert written.json()["figures"] == {"on_shelf": 3, "written_off": 2}
    assert counted.json()["figures"] == {"counted": 4, "books": 3}
    assert confirmed.json()["figures"] == {"on_shelf": 4, "difference": 1}
    found = keeper.get("/v1/stock", limit=200, min_position=house.position()).json()["items"]
    (after,) = [one for one in found if one["reward"] == str(reward)]
    assert (after["on_shelf"], after["received"], after["written_off"]) == (4, 6, 2)
    assert (after["counted"], after["difference"], after["proposals"]) == (4, 1, [])
    assert [(one["pieces"], one["is_past"]) for one in after["batches"]] == [(4, False)]


def test_a_proposal_is_declined(house: House, keeper: Person, staff: Person) -> None:
    reward = shelf(house)
    off = keeper.post(f"/v1/rewards/{reward}/write-offs", {"pieces": 2, "reason": "broken"})
    proposal = {"proposal": str(id_in(off, "proposal"))}

    assert staff.post(f"/v1/rewards/{reward}/proposals/decline", proposal).json()["code"] == "proposal-declined"
    with house.unchanged():
        gone = staff.post(f"/v1/rewards/{reward}/write-offs/approve", proposal)
    assert (gone.status_code, gone.json()["code"]) == (409, "proposal-gone")


def test_the_books_are_for_who_runs_the_shelf(house: House) -> None:
    reward, town = shelf(house), house.town

    assert house.person(town.resident).get("/v1/stock").status_code == 403
    assert (
        house.person(town.resident).get(f"/v1/rewards/{reward}/stock", min_position=house.position()).status_code == 404
    )
    assert house.person(town.stranger).get(f"/v1/rewards/{reward}/stock").status_code == 404


def test_a_fund_pays_so_much_a_month_and_says_for_what(
    house: House, staff: Person, keeper: Person, approver: Person
) -> None:
    # given a fund with a cap, a reward that it pays for and a merchant who hands it out
    town = house.town
    fund = str(id_in(staff.post("/v1/funds", {"name": "社区基金", "organisation": str(town.community)}), "fund"))
    proposed = staff.post(f"/v1/funds/{fund}/cap", {"monthly_cap": 10})
    with house.unchanged():
        alone = staff.post(f"/v1/funds/{fund}/cap/approve", {"proposal": str(id_in(proposed, "proposal"))})
    done = approver.post(f"/v1/funds/{fund}/cap/approve", {"proposal": str(id_in(proposed, "proposal"))})
    merchant = str(town.other_community)
    body = {"name": "米", "organisation": str(town.community), "unit": "points", "price": 4}
    reward = id_in(staff.post("/v1/rewards", body | {"fund": fund, "merchant": merchant}), "reward")
    approver.post(f"/v1/rewards/{reward}/approve")
    keeper.post(f"/v1/rewards/{reward}/stock", {"pieces": 9, "use_by": "2027-01-01"})

    # when two pieces are handed over, one comes back, and somebody asks for more than the fund has left
    redemption = ready(house, reward, 2)
    keeper.post("/v1/vouchers/hand-over", {"token": house.code(Voucher(redemption))})
    keeper.post(f"/v1/redemptions/{redemption}/return", {"pieces": 1})
    with house.unchanged():
        refused = house.person(town.resident, "member").post("/v1/redemptions", {"reward": str(reward), "pieces": 2})

    # then the month says so, to the fund and to the merchant
    assert alone.status_code == 403
    assert done.json()["figures"] == {"monthly_cap": 10}
    assert (refused.status_code, refused.json()["code"]) == (409, "fund-cap-reached")
    position = house.position()
    statement = staff.get(f"/v1/funds/{fund}/statement", month=MONTH, min_position=position).json()
    assert (statement["name"], statement["monthly_cap"], statement["used"]) == ("社区基金", 10, 4)
    assert (statement["handed_total"], statement["returned_total"], statement["total"]) == (8, 4, 4)
    (line,) = statement["lines"]
    assert (line["reward_name"], line["handed_pieces"], line["returned_pieces"]) == ("米", 2, 1)
    settled = staff.get(f"/v1/merchants/{merchant}/statement", month=MONTH, min_position=position).json()
    assert (settled["lines"], settled["total"]) == ([line], 4)
    assert staff.get(f"/v1/funds/{fund}/statement", month="2026-02").json()["lines"] == []
    assert staff.get(f"/v1/funds/{fund}/statement", month="2026-13").status_code == 400
    assert fund in {one["id"] for one in staff.get("/v1/funds", limit=200).json()["items"]}


def test_statements_are_for_who_reads_funds(house: House) -> None:
    town = house.town
    fund = id_in(
        house.person(town.staff).post("/v1/funds", {"name": "甲", "organisation": str(town.community)}), "fund"
    )
    path, position = f"/v1/funds/{fund}/statement", house.position()

    answers = [
        house.person(one).get(path, month=MONTH, min_position=position).status_code
        for one in (town.resident, town.keeper, town.stranger, town.approver)
    ]

    assert answers == [403, 403, 404, 200]
    assert house.person(town.staff).get(f"/v1/merchants/{uuid4()}/statement", month=MONTH).status_code == 404


def test_the_communitys_own_fund_is_opened_once(house: House, staff: Person, approver: Person) -> None:
    body = {"name": "本社区", "organisation": str(house.town.community), "is_own": True}
    opened_ = staff.post("/v1/funds", body)
    fund = id_in(opened_, "fund")
    proposed = staff.post(f"/v1/funds/{fund}/cap", {"monthly_cap": 0})
    declined = approver.post(f"/v1/funds/{fund}/cap/decline", {"proposal": str(id_in(proposed, "proposal"))})

    with house.unchanged():
        again = staff.post("/v1/funds", body)

    assert opened_.json()["code"] == "fund-opened"
    assert declined.json()["code"] == "fund-cap-declined"
    assert (again.status_code, again.json()["code"]) == (409, "fund-already-open")
    found = staff.get("/v1/funds", limit=200, min_position=house.position()).json()["items"]
    (own,) = [one for one in found if one["id"] == str(fund)]
    assert (own["name"], own["is_open"], own["monthly_cap"]) == ("本社区", True, None)


def test_nothing_comes_back_after_its_days(house: House, keeper: Person) -> None:
    redemption = ready(house, shelf(house))
    keeper.post("/v1/vouchers/hand-over", {"token": house.code(Voucher(redemption))})
    house.clock.at += timedelta(days=7)
    try:
        late = house.person(house.town.keeper).post(f"/v1/redemptions/{redemption}/return", {"pieces": 1})
    finally:
        house.clock.at = NOON

    assert late.json()["code"] in {"return-too-late", "nothing-to-return"}
