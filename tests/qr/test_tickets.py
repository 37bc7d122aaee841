"""A scan ticket lets a person take five minutes, in the session that scanned, and nothing more."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qr import base32
from qr.keys import TokenKeys
from qr.refusals import NotOurCode, TicketExpired
from qr.tickets import Ticket, issue_ticket, read_ticket
from qr.tokens import KioskCode, read, sign

SESSION = b"session of Wang"


@given(
    activity=st.uuids(),
    seen_at=st.timedeltas(timedelta(0), timedelta(days=80_000)).map(lambda age: datetime(1970, 1, 1, tzinfo=UTC) + age),
    session=st.binary(max_size=80),
    age=st.timedeltas(timedelta(0), timedelta(minutes=5)),
)
def test_a_ticket_tells_the_activity_and_the_very_time_of_the_scan(
    activity: UUID, seen_at: datetime, session: bytes, age: timedelta
) -> None:
    keys = TokenKeys(current=1, keys={1: bytes(32)})
    text = issue_ticket(activity, seen_at, session=session, keys=keys)
    assert read_ticket(text, session=session, now=seen_at + age, keys=keys) == Ticket(activity, seen_at)


def test_a_ticket_is_refused_after_five_minutes(keys: TokenKeys, now: datetime, object_id: UUID) -> None:
    text = issue_ticket(object_id, now, session=SESSION, keys=keys)
    assert read_ticket(text, session=SESSION, now=now + timedelta(minutes=5), keys=keys).seen_at == now
    with pytest.raises(TicketExpired) as refused:
        read_ticket(text, session=SESSION, now=now + timedelta(minutes=5, microseconds=1), keys=keys)
    assert refused.value.code == "ticket-expired"
    assert refused.value.facts() == {"seen_at": now, "valid_until": now + timedelta(minutes=5)}


@pytest.mark.parametrize("age", [timedelta(0), timedelta(days=1)])
def test_a_ticket_of_another_session_is_not_ours_however_old(
    age: timedelta, keys: TokenKeys, now: datetime, object_id: UUID
) -> None:
    text = issue_ticket(object_id, now, session=SESSION, keys=keys)
    for session in (b"", b"session of Li", SESSION + b"x", SESSION[:-1]):
        with pytest.raises(NotOurCode):
            read_ticket(text, session=session, now=now + age, keys=keys)


def test_a_ticket_altered_in_any_byte_is_not_ours(keys: TokenKeys, now: datetime, object_id: UUID) -> None:
    genuine = base32.decode(issue_ticket(object_id, now, session=SESSION, keys=keys))
    for place, byte in enumerate(genuine):
        for change in range(1, 256):
            forged = base32.encode(genuine[:place] + bytes([byte ^ change]) + genuine[place + 1 :])
            with pytest.raises(NotOurCode):
                read_ticket(forged, session=SESSION, now=now, keys=keys)


def test_a_token_is_no_ticket_and_a_ticket_no_token(keys: TokenKeys, now: datetime) -> None:
    with pytest.raises(NotOurCode):
        read_ticket(sign(KioskCode(uuid4(), 1), keys), session=b"", now=now, keys=keys)
    with pytest.raises(NotOurCode):
        read(issue_ticket(uuid4(), now, session=b"", keys=keys), keys)


def test_a_ticket_from_a_server_whose_clock_is_slightly_ahead_is_accepted(
    keys: TokenKeys, now: datetime, object_id: UUID
) -> None:
    text = issue_ticket(object_id, now + timedelta(seconds=2), session=SESSION, keys=keys)
    assert read_ticket(text, session=SESSION, now=now, keys=keys).seen_at == now + timedelta(seconds=2)
