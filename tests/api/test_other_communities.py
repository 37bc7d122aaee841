"""Nobody reads or changes what is another community's: every route, with ids of what exists, by all roles at once."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, get_args
from uuid import UUID

import pytest
from api_town import FOUNDED, Person, Town, id_in, run
from house import Gathering, House, draft, gathering, give_points, opened, proposed, rule, shelf
from litestar.routes import HTTPRoute
from scanning import register, row, send

from api.identity import PUBLIC
from ledger.application.roles import GRANT_ROLE, GrantRole
from ledger.kernel.ids import MemberId
from ledger.membership.events import Role
from qr.tokens import KioskCode, MemberCard, Voucher, step_at

EVERYBODYS = {
    "list_organisations": "the tree is public",
    "get_organisation": "the tree is public",
    "sign_out": "is about the caller",
    "me": "is about the caller",
    "get_my_code_svg": "is about the caller",
    "get_my_code_png": "is about the caller",
    "check_in": "whoever stands at the door may come in",
}
"""Handlers that may answer anybody who is signed in, and why."""


REASON = {"reason": "test"}
NAMED_BY_PATH = {"list_events", "list_attendances", "list_sign_ups"}
"""Lists that no query narrows to an organisation."""
AT = "2026-03-04T04:00:00Z"


class Call(NamedTuple):
    """A request to a route, with an id of the community in every place."""

    name: str
    method: str
    path: str
    body: dict[str, Any] | None


class Things(NamedTuple):
    """What the community has, by the name that paths and queries give it; codes by what they are."""

    ids: dict[str, UUID]
    codes: dict[str, str]


@pytest.fixture(scope="module")
def house(prepared_home: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(prepared_home, tmp_path_factory.mktemp("others") / "home") as running:
        yield running


@pytest.fixture(scope="module")
def things(house: House) -> Things:
    town, staff = house.town, house.person(house.town.staff)
    give_points(house, town.resident)
    open_now = gathering(house, rules=[str(rule(house))])
    task = staff.post("/v1/tasks", task_of(town.community))
    reward = shelf(house, price=1)
    asked = house.person(town.resident).post("/v1/redemptions", {"reward": str(reward)})
    staff.post(f"/v1/redemptions/{id_in(asked, 'redemption')}/approve")
    staff.post(f"/v1/redemptions/{id_in(asked, 'redemption')}/ready")
    card = UUID(staff.post(f"/v1/members/{town.resident}/cards").json()["card"])
    lived = staff.post("/v1/households", {"organisation": str(town.community), "members": [str(town.resident)]})
    redemption = id_in(asked, "redemption")
    device, scan = register(house, staff), scan_that_waits(house, staff, open_now)
    ids = {
        "device": device,
        "scan": scan,
        "organisation": town.community,
        "parent": town.community,
        "scope": town.community,
        "member": town.resident,
        "card": card,
        "picture_name": card,
        "household": id_in(lived, "household"),
        "role": UUID(int=1),
        "activity": open_now.activity,
        "session": open_now.session,
        "draft": draft(house).activity,
        "task": id_in(task, "task"),
        "rule": rule(house),
        "award": proposed(house, town.resident)[0],
        "reward": reward,
        "redemption": redemption,
    }
    codes = {
        "card": house.code(MemberCard(card)),
        "voucher": house.code(Voucher(redemption)),
        "kiosk": house.code(KioskCode(open_now.activity, step_at(house.clock.now()))),
    }
    return Things(ids, codes)


def scan_that_waits(house: House, staff: Person, at: Gathering) -> UUID:
    """A scan of a code that is none, by a device of the community."""
    return UUID(send(staff, register(house, staff), row(1, at, "FORGED")).json()["rows"][0]["scan"])


@pytest.fixture(scope="module")
def official(house: House) -> Person:
    """Who has every role there is, in the other community."""
    town = house.town
    for role in get_args(Role):
        granted = GrantRole(town.stranger, role, town.other_community, FOUNDED)
        if role != "staff":
            run(house.deployment, GRANT_ROLE, granted, actor=town.founder)
    return house.person(town.stranger)


def task_of(organisation: object) -> dict[str, Any]:
    place, until = str(organisation), "2026-03-20T00:00:00Z"
    return {"title": "扫雪", "organisation": place, "slots": 2, "minutes_planned": 60, "claim_until": until}


def body_of(name: str, things: Things) -> dict[str, Any] | None:
    """What the handler `name` is sent; the tests fail where a body is missing or wrong."""
    ids = {key: str(value) for key, value in things.ids.items()}
    bodies = about_people(ids) | about_activities(ids, things.codes) | about_goods_and_tasks(ids, things.codes)
    return bodies.get(name)


def about_people(ids: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    organisation, member = ids["organisation"], {"member": ids["member"]}
    below = {"name": "x", "level": "grid", "parent": organisation, "effective_from": "2026-03-01"}
    return {
        "issue_sign_in_code": member | {"purpose": "activation"},
        "register_organisation": below,
        "register_member": {"name": "甲", "home": organisation},
        "verify_member": {"basis": "known-in-person"},
        "suspend_member": REASON,
        "give_consent": {"purpose": "boards", "text_version": "1"},
        "withdraw_consent": {"purpose": "boards"},
        "grant_role": {"role": "staff", "organisation": organisation, "from_day": "2026-03-01"},
        "revoke_card": REASON,
        "form_household": {"organisation": organisation, "members": [ids["member"]]},
        "join_household": member,
    }


def about_activities(ids: Mapping[str, str], codes: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    organisation, visit = ids["organisation"], {"session": ids["session"], "member": ids["member"]}
    rule = {"organisation": organisation, "terms": {"unit": "points", "basis": "per_hour", "rate": 10}}
    scan = {"activity": ids["activity"], "token": codes["card"], "direction": "in", "sequence": 1, "seen_at": AT}
    session = {"starts_at": "2026-03-05T01:00:00Z", "ends_at": "2026-03-05T02:00:00Z"}
    return {
        "draft_activity": {"title": "x", "place": "y", "organisation": organisation, "sessions": [session]},
        "cancel_activity": REASON,
        "sign_up": visit,
        "withdraw_sign_up": visit,
        "confirm_visit": visit | {"out_at": "2026-03-04T04:30:00Z"},
        "undo_scan": visit,
        "annul_visit": visit | REASON,
        "correct_visit": visit | REASON | {"in_at": AT, "out_at": "2026-03-04T04:30:00Z"},
        "excuse_absence": visit | REASON,
        "dispute_visit": {"session": ids["session"]} | REASON,
        "decide_dispute": visit | REASON | {"outcome": "upheld"},
        "scan_member": {"activity": ids["activity"], "token": codes["card"], "direction": "in"},
        "register_device": {"name": "x", "organisation": organisation},
        "revoke_device": REASON,
        "record_scans": {"device": ids["device"], "sent_at": AT, "rows": [scan]},
        "review_device_scan": {"decision": "dismiss", "reason": "test"},
        "draft_rule": rule,
        "draft_rule_version": rule,
        "publish_rule": {"version": 1, "valid_from": "2026-04-01"},
        "approve_awards": {"awards": [ids["award"]]},
        "refuse_awards": {"awards": [ids["award"]], **REASON},
        "object_to_award": REASON,
        "decide_objection": {"outcome": "upheld", **REASON},
        "propose_reversal": {"spent": "owe", **REASON},
        "refuse_reversal": REASON,
    }


def about_goods_and_tasks(ids: Mapping[str, str], codes: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    organisation, member, voucher = ids["organisation"], {"member": ids["member"]}, {"token": codes["voucher"]}
    return {
        "offer_reward": {"name": "x", "organisation": organisation, "unit": "points", "price": 1},
        "price_reward": {"price": 1},
        "receive_stock": {"pieces": 1},
        "request_redemption": {"reward": ids["reward"]},
        "reject_redemption": REASON,
        "hand_over": voucher,
        "look_at_voucher": voucher,
        "post_task": task_of(organisation),
        "claim_task": member,
        "withdraw_claim": member,
        "report_task": member | {"minutes": 30, "service_day": "2026-03-03"},
        "accept_report": member | {"minutes": 30},
        "return_report": member | REASON,
        "close_task": {"outcome": "finished"},
    }


def calls(house: House, things: Things) -> list[Call]:
    """A request to every route of the interface but the public ones and those that are everybody's."""
    found: list[Call] = []
    for route in house.client.app.routes:
        for handler in route.route_handlers if isinstance(route, HTTPRoute) else ():
            name = handler.handler_name
            if route.path.startswith("/v1") and handler.opt.get("permission") != PUBLIC and name not in EVERYBODYS:
                path = filled(route.path_format, things)
                methods = (str(one) for one in handler.http_methods if one != "OPTIONS")
                found += [Call(name, method, path, body_of(name, things)) for method in methods]
    return found


