"""Slips that wait for a second member of staff: one for each person, for half an hour, ended once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from ledger.kernel.ids import MemberId
from ledger.store.databases import Databases
from ledger.store.slip_requests import LIVES, SlipRequest, SlipRequests

NOW = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)
ANN, BEN, CLERK = (MemberId(uuid4()) for _ in range(3))


@pytest.fixture
def requests(databases: Databases) -> SlipRequests:
    return SlipRequests(databases.state, databases.state_read)


def asked(requests: SlipRequests, member: MemberId = ANN, *, at: datetime = NOW) -> SlipRequest:
    return requests.ask(member, at, asked_by=CLERK, basis="identity-card")


def test_what_was_asked_for_waits_for_half_an_hour(requests: SlipRequests) -> None:
    one = asked(requests)

    assert (one.member, one.asked_by, one.basis, one.expires) == (ANN, CLERK, "identity-card", NOW + LIVES)
    assert requests.one(one.id, NOW) == one
    assert requests.one(one.id, NOW + LIVES) is None
    assert not requests.take(one.id, NOW + LIVES)


def test_those_that_wait_are_listed_the_oldest_first(requests: SlipRequests) -> None:
    first, second = asked(requests, BEN), asked(requests, at=NOW + timedelta(minutes=1))

    assert requests.waiting(NOW + timedelta(minutes=2)) == [first, second]
    assert requests.waiting(NOW + LIVES) == [second]


def test_a_new_request_for_the_same_person_ends_the_older_one(requests: SlipRequests) -> None:
    older, newer = asked(requests), asked(requests)

    assert requests.one(older.id, NOW) is None
    assert requests.waiting(NOW) == [newer]


def test_of_many_at_once_one_ends_it(requests: SlipRequests) -> None:
    one = asked(requests)

    with ThreadPoolExecutor(8) as pool:
        taken = [pool.submit(requests.take, one.id, NOW) for _ in range(8)]

    assert [one.result() for one in taken].count(True) == 1
    assert requests.waiting(NOW) == []


def test_what_is_over_is_purged(requests: SlipRequests) -> None:
    asked(requests)
    kept = asked(requests, BEN, at=NOW + timedelta(minutes=1))

    assert requests.purge(NOW + LIVES) == 1
    assert requests.waiting(NOW + timedelta(minutes=1)) == [kept]
