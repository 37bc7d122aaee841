"""Two hashes at a time; who comes when many wait is told to come again, and that costs nobody a try."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from ledger.application.ports import LedgerBusy
from ledger.kernel.ids import MemberId
from ledger.store.credential_refusals import PinWrong
from ledger.store.credentials import Credentials
from ledger.store.databases import Databases
from ledger.store.slow_hash import AT_A_TIME, WAITING_MAX, Cost, SlowHash, places

from .credential_stories import NOW, PIN

SLOW = Cost(memory_kib=8 * 1024, passes=24, lanes=1)


@pytest.fixture
def databases(sqlite_databases: Databases) -> Databases:
    """Nothing here depends on which database it is."""
    return sqlite_databases


@contextmanager
def everywhere_full() -> Generator[None]:
    """While others hash and wait."""
    taken = 0
    while places.acquire(blocking=False):
        taken += 1
    yield
    for _ in range(taken):
        places.release()


def test_when_many_wait_the_next_is_told_to_come_again_and_the_others_have_their_turn() -> None:
    slow, crowd = SlowHash(SLOW), 60

    def hashed(number: int) -> bool:
        try:
            slow.hashed(str(number).encode())
        except LedgerBusy:
            return False
        return True

    with ThreadPoolExecutor(crowd) as threads:
        done = list(threads.map(hashed, range(crowd)))

    assert AT_A_TIME + WAITING_MAX <= sum(done) < crowd
    assert hashed(crowd)


def test_who_is_told_to_come_again_has_lost_no_try(credentials: Credentials, member: MemberId) -> None:
    credentials.set_pin(member, PIN, NOW)

    with everywhere_full():
        for _ in range(7):
            with pytest.raises(LedgerBusy):
                credentials.check_pin(member, PIN, NOW)

    for _ in range(5):
        with pytest.raises(PinWrong):
            credentials.check_pin(member, "111111", NOW)
