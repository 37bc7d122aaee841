"""Fitting requests about awards, rewards, stock, what is exchanged, and volunteer tasks."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from api_town import id_in
from house import NOON, give_points, proposed, shelf

from ledger.application.awards import CREDIT_AWARD, CreditAward
from ledger.kernel.ids import AwardId
from ledger.store.sessions import token_hash
from qr.tokens import LiveMemberCode, Voucher, step_at

from .town import Body, Fitting, Village

REASON = {"reason": "other"}
MONTH = {"month": "2026-03"}


def about_awards(village: Village) -> dict[str, Fitting]:
    """Decided on, objected to, taken back."""
    one, another, seen = (_award(village) for _ in range(3))
    return {
        "approve_awards": Fitting("approver", body={"awards": [str(one)]}),
        "refuse_awards": Fitting("approver", body={"awards": [str(another)], **REASON}),
        "list_awards": Fitting("staff", query={"organisation": village.community}),
        "get_award": Fitting("resident", {"award": seen}),
        **_objections(village),
        **_reversals(village),
    }


def _award(village: Village) -> UUID:
    return proposed(village.house, village.people["resident"])[0]


def _noticed(village: Village) -> UUID:
    made = _award(village)
    village.did("approver", "/v1/awards/approve", {"awards": [str(made)]})
    return made


def _objections(village: Village) -> dict[str, Fitting]:
    verdict = REASON | {"outcome": "rejected"}
    noticed, objected, rejected = (_noticed(village) for _ in range(3))
    for award in (objected, rejected):
        village.did("neighbour", f"/v1/awards/{award}/object", REASON)
    village.did("second_approver", f"/v1/awards/{rejected}/objection/decide", verdict)
    return {
        "object_to_award": Fitting("neighbour", {"award": noticed}, REASON),
        "decide_objection": Fitting("second_approver", {"award": objected}, verdict),
        "escalate_objection": Fitting("neighbour", {"award": rejected}),
    }


def _reversals(village: Village) -> dict[str, Fitting]:
    back = REASON | {"spent": "owe"}
    credited, taken_back, kept = (_noticed(village) for _ in range(3))
    for award in (credited, taken_back, kept):
        village.ran(CREDIT_AWARD, CreditAward(AwardId(award)), at=NOON + timedelta(days=14))
    for award in (taken_back, kept):
        village.did("staff", f"/v1/awards/{award}/reversal", back)
    return {
        "propose_reversal": Fitting("staff", {"award": credited}, back),
        "approve_reversal": Fitting("approver", {"award": taken_back}),
        "refuse_reversal": Fitting("approver", {"award": kept}, REASON),
    }


def about_goods(village: Village) -> dict[str, Fitting]:
    """Listed, priced, counted, and who pays for them."""
    house, place = village.house, {"organisation": village.community}
    offer = {"name": "x", "unit": "points", "price": 1, **place}
    drafted = village.made("staff", "/v1/rewards", offer, "reward")
    shown, priced = shelf(house), shelf(house)
    price = village.made("staff", f"/v1/rewards/{priced}/price", {"price": 3}, "proposal")
    off, counted, declined = shelf(house), shelf(house), shelf(house)
    broken = {"pieces": 1, "reason": "broken"}
    written = village.made("keeper", f"/v1/rewards/{off}/write-offs", broken, "proposal")
    count = village.made("keeper", f"/v1/rewards/{counted}/counts", {"pieces": 4}, "proposal")
    not_so = village.made("keeper", f"/v1/rewards/{declined}/write-offs", broken, "proposal")
    return {
        "list_rewards": Fitting("resident", query=place),
        "offer_reward": Fitting("staff", body=offer),
        "approve_reward": Fitting("approver", {"reward": drafted}),
        "propose_price": Fitting("staff", {"reward": shelf(house)}, {"price": 2}),
        "approve_price": Fitting("approver", {"reward": priced}, {"proposal": str(price)}),
        "withdraw_reward": Fitting("staff", {"reward": shelf(house)}),
        "get_reward": Fitting("resident", {"reward": shown}),
        "get_stock": Fitting("keeper", {"reward": shown}),
        "receive_stock": Fitting("keeper", {"reward": shown}, {"pieces": 1}),
        "propose_write_off": Fitting("keeper", {"reward": shelf(house)}, broken),
        "approve_write_off": Fitting("staff", {"reward": off}, {"proposal": str(written)}),
        "count_stock": Fitting("keeper", {"reward": shelf(house)}, {"pieces": 4}),
        "confirm_count": Fitting("staff", {"reward": counted}, {"proposal": str(count)}),
        "decline_proposal": Fitting("staff", {"reward": declined}, {"proposal": str(not_so)}),
        "list_stock": Fitting("keeper", query=place),
        **_funds(village),
    }


def _funds(village: Village) -> dict[str, Fitting]:
    place = {"organisation": village.community}
    fund = {"name": "社区基金", **place}
    capped, declined, asked = (village.made("staff", "/v1/funds", fund, "fund") for _ in range(3))
    caps = [village.made("staff", f"/v1/funds/{one}/cap", {"monthly_cap": 9}, "proposal") for one in (capped, declined)]
    return {
        "list_funds": Fitting("staff", query=place),
        "open_fund": Fitting("staff", body=fund),
        "propose_cap": Fitting("staff", {"fund": asked}, {"monthly_cap": 9}),
        "approve_cap": Fitting("approver", {"fund": capped}, {"proposal": str(caps[0])}),
        "decline_cap": Fitting("approver", {"fund": declined}, {"proposal": str(caps[1])}),
        "get_fund_statement": Fitting("staff", {"fund": capped}, query=MONTH),
    }


def about_exchanges(village: Village) -> dict[str, Fitting]:
    """Asked for, prepared, handed over, brought back, and done at the counter in one act."""
    give_points(village.house, village.people["neighbour"], 500)
    asked, refused, cancelled = (_redemption(village) for _ in range(3))
    approved, voided = (_redemption(village, "approve") for _ in range(2))
    wanted = {"reward": str(shelf(village.house, price=1))}
    return {
        "list_redemptions": Fitting("staff", query={"organisation": village.community}),
        "request_redemption": Fitting("resident", body=wanted),
        "approve_redemption": Fitting("approver", asked),
        "reject_redemption": Fitting("approver", refused, REASON),
        "cancel_redemption": Fitting("resident", cancelled, {}),
        "make_redemption_ready": Fitting("keeper", approved),
        "void_redemption": Fitting("keeper", voided, REASON),
        **_vouchers(village),
        **_at_the_counter(village),
        "list_rechecks": Fitting("approver", query={"organisation": village.community}),
    }


def _redemption(village: Village, *steps: str) -> dict[str, UUID]:
    wanted = {"reward": str(shelf(village.house, price=1)), "pieces": 2}
    made = village.made("resident", "/v1/redemptions", wanted, "redemption")
    for step in steps:
        village.did("approver" if step == "approve" else "keeper", f"/v1/redemptions/{made}/{step}")
    return {"redemption": made}


def _vouchers(village: Village) -> dict[str, Fitting]:
    shown, handed, next_one, other = (_redemption(village, "approve", "ready") for _ in range(4))
    instead = {"reward": str(shelf(village.house, price=1)), "pieces": 1}

    def voucher(found: dict[str, UUID]) -> Body:
        return {"token": village.house.code(Voucher(found["redemption"]))}

    village.did("keeper", "/v1/vouchers/hand-over", voucher(handed))
    return {
        "get_redemption": Fitting("resident", shown),
        "get_voucher_svg": Fitting("resident", shown),
        "get_voucher_png": Fitting("resident", shown),
        "hand_over": Fitting("keeper", body=voucher(next_one)),
        "substitute": Fitting("keeper", body=voucher(other) | instead),
        "look_at_voucher": Fitting("keeper", body=voucher(shown)),
        "return_goods": Fitting("keeper", handed, {"pieces": 1}),
    }


def _at_the_counter(village: Village) -> dict[str, Fitting]:
    house, sessions, now = village.house, village.house.deployment.sessions, village.house.clock.now()
    session = sessions.lookup(token_hash(sessions.open(village.people["neighbour"], "member", now)), now)
    assert session
    body = {"token": house.code(LiveMemberCode(session.device, step_at(now)))}
    done = village.did("keeper", "/v1/counter", body | {"reward": str(_merchants(village))})
    looked_at = {"redemption": id_in(done, "redemption")}
    return {
        "exchange_at_counter": Fitting("keeper", body=body | {"reward": str(shelf(house, price=1))}),
        "recheck_redemption": Fitting("approver", looked_at, {"finding": "in_order"}),
        "get_merchant_statement": Fitting("staff", {"merchant": village.community}, query=MONTH),
    }


def _merchants(village: Village) -> UUID:
    """A reward that a merchant hands out: the community itself."""
    place = {"organisation": village.community, "merchant": village.community}
    reward = village.made("staff", "/v1/rewards", {"name": "米", "unit": "points", "price": 1, **place}, "reward")
    village.did("approver", f"/v1/rewards/{reward}/approve")
    village.did("keeper", f"/v1/rewards/{reward}/stock", {"pieces": 5})
    return reward


def about_tasks(village: Village) -> dict[str, Fitting]:
    """Posted, claimed, reported, accepted."""
    place = {"organisation": village.community}
    body = {"title": "扫雪", "slots": 2, "minutes_planned": 60, "claim_until": "2026-03-20T00:00:00Z", **place}
    report: dict[str, Any] = {"minutes": 30, "service_day": "2026-03-04"}
    whom = {"member": str(village.people["resident"])}

    def task(*steps: tuple[str, Body]) -> dict[str, UUID]:
        made = village.made("staff", "/v1/tasks", body, "task")
        for name, asked in steps:
            village.did("resident", f"/v1/tasks/{made}/{name}", asked)
        return {"task": made}

    claim, told = ("claim", {}), ("report", report)
    return {
        "list_tasks": Fitting("resident", query=place),
        "post_task": Fitting("staff", body=body),
        "claim_task": Fitting("resident", task(), {}),
        "withdraw_claim": Fitting("resident", task(claim), {}),
        "report_task": Fitting("resident", task(claim), report),
        "accept_report": Fitting("staff", task(claim, told), whom | {"minutes": 30}),
        "return_report": Fitting("staff", task(claim, told), whom | REASON),
        "close_task": Fitting("staff", task(), {"outcome": "finished"}),
        "get_task": Fitting("resident", task()),
    }
