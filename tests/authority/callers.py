"""Who asks: for each column of the matrix and each place of the role, somebody who is that and nothing else."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from api_town import FOUNDED, run
from house import give_points
from routes import endpoints

from ledger.application.roles import GRANT_ROLE, GrantRole
from ledger.kernel.ids import MemberId, OrganisationId
from tests.hostile.clean import Operation, operations
from tests.hostile.fittings import fittings, headers_of
from tests.hostile.schemas import Schemas
from tests.hostile.town import Village, village

from .table import ROLES


class Answered(NamedTuple):
    """What came of asking. stored: the ledger moved."""

    status: int
    stored: bool
    text: str

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def is_refusal(self) -> bool:
        """No such thing, or not for them; and nothing was stored."""
        return self.status in {401, 403, 404} and not self.stored


class Callers:
    """The village, who asks in it, and fitting things to ask about."""

    def __init__(self, found: Village) -> None:
        self.village = found
        self._document: dict[str, Any] = found.house.client.get("/schema/openapi.json").json()
        self._schemas = Schemas(self._document)
        self._grid = _grid(found)

    def name(self, column: str, place: str) -> str | None:
        """Somebody new: a resident, or who holds the one role at `place`; None for nobody."""
        if column == "nobody":
            return None
        elsewhere = column == "elsewhere" or place == "sibling"
        member = self._resident_elsewhere() if elsewhere else MemberId(self.village.newcomer())
        if column in ROLES:
            granted = GrantRole(member, ROLES[column], self._places()[place], FOUNDED)
            self._run(GRANT_ROLE, granted)
        if not elsewhere:
            give_points(self.village.house, member, 5)
        name = f"{column} {place} {member}"
        self.village.people[name] = member
        self.village.house.deployment.caught_up(self.village.house.position())
        return name

    def route_names(self) -> list[str]:
        """The operation behind every route of the interface; the route itself where it is not described."""
        described = {
            (method.upper(), path): about["operationId"]
            for path, item in self._document["paths"].items()
            for method, about in item.items()
        }
        found = [(one.method, one.path) for one in endpoints(self.village.house.client.app)]
        return [
            described.get(one, " ".join(one))
            for one in found
            if one[1].startswith(("/v1", "/health")) and one[0] != "HEAD"
        ]

    def things(self) -> dict[str, Operation]:
        """A fitting request for each operation, about things that nobody used yet; about the resident by name."""
        found = {one.name: self._about_resident(one) for one in operations(self._document, fittings(self.village))}
        self.village.house.deployment.caught_up(self.village.house.position())
        return found

    def ask(self, operation: Operation, by: str | None) -> Answered:
        """Send it by `by`, a name of the village."""
        house, fitting = self.village.house, operation.fitting
        content = json.dumps(fitting.body).encode() if isinstance(fitting.body, dict) else fitting.body
        before = house.position()
        answer = house.client.request(
            operation.method,
            operation.path.format(**fitting.path),
            params={name: str(one) for name, one in fitting.query.items()},
            content=content,
            headers=headers_of(self.village, by) | {"Content-Type": fitting.media_type},
        )
        return Answered(answer.status_code, house.position() != before, answer.text[:300])

    def _about_resident(self, operation: Operation) -> Operation:
        resident, fitting = str(self.village.people["resident"]), operation.fitting
        path = {name: resident if id == "me" else id for name, id in fitting.path.items()}
        body = fitting.body
        if operation.body and "member" in self._schemas.whole(operation.body)["properties"]:
            body = {"member": str(self.village.people.get(fitting.by or "", resident))} | body
        return operation._replace(fitting=fitting._replace(path=path, body=body))

    def _places(self) -> Mapping[str, OrganisationId]:
        town = self.village.house.town
        return {"own": town.community, "parent": town.street, "sibling": town.other_community, "below": self._grid}

    def _resident_elsewhere(self) -> MemberId:
        asked = {"name": "周丽华", "home": str(self.village.house.town.other_community)}
        member = self.village.did("founder", "/v1/members", asked).json()["member"]
        self.village.did("founder", f"/v1/members/{member}/verify", {"basis": "known-in-person"})
        return MemberId(UUID(member))

    def _run(self, use_case: Any, asked: Any) -> None:
        run(self.village.house.deployment, use_case, asked, actor=self.village.house.town.founder)


@contextmanager
def callers(folder: Path) -> Iterator[Callers]:
    """The village in `folder`, being served."""
    with village(folder) as found:
        yield Callers(found)


def _grid(found: Village) -> OrganisationId:
    asked = {"name": "第一网格", "level": "grid", "parent": found.community, "effective_from": "2026-03-01"}
    return OrganisationId(found.made("founder", "/v1/organisations", asked, "organisation"))
