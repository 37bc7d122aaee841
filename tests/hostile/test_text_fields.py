"""Whatever people type lies in the directory, sealed, and nowhere else: each text of the interface is looked for."""

import json
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote
from uuid import UUID

import pytest
from sqlalchemy import select

from ledger.store.directory.tables import FIELDS
from projections import people

from .clean import Operation, operations
from .fittings import filled, headers_of
from .text_fields import TYPED, is_placed, plain, spelling, texts_of, words_for
from .town import Fitting, Village

NAMES_WHAT_THERE_IS = frozenset({"remove_alias"})
"""Operations whose body has a text that is there already: nothing new is kept of it."""
_numbers = count(1_000_001)


class Planted(NamedTuple):
    """One text that was sent: where, and as it was typed."""

    place: str
    text: str


@pytest.fixture(scope="module")
def document(found: Village) -> dict[str, Any]:
    return found.house.client.get("/schema/openapi.json").json()


def test_every_text_of_the_interface_was_placed_by_hand(document: dict[str, Any]) -> None:
    texts = {plain(place): schema for place, schema in texts_of(document)}
    assert [place for place, schema in sorted(texts.items()) if not is_placed(place, schema)] == []
    assert sorted(set(TYPED) - texts.keys()) == []


@pytest.mark.parametrize(
    ("place", "schema"),
    [
        ("NewBody.remark", {"type": "string", "maxLength": 200}),
        ("NewBody.reason", {"type": "string", "maxLength": 200}),
        ("NewBody.token", {"type": "string"}),
        ("NewBody.basis", {"type": "string", "pattern": "^[a-z][a-z0-9_-]{0,39}$"}),
    ],
)
def test_a_new_text_that_nobody_placed_is_noticed(place: str, schema: dict[str, Any]) -> None:
    assert not is_placed(place, schema)


def test_whatever_is_typed_lies_in_the_directory_under_its_owners_key_and_nowhere_else(
    found: Village, document: dict[str, Any], fitting: dict[str, Fitting], capfd: pytest.CaptureFixture[str]
) -> None:
    asked = [
        one for one in operations(document, fitting) if one.body is not None and one.name not in NAMES_WHAT_THERE_IS
    ]
    planted = [text for one in asked for text in sent_with_words(found, document, one)]
    assert {text.place for text in planted} == set(TYPED)

    kept = kept_texts(found)
    missing = [
        text.place
        for text in planted
        if not any(as_kept(text) in one and owner == TYPED[text.place].owner for one, owner in kept)
    ]
    assert missing == []

    elsewhere = everything_written(found.house.deployment.settings.home) + capfd.readouterr().err.encode()
    assert [one for one in (b"member-registered", b'"path": "/v1/members"') if one not in elsewhere] == []
    assert [text.place for text in planted if in_bytes(text.text, elsewhere)] == []


def sent_with_words(found: Village, document: dict[str, Any], operation: Operation) -> list[Planted]:
    """Send one fitting request with words of its own in each text that its body takes."""
    planted: list[Planted] = []
    assert operation.body is not None
    body = with_words(document["components"]["schemas"], operation.body, operation.fitting.body, planted)
    if planted:
        answer = found.house.client.request(
            operation.method,
            filled(operation.path, operation.fitting.path),
            json=body,
            headers=headers_of(found, operation.fitting.by),
        )
        assert answer.is_success, (operation.name, answer.text)
    return planted


def with_words(named: dict[str, Any], schema: dict[str, Any], value: Any, planted: list[Planted]) -> Any:
    """`value`, a fitting body or a part of one, with words of its own in each text."""
    name = plain(schema["$ref"].rsplit("/", 1)[-1]) if "$ref" in schema else ""
    whole = named[schema["$ref"].rsplit("/", 1)[-1]] if "$ref" in schema else schema
    match value:
        case dict():
            typed = {place.rpartition(".")[2]: text for place, text in TYPED.items() if place.startswith(f"{name}.")}
            words = {field: words_for(text.field, next(_numbers)) for field, text in typed.items()}
            planted += [Planted(f"{name}.{field}", text) for field, text in words.items()]
            inner = whole.get("properties", {})
            return {key: with_words(named, inner.get(key, {}), one, planted) for key, one in value.items()} | words
        case list():
            return [with_words(named, whole.get("items", {}), one, planted) for one in value]
        case _:
            return value


def as_kept(text: Planted) -> str:
    return spelling(TYPED[text.place].field, text.text)


def kept_texts(found: Village) -> set[tuple[str, str]]:
    """Every text of the directory, with what kind of owner its key has."""
    directory, kept = found.house.deployment.directory, set[tuple[str, str]]()
    with directory._read_engine.connect() as connection:
        rows = connection.execute(select(FIELDS.c.subject, FIELDS.c.field, FIELDS.c.key_owner)).all()
    for subject, field, key_owner in rows:
        text = directory.read([subject], field)[subject]
        owner = "organisation" if is_organisation(found, key_owner) else "person"
        kept.add((spelling(field, text), owner))
    return kept


def is_organisation(found: Village, subject: UUID) -> bool:
    with found.house.deployment.views() as connection:
        return people.organisation(connection, subject) is not None


def everything_written(home: Path) -> bytes:
    return b"\n".join(file.read_bytes() for file in sorted(home.rglob("*")) if file.is_file())


def in_bytes(text: str, written: bytes) -> bool:
    spellings = (text.encode(), text.encode("utf-16-le"), json.dumps(text).strip('"').encode(), quote(text).encode())
    return any(one in written for one in spellings)


def test_a_text_in_the_clear_would_be_found(tmp_path: Path) -> None:
    for number, one in enumerate(("金丝雀".encode(), json.dumps("金丝雀").encode(), quote("金丝雀").encode())):
        (tmp_path / str(number)).write_bytes(one)
        assert in_bytes("金丝雀", everything_written(tmp_path))
        (tmp_path / str(number)).unlink()
