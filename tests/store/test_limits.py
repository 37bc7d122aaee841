"""Rate counters: exact over all workers where guessing is the danger, joined once a second where load is."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select

from ledger.store.databases import Databases
from ledger.store.limits import BAD_TOKENS, REDEMPTIONS, SELF_CHECK_INS, SIGN_IN, Limits, LocalLimits, Rate
from ledger.store.state_tables import WINDOWS

NOW = datetime(2025, 6, 1, 8, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SECRET = b"s" * 32


@pytest.fixture
def limits(databases: Databases) -> Limits:
    return Limits(databases.state, SECRET)


def local(databases: Databases) -> LocalLimits:
    return LocalLimits(databases.state, SECRET)


def another(databases: Databases) -> Databases:
    """The same stores as another process has them."""
    url = databases.state.url.render_as_string(hide_password=False)
    return Databases.open(databases.home, None if databases.dialect == "sqlite" else url)


def rows(databases: Databases) -> list[tuple[bytes, int]]:
    with databases.state_read.connect() as connection:
        return [(bytes(key), count) for key, count in connection.execute(select(WINDOWS.c.key, WINDOWS.c.count))]


def test_the_rates_are_those_of_the_design() -> None:
    rates = {SIGN_IN: (5, 900), BAD_TOKENS: (20, 60), SELF_CHECK_INS: (6, 60), REDEMPTIONS: (10, 60)}

    assert all(rate == figures for rate, figures in rates.items())


@pytest.mark.parametrize("rate", [SIGN_IN, BAD_TOKENS])
def test_a_window_allows_its_limit_and_then_says_how_long_to_wait(limits: Limits, rate: Rate) -> None:
    allowed = [limits.hit("sign-in:one", rate, NOW + SECOND) for _ in range(rate.limit)]

    assert allowed == [None] * rate.limit
    assert limits.hit("sign-in:one", rate, NOW + SECOND) == rate.window_seconds - 1
    assert limits.hit("sign-in:one", rate, NOW + timedelta(seconds=rate.window_seconds) - SECOND) == 1
    assert limits.hit("sign-in:one", rate, NOW + timedelta(seconds=rate.window_seconds)) is None


def test_keys_and_window_lengths_are_counted_apart(limits: Limits) -> None:
    for _ in range(6):
        limits.hit("sign-in:one", SIGN_IN, NOW)

    assert limits.hit("sign-in:two", SIGN_IN, NOW) is None
    assert limits.hit("sign-in:one", Rate(5, 60), NOW) is None
    assert limits.hit("sign-in:one", SIGN_IN, NOW) == 900


def test_a_try_can_be_given_back(limits: Limits) -> None:
    limits.give_back("sign-in:one", SIGN_IN, NOW)
    for _ in range(20):
        assert limits.hit("sign-in:one", SIGN_IN, NOW) is None
        limits.give_back("sign-in:one", SIGN_IN, NOW)


def test_tries_of_several_workers_at_once_are_counted_exactly(databases: Databases) -> None:
    opened = [another(databases) for _ in range(4)]
    workers = [Limits(each.state, SECRET) for each in opened]

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda number: workers[number % 4].hit("one", BAD_TOKENS, NOW), range(60)))
    for each in opened:
        each.close()

    assert answers.count(None) == 20
    assert [count for _, count in rows(databases)] == [60]


def test_what_is_counted_is_stored_as_a_digest(limits: Limits, databases: Databases) -> None:
    limits.hit("sign-in:13800138000", SIGN_IN, NOW)

    ((key, _),) = rows(databases)

    assert len(key) == 16
    assert b"138" not in key


def test_windows_that_are_over_are_swept_away(limits: Limits, databases: Databases) -> None:
    limits.hit("short", BAD_TOKENS, NOW)
    limits.hit("long", SIGN_IN, NOW)

    assert limits.purge(NOW + 59 * SECOND) == 0
    assert limits.purge(NOW + 60 * SECOND) == 1
    assert [count for _, count in rows(databases)] == [1]


def test_a_local_limit_holds_without_any_write(databases: Databases) -> None:
    here = local(databases)

    answers = [here.hit("check-in:one", SELF_CHECK_INS, NOW) for _ in range(8)]

    assert answers == [None] * 6 + [60, 60]
    assert rows(databases) == []


def test_merged_counts_hold_over_all_workers(databases: Databases) -> None:
    here, there = local(databases), local(databases)
    for worker in (here, there):
        assert [worker.hit("one", SELF_CHECK_INS, NOW) for _ in range(3)] == [None] * 3

    for worker in (here, there, here):
        worker.merge(NOW + SECOND)
    there.hit("one", SELF_CHECK_INS, NOW + SECOND)

    assert there.hit("one", SELF_CHECK_INS, NOW + SECOND) == 59
    assert [count for _, count in rows(databases)] == [6]


def test_a_worker_learns_the_counts_of_others_when_it_merges(databases: Databases) -> None:
    here, there = local(databases), local(databases)
    for _ in range(6):
        here.hit("one", SELF_CHECK_INS, NOW)
    here.merge(NOW)

    before = there.hit("one", SELF_CHECK_INS, NOW)
    there.merge(NOW)

    assert before is None
    assert there.hit("one", SELF_CHECK_INS, NOW) == 60


def test_a_merge_of_many_counts_is_one_transaction(databases: Databases) -> None:
    here, commits = local(databases), list[object]()
    event.listen(databases.state, "commit", commits.append)
    for number in range(700):
        here.hit(f"check-in:{number}", SELF_CHECK_INS, NOW)

    here.merge(NOW)
    here.merge(NOW)

    assert len(commits) == 1
    assert [count for _, count in rows(databases)] == [1] * 700


def test_a_failed_merge_loses_nothing(databases: Databases) -> None:
    here = local(databases)
    here.hit("one", SELF_CHECK_INS, NOW)

    def fail(*_: object) -> None:
        raise OSError("the disk is full")

    event.listen(databases.state, "before_cursor_execute", fail)
    with pytest.raises(OSError, match="full"):
        here.merge(NOW)
    event.remove(databases.state, "before_cursor_execute", fail)
    here.merge(NOW)

    assert [count for _, count in rows(databases)] == [1]


def test_tries_made_while_a_merge_is_being_written_are_kept(databases: Databases) -> None:
    here = local(databases)
    here.hit("one", SELF_CHECK_INS, NOW)

    def hit_meanwhile(*_: object) -> None:
        here.hit("one", SELF_CHECK_INS, NOW)

    event.listen(databases.state, "before_cursor_execute", hit_meanwhile)
    here.merge(NOW)
    event.remove(databases.state, "before_cursor_execute", hit_meanwhile)
    [(_, written)] = rows(databases)
    here.merge(NOW)

    assert written == 1
    assert [count > 1 for _, count in rows(databases)] == [True]


def test_a_new_window_starts_from_nothing_and_forgets_the_old_one(databases: Databases) -> None:
    here, later = local(databases), NOW + 60 * SECOND
    for _ in range(8):
        here.hit("one", SELF_CHECK_INS, NOW)
    here.merge(NOW)

    assert here.hit("one", SELF_CHECK_INS, later) is None
    here.merge(later)
    assert sorted(count for _, count in rows(databases)) == [1, 8]
