"""Sessions: what counts and for how long, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from ledger.kernel.ids import MemberId
from ledger.store.databases import Databases
from ledger.store.sessions import SessionKind, Sessions, token_hash

NOW = datetime(2025, 6, 1, 8, tzinfo=UTC)
MEMBER = MemberId(uuid4())
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@pytest.fixture
def sessions(databases: Databases) -> Sessions:
    return Sessions(databases.state, databases.state_read)


def test_a_session_leads_to_its_member(sessions: Sessions) -> None:
    token = sessions.open(MEMBER, "member", NOW)

    found = sessions.lookup(token_hash(token), NOW)

    assert found is not None
    assert (found.member, found.kind) == (MEMBER, "member")
    assert (found.opened, found.last_seen, found.ends) == (NOW, NOW, NOW + timedelta(days=180))


def test_the_token_is_long_and_stored_nowhere(sessions: Sessions, databases: Databases) -> None:
    token = sessions.open(MEMBER, "staff", NOW)

    with databases.state_read.connect() as connection:
        stored = [bytes(row[0]) for row in connection.exec_driver_sql("SELECT token_hash FROM sessions")]

    assert len(token) == 43
    assert stored == [token_hash(token)]
    assert token.encode() not in b"".join(stored)


def test_a_batch_is_looked_up_at_once_and_strangers_are_left_out(sessions: Sessions) -> None:
    members = [MemberId(uuid4()) for _ in range(64)]
    hashes = [token_hash(token) for token in sessions.open_many(members, "member", NOW)]

    found = sessions.members([*hashes, token_hash("nobody's"), hashes[0]], NOW)

    assert found == dict(zip(hashes, members, strict=True))
    assert sessions.members([], NOW) == {}
    assert sessions.open_many([], "member", NOW) == []


@pytest.mark.parametrize(
    ("kind", "idle"), [("staff", timedelta(minutes=30)), ("member", timedelta(days=30))], ids=["staff", "member"]
)
def test_an_unused_session_ends(sessions: Sessions, kind: SessionKind, idle: timedelta) -> None:
    hashed = token_hash(sessions.open(MEMBER, kind, NOW))

    assert sessions.members([hashed], NOW + idle - SECOND) == {hashed: MEMBER}
    assert sessions.members([hashed], NOW + idle) == {}
    assert sessions.lookup(hashed, NOW + idle) is None


@pytest.mark.parametrize(
    ("kind", "step", "longest"),
    [("staff", timedelta(minutes=29), timedelta(hours=12)), ("member", timedelta(days=29), timedelta(days=180))],
    ids=["staff", "member"],
)
def test_a_used_session_lives_on_until_its_longest(
    sessions: Sessions, kind: SessionKind, step: timedelta, longest: timedelta
) -> None:
    hashed = token_hash(sessions.open(MEMBER, kind, NOW))

    at = NOW
    while at + step < NOW + longest:
        at += step
        sessions.touch([hashed], at)

    assert sessions.members([hashed], NOW + longest - SECOND) == {hashed: MEMBER}
    assert sessions.members([hashed], NOW + longest) == {}


def test_a_session_that_ended_is_not_revived_by_use(sessions: Sessions) -> None:
    hashed = token_hash(sessions.open(MEMBER, "staff", NOW))
    late = NOW + timedelta(minutes=31)

    sessions.touch([hashed], late)

    assert sessions.lookup(hashed, late) is None


def test_use_is_written_once_a_minute(sessions: Sessions) -> None:
    hashed = token_hash(sessions.open(MEMBER, "member", NOW))

    seen: list[datetime] = []
    for seconds in (30, 59, 60, 90, 119, 120):
        sessions.touch([hashed, hashed], NOW + seconds * SECOND)
        found = sessions.lookup(hashed, NOW + seconds * SECOND)
        assert found is not None
        seen.append(found.last_seen)

    assert seen == [NOW, NOW, *[NOW + MINUTE] * 3, NOW + 2 * MINUTE]


def test_noted_use_is_written_for_all_at_once(sessions: Sessions) -> None:
    hashes = [token_hash(token) for token in sessions.open_many([MEMBER, MemberId(uuid4())], "member", NOW)]

    for hashed in hashes:
        sessions.seen(hashed)
    sessions.write_seen(NOW + 2 * MINUTE)
    sessions.seen(hashes[0])
    sessions.write_seen(NOW + 2 * MINUTE + SECOND)

    found = [sessions.lookup(hashed, NOW + 3 * MINUTE) for hashed in hashes]
    assert [each.last_seen for each in found if each] == [NOW + 2 * MINUTE] * 2


def test_use_that_nobody_noted_is_not_written(sessions: Sessions) -> None:
    hashed = token_hash(sessions.open(MEMBER, "member", NOW))

    sessions.write_seen(NOW + 2 * MINUTE)

    found = sessions.lookup(hashed, NOW + 2 * MINUTE)
    assert found is not None
    assert found.last_seen == NOW


def test_a_closed_session_ends_on_every_worker_at_once(sessions: Sessions, databases: Databases) -> None:
    elsewhere = Sessions(databases.state, databases.state_read)
    hashed, other = (token_hash(token) for token in sessions.open_many([MEMBER, MEMBER], "member", NOW))

    sessions.close(hashed)
    sessions.close(hashed)

    assert elsewhere.members([hashed, other], NOW) == {other: MEMBER}


def test_all_sessions_of_a_member_end_together(sessions: Sessions) -> None:
    neighbour = MemberId(uuid4())
    hashes = [token_hash(token) for token in sessions.open_many([MEMBER, neighbour, MEMBER], "member", NOW)]

    sessions.close_all(MEMBER)

    assert sessions.members(hashes, NOW) == {hashes[1]: neighbour}


def test_a_live_code_leads_to_its_member_while_the_session_counts(sessions: Sessions) -> None:
    hashed = token_hash(sessions.open(MEMBER, "member", NOW))
    device = sessions.device_of(hashed, NOW)

    assert device is not None
    assert sessions.member_of_device(device, NOW) == MEMBER
    assert sessions.member_of_device(device, NOW + timedelta(days=30)) is None
    assert sessions.members_of_devices([device, uuid4(), device], NOW) == {device: MEMBER}
    assert sessions.members_of_devices([device], NOW + timedelta(days=30)) == {}
    assert sessions.members_of_devices([], NOW) == {}
    assert sessions.member_of_device(uuid4(), NOW) is None
    sessions.close(hashed)
    assert sessions.member_of_device(device, NOW) is None
    assert sessions.device_of(hashed, NOW) is None


def test_ended_sessions_are_swept_away(sessions: Sessions) -> None:
    idle, used = (token_hash(token) for token in sessions.open_many([MEMBER, MEMBER], "staff", NOW))
    sessions.touch([used], NOW + 20 * MINUTE)

    assert sessions.purge(NOW + 40 * MINUTE) == 1
    assert sessions.members([idle, used], NOW + 40 * MINUTE) == {used: MEMBER}
    assert sessions.purge(NOW + timedelta(hours=12)) == 1


def test_a_step_up_gives_the_session_a_new_token_and_ends_the_old_one(sessions: Sessions) -> None:
    old = token_hash(sessions.open(MEMBER, "staff", NOW))
    before = sessions.lookup(old, NOW)
    assert before is not None
    assert before.stepped_up == NOW

    token = sessions.step_up(old, NOW + 20 * MINUTE)

    assert token is not None
    after = sessions.lookup(token_hash(token), NOW + 20 * MINUTE)
    assert after is not None
    assert after.stepped_up == NOW + 20 * MINUTE
    assert (after.device, after.opened, after.ends) == (before.device, before.opened, before.ends)
    assert sessions.lookup(old, NOW + 20 * MINUTE) is None
    assert sessions.step_up(old, NOW + 20 * MINUTE) is None


def test_of_two_step_ups_at_once_one_gets_the_session(sessions: Sessions) -> None:
    hashed = token_hash(sessions.open(MEMBER, "staff", NOW))

    with ThreadPoolExecutor(4) as threads:
        tokens = list(threads.map(sessions.step_up, [hashed] * 4, [NOW] * 4))

    assert sum(token is not None for token in tokens) == 1


def test_an_enrolment_counts_nowhere_but_where_it_is_asked_for(sessions: Sessions) -> None:
    hashed = token_hash(sessions.open(MEMBER, "enrolment", NOW))

    found = sessions.lookup_any(hashed, NOW)

    assert found is not None
    assert found.kind == "enrolment"
    assert sessions.lookup(hashed, NOW) is None
    assert sessions.members([hashed], NOW) == {}
    assert sessions.device_of(hashed, NOW) is None
    assert sessions.member_of_device(found.device, NOW) is None
    assert sessions.members_of_devices([found.device], NOW) == {}
    assert sessions.step_up(hashed, NOW) is None
    assert sessions.lookup_any(hashed, NOW + 15 * MINUTE) is None


def test_the_sessions_of_one_person_are_told_newest_first_and_one_of_them_ended(sessions: Sessions) -> None:
    first, second = (token_hash(sessions.open(MEMBER, "member", NOW + days * DAY)) for days in (0, 1))
    sessions.open(MemberId(uuid4()), "member", NOW)

    newest, oldest = sessions.of(MEMBER, NOW + DAY)

    assert (newest.device, oldest.device) == tuple(sessions.device_of(one, NOW + DAY) for one in (second, first))
    assert not sessions.close_device(MemberId(uuid4()), oldest.device)
    assert sessions.close_device(MEMBER, oldest.device)
    assert not sessions.close_device(MEMBER, oldest.device)
    assert sessions.of(MEMBER, NOW + DAY) == [newest]
