"""The tables of the directory. Nothing a person typed is ever in them in the clear.

Deleting a subject's row in `subject_keys` makes every field under that key unreadable; deleting its other rows too
leaves no trace of the subject.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text

from ledger.store.id_type import Id

DIRECTORY = MetaData()

SUBJECT_KEYS = Table(
    "subject_keys",
    DIRECTORY,
    Column("subject", Id, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
)
"""One random key per person or organisation, wrapped by a key that is neither here nor in this store's backup."""

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
    info={"rows_a_page": 16},
)
"""Pictures by organisation and SHA-256. Rows have millions of bytes: whoever copies the table takes few at a time.

The digest tells nothing of a photograph, and the ledger's events name it, so it is in the clear.
"""

SEQUENCES = Table(
    "sequences",
    DIRECTORY,
    Column("name", Text, primary_key=True),
    Column("last", BigInteger, nullable=False),
)
"""The last number given, by name (`member`); numbers of erased people are never given again."""
