"""What operations look at, and what every answer carries."""

import json
import sqlite3
from pathlib import Path

import pytest
import structlog
from api_town import People, Town, run
from litestar import Litestar
from litestar.testing import TestClient

from api import health
from api.app import build_app
from api.deployment import Deployment
from api.settings import Settings
from api.wiring import open_deployment
from ledger.application.members import SUSPEND_MEMBER, SuspendMember


def test_a_running_process_is_live_and_ready(client: TestClient[Litestar], deployment: Deployment) -> None:
    assert client.get("/health/live").json() == {"status": "live"}
    ready = client.get("/health/ready")
    assert ready.status_code == 200
    assert ready.json()["ready"] is True
    assert ready.json()["position"] == deployment.feed.position()
    assert ready.json()["problems"] == []
    assert abs(ready.json()["clock_skew_seconds"]) < 1


def test_figures_far_behind_are_no_reason_to_send_requests(
    client: TestClient[Litestar], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "LAG_EVENTS_MAX", -1)

    ready = client.get("/health/ready")

    assert ready.status_code == 503
    assert ready.json()["problems"] == ["figures-behind"]
    assert ready.headers["retry-after"] == "1"


def test_without_its_read_models_a_process_is_not_ready(client: TestClient[Litestar], deployment: Deployment) -> None:
    with sqlite3.connect(deployment.settings.home / "views.db") as connection:
        connection.execute("DROP TABLE projections")
    connection.close()

    ready = client.get("/health/ready")

    assert ready.status_code == 503
    assert ready.json()["problems"] == ["database-unavailable"]
    assert client.get("/health/live").status_code == 200


def test_meters_count_requests_by_template_and_never_by_id(
    client: TestClient[Litestar], signed_in: People, town: Town
) -> None:
    signed_in(town.staff).get(f"/v1/members/{town.resident}")
    client.get("/v1/members/x/y/z")
    client.request("BREW", "/v1/me")

    text = client.get("/metrics").text

    assert 'linli_requests_total{method="GET",path="/v1/members/{member}",status="200"} 1.0' in text
    assert 'linli_requests_total{method="GET",path="",status="404"} 1.0' in text
    assert 'method="other"' in text
    assert "BREW" not in text
    assert str(town.resident) not in text
    assert 'linli_figures_lag_events{projection="people"} 0.0' in text
    assert "linli_writer_queue 0.0" in text


def test_every_answer_carries_an_id_and_the_headers_of_protection(client: TestClient[Litestar]) -> None:
    for path in ("/v1/me", "/nowhere", "/health/live", "/schema"):
        headers = client.get(path).headers
        assert len(headers["x-request-id"]) == 32
        assert "default-src 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "strict-transport-security" not in headers


def test_over_https_browsers_are_told_to_stay_there(tmp_path: Path) -> None:
    deployment = open_deployment(Settings(tmp_path / "home", public_url="https://linli.example"))
    with TestClient(build_app(deployment)) as client:
        assert client.get("/health/live").headers["strict-transport-security"] == "max-age=31536000"
    deployment.close()


def test_a_problem_names_the_request(client: TestClient[Litestar]) -> None:
    answer = client.get("/v1/me")

    assert answer.json()["request_id"] == answer.headers["x-request-id"]


def test_a_wrong_method_is_told_which_are_right(client: TestClient[Litestar]) -> None:
    answer = client.put("/v1/sessions", json={})

    assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed")
    assert "POST" in answer.headers["allow"]


def test_logs_name_no_person_and_no_id(client: TestClient[Litestar], signed_in: People, town: Town) -> None:
    with structlog.testing.capture_logs() as logs:
        staff = signed_in(town.staff)
        staff.get(f"/v1/members/{town.resident}", min_position=3)
        staff.post("/v1/members", {"name": "周丽华", "home": str(town.community), "phone": "13811112222"})

    text = json.dumps(logs, ensure_ascii=False)
    assert [one["path"] for one in logs] == ["/v1/members/{member}", "/v1/members"]
    for secret in ("周丽华", "13811112222", str(town.resident), staff.token, "min_position"):
        assert secret not in text


def test_a_bug_is_told_only_by_its_id_and_logged_without_its_words(
    client: TestClient[Litestar], signed_in: People, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("张秀英")

    monkeypatch.setattr("projections.people.line_of", broken)
    with structlog.testing.capture_logs() as logs:
        answer = signed_in(town.staff).get(f"/v1/members/{town.resident}")

    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    (bug,) = (one for one in logs if one["event"] == "bug")
    assert bug["error"] == "ValueError"
    assert any("readers.py" in place for place in bug["places"])
    assert "张秀英" not in json.dumps([answer.json(), *logs], ensure_ascii=False)


def test_a_fault_of_the_database_is_told_as_try_again(
    client: TestClient[Litestar], signed_in: People, town: Town, deployment: Deployment
) -> None:
    with sqlite3.connect(deployment.settings.home / "views.db") as connection:
        connection.execute("DROP TABLE members")
    connection.close()

    answer = signed_in(town.staff).get(f"/v1/members/{town.resident}")

    assert (answer.status_code, answer.json()["code"]) == (503, "database-unavailable")
    assert answer.headers["retry-after"] == "1"


def test_pages_of_style_are_served(client: TestClient[Litestar]) -> None:
    assert client.get("/static/linli.css").headers["content-type"].startswith("text/css")
    assert client.get("/static/../app.py").status_code == 404
    assert client.get("/static/%2e%2e/%2e%2e/app.py").status_code == 404


def test_read_models_follow_what_is_written(client: TestClient[Litestar], deployment: Deployment, town: Town) -> None:
    answer = run(deployment, SUSPEND_MEMBER, SuspendMember(town.neighbour, "own-wish"), actor=town.staff)

    assert deployment.caught_up(answer.position)
