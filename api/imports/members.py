"""Whether the rows of a list may be imported: nobody twice in it, nobody who is registered already, all in places that
there are. Nothing is changed here."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from msgspec import Struct

from api.deployment import Deployment
from api.imports.member_columns import shown
from api.imports.member_rows import MemberRow
from api.imports.tables import Problem
from ledger.kernel.ids import OrganisationId
from ledger.membership.consent_texts import BY_VERSION
from ledger.membership.household import HOUSEHOLD_MEMBERS_MAX


class Scope(Struct, frozen=True):
    """Where a list belongs. places: what each name or code of a place in it leads to, None where to several.

    own_household: that of whoever imports, None: in none. consent_purpose: what signed consents are for,
    None: there are none in the list.
    """

    organisation: OrganisationId
    places: Mapping[str, OrganisationId | None]
    own_household: UUID | None = None
    consent_purpose: str | None = None


class Found(NamedTuple):
    """A page of rows against what is known: those that are new, how many are known, and what is wrong with others.

    keys: of each new row, by its number in the file.
    """

    new: list[MemberRow]
    known: int
    problems: list[Problem]
    keys: dict[int, bytes]


class Checking:
    """Compares the pages of one list with what is known and with one another, in the order of the file."""

    def __init__(self, deployment: Deployment, scope: Scope) -> None:
        self._deployment = deployment
        self.scope = scope
        self._seen: dict[bytes, int] = {}
        self._households: Counter[bytes] = Counter()

    def page(self, rows: Sequence[MemberRow]) -> Found:
        """What is new on the next page."""
        keys = {row.row: self.key(row) for row in rows}
        mine = self._deployment.import_keys.known(keys.values())
        there = self._deployment.feed.existing(mine.values())
        problems = [problem for row in rows for problem in self._within(row, keys[row.row])]
        fresh = [row for row in rows if mine.get(keys[row.row]) not in there]
        wrong = {problem.row for problem in problems}
        problems += self._registered_before([row for row in fresh if row.row not in wrong], keys, mine)
        wrong = {problem.row for problem in problems}
        new = [row for row in fresh if row.row not in wrong]
        known = sum(row.row not in wrong for row in rows) - len(new)
        return Found(new, known, problems, {row.row: keys[row.row] for row in new})

    def key(self, row: MemberRow) -> bytes:
        """What the row is found again by: the number in the other book, else the identity number, else phone and name,
        else all that it says of the person."""
        return self._digest("member", *_identity(row.texts))

    def place(self, row: MemberRow) -> OrganisationId | None:
        """Where the row's person is to be at home; None where no such place is in scope, or several are."""
        return self.scope.organisation if row.place is None else self.scope.places.get(row.place)

    def household_key(self, row: MemberRow) -> bytes | None:
        """What the row's household is found again by; None where it names none."""
        place = self.place(row)
        if row.household is None or place is None:
            return None
        return self._digest("household", str(place), row.household)

    def _digest(self, kind: str, *parts: str) -> bytes:
        keys = self._deployment.import_keys
        return keys.digest("member" if kind == "member" else "household", self.scope.organisation, *parts)

    def _within(self, row: MemberRow, key: bytes) -> Iterator[Problem]:
        """What is wrong with the row beside those before it. Each is remembered, whatever else is wrong with it."""
        if self.place(row) is None:
            known = row.place in self.scope.places
            yield Problem(row.row, "grid", row.place or "", "place-ambiguous" if known else "place-unknown")
        firsts = {self._seen.setdefault(one, row.row): field for field, one in self._marks(row, key)}
        first = min(firsts)
        if first != row.row:
            field = firsts[first]
            yield Problem(row.row, field, shown(field, row.texts.get(field, "")), f"already-in-row-{first}")
        if row.consent is not None and (self.scope.consent_purpose, row.consent) not in BY_VERSION:
            yield Problem(row.row, "consent", row.consent, "consent-text-unknown")
        yield from self._household(row)

    def _marks(self, row: MemberRow, key: bytes) -> Iterator[tuple[str, bytes]]:
        """What nobody else in the list may have: the key, the identity number, the phone together with the name."""
        yield "name", key
        for field in ("identity_number", "phone"):
            if field in row.texts:
                name = row.texts["name"] if field == "phone" else ""
                yield field, self._digest("member", "mark", field, row.texts[field], _plain(name))

    def _household(self, row: MemberRow) -> Iterator[Problem]:
        key = self.household_key(row)
        if key is None:
            return
        self._households[key] += 1
        if self._households[key] == HOUSEHOLD_MEMBERS_MAX + 1:
            yield Problem(row.row, "household", shown("household", row.household or ""), "household-too-large")
        own = self.scope.own_household
        if own is not None and self._deployment.import_keys.known([key]).get(key) == own:
            yield Problem(row.row, "household", shown("household", row.household or ""), "own-household")

    def _registered_before(
        self, rows: Sequence[MemberRow], keys: Mapping[int, bytes], mine: Mapping[bytes, UUID]
    ) -> list[Problem]:
        """Rows about people who are registered already, whoever registered them, by identity number or phone and name.

        What was written into the directory and never registered is nobody yet.
        """
        numbers = self._sharing("identity_number", rows)
        phones = self._sharing("phone", rows)
        candidates = {one for found in (*numbers.values(), *phones.values()) for one in found}
        there = self._deployment.feed.existing(candidates - set(mine.values()))
        names = self._deployment.directory.read(there, "name")
        problems: list[Problem] = []
        for row in rows:
            others = there - {mine.get(keys[row.row])}
            same_number = others.intersection(numbers.get(row.texts.get("identity_number", ""), ()))
            by_phone = others.intersection(phones.get(row.texts.get("phone", ""), ()))
            same_person = {one for one in by_phone if _plain(names.get(one, "")) == _plain(row.texts["name"])}
            if same_number or same_person:
                field = "identity_number" if same_number else "phone"
                problems.append(Problem(row.row, field, shown(field, row.texts[field]), "registered-already"))
        return problems

    def _sharing(self, field: str, rows: Iterable[MemberRow]) -> dict[str, tuple[UUID, ...]]:
        return self._deployment.import_keys.sharing(field, {row.texts[field] for row in rows if field in row.texts})


def _identity(texts: Mapping[str, str]) -> tuple[str, ...]:
    if "former_number" in texts:
        number = texts["former_number"]
        # A book counts its members; Excel drops the zeros before the number.
        return "number", number.lstrip("0") if number.isdigit() else number.casefold()
    if "identity_number" in texts:
        return "identity", texts["identity_number"]
    if "phone" in texts:
        return "phone", texts["phone"], _plain(texts["name"])
    return "person", *(f"{field} {_plain(text)}" for field, text in sorted(texts.items()))


def _plain(name: str) -> str:
    """One spelling of a name: without spaces and dots."""
    return "".join(character for character in name.casefold() if character.isalnum())