def filled(template: str, things: Things) -> str:
    ids = things.ids | {"board": "points"}
    parts = [str(ids[part[1:-1]]) if part[0] == "{" else part for part in template.split("/")[1:]]
    return "/" + "/".join(parts) + (".svg" if template.endswith("{picture_name}") else "")


def queries(call: Call, things: Things) -> dict[str, str]:
    about = {"period": "2026"} if call.name in {"get_leaderboard", "get_care_hours"} else {}
    if call.name == "get_leaderboard":
        return about | {"scope": str(things.ids["scope"])}
    lists_of_places = call.name.startswith("list_") and call.name not in NAMED_BY_PATH
    named = lists_of_places or call.name == "get_care_hours"
    return about | ({"organisation": str(things.ids["organisation"])} if named else {})


def answered(person: Person, call: Call, things: Things) -> Any:
    if call.method == "GET":
        return person.get(call.path, **queries(call, things))
    return person.post(call.path, call.body)


def let_in(house: House, things: Things, person: Person) -> dict[str, str]:
    """What answered `person` anything but that there is no such thing, or not for them."""
    asked = calls(house, things)
    assert len(asked) > 60
    with house.unchanged():
        answers = [(call, answered(person, call, things)) for call in asked]
    return {
        f"{call.method} {call.path}": f"{answer.status_code} {answer.text[:200]}"
        for call, answer in answers
        if answer.status_code not in {403, 404}
    }


def test_who_has_every_role_elsewhere_reads_and_changes_nothing_here(
    house: House, things: Things, official: Person
) -> None:
    assert let_in(house, things, official) == {}


def test_who_only_lives_elsewhere_reads_and_changes_nothing_here(house: House, things: Things) -> None:
    staff = house.person(house.town.founder)
    made = staff.post("/v1/members", {"name": "周丽华", "home": str(house.town.other_community)})
    house.deployment.caught_up(house.position())

    assert let_in(house, things, house.person(MemberId(UUID(made.json()["member"])), "member")) == {}
