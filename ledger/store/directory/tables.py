"""The tables of the directory. Nothing a person typed is ever in them in the clear.

Deleting a subject's row in `subject_keys` makes every field under that key unreadable; deleting its other rows too
leaves no trace of the subject.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.dialects.sqlite import INTEGER as SqliteInteger

from ledger.store.id_type import Id

DIRECTORY = MetaData()

SUBJECT_KEYS = Table(
    "subject_keys",
    DIRECTORY,
    Column("subject", Id, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("wrapping_key", Integer, nullable=False, server_default="1"),
    Column("made", BigInteger, nullable=False, server_default="0"),
    Index("subject_keys_wrapping_key", "wrapping_key"),
)
"""One random key per person or organisation, wrapped by a key that is neither here nor in this store's backup.

wrapping_key: the id of that key in its file. made: Unix seconds, 0 where it was not written down yet.
"""

FIELDS = Table(
    "fields",
    DIRECTORY,
    Column("subject", Id, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("key_owner", Id, nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
    Index("fields_key_owner", "key_owner"),
)
"""Known of a subject. key_owner: whose key it is under: the subject's own, or an organisation's for its texts."""

BLIND = Table(
    "blind",
    DIRECTORY,
    Column("kind", Text, primary_key=True),
    Column("digest", LargeBinary, primary_key=True),
    Column("subject", Id, primary_key=True),
    Index("blind_subject", "subject"),
)
"""Keyed digests for exact look-up. Several people may share a telephone, so a digest may lead to several subjects."""

CARDS = Table(
    "cards",
    DIRECTORY,
    Column("card", Id, primary_key=True),
    Column("member", Id, nullable=False),
    Index("cards_member", "member"),
)

DIVISION_CODES = Table(
    "division_codes",
    DIRECTORY,
    Column("code", Text, primary_key=True),
    Column("organisation", Id, nullable=False, unique=True),
)
"""The official twelve digits of an organisation; public, so in the clear."""

EVIDENCE = Table(
    "evidence",
    DIRECTORY,
    Column("organisation", Id, primary_key=True),
    Column("digest", LargeBinary, primary_key=True),
    Column("media_type", Text, nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
    Column("kept", BigInteger, nullable=False, server_default="0"),
    info={"rows_a_page": 16},
)
"""Pictures by organisation and SHA-256. Rows have millions of bytes: whoever copies the table takes few at a time.
kept: Unix seconds, 0 where it was not written down yet.

The digest tells nothing of a photograph, and the ledger's events name it, so it is in the clear.
"""

SEQUENCES = Table(
    "sequences",
    DIRECTORY,
    Column("name", Text, primary_key=True),
    Column("last", BigInteger, nullable=False),
)
"""The last number given, by name (`member`); numbers of erased people are never given again."""

ERASURES = Table(
    "erasures",
    DIRECTORY,
    Column("number", BigInteger().with_variant(SqliteInteger(), "sqlite"), primary_key=True, autoincrement=False),
    Column("member", Id, nullable=False, unique=True),
    Column("erased", BigInteger, nullable=False),
    Column("purged", BigInteger),
    Column("rewrapped", BigInteger),
)
"""Who was erased, in the order of the erasure list. Unix seconds: erased, when the rows went; purged, when nothing of
them was left in the files either; rewrapped, when the key that wrapped theirs was thrown away. None: not yet.
"""

ERASURE_WISHES = Table(
    "erasure_wishes",
    DIRECTORY,
    Column("member", Id, primary_key=True),
    Column("wished", BigInteger, nullable=False),
    Column("due", BigInteger, nullable=False),
)
"""Who asked to be erased and when (Unix seconds), and by which day staff must have done it (days since 1970-01-01)."""

LEGAL_HOLDS = Table(
    "legal_holds",
    DIRECTORY,
    Column("member", Id, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("set_by", Id, nullable=False),
    Column("since", BigInteger, nullable=False),
)
"""Whose data may only be stored for now. reason: a code. since: Unix seconds. The audit log tells of earlier holds."""

CREDENTIALS = Table(
    "credentials",
    DIRECTORY,
    Column("member", Id, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
    Column("changed", BigInteger, nullable=False),
    Column("last_step", BigInteger),
)
"""What a person signs in with, under the person's own key. changed: Unix seconds. last_step: of an authenticator, the
newest period of 30 s whose code was used; None before the first and for all other kinds.
"""

PHOTOS = Table(
    "photos",
    DIRECTORY,
    Column("member", Id, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
    info={"rows_a_page": 16},
)
"""The picture of a person, one at most, under the person's own key."""

CHANGES = Table(
    "changes",
    DIRECTORY,
    Column("subject", Id, primary_key=True),
    Column("change", BigInteger, nullable=False),
    Index("changes_change", "change"),
)
"""Whose searched fields were last written or erased, as which change (a running number of `sequences`).

Nothing but a random id, so that it may stay when the person is erased; by it every process forgets the person.
"""

IMPORT_KEYS = Table(
    "import_keys",
    DIRECTORY,
    Column("digest", LargeBinary, primary_key=True),
    Column("subject", Id, nullable=False),
    Index("import_keys_subject", "subject"),
)
"""Keyed digests of what identifies a row of an imported list, and whom that row became: a member or a household."""
