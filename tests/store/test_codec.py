"""Stored bytes: the same event comes back, for ever; anything else is refused or set aside."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import fields

from ledger.kernel.decider import Event
from ledger.kernel.envelope import NONCE_BYTES, Envelope, Recorded
from ledger.kernel.ids import CommandId, MemberId
from ledger.store.catalog import CATALOG, UPCASTS, Catalog, Upcast
from ledger.store.codec import Codec, UnknownEvent, UnreadableEvent

from ..upgrade.figures import says
from .event_values import INSTANTS, TEXT, any_event, full, least
from .toys import TOY_CODEC, BeansAdded

CODEC = Codec()
GOLDEN = Path(__file__).parent / "golden"
TODAY = "0.3.0"
EARLIER = ("0.1.0", "0.2.0")
NONCE = bytes(range(NONCE_BYTES))
ENVELOPE = Envelope(
    at=datetime(2026, 3, 1, 4, 0, tzinfo=UTC),
    actor=MemberId(UUID("11111111-1111-4111-8111-111111111111")),
    command=CommandId(UUID("22222222-2222-4222-8222-222222222222")),
)
ENVELOPES = st.builds(
    Envelope,
    at=INSTANTS,
    actor=st.uuids(),
    command=st.uuids(),
    correlation=st.none() | st.uuids(),
    on_behalf_of=st.none() | st.uuids(),
    basis=st.none() | TEXT,
)


@pytest.mark.parametrize("kind", CATALOG.types.values())
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_what_was_encoded_decodes_to_itself(kind: type[Event], data: st.DataObject) -> None:
    event = data.draw(any_event(kind))
    envelope = data.draw(ENVELOPES)
    nonce = data.draw(st.binary(min_size=NONCE_BYTES, max_size=NONCE_BYTES))

    name, state = CODEC.encode(event, envelope, nonce)
    recorded, decoded = CODEC.decode(name, state)

    assert decoded == event
    assert type(decoded) is kind
    assert Envelope(**{field.name: getattr(recorded, field.name) for field in fields(Envelope)}) == envelope
    assert recorded.nonce == nonce
    assert CODEC.encode(decoded, envelope, nonce) == (name, state)


def test_the_stored_bytes_hold_every_field_of_the_envelope() -> None:
    extra = {field.name for field in fields(Recorded)} - {field.name for field in fields(Envelope)}

    assert extra == {"nonce", "event"}


def golden_lines(release: str) -> list[tuple[str, str, bytes]]:
    lines = (GOLDEN / f"events-{release}.txt").read_text("utf-8").splitlines()
    return [(name, form, state.encode()) for name, form, state in (line.split("\t") for line in lines)]


@pytest.mark.parametrize(("name", "form", "state"), golden_lines(TODAY))
def test_bytes_of_this_release_are_read_and_written_as_they_stand(name: str, form: str, state: bytes) -> None:
    event = {"full": full, "least": least}[form](CATALOG.types[name])

    assert CODEC.decode(name, state).event == event
    assert CODEC.encode(event, ENVELOPE, NONCE) == (name, state)


@pytest.mark.parametrize(("name", "form", "state"), [line for release in EARLIER for line in golden_lines(release)])
def test_bytes_of_earlier_releases_say_all_they_said_then(name: str, form: str, state: bytes) -> None:
    event = CODEC.decode(name, state).event

    assert event is not None
    if name not in UPCASTS:
        told, then = json.loads(CODEC.encode(event, ENVELOPE, NONCE).state), json.loads(state)
        assert says(told, then)


def test_the_golden_file_has_every_name_of_today() -> None:
    assert {name for name, _, _ in golden_lines(TODAY)} == set(CATALOG.types)


@pytest.mark.parametrize("release", EARLIER)
def test_every_name_of_an_earlier_release_is_still_read(release: str) -> None:
    assert {name for name, _, _ in golden_lines(release)} <= set(CATALOG.types) | set(UPCASTS)


def test_the_bytes_are_plain_json() -> None:
    _, state = TOY_CODEC.encode(BeansAdded(3), ENVELOPE, NONCE)

    assert json.loads(state) == {
        "at": "2026-03-01T04:00:00Z",
        "actor": str(ENVELOPE.actor),
        "command": str(ENVELOPE.command),
        "nonce": base64.b64encode(NONCE).decode(),
        "event": {"beans": 3},
    }


def test_a_name_outside_the_catalog_is_set_aside_and_never_decided_on() -> None:
    state = TOY_CODEC.encode(BeansAdded(3), ENVELOPE, NONCE).state

    assert TOY_CODEC.decode("os.system.1", state).event is None
    with pytest.raises(UnknownEvent, match=r"os\.system\.1"):
        TOY_CODEC.event("os.system.1", state)


def altered(**changes: Any) -> bytes:
    stored = json.loads(TOY_CODEC.encode(BeansAdded(3), ENVELOPE, NONCE).state)
    return json.dumps(stored | changes).encode()


@pytest.mark.parametrize(
    "state",
    [
        b"",
        b"{}",
        b"\xff",
        altered(event={"beans": "3"}),
        altered(event={"beans": 3.5}),
        altered(event={"beans": 3, "peas": 1}),
        altered(event={}),
        altered(event=None),
        altered(extra=1),
        altered(actor="nobody"),
        altered(nonce="***"),
    ],
)
def test_bytes_that_are_not_what_their_name_promises_are_a_fault(state: bytes) -> None:
    with pytest.raises(UnreadableEvent):
        TOY_CODEC.decode("toys.beans_added.1", state)


def test_an_older_form_is_read_through_all_its_upcasts() -> None:
    # given two older forms: handfuls of five, then a field of another name
    upcasts = {
        "toys.beans_added.1": Upcast("toys.beans_added.2", lambda old: {"count": old["handfuls"] * 5}),
        "toys.beans_added.2": Upcast("toys.beans_added.3", lambda old: {"beans": old["count"]}),
    }
    codec = Codec(Catalog({"toys.beans_added.3": BeansAdded}, upcasts))

    # when their bytes are read
    first = codec.event("toys.beans_added.1", altered(event={"handfuls": 2}))
    second = codec.event("toys.beans_added.2", altered(event={"count": 7}))

    # then both are today's event, and new ones get today's name
    assert (first, second) == (BeansAdded(10), BeansAdded(7))
    assert codec.encode(first, ENVELOPE, NONCE).name == "toys.beans_added.3"


def test_an_older_form_that_does_not_fit_is_a_fault() -> None:
    upcasts = {"toys.beans_added.1": Upcast("toys.beans_added.2", lambda old: {"beans": old["count"]})}
    codec = Codec(Catalog({"toys.beans_added.2": BeansAdded}, upcasts))

    with pytest.raises(UnreadableEvent):
        codec.event("toys.beans_added.1", altered(event={"handfuls": 2}))
    with pytest.raises(UnreadableEvent):
        codec.event("toys.beans_added.1", altered(event={"count": "2"}))
