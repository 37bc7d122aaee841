"""The same application on PostgreSQL: one walk through what speaks to a database by itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from api_earning import earn
from api_town import People, found_town
from litestar import Litestar
from litestar.testing import TestClient

from api.app import build_app
from api.deployment import Deployment
from api.settings import Settings
from api.wiring import open_deployment
from ledger.kernel.clock import FixedClock

pytestmark = pytest.mark.postgres


@pytest.fixture
def deployment(postgres_url: str, tmp_path: Path, clock: FixedClock) -> Iterator[Deployment]:
    """On an empty database."""
    opened = open_deployment(Settings(tmp_path / "home", database_url=postgres_url), clock)
    yield opened
    opened.close()


@pytest.fixture
def client(deployment: Deployment) -> Iterator[TestClient[Litestar]]:
    """The running application, put together for this database."""
    with TestClient(build_app(deployment)) as running:
        yield running


def test_people_are_registered_signed_in_and_shown_their_figures(
    client: TestClient[Litestar], deployment: Deployment
) -> None:
    town = found_town(deployment)
    position = earn(deployment, town, town.resident, minutes=120)
    staff = People(client, deployment)(town.staff)
    asked = {"name": "周丽华", "home": str(town.community), "phone": "13811112222"}

    registered = staff.post("/v1/members", asked, key="the-same-key")
    again = staff.post("/v1/members", asked, key="the-same-key")
    code = staff.post("/v1/sign-in-codes", {"member": registered.json()["member"], "purpose": "activation"}).json()
    opened = client.post("/v1/sessions", json={"code": code["code"]})
    listed = staff.get("/v1/members", organisation=town.community, limit=4)
    figures = staff.get(f"/v1/members/{town.resident}/balances", min_position=position)
    statement = staff.get(f"/v1/members/{town.resident}/statement")
    board = staff.get("/v1/leaderboards/points", period="2026-03", scope=town.community)
    ready = client.get("/health/ready")

    assert again.json() == registered.json()
    assert opened.status_code == 201
    assert "next" in listed.links
    assert figures.json()["items"][0]["available"] == 2
    assert [line["amount"] for line in statement.json()["items"]] == [2]
    assert board.json()["participants"] == 1
    assert ready.json()["problems"] == []
    assert 'linli_figures_lag_events{projection="people"}' in client.get("/metrics").text
