"""Between events and the bytes that are stored for ever: the JSON of `Recorded`, strict in both directions.

It knows names and envelopes; it knows nothing of tables. Bytes of an older form are read through the catalog's upcasts.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec
from msgspec import Raw

from ledger.kernel.decider import Event
from ledger.kernel.envelope import Envelope, Recorded
from ledger.store.catalog import CATALOG, Catalog, Upcast


class Encoded(NamedTuple):
    """An event as it is stored: its name in the catalog and its bytes."""

    name: str
    state: bytes


class Decoded(NamedTuple):
    """Stored bytes, read. event: None where the name is not in the catalog (quarantined)."""

    recorded: Recorded
    event: Event | None


class UnknownEvent(Exception):
    """A fault: a stream that a decision needs holds an event whose name is not in the catalog."""


class UnreadableEvent(Exception):
    """A fault: the name is in the catalog, but the bytes are not what that name's events look like."""


class Codec:
    """Encoders and decoders of one catalog, made once: an event is written or read in one to three microseconds."""

    def __init__(self, catalog: Catalog = CATALOG) -> None:
        self._encode = msgspec.json.Encoder().encode
        self._recorded = msgspec.json.Decoder(Recorded).decode
        self._catalog = catalog
        self._names = catalog.names
        self._readers = {name: _reader(catalog, name) for name in (*catalog.types, *catalog.upcasts)}

    def encode(self, event: Event, envelope: Envelope, nonce: bytes) -> Encoded:
        """The name and bytes of `event` under `envelope`. nonce: 16 random bytes, used once."""
        stored = Recorded(
            envelope.at,
            envelope.actor,
            envelope.command,
            nonce,
            Raw(self._encode(event)),
            envelope.correlation,
            envelope.on_behalf_of,
            envelope.basis,
        )
        return Encoded(self._names[type(event)], self._encode(stored))

    def kind(self, name: str) -> type[Event] | None:
        """The type that events of `name`, today's or an older one, are read as; None outside the catalog."""
        found = self._catalog.path(name)
        return None if found is None else self._catalog.types[found[0]]

    def decode(self, name: str, state: bytes) -> Decoded:
        """The envelope's fields and the event. Raises `UnreadableEvent` where the bytes are not those of `name`."""
        try:
            recorded = self._recorded(state)
            read = self._readers.get(name)
            return Decoded(recorded, None if read is None else read(recorded.event))
        except (msgspec.DecodeError, LookupError, TypeError, ValueError, AttributeError) as error:
            raise UnreadableEvent(f"{name}: {error}") from error

    def event(self, name: str, state: bytes) -> Event:
        """The event for a decision. Raises `UnknownEvent` outside the catalog, `UnreadableEvent` as `decode` does."""
        event = self.decode(name, state).event
        if event is None:
            raise UnknownEvent(name)
        return event


def _reader(catalog: Catalog, name: str) -> Callable[[Raw], Event]:
    found = catalog.path(name)
    if found is None:
        raise ValueError(f"{name} is not in the catalog")
    today, steps = found
    kind = catalog.types[today]
    return _upcasting(kind, steps) if steps else msgspec.json.Decoder(kind).decode


def _upcasting(kind: type[Event], steps: tuple[Upcast, ...]) -> Callable[[Raw], Event]:
    decode = msgspec.json.Decoder(dict[str, Any]).decode

    def read(raw: Raw) -> Event:
        fields = decode(raw)
        for step in steps:
            fields = step.change(fields)
        return msgspec.convert(fields, kind)

    return read
