"""A town with one of everything, each thing in the state in which some operation takes it, and who may ask for that.

Every operation has things of its own, so that none uses up what another needs.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple, get_args
from uuid import UUID

from api_town import FOUNDED, Person, found_town, id_in, run
from house import NOON, House, give_points, opened
from msgspec import Struct
from msgspec.structs import replace

from api.settings import Settings
from api.wiring import open_deployment
from ledger.application.programme import DRAFT_SETTINGS, PUBLISH_SETTINGS, DraftSettings, PublishSettings
from ledger.application.roles import GRANT_ROLE, GrantRole
from ledger.kernel.clock import FixedClock, business_day
from ledger.kernel.ids import MemberId
from ledger.membership.events import Role
from ledger.programme.events import Settings as Programme

PUBLIC_URL = "https://linli.example"
PROGRAMME = replace(Programme(), gifts_allowed=True, counter_recheck_percent=100, manual_week_minutes_max=10_000)

Body = dict[str, Any]
_numbers = count(1)


class Fitting(NamedTuple):
    """What an operation answers with 2xx: by whom, with which ids in its path, which query, which body.

    by: a name of `Village.people`; None where nobody need be signed in. body: bytes where it is no JSON.
    """

    by: str | None
    path: Mapping[str, Any] = {}
    body: Any = None
    query: Mapping[str, Any] = {}
    media_type: str = "application/json"


class Village(Struct, frozen=True):
    """The house, and its people by what they are there."""

    house: House
    people: dict[str, MemberId]

    def person(self, name: str) -> Person:
        """`name`, in a session of their own."""
        return self.house.person(self.people[name])

    def did(self, name: str, path: str, body: Body | None = None) -> Any:
        """What `name` was answered for a write that must succeed."""
        answer = self.person(name).post(path, body)
        assert answer.status_code in {200, 201}, (path, answer.text)
        return answer

    def made(self, name: str, path: str, body: Body | None, kind: str) -> UUID:
        """The id of the `kind` that such a write made."""
        return id_in(self.did(name, path, body), kind)

    def newcomer(self) -> UUID:
        """A verified resident whom nothing else knows."""
        asked = {"name": f"新来的{next(_numbers)}", "home": self.community}
        member = self.did("staff", "/v1/members", asked).json()["member"]
        self.did("staff", f"/v1/members/{member}/verify", {"basis": "known-in-person"})
        return UUID(member)

    def official(self, *roles: Role) -> MemberId:
        """Another newcomer, with `roles`: an auditor or administrator over the street, else in the community."""
        member, town = MemberId(self.newcomer()), self.house.town
        for role in roles:
            place = town.street if role in {"auditor", "administrator"} else town.community
            run(self.house.deployment, GRANT_ROLE, GrantRole(member, role, place, FOUNDED), actor=town.founder)
        return member

    def ran(self, use_case: Any, asked: Any, *, at: datetime | None = None) -> None:
        """Let the machine run one command; a refusal fails the test."""
        run(self.house.deployment, use_case, asked, at=at)

    @property
    def community(self) -> str:
        """The id of the community that everybody lives in."""
        return str(self.house.town.community)


@contextmanager
def village(folder: Path) -> Iterator[Village]:
    """The village on files in `folder`, being served."""
    with opened((folder / "prepared", _prepare(folder / "prepared")), folder / "home", public_url=PUBLIC_URL) as house:
        town = house.town
        names = ("resident", "neighbour", "staff", "approver", "keeper", "founder", "stranger")
        found = Village(house, {name: getattr(town, name) for name in names})
        found.people["auditor"] = found.official("auditor")
        found.people["second_approver"] = found.official("approver")
        found.people["anything"] = found.official(*get_args(Role))
        run(house.deployment, DRAFT_SETTINGS, DraftSettings(town.community, PROGRAMME), actor=town.staff)
        today = business_day(house.clock.now())
        run(house.deployment, PUBLISH_SETTINGS, PublishSettings(town.community, 1, today), actor=town.approver)
        give_points(house, town.resident, 5_000, second=found.people["second_approver"])
        yield found


def _prepare(home: Path) -> Any:
    deployment = open_deployment(Settings(home), FixedClock(NOON))
    deployment.figures.prepare()
    deployment.ledger.start()
    town = found_town(deployment)
    deployment.figures.catch_up()
    deployment.ledger.stop()
    deployment.close()
    return town
