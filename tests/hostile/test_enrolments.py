"""A one-time code opens nothing but the setting of what one signs in with: every other operation refuses it."""

import json
from typing import Any

import pytest
from routes import endpoints

from api.identity import ENROLLING, PUBLIC

from .clean import operations
from .town import Fitting, Village


def test_an_enrolment_reads_nothing_and_writes_nothing(found: Village, fitting: dict[str, Fitting]) -> None:
    """Each operation as somebody asks for it who may, but for the session."""
    house = found.house
    document: dict[str, Any] = house.client.get("/schema/openapi.json").json()
    open_to_all = {PUBLIC, ENROLLING}
    closed = {(one.method, one.path) for one in endpoints(house.client.app) if one.permission not in open_to_all}
    wrong: dict[str, str] = {}
    asked = [one for one in operations(document, fitting) if (one.method, one.path) in closed]
    for one in asked:
        member = found.people[one.fitting.by or "anything"]
        token = house.deployment.sessions.open(member, "enrolment", house.clock.now())
        body = one.fitting.body
        before = house.position()
        answer = house.client.request(
            one.method,
            one.path.format(**one.fitting.path),
            params={name: str(value) for name, value in one.fitting.query.items()},
            content=json.dumps(body, default=str).encode() if isinstance(body, dict) else body,
            headers={
                "Authorization": f"Bearer {token}",
                "Idempotency-Key": f"enrolment-{one.name}",
                "Content-Type": one.fitting.media_type,
            },
        )
        if (answer.status_code, answer.json().get("code")) != (401, "not-signed-in") or house.position() != before:
            wrong[one.name] = f"{answer.status_code} {answer.text[:200]}"

    assert len(asked) > 100
    assert wrong == {}


@pytest.mark.parametrize("path", ["/me", "/", "/me/code", "/typed"])
def test_the_pages_take_an_enrolment_for_nobody(found: Village, path: str) -> None:
    house = found.house
    token = house.deployment.sessions.open(found.people["resident"], "enrolment", house.clock.now())

    page = house.client.get(path, headers={"Authorization": f"Bearer {token}"}, follow_redirects=False)

    assert "张秀英" not in page.text
