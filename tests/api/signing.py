"""People who have something to sign in with, and how they are told apart from those who have not."""

from datetime import timedelta
from typing import Any

from api_town import Person
from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient
from pyotp.totp import TOTP

from api.deployment import Deployment
from ledger.kernel.ids import MemberId

PIN, PASSWORD = "730418", "sieben-leise-Kraniche"
PERIOD = timedelta(seconds=30)
ABOUT_THIS_REQUEST = ("request_id",)


def numbered(deployment: Deployment, member: MemberId) -> str:
    """The member number."""
    return str(deployment.directory.number_members([member])[member])


def with_pin(deployment: Deployment, member: MemberId) -> str:
    """Give `member` a PIN; the number to sign in with."""
    deployment.credentials.set_pin(member, PIN, deployment.clock.now())
    return numbered(deployment, member)


def with_password(deployment: Deployment, member: MemberId) -> tuple[str, TOTP]:
    """Give `member` a password and an authenticator; the number to sign in with, and the authenticator."""
    credentials, now = deployment.credentials, deployment.clock.now()
    credentials.set_password(member, PASSWORD, now)
    authenticator = TOTP(credentials.begin_totp(member, now))
    credentials.confirm_totp(member, authenticator.at(now - PERIOD), now)
    return numbered(deployment, member), authenticator


def by_pin(client: TestClient[Litestar], account: str, pin: str = PIN, **more: Any) -> Response:
    """Try to sign in."""
    return client.post("/v1/sessions/pin", json={"account": account, "pin": pin}, **more)


def by_password(client: TestClient[Litestar], account: str, password: str = PASSWORD, **second: str) -> Response:
    """Try to sign in as staff; second: `totp` or `recovery_code`."""
    return client.post("/v1/sessions/password", json={"account": account, "password": password, **second})


def opened(client: TestClient[Litestar], answer: Response) -> Person:
    """Who was signed in."""
    assert answer.status_code in {200, 201}, answer.text
    found = answer.json()
    return Person(client, (found.get("session") or found)["token"])


def told(answer: Response) -> tuple[int, dict[str, Any]]:
    """What an answer says, but for what every request has of its own."""
    return answer.status_code, {name: one for name, one in answer.json().items() if name not in ABOUT_THIS_REQUEST}


def recorded(deployment: Deployment, *kinds: Any) -> list[tuple[str, dict[str, str | int]]]:
    """What the audit log holds of `kinds`."""
    return [(one.kind, one.facts) for one in deployment.audit_log.page(0, 1_000, kinds=kinds)]
