"""What each text of the interface may hold, written out by hand: who typed what, and under whose key it must lie.

A text that nobody placed here fails the tests. Erasure plants its canaries by the same table.
"""

import re
from collections.abc import Iterator
from typing import Any, Final, Literal, NamedTuple

from stdnum.cn import ric

from ledger.store.directory.look_up import USUAL_SPELLING

Json = dict[str, Any]


class TextField(NamedTuple):
    """A text that somebody types freely.

    owner: under whose key it must lie in the directory. field: its name there; `words_for` gives a text that fits.
    """

    owner: Literal["person", "organisation"]
    field: str


TYPED: Final[dict[str, TextField]] = {
    "MemberAsked.name": TextField("person", "name"),
    "MemberAsked.phone": TextField("person", "phone"),
    "MemberAsked.identity_number": TextField("person", "identity_number"),
    "MemberAsked.address": TextField("person", "address"),
    "DetailsAsked.name": TextField("person", "name"),
    "DetailsAsked.phone": TextField("person", "phone"),
    "DetailsAsked.identity_number": TextField("person", "identity_number"),
    "DetailsAsked.address": TextField("person", "address"),
    "HouseholdTexts.label": TextField("person", "name"),
    "HouseholdTexts.address": TextField("person", "address"),
    "OrganisationAsked.name": TextField("organisation", "name"),
    "SuccessorAsked.name": TextField("organisation", "name"),
    "NameAsked.name": TextField("organisation", "alias"),
    "TeamBody.name": TextField("organisation", "name"),
    "ActivityBody.title": TextField("organisation", "title"),
    "ActivityBody.place": TextField("organisation", "place"),
    "ActivityBody.description": TextField("organisation", "description"),
    "DeviceBody.name": TextField("organisation", "name"),
    "FundBody.name": TextField("organisation", "name"),
    "RewardBody.name": TextField("organisation", "name"),
    "RewardBody.description": TextField("organisation", "description"),
    "TaskBody.title": TextField("organisation", "title"),
    "TaskBody.description": TextField("organisation", "description"),
}
"""Personal or institutional words, by `Body.field` of the interface's description."""

DIGEST: Final = r"^[0-9a-f]{64}$"
MACHINE_MADE: Final = frozenset({"token", "witness_token", "ticket", "typed_code", "code"})
"""Signed or drawn by us, on paper or a screen: whoever sends something else is refused, and nothing of it is kept."""
SECRETS: Final = frozenset({"pin", "password", "totp", "recovery_code"})
"""What somebody signs in with: only a slow hash or a sealed key of it is kept, never the text."""
OTHERS: Final[dict[str, str]] = {
    "PinSignIn.account": "looked up by its keyed digest; nothing of it is kept",
    "StaffSignIn.account": "looked up by its keyed digest; nothing of it is kept",
    "ForgottenPin.who": "looked up by its keyed digest; nothing of it is kept",
    "SearchAsked.query": "looked for in memory; nothing of it is kept, in no log either",
    "query.named": "part of an organisation's name, which is public; logs hold the path's template alone",
    "AdjustmentBody.evidence": "the digest of a picture",
    "ManualHoursBody.evidence": "the digest of a picture",
    "SheetBody.evidence": "the digest of a picture",
    "ConsentAsked.purpose": "compared with the texts there are; only one of theirs is kept",
    "WithdrawAsked.purpose": "compared with what the person agreed to; only one of those is kept",
    "path.skill": "compared with what the person has; nothing else is kept",
    "ConsentAsked.text_version": "the number of a printed wording",
    "OrganisationAsked.division_code": "twelve official digits of a place",
    "SuccessorAsked.division_code": "twelve official digits of a place",
    "path.board": "one of the boards there are",
    "path.digest": "the digest of a picture",
    "path.member": "an id, or `me`",
    "path.picture_name": "an id and an ending",
    "query.cursor": "made by us, and read strictly",
    "query.month": "a month",
    "query.period": "a year or a month",
    "header.Idempotency-Key": "named by a program; only its keyed digest is kept",
    "header.Accept-Language": "a language; never kept",
}
"""All other texts, each with what it is: nothing that is kept of them could name somebody."""


def is_placed(place: str, schema: Json) -> bool:
    """Whether the text at `place` (`Body.field`) stands in one of the tables above, in the form that it asks for."""
    field = place.rpartition(".")[2].removesuffix("[]")
    if place in TYPED or place in OTHERS:
        return True
    return field in MACHINE_MADE | SECRETS and "maxLength" in schema


def texts_of(document: Json) -> Iterator[tuple[str, Json]]:
    """Every text that a request of `document` can carry, by `Body.field`, `query.name`, `path.name`, `header.name`."""
    named = document["components"]["schemas"]
    for item in document["paths"].values():
        for operation in item.values():
            for one in operation.get("parameters", []):
                yield from _texts(named, one["schema"], f"{one['in']}.{one['name']}")
            for content in operation.get("requestBody", {}).get("content", {}).values():
                yield from _texts(named, content["schema"], "body")


def _texts(named: Json, schema: Json, place: str) -> Iterator[tuple[str, Json]]:
    if "$ref" in schema:
        place = schema["$ref"].rsplit("/", 1)[-1]
        schema = named[place]
    for choice in (*schema.get("oneOf", ()), *schema.get("anyOf", ())):
        # Bounds and patterns stand beside the choice that they bind.
        yield from _texts(
            named, {key: one for key, one in schema.items() if key not in {"oneOf", "anyOf"}} | choice, place
        )
    for name, one in schema.get("properties", {}).items():
        yield from _texts(named, one, f"{place}.{name}")
    if "items" in schema:
        yield from _texts(named, schema["items"], f"{place}[]")
    if schema.get("type") == "string" and "enum" not in schema and schema.get("format") not in _NOT_TYPED:
        yield place, schema


_NOT_TYPED: Final = frozenset({"uuid", "date", "date-time", "binary"})
_PREFIX: Final = re.compile(r"^.*_(?=[A-Z])")


def plain(place: str) -> str:
    """`place` without the module that the description puts before a body whose name occurs twice."""
    body, dot, field = place.partition(".")
    return f"{_PREFIX.sub('', body)}{dot}{field}"


def words_for(field: str, number: int) -> str:
    """A text that fits a field of this name and is unlike that of any other `number` (below 10 000 000)."""
    if field == "phone":
        return f"138{number:08}"
    if field == "identity_number":
        seventeen = f"110101{1950 + number % 50}0101{number // 50 % 1000:03}"
        return seventeen + ric.calc_check_digit(seventeen + "0")
    return f"金丝雀{number}号"


def spelling(field: str, text: str) -> str:
    """`text` as the directory finds it again, where it can be looked up at all."""
    return USUAL_SPELLING[field](text) if field in USUAL_SPELLING else text
