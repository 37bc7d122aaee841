"""What devices send: cards that scanners read, rows of a batch, and what became of each."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from api_town import Person, run
from house import NOON, Gathering, House

from ledger.application.members import ISSUE_CARD, IssueCard
from ledger.kernel.ids import CardId, MemberId
from qr.tokens import MemberCard


def register(house: House, staff: Person) -> UUID:
    """A device of the community."""
    made = staff.post("/v1/devices", {"name": "门口的手持机", "organisation": str(house.town.community)})
    assert (made.status_code, made.json()["code"]) == (201, "device-registered")
    return UUID(made.json()["ids"]["device"])


def card_code(house: House, member: MemberId) -> str:
    """What a scanner reads on a new card of the member's."""
    card = CardId(uuid4())
    house.deployment.directory.bind_card(card, member)
    run(house.deployment, ISSUE_CARD, IssueCard(member, card), actor=house.town.staff)
    return house.code(MemberCard(card))


def row(sequence: int, at: Gathering, token: str, direction: str = "in", **other: Any) -> dict[str, Any]:
    seen_at = (NOON - timedelta(minutes=30 if direction == "in" else 10)).isoformat()
    usual = {"sequence": sequence, "activity": str(at.activity), "token": token, "direction": direction}
    return usual | {"seen_at": seen_at} | other


def send(person: Person, device: UUID, *rows: dict[str, Any], **other: Any) -> Any:
    body = {"device": str(device), "sent_at": NOON.isoformat(), "rows": list(rows)} | other
    return person.client.post("/v1/scans/batch", json=body, headers=person.headers())


def outcomes(answer: Any) -> list[tuple[int, str, str]]:
    assert answer.status_code == 200, answer.text
    return [(one["sequence"], one["outcome"], one["reason"]) for one in answer.json()["rows"]]
