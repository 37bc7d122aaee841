"""What organisations are called: the name, other names people use, and names from before. Public text of institutions,
under each one's own key, kept in memory for searching and as fresh as the request.
"""

import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import ClassVar, Final, NamedTuple
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Engine, select

from ledger.kernel.ids import derived
from ledger.kernel.refusal import Refusal
from ledger.store.directory.bindings import pieces
from ledger.store.directory.directory import Directory
from ledger.store.directory.tables import FIELDS

NAME: Final = "name"
ALIAS: Final = "alias"


class Alias(Struct, frozen=True):
    """Another name of an organisation. until: the last day on which it was the official one, None for never."""

    name: str
    until: date | None = None


class Named(NamedTuple):
    """An organisation that a search found. by: the alias that it was found by, None for its name."""

    organisation: UUID
    name: str
    by: str | None


class _Names(NamedTuple):
    name: str
    aliases: tuple[Alias, ...]


@dataclass(eq=False)
class NameInUse(Refusal):
    """The organisation is called so already."""

    code: ClassVar[str] = "name-in-use"


@dataclass(eq=False)
class NameNotThere(Refusal):
    """The organisation is not called so beside its name."""

    code: ClassVar[str] = "name-not-there"


class OrganisationNames:
    """Reads and writes the names of organisations through `directory`; `read_engine` reads which aliases there are.

    Each alias is a subject of its own whose id follows from organisation and text: the same one twice is one, and two
    writers at once do not undo each other. A removed one is kept as an empty text.
    """

    def __init__(self, directory: Directory, read_engine: Engine) -> None:
        self._directory = directory
        self._read_engine = read_engine
        self._lock = Lock()
        self._known: dict[UUID, _Names] = {}
        self._change = 0

    def aliases(self, organisations: Iterable[UUID]) -> dict[UUID, list[Alias]]:
        """The other names of each of `organisations` that has any, those from before by day, then the rest by text."""
        owners: dict[UUID, UUID] = {}
        with self._read_engine.connect() as connection:
            for piece in pieces(dict.fromkeys(organisations)):
                found = select(FIELDS.c.subject, FIELDS.c.key_owner).where(
                    FIELDS.c.field == ALIAS, FIELDS.c.key_owner.in_(piece)
                )
                owners |= dict(connection.execute(found).all())
        named: dict[UUID, list[Alias]] = {}
        for subject, text in self._directory.read(owners, ALIAS).items():
            if text:
                named.setdefault(owners[subject], []).append(_decode(text))
        return {owner: sorted(found, key=_in_order) for owner, found in named.items()}

    def add(self, organisation: UUID, name: str) -> None:
        """Let people find `organisation` by `name` too. Refuses with NameInUse."""
        if name == self._name(organisation) or name in {one.name for one in self._aliases(organisation)}:
            raise NameInUse
        self._write(organisation, Alias(name))
        self._changed(organisation, self._name(organisation))

    def add_missing(self, names: Mapping[UUID, Iterable[str]]) -> int:
        """Let each organisation be found by the names it is not called by yet; how many there were."""
        known, called = self.aliases(names), self._directory.read(names, NAME)
        missing = {
            organisation: set(given) - {called.get(organisation), *(one.name for one in known.get(organisation, ()))}
            for organisation, given in names.items()
        }
        for organisation, given in missing.items():
            for name in sorted(given):
                self._write(organisation, Alias(name))
            if given:
                self._changed(organisation, called.get(organisation, ""))
        return sum(map(len, missing.values()))

    def remove(self, organisation: UUID, name: str) -> None:
        """Let it no longer be found by `name`. Refuses with NameNotThere."""
        if name not in {one.name for one in self._aliases(organisation)}:
            raise NameNotThere
        self._directory.write(_subject(organisation, name), {ALIAS: ""}, key_owner=organisation)
        self._changed(organisation, self._name(organisation))

    def rename(self, organisation: UUID, name: str, last_day: date) -> None:
        """Call it `name`; what it was called stays an alias, official until `last_day`. Refuses with NameInUse."""
        before = self._name(organisation)
        if name == before:
            raise NameInUse
        if before:
            self._write(organisation, Alias(before, last_day))
        self._changed(organisation, name)

    def search(self, text: str, everyone: Callable[[], Collection[UUID]], count: int, *, limit: int) -> list[Named]:
        """Organisations whose name or alias has `text` in it, however wide its characters: whole names first, then
        those that begin so. everyone: the ids of all, asked only where `count`, how many there are, is new.
        """
        wanted = _folded(text)
        if not wanted:
            return []
        self._refresh(everyone, count)
        found = [
            (_closeness(by or names.name, wanted), names.name, Named(organisation, names.name, by))
            for organisation, names in self._known.items()
            if (by := _matching(names, wanted)) != ""
        ]
        return [named for *_, named in sorted(found, key=lambda one: (one[0], one[1], one[2].organisation))[:limit]]

    def _refresh(self, everyone: Callable[[], Collection[UUID]], count: int) -> None:
        with self._lock:
            changed = self._directory.changed_since(self._change)
            stale = set(self._known).intersection(changed.subjects)
            if count != len(self._known):
                stale |= set(everyone()) - self._known.keys()
            if stale:
                names, aliases = self._directory.read(stale, NAME), self.aliases(stale)
                read = {one: _Names(names.get(one, ""), tuple(aliases.get(one, ()))) for one in stale}
                # Another thread may be searching in what was there.
                self._known = self._known | read
            self._change = changed.newest

    def _write(self, organisation: UUID, alias: Alias) -> None:
        text = msgspec.json.encode(alias).decode()
        self._directory.write(_subject(organisation, alias.name), {ALIAS: text}, key_owner=organisation)

    def _changed(self, organisation: UUID, name: str) -> None:
        """Written again even where it is the same: that is what everybody who keeps names in memory learns of."""
        self._directory.write(organisation, {NAME: name})

    def _name(self, organisation: UUID) -> str:
        return self._directory.read([organisation], NAME).get(organisation, "")

    def _aliases(self, organisation: UUID) -> list[Alias]:
        return self.aliases([organisation]).get(organisation, [])


_decode = msgspec.json.Decoder(Alias).decode


def _subject(organisation: UUID, name: str) -> UUID:
    return derived(organisation, ALIAS, name)


def _in_order(alias: Alias) -> tuple[bool, date, str]:
    return alias.until is None, alias.until or date.max, alias.name


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _matching(names: _Names, wanted: str) -> str | None:
    """None where the name itself has `wanted` in it, else the alias that has, else nothing."""
    if wanted in _folded(names.name):
        return None
    return next((alias.name for alias in names.aliases if wanted in _folded(alias.name)), "")


def _closeness(name: str, wanted: str) -> int:
    folded = _folded(name)
    return 0 if folded == wanted else 1 if folded.startswith(wanted) else 2
