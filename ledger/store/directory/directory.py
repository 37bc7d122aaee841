"""The directory as its callers see it: write and read the texts of subjects, find people by what they show.

Write here before the event that speaks of the subject; what no event ever followed is an orphan that a sweep removes.
No decrypted text is kept: deleting a subject's key and rows is all that erasing it takes.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Engine, delete, select

from ledger.kernel.ids import CardId, MemberId, OrganisationId
from ledger.store.directory import alike, bindings, changes, evidence, look_up, photos
from ledger.store.directory.bindings import insert_into, pieces
from ledger.store.directory.evidence import Picture
from ledger.store.directory.sealing import DirectoryFault, Place, Seals
from ledger.store.directory.subject_keys import SubjectKeys
from ledger.store.directory.tables import BLIND, FIELDS, SUBJECT_KEYS
from ledger.store.directory.wrapping import WrappingKeys
from ledger.store.keys import Keys

MEMBER_NUMBER: Final = "member_number"
_SEQUENCE: Final = "member"
ROWS_A_STEP: Final = 3_000
"""So many are decrypted between two looks of whoever reads everybody: some 15 ms."""


class Known(NamedTuple):
    """What is kept of subjects, by subject and field. broken: those of whom something stored does not open."""

    texts: dict[UUID, dict[str, str]]
    broken: frozenset[UUID]


class _Cell(NamedTuple):
    subject: UUID
    field: str


class Directory:
    """Encrypted fields by subject, in the directory store: `engine` writes it, `read_engine` reads it.

    A subject is whatever texts are about: a person, an organisation, a task, a reward. Fields have plain lower-case
    names (`name`, `phone`, `title`). Those of `look_up.USUAL_SPELLING` can be found again by their exact value.
    """

    def __init__(self, engine: Engine, read_engine: Engine, keys: Keys) -> None:
        self._engine = engine
        self._read_engine = read_engine
        self._blind = keys.blind
        self._seals = Seals(WrappingKeys(keys.directory, keys.wrapping_file), keys.deployment)
        self._subject_keys = SubjectKeys(self._seals)

    def write(self, subject: UUID, fields: Mapping[str, str], *, key_owner: UUID | None = None) -> None:
        """Write `fields` of `subject`, leaving its others alone. See `write_many`."""
        self.write_many([(subject, fields)], key_owner=key_owner)

    def write_many(self, rows: Iterable[tuple[UUID, Mapping[str, str]]], *, key_owner: UUID | None = None) -> None:
        """Write fields of many subjects in one transaction; of the same field twice, the later one counts.

        key_owner: under whose key. None is each subject's own (people, organisations); for the texts of an institution
        it is the organisation that answers for them, so that they outlive the clerk who typed them.
        """
        texts = {_Cell(subject, field): text for subject, fields in rows for field, text in fields.items()}
        if texts:
            with self._engine.begin() as connection:
                self._write(connection, texts, key_owner)

    def correct(self, subject: UUID, fields: Mapping[str, str], gone: Collection[str]) -> None:
        """Write `fields` of `subject` under its own key and keep nothing of those in `gone`, in one transaction."""
        with self._engine.begin() as connection:
            for table, named in ((FIELDS, FIELDS.c.field), (BLIND, BLIND.c.kind)):
                connection.execute(delete(table).where(table.c.subject == subject, named.in_(gone)))
            if fields:
                self._write(connection, {_Cell(subject, field): text for field, text in fields.items()}, None)
            changes.note(connection, [subject])

    def read(self, subjects: Iterable[UUID], field: str) -> dict[UUID, str]:
        """`field` of each of `subjects` that has it: one query and one decryption a name for a page of them."""
        found: dict[UUID, str] = {}
        with self._read_engine.connect() as connection:
            for piece in pieces(dict.fromkeys(subjects)):
                rows = connection.execute(_SEALED.where(FIELDS.c.field == field, FIELDS.c.subject.in_(piece)))
                found |= {row[0]: self._unsealed(row) for row in rows}
        return found

    def read_all(self, subject: UUID) -> dict[str, str]:
        """Every field of `subject`: for the page of one person, and for the download of all that is held."""
        with self._read_engine.connect() as connection:
            rows = connection.execute(_SEALED.where(FIELDS.c.subject == subject).order_by(FIELDS.c.field))
            return {row[1]: self._unsealed(row) for row in rows}

    def known(self, subjects: Iterable[UUID], fields: Collection[str]) -> Known:
        """`fields` of each of `subjects`, in one query a thousand. What does not open harms nobody else's."""
        rows: list[Any] = []
        with self._read_engine.connect() as connection:
            for piece in pieces(dict.fromkeys(subjects)):
                wanted = _SEALED.where(FIELDS.c.field.in_(fields), FIELDS.c.subject.in_(piece))
                rows += connection.execute(wanted).all()
        return self._opened(rows)

    def everybody(self, fields: Collection[str]) -> Iterator[Known]:
        """`fields` of all subjects that have them under their own key (people, organisations): each once, by steps."""
        own = _SEALED.where(FIELDS.c.field.in_(fields), FIELDS.c.key_owner == FIELDS.c.subject)
        with self._read_engine.connect() as connection:
            found = connection.execution_options(yield_per=ROWS_A_STEP).execute(own.order_by(FIELDS.c.subject))
            step: list[Any] = []
            for _, rows in groupby(found, key=itemgetter(0)):
                step += rows
                if len(step) >= ROWS_A_STEP:
                    yield self._opened(step)
                    step.clear()
            yield self._opened(step)

    def newest_change(self) -> int:
        """The number of the newest change that `changed_since` knows; 0 before the first."""
        with self._read_engine.connect() as connection:
            return changes.newest(connection)

    def changed_since(self, change: int) -> changes.Changed:
        """Who was written anew or erased after `change`, as far as it matters to finding people; 0 for the first."""
        with self._read_engine.connect() as connection:
            return changes.since(connection, change)

    def find(self, kind: str, value: str) -> tuple[UUID, ...]:
        """The subjects whose field `kind` (`phone`, `identity_number`, `member_number`) is `value`, however spelt.

        Several people may share a telephone; sorted by id. KeyError for a kind that cannot be looked up.
        """
        wanted = look_up.digest(self._blind, kind, value)
        if wanted is None:
            return ()
        query = select(BLIND.c.subject).where(BLIND.c.kind == kind, BLIND.c.digest == wanted)
        with self._read_engine.connect() as connection:
            return tuple(sorted(connection.execute(query).scalars()))

    def sharing(self, kind: str) -> list[tuple[UUID, ...]]:
        """As `alike.sharing`."""
        with self._read_engine.connect() as connection:
            return alike.sharing(connection, kind)

    def number_members(self, members: Sequence[MemberId]) -> dict[MemberId, int]:
        """The running number of each of `members`, in this order; who has none gets the next that was never used."""
        with self._engine.begin() as connection:
            last = bindings.lock_sequence(connection, _SEQUENCE)
            numbers = self._numbers(connection, members)
            new = [member for member in dict.fromkeys(members) if member not in numbers]
            given = {member: last + place for place, member in enumerate(new, start=1)}
            if given:
                texts = {_Cell(member, MEMBER_NUMBER): str(number) for member, number in given.items()}
                self._write(connection, texts, None)
                bindings.set_sequence(connection, _SEQUENCE, last + len(given))
        known = numbers | given
        return {member: known[member] for member in members}

    def bind_card(self, card: CardId, member: MemberId) -> None:
        """Remember whose card it is. A known card keeps its member."""
        self.bind_cards({card: member})

    def bind_cards(self, cards: Mapping[CardId, MemberId]) -> None:
        """Remember whose cards these are, in one transaction. Known cards keep their members."""
        with self._engine.begin() as connection:
            bindings.bind_cards(connection, cards)

    def member_of_card(self, card: UUID) -> MemberId | None:
        """Whose card it is; None when it is not known. Whether it is revoked, the ledger says."""
        with self._read_engine.connect() as connection:
            return bindings.member_of_card(connection, card)

    def members_of_cards(self, cards: Iterable[UUID]) -> dict[UUID, MemberId]:
        """Whose cards these are, in one query a thousand; those that are not known are left out."""
        with self._read_engine.connect() as connection:
            return bindings.members_of_cards(connection, cards)

    def cards_of(self, members: Iterable[MemberId]) -> dict[CardId, MemberId]:
        """All cards ever bound to `members`, revoked ones too."""
        with self._read_engine.connect() as connection:
            return bindings.cards_of(connection, members)

    def bind_division_codes(self, codes: Mapping[str, OrganisationId]) -> None:
        """Remember the organisations of official codes, in one transaction. Known codes keep theirs: read them back."""
        with self._engine.begin() as connection:
            bindings.bind_codes(connection, codes)

    def organisation_ids(self, codes: Iterable[str]) -> dict[str, OrganisationId]:
        """The organisations of those `codes` that are known."""
        with self._read_engine.connect() as connection:
            return bindings.organisation_ids(connection, codes)

    def organisation_of_code(self, code: str) -> OrganisationId | None:
        """The organisation of an official code; None when it is not known."""
        return self.organisation_ids([code]).get(code)

    def keep_evidence(self, organisation: OrganisationId, media_type: str, content: bytes) -> str:
        """Keep a picture under the key of `organisation` and give its SHA-256 in hex; once more changes nothing."""
        picture = Picture(media_type, content)
        with self._engine.begin() as connection:
            wrapped = self._subject_keys.wrapped(connection, {organisation})[organisation]
            return evidence.keep(connection, self._seals, organisation, wrapped, picture)

    def owners_of_evidence(self, digest: str) -> tuple[OrganisationId, ...]:
        """The organisations that keep the picture with this SHA-256 (64 hexadecimal digits)."""
        with self._read_engine.connect() as connection:
            return evidence.owners(connection, digest)

    def keep_photo(self, member: MemberId, picture: Picture) -> None:
        """Keep the picture of a person under their own key; the one before is gone."""
        with self._engine.begin() as connection:
            wrapped = self._subject_keys.wrapped(connection, {member})[member]
            photos.keep(connection, self._seals, member, wrapped, picture)

    def drop_photo(self, member: MemberId) -> None:
        """Keep no picture of the person any more."""
        with self._engine.begin() as connection:
            photos.drop(connection, member)

    def photo(self, member: MemberId) -> Picture | None:
        """The picture of a person; None where there is none."""
        with self._read_engine.connect() as connection:
            return photos.photo(connection, self._seals, member)

    def evidence(self, organisation: OrganisationId, digest: str) -> Picture | None:
        """The picture that `organisation` keeps under this SHA-256; None where there is none."""
        with self._read_engine.connect() as connection:
            return evidence.picture(connection, self._seals, organisation, digest)

    def _write(self, connection: Connection, texts: Mapping[_Cell, str], key_owner: UUID | None) -> None:
        wrapped = self._subject_keys.wrapped(connection, {key_owner or cell.subject for cell in texts})
        versions = _versions(connection, {cell.subject for cell in texts})
        rows: list[dict[str, Any]] = []
        for cell, text in texts.items():
            owner, place = key_owner or cell.subject, Place(*cell, versions.get(cell, 0) + 1)
            sealed = self._seals.seal(owner, wrapped[owner], place, text)
            rows.append({**place._asdict(), "key_owner": owner, "ciphertext": sealed})
        statement = insert_into(connection, FIELDS)
        replaced = {name: statement.excluded[name] for name in ("version", "key_owner", "ciphertext")}
        connection.execute(statement.on_conflict_do_update(index_elements=["subject", "field"], set_=replaced), rows)
        self._write_digests(connection, {cell: text for cell, text in texts.items() if cell.field in _LOOKED_UP})
        found_by = {cell.subject for cell in texts if key_owner is None and cell.field in changes.FOUND_BY}
        if found_by:
            changes.note(connection, found_by)

    def _write_digests(self, connection: Connection, texts: Mapping[_Cell, str]) -> None:
        gone = delete(BLIND)
        for kind in sorted({cell.field for cell in texts}):
            for piece in pieces(cell.subject for cell in texts if cell.field == kind):
                connection.execute(gone.where(BLIND.c.kind == kind, BLIND.c.subject.in_(piece)))
        digests = ((cell, look_up.digest(self._blind, cell.field, text)) for cell, text in texts.items())
        rows = [{"kind": cell.field, "digest": made, "subject": cell.subject} for cell, made in digests if made]
        if rows:
            connection.execute(insert_into(connection, BLIND).on_conflict_do_nothing(), rows)

    def _numbers(self, connection: Connection, members: Iterable[MemberId]) -> dict[MemberId, int]:
        numbers: dict[MemberId, int] = {}
        for piece in pieces(members):
            rows = connection.execute(_SEALED.where(FIELDS.c.field == MEMBER_NUMBER, FIELDS.c.subject.in_(piece)))
            numbers |= {row[0]: int(self._unsealed(row)) for row in rows}
        return numbers

    def _opened(self, rows: Iterable[Any]) -> Known:
        texts: dict[UUID, dict[str, str]] = {}
        broken: set[UUID] = set()
        for row in rows:
            try:
                texts.setdefault(row[0], {})[row[1]] = self._unsealed(row)
            except DirectoryFault:
                broken.add(row[0])
        return Known(texts, frozenset(broken))

    def _unsealed(self, row: Any) -> str:
        subject, field, version, ciphertext, owner, wrapped = row
        return self._seals.unseal(owner, wrapped, Place(subject, field, version), ciphertext)


_LOOKED_UP: Final = frozenset(look_up.USUAL_SPELLING)
_SEALED: Final = select(
    FIELDS.c.subject,
    FIELDS.c.field,
    FIELDS.c.version,
    FIELDS.c.ciphertext,
    FIELDS.c.key_owner,
    SUBJECT_KEYS.c.wrapped,
).join_from(FIELDS, SUBJECT_KEYS, SUBJECT_KEYS.c.subject == FIELDS.c.key_owner)


def _versions(connection: Connection, subjects: set[UUID]) -> dict[_Cell, int]:
    found: dict[_Cell, int] = {}
    for piece in pieces(subjects):
        rows = connection.execute(
            select(FIELDS.c.subject, FIELDS.c.field, FIELDS.c.version).where(FIELDS.c.subject.in_(piece))
        )
        found |= {_Cell(subject, field): version for subject, field, version in rows}
    return found
