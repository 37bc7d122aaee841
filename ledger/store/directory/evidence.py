"""Pictures that hours written in by hand rest on: found by their digest, sealed under their organisation's key.

The ledger names a picture by its SHA-256 alone; who may look at it is decided at the edge.
"""

from hashlib import sha256
from time import time
from typing import Final, NamedTuple

from sqlalchemy import Connection, select

from ledger.kernel.ids import OrganisationId
from ledger.store.directory.bindings import insert_into
from ledger.store.directory.sealing import Place, Seals
from ledger.store.directory.tables import EVIDENCE, SUBJECT_KEYS

_WRITTEN_ONCE: Final = 1


class Picture(NamedTuple):
    """A kept picture as it was sent. media_type: such as `image/png`, as its first bytes said when it came."""

    media_type: str
    content: bytes


def keep(connection: Connection, seals: Seals, owner: OrganisationId, wrapped: bytes, picture: Picture) -> str:
    """Keep `picture` for `owner`, whose `wrapped` key there is; once more changes nothing. Gives its SHA-256 in hex."""
    digest = sha256(picture.content)
    sealed = seals.seal_bytes(owner, wrapped, _place(owner, digest.hexdigest()), picture.content)
    row = {
        "organisation": owner,
        "digest": digest.digest(),
        "media_type": picture.media_type,
        "ciphertext": sealed,
        "kept": int(time()),
    }
    connection.execute(insert_into(connection, EVIDENCE).on_conflict_do_nothing(), row)
    return digest.hexdigest()


def owners(connection: Connection, digest: str) -> tuple[OrganisationId, ...]:
    """The organisations that keep the picture with this digest (64 hexadecimal digits), sorted."""
    found = select(EVIDENCE.c.organisation).where(EVIDENCE.c.digest == bytes.fromhex(digest))
    return tuple(sorted(connection.execute(found).scalars()))


def picture(connection: Connection, seals: Seals, owner: OrganisationId, digest: str) -> Picture | None:
    """The picture that `owner` keeps under this digest; None where there is none."""
    c = EVIDENCE.c
    query = (
        select(c.media_type, c.ciphertext, SUBJECT_KEYS.c.wrapped)
        .join_from(EVIDENCE, SUBJECT_KEYS, SUBJECT_KEYS.c.subject == c.organisation)
        .where(c.organisation == owner, c.digest == bytes.fromhex(digest))
    )
    found = connection.execute(query).one_or_none()
    if found is None:
        return None
    media_type, ciphertext, wrapped = found
    return Picture(media_type, seals.unseal_bytes(owner, wrapped, _place(owner, digest), ciphertext))


def _place(owner: OrganisationId, digest: str) -> Place:
    """No field's name has a space in it, so no text of the organisation is ever bound to the same place."""
    return Place(owner, f"evidence {digest}", _WRITTEN_ONCE)
