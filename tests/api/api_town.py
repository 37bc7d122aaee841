"""A small town for the tests of the edge, made by real commands, and people who speak as programs do."""

from collections.abc import Mapping
from datetime import date, datetime
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from litestar import Litestar
from litestar.testing import TestClient
from msgspec import Struct

from api.deployment import Deployment, SessionKind
from ledger.application.members import (
    FOUND_ADMINISTRATOR,
    REGISTER_MEMBER,
    VERIFY_MEMBER,
    FoundAdministrator,
    RegisterMember,
    VerifyMember,
)
from ledger.application.organisations import REGISTER_ORGANISATION, RegisterOrganisation
from ledger.application.ports import Answer, Call, CommandKey, Refused
from ledger.application.roles import GRANT_ROLE, GrantRole
from ledger.kernel.ids import SYSTEM, MemberId, OrganisationId
from ledger.membership.events import Level, Role
from ledger.store.slow_hash import Cost

FOUNDED = date(2020, 1, 1)
QUICK = Cost(memory_kib=64, passes=1, lanes=1)
"""Of hashes of passwords and PINs: the shipped cost has tests of its own."""
_keys = count(1)


class Town(Struct, frozen=True):
    """A street with two communities. Everybody but `stranger` is at home in `community`; the names are made up.

    founder: administrator and staff of the whole street. keeper, staff, approver: of `community`. resident, neighbour:
    without roles. stranger: staff of `other_community`, and at home there.
    """

    street: OrganisationId
    community: OrganisationId
    other_community: OrganisationId
    founder: MemberId
    staff: MemberId
    approver: MemberId
    keeper: MemberId
    resident: MemberId
    neighbour: MemberId
    stranger: MemberId


class Person:
    """A signed-in program: sends its bearer token, and with each write a key of its own unless one is given."""

    def __init__(self, client: TestClient[Litestar], token: str) -> None:
        self.client = client
        self.token = token

    def get(self, path: str, **params: Any) -> Any:
        return self.client.get(path, params=params, headers=self.headers())

    def post(self, path: str, body: object = None, *, key: str | None = None) -> Any:
        headers = self.headers() | {"Idempotency-Key": key or f"test-key-{next(_keys)}"}
        return self.client.post(path, headers=headers, **({} if body is None else {"json": body}))

    def delete(self, path: str) -> Any:
        return self.client.delete(path, headers=self.headers())

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


class People:
    """Opens sessions for whoever a test wants to speak."""

    def __init__(self, client: TestClient[Litestar], deployment: Deployment) -> None:
        self.client = client
        self._deployment = deployment

    def __call__(self, member: MemberId, kind: SessionKind = "staff") -> Person:
        token = self._deployment.sessions.open(member, kind, self._deployment.clock.now())
        return Person(self.client, token)


def run(
    deployment: Deployment, use_case: Any, asked: Any, *, actor: MemberId = SYSTEM, at: datetime | None = None
) -> Answer:
    """Run one command; an answer that is a refusal fails the test."""
    key = CommandKey("test", str(next(_keys)), b"")
    call = Call(use_case, asked, actor, key, at or deployment.clock.now())
    answer = deployment.ledger.submit(call, lane="front").result(timeout=10)
    assert not isinstance(answer.result, Refused), answer.result
    return answer


def found_town(deployment: Deployment) -> Town:
    """Register the town; the ledger must be running."""
    street = _organisation(deployment, "street", None, "彰武路街道")
    community = _organisation(deployment, "community", street, "向阳社区")
    other = _organisation(deployment, "community", street, "东风社区")
    founder = MemberId(uuid4())
    deployment.directory.write(founder, {"name": "郭启明"})
    run(deployment, FOUND_ADMINISTRATOR, FoundAdministrator(founder, street))
    people: Mapping[str, tuple[str, OrganisationId, Role | None]] = {
        "staff": ("林晓", community, "staff"),
        "approver": ("欧阳明", community, "approver"),
        "keeper": ("王桂兰", community, "shelf_keeper"),
        "resident": ("张秀英", community, None),
        "neighbour": ("李建国", community, None),
        "stranger": ("赵云", other, "staff"),
    }
    made = {who: _member(deployment, founder, *about) for who, about in people.items()}
    return Town(street=street, community=community, other_community=other, founder=founder, **made)


def _organisation(deployment: Deployment, level: Level, parent: OrganisationId | None, name: str) -> OrganisationId:
    organisation = OrganisationId(uuid4())
    deployment.directory.write(organisation, {"name": name})
    run(deployment, REGISTER_ORGANISATION, RegisterOrganisation(organisation, level, FOUNDED, parent))
    return organisation


def _member(deployment: Deployment, founder: MemberId, name: str, home: OrganisationId, role: Role | None) -> MemberId:
    member = MemberId(uuid4())
    deployment.directory.write(member, {"name": name})
    run(deployment, REGISTER_MEMBER, RegisterMember(member, home), actor=founder)
    run(deployment, VERIFY_MEMBER, VerifyMember(member, "known-in-person"), actor=founder)
    if role is not None:
        run(deployment, GRANT_ROLE, GrantRole(member, role, home, FOUNDED), actor=founder)
    return member


def id_in(response: Any, name: str) -> UUID:
    """The id `name` of an answered write."""
    return UUID(response.json()["ids"][name])
