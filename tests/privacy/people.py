"""People with twenty strings each that name nobody else, pushed over HTTP into every field for a person's texts."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from api_town import People, Person, Town
from stdnum.cn import ric

from api.deployment import Deployment
from ledger.application.short_messages import ShortMessage
from ledger.kernel.ids import MemberId
from ledger.store.directory.personal import PERSONAL_FIELDS

from .carver import Canaries

IN_NAME, IN_ADDRESS = 3, 15
STRINGS: Final = IN_NAME + IN_ADDRESS + 2
BEGIN: Final = ("名丝雀", "址丝雀", "1991", "2109221949")
"""How the strings begin."""


def strings(number: int) -> list[str]:
    """The twenty of the person with this number (0 to 999): parts of name and address, a phone, an identity number."""
    named = [f"名丝雀{number:04}{part}" for part in range(IN_NAME)]
    lives = [f"址丝雀{number:04}{part:02}" for part in range(IN_ADDRESS)]
    identity = f"21092219490307{number:03}"
    return [*named, *lives, f"1991{number:07}", identity + ric.calc_check_digit(identity + "0")]


def registered(signed_in: People, town: Town, deployment: Deployment, number: int) -> Canaries:
    """Somebody who did what members do: has points, a card, a PIN, a session, a code and a message on its way."""
    texts = strings(number)
    staff, now = signed_in(town.staff), deployment.clock.now()
    fields = {
        "name": " ".join(texts[:IN_NAME]),
        "address": " ".join(texts[IN_NAME : IN_NAME + IN_ADDRESS]),
        "phone": texts[-2],
        "identity_number": texts[-1],
    }
    assert fields.keys() | {"birth_date"} == PERSONAL_FIELDS.keys(), "a new field takes its strings here"
    member = MemberId(UUID(did(staff, "/v1/members", {"home": str(town.community), **fields})["member"]))
    did(staff, f"/v1/members/{member}/verify", {"basis": "known-in-person"})
    did(staff, f"/v1/members/{member}/cards")
    adjustment = {"member": str(member), "unit": "points", "kind": "adjustment", "amount": 7, "reason": "entry-mistake"}
    made = did(staff, "/v1/adjustments", adjustment)["ids"]["adjustment"]
    did(signed_in(town.approver), f"/v1/adjustments/{made}/approve")
    deployment.credentials.set_pin(member, "482917", now)
    deployment.sign_in_codes.issue(member, "activation", now)
    deployment.carrier.send(ShortMessage(member, texts[-2], f"{texts[0]}，您好", "announcement", now))
    _carelessly_typed(signed_in(member, "member"), member, fields)
    return Canaries(member, texts)


def did(person: Person, path: str, body: Any = None) -> Any:
    """What was answered; anything but a success fails the test."""
    answer = person.post(path, body)
    assert answer.is_success, (path, answer.text)
    return answer.json()


def _carelessly_typed(person: Person, member: MemberId, fields: dict[str, str]) -> None:
    """Into every place where people type by mistake what belongs elsewhere: all of it is answered and nothing kept."""
    for text in fields.values():
        ascii_only = text.encode("ascii", "ignore").decode().strip() or "none"
        headers = {"User-Agent": ascii_only, "Referer": ascii_only, "X-Name": ascii_only}
        person.client.get("/v1/members", params={"q": text, "cursor": text}, headers=person.headers() | headers)
        person.client.get(f"/nobody/{text}", headers=person.headers() | headers)
        person.client.post("/v1/sessions", json={"code": text})
        person.post(f"/v1/members/{member}/consents", {"purpose": text, "text_version": text})
        person.post("/v1/sign-ups", {"note": text})
        person.client.post("/v1/members", content=text.encode(), headers=person.headers())


def leave(signed_in: People, people: Sequence[Canaries]) -> None:
    """Everybody leaves; what they have rests."""
    for one in people:
        did(signed_in(MemberId(one.member), "member"), "/v1/members/me/leave", {"balance": "dormant"})


def erase(signed_in: People, town: Town, people: Sequence[Canaries]) -> list[Any]:
    """The administrator erases them one by one."""
    return [did(signed_in(town.founder), f"/v1/members/{one.member}/erase", {"reason": "asked"}) for one in people]
