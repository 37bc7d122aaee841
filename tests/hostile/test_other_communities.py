"""Nobody reads or changes what is another community's: every operation about what there is, by all roles at once."""

import json
from typing import Any, get_args
from uuid import UUID

import pytest
from api_town import FOUNDED, run

from ledger.application.roles import GRANT_ROLE, GrantRole
from ledger.kernel.ids import MemberId
from ledger.membership.events import Role

from .clean import Operation, operations
from .fittings import headers_of
from .schemas import Schemas
from .town import Fitting, Village

EVERYBODYS = {
    "list_organisations": "the tree is public",
    "get_organisation": "the tree is public",
    "sign_in": "is about the caller",
    "sign_out": "is about the caller",
    "sign_in_by_pin": "is about the caller",
    "sign_in_by_password": "is about the caller",
    "step_up_session": "is about the caller",
    "list_own_sessions": "is about the caller",
    "list_own_credentials": "is about the caller",
    "set_pin": "is about the caller",
    "set_password": "is about the caller",
    "begin_totp": "is about the caller",
    "confirm_totp": "is about the caller",
    "new_recovery_codes": "is about the caller",
    "forgot_pin": "says the same to everybody",
    "me": "is about the caller",
    "get_my_code_svg": "is about the caller",
    "get_my_code_png": "is about the caller",
    "list_my_reads": "is about the caller",
    "get_my_photo": "is about the caller",
    "wish_to_be_erased": "is about the caller",
    "withdraw_wish": "is about the caller",
    "get_own_file": "is about the caller",
    "list_audit_entries": "shows an auditor only what is about people at home where they audit, or was done by them",
    "search_members": "finds only people at home where the caller may read members",
    "check_in": "whoever stands at the door may come in",
    "list_consent_texts": "the wording is the same for everybody",
    "live": "says nothing of anybody",
    "ready": "says nothing of anybody",
}
"""Operations that may answer anybody, and why."""


@pytest.fixture(scope="module")
def document(found: Village) -> dict[str, Any]:
    return found.house.client.get("/schema/openapi.json").json()


@pytest.fixture(scope="module")
def theirs(document: dict[str, Any], fitting: dict[str, Fitting]) -> list[Operation]:
    """What succeeds for those whose community it is."""
    return [one for one in operations(document, fitting) if one.name not in EVERYBODYS]


@pytest.fixture(scope="module")
def about_resident(found: Village, document: dict[str, Any], theirs: list[Operation]) -> list[Operation]:
    """The same, about the resident wherever the caller may be meant: whoever takes part, does so for themselves."""
    resident = str(found.people["resident"])
    schemas = Schemas(document)

    def named(operation: Operation) -> Operation:
        fitting = operation.fitting
        path = {name: resident if id == "me" else id for name, id in fitting.path.items()}
        body = fitting.body
        if operation.body and "member" in schemas.whole(operation.body)["properties"]:
            body = {"member": resident} | body
        return operation._replace(fitting=fitting._replace(path=path, body=body))

    return [named(one) for one in theirs]


def asked(found: Village, operation: Operation, by: str) -> Any:
    fitting = operation.fitting
    headers = headers_of(found, by) | {"Content-Type": fitting.media_type}
    content = json.dumps(fitting.body).encode() if isinstance(fitting.body, dict) else fitting.body
    query = {name: str(one) for name, one in fitting.query.items()}
    path = operation.path.format(**fitting.path)
    return found.house.client.request(operation.method, path, params=query, content=content, headers=headers)


def let_in(found: Village, theirs: list[Operation], by: str) -> dict[str, str]:
    """What answered `by` anything but that there is no such thing, or not for them; and what was stored for them."""
    wrong: dict[str, str] = {}
    for one in theirs:
        before = found.house.position()
        answer = asked(found, one, by)
        if answer.status_code not in {403, 404} or found.house.position() != before:
            wrong[f"{one.method} {one.path}"] = f"{answer.status_code} {answer.text[:200]}"
    return wrong


@pytest.fixture(scope="module")
def official(found: Village) -> str:
    """Who has every role there is, in the other community."""
    town = found.house.town
    for role in get_args(Role):
        if role != "staff":  # which the stranger is from the beginning
            granted = GrantRole(town.stranger, role, town.other_community, FOUNDED)
            run(found.house.deployment, GRANT_ROLE, granted, actor=town.founder)
    found.house.deployment.caught_up(found.house.position())
    return "stranger"


@pytest.fixture(scope="module")
def villager(found: Village) -> str:
    """Who only lives in the other community."""
    asked = {"name": "周丽华", "home": str(found.house.town.other_community)}
    found.people["villager"] = MemberId(UUID(found.did("founder", "/v1/members", asked).json()["member"]))
    found.house.deployment.caught_up(found.house.position())
    return "villager"


@pytest.mark.parametrize("who", ["official", "villager"])
def test_who_is_at_home_elsewhere_reads_and_changes_nothing_here(
    found: Village, about_resident: list[Operation], who: str, request: pytest.FixtureRequest
) -> None:
    by = request.getfixturevalue(who)

    wrong = let_in(found, about_resident, by)

    assert not wrong, "\n".join(f"{where}: {what}" for where, what in wrong.items())
    assert len(about_resident) > 120


def test_the_same_is_answered_to_those_whose_it_is(found: Village, theirs: list[Operation]) -> None:
    """Last: what is asked for happens, so it cannot be asked for again."""
    refused = {
        one.name: answer.text
        for one in theirs
        if not (answer := asked(found, one, one.fitting.by or "resident")).is_success
    }

    assert refused == {}
