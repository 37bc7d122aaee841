"""The picture of a person, one at most: sealed under the person's own key, so that erasing the key ends it."""

from typing import Final

from sqlalchemy import Connection, delete, select

from ledger.kernel.ids import MemberId
from ledger.store.directory.bindings import insert_into
from ledger.store.directory.evidence import Picture
from ledger.store.directory.sealing import Place, Seals
from ledger.store.directory.tables import PHOTOS, SUBJECT_KEYS

_FIELD: Final = "photo of the person"
"""No field's name has a space in it, so no text of the person is ever bound to the same place."""


def keep(connection: Connection, seals: Seals, member: MemberId, wrapped: bytes, picture: Picture) -> None:
    """Keep `picture` of `member`, whose `wrapped` key there is, in the place of any other."""
    last = connection.scalar(select(PHOTOS.c.version).where(PHOTOS.c.member == member)) or 0
    place = Place(member, _FIELD, last + 1)
    row = {
        "member": member,
        "version": place.version,
        "media_type": picture.media_type,
        "ciphertext": seals.seal_bytes(member, wrapped, place, picture.content),
    }
    connection.execute(insert_into(connection, PHOTOS).on_conflict_do_update(index_elements=["member"], set_=row), row)


def drop(connection: Connection, member: MemberId) -> None:
    """Keep no picture of `member`."""
    connection.execute(delete(PHOTOS).where(PHOTOS.c.member == member))


def photo(connection: Connection, seals: Seals, member: MemberId) -> Picture | None:
    """The picture of `member`; None where there is none. Raises DirectoryFault where it does not open."""
    c = PHOTOS.c
    query = (
        select(c.version, c.media_type, c.ciphertext, SUBJECT_KEYS.c.wrapped)
        .join_from(PHOTOS, SUBJECT_KEYS, SUBJECT_KEYS.c.subject == c.member)
        .where(c.member == member)
    )
    found = connection.execute(query).one_or_none()
    if found is None:
        return None
    version, media_type, ciphertext, wrapped = found
    return Picture(media_type, seals.unseal_bytes(member, wrapped, Place(member, _FIELD, version), ciphertext))
