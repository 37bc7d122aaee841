"""The rows of credentials: each sealed under the key of the person it belongs to, so that erasing that key ends them.

Rows change only by the version that was read, so of two at once one finds itself too late. What is sealed is not known
here.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import Connection, Engine, delete, or_, select, update

from ledger.kernel.ids import MemberId
from ledger.store.directory.bindings import insert_into
from ledger.store.directory.sealing import Place, Seals
from ledger.store.directory.subject_keys import SubjectKeys
from ledger.store.directory.tables import CREDENTIALS, SUBJECT_KEYS
from ledger.store.directory.wrapping import WrappingKeys
from ledger.store.keys import Keys

CredentialKind = Literal["password", "pin", "totp", "recovery_codes"]
KeptKind = CredentialKind | Literal["totp_begun"]


class Kept(NamedTuple):
    """A row, opened. version: 1 is the first. last_step: of an authenticator, the newest period that was used."""

    version: int
    text: str
    last_step: int | None


class CredentialRows:
    """Credentials by member and kind, in the directory store: `engine` writes it, `read_engine` reads it."""

    def __init__(self, engine: Engine, read_engine: Engine, keys: Keys) -> None:
        self._engine = engine
        self._read_engine = read_engine
        self._seals = Seals(WrappingKeys(keys.directory, keys.wrapping_file), keys.deployment)
        self._subject_keys = SubjectKeys(self._seals)

    def find(self, member: MemberId, kind: KeptKind) -> Kept | None:
        """The row, opened; None where there is none, or its owner's key is gone."""
        query = _SEALED.where(_C.member == member, _C.kind == kind)
        with self._read_engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        version, sealed, last_step, wrapped = row
        return Kept(version, self._seals.unseal(member, wrapped, _place(member, kind, version), sealed), last_step)

    def changed(self, member: MemberId) -> Mapping[KeptKind, int]:
        """When each kind that `member` has was written last, in Unix seconds."""
        query = select(_C.kind, _C.changed).where(_C.member == member)
        with self._read_engine.connect() as connection:
            return dict(connection.execute(query).all())

    def save(self, member: MemberId, kind: KeptKind, text: str, now: datetime) -> None:
        """Write the row, in place of an older one."""
        with self._engine.begin() as connection:
            self._put(connection, member, kind, text=text, at=int(now.timestamp()))

    def replace(self, member: MemberId, kind: KeptKind, kept: Kept, *, text: str) -> bool:
        """Write `text` in place of `kept`; False, and nothing changed, when somebody else wrote it meanwhile."""
        version = kept.version + 1
        with self._engine.begin() as connection:
            sealed = self._seals.seal(member, self._key(connection, member), _place(member, kind, version), text)
            written = _of_version(member, kind, kept).values(version=version, ciphertext=sealed)
            return connection.execute(written).rowcount == 1

    def use_step(self, member: MemberId, kept: Kept, step: int) -> bool:
        """Mark an authenticator's period as used; False where that one or a later one was used before."""
        used = _of_version(member, "totp", kept).where(or_(_C.last_step.is_(None), _C.last_step < step))
        with self._engine.begin() as connection:
            return connection.execute(used.values(last_step=step)).rowcount == 1

    def confirm(self, member: MemberId, begun: Kept, step: int, now: datetime) -> bool:
        """Make the authenticator `begun` the one that counts; False when another one was begun or confirmed since."""
        gone = delete(CREDENTIALS).where(_C.member == member, _C.kind == "totp_begun", _C.version == begun.version)
        with self._engine.begin() as connection:
            if connection.execute(gone).rowcount != 1:
                return False
            self._put(connection, member, "totp", text=begun.text, at=int(now.timestamp()), last_step=step)
            return True

    def delete(self, member: MemberId, kinds: Collection[KeptKind] | None = None) -> None:
        """Delete those `kinds`; None is every one."""
        chosen = _C.member == member if kinds is None else (_C.member == member) & _C.kind.in_(kinds)
        with self._engine.begin() as connection:
            connection.execute(delete(CREDENTIALS).where(chosen))

    def _put(
        self, connection: Connection, member: MemberId, kind: KeptKind, *, last_step: int | None = None, **given: Any
    ) -> None:
        # The row of the key is locked until the transaction ends: writers of one person follow each other.
        wrapped = self._key(connection, member)
        of_row = (_C.member == member) & (_C.kind == kind)
        version = (connection.execute(select(_C.version).where(of_row)).scalar_one_or_none() or 0) + 1
        sealed = self._seals.seal(member, wrapped, _place(member, kind, version), given["text"])
        values = {"version": version, "ciphertext": sealed, "changed": given["at"], "last_step": last_step}
        statement = insert_into(connection, CREDENTIALS).values(member=member, kind=kind, **values)
        connection.execute(statement.on_conflict_do_update(index_elements=["member", "kind"], set_=values))

    def _key(self, connection: Connection, member: MemberId) -> bytes:
        """The person's key, made where there is none yet, and locked."""
        return self._subject_keys.wrapped(connection, {member})[member]


_C: Final = CREDENTIALS.c
_SEALED: Final = select(_C.version, _C.ciphertext, _C.last_step, SUBJECT_KEYS.c.wrapped).join_from(
    CREDENTIALS, SUBJECT_KEYS, SUBJECT_KEYS.c.subject == _C.member
)


def _of_version(member: MemberId, kind: KeptKind, kept: Kept) -> Any:
    return update(CREDENTIALS).where(_C.member == member, _C.kind == kind, _C.version == kept.version)


def _place(member: MemberId, kind: KeptKind, version: int) -> Place:
    """No field's name has a space in it, so no other text of the person is ever bound to the same place."""
    return Place(member, f"credential {kind}", version)
