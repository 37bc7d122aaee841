"""A key ring and one token of every kind, so that every law is asked of every kind."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from qr.keys import TokenKeys
from qr.tokens import (
    Certificate,
    DoorCode,
    HomeCard,
    KioskCode,
    LiveMemberCode,
    MemberCard,
    Poster,
    Token,
    Voucher,
    step_at,
)

NOON = datetime(2025, 9, 29, 4, 0, 7, tzinfo=UTC)
OBJECT = UUID("6f1d1c2e-90c7-4a53-8a55-0d5e8a7d9b10")
ONE_OF_EACH: tuple[Token, ...] = (
    KioskCode(OBJECT, step_at(NOON)),
    Poster(OBJECT),
    MemberCard(OBJECT),
    LiveMemberCode(OBJECT, step_at(NOON)),
    Voucher(OBJECT),
    HomeCard(OBJECT),
    DoorCode(OBJECT),
    Certificate(OBJECT),
)


@pytest.fixture
def now() -> datetime:
    return NOON


@pytest.fixture
def object_id() -> UUID:
    return OBJECT


@pytest.fixture(scope="session")
def keys() -> TokenKeys:
    return TokenKeys(current=7, keys={7: bytes(range(32))})


@pytest.fixture(scope="session")
def other_keys() -> TokenKeys:
    return TokenKeys(current=7, keys={7: bytes(range(1, 33))})


@pytest.fixture(params=ONE_OF_EACH, ids=lambda token: type(token).__name__)
def token(request: pytest.FixtureRequest) -> Token:
    return request.param
