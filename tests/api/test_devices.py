"""Devices and the scans they send, many at a time; and the review of those that wait."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from api_town import Person, Town
from house import NOON, Gathering, House, every_page, gathering, opened
from msgspec.structs import replace
from scanning import card_code, outcomes, register, row, send

from api.v1.scan_batches import ROWS_MAX, SEQUENCE_MAX
from ledger.application.ports import Answer, Call, Lane, LedgerBusy
from ledger.store.writer import Writer
from qr.tokens import LiveMemberCode, MemberCard, Poster, step_at


@pytest.fixture(scope="module")
def house(prepared_home: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(prepared_home, tmp_path_factory.mktemp("devices") / "home") as running:
        yield running


@pytest.fixture(autouse=True)
def noon(house: House) -> Iterator[None]:
    yield
    house.clock.at = NOON


@pytest.fixture
def device(house: House, staff: Person) -> UUID:
    return register(house, staff)


@pytest.fixture
def at(house: House) -> Gathering:
    return gathering(house)


def test_each_row_has_its_own_answer_in_the_order_of_the_request(
    house: House, staff: Person, device: UUID, at: Gathering
) -> None:
    card = card_code(house, house.town.resident)
    unknown = house.code(MemberCard(uuid4()))

    answer = send(
        staff,
        device,
        row(3, at, card, "out"),
        row(1, at, card),
        row(2, at, card, seen_at=NOON.isoformat(), activity=str(uuid4())),
        row(4, at, "FORGED"),
        row(5, at, unknown),
        row(6, at, house.code(Poster(at.activity))),
        row(8, at, "x" * 4_296),
        row(9, at, ""),
    )

    assert outcomes(answer) == [
        (3, "accepted", "checked-out"),
        (1, "accepted", "checked-in"),
        (2, "for_review", "unknown-id"),
        (4, "for_review", "code-not-readable"),
        (5, "for_review", "code-of-nobody"),
        (6, "for_review", "code-not-readable"),
        (8, "for_review", "code-not-readable"),
        (9, "for_review", "code-not-readable"),
    ]
    told = answer.json()
    assert told["rows"][0]["text"] == "已签退"
    assert told["rows"][0]["attendance"] == told["rows"][1]["attendance"]
    assert told["rows"][2]["attendance"] is None
    assert (told["missing"], told["missing_count"], told["last_sequence"]) == ([{"first": 7, "last": 7}], 1, 9)
    assert int(answer.headers["ledger-position"]) == told["position"] == house.position()


def test_a_batch_sent_again_is_answered_as_before_whoever_sends_it(
    house: House, staff: Person, device: UUID, at: Gathering
) -> None:
    rows = [row(1, at, card_code(house, house.town.resident)), row(2, at, "FORGED")]
    first = send(staff, device, *rows)

    with house.unchanged():
        again = send(staff, device, *rows, sent_at=(NOON + timedelta(minutes=1)).isoformat())
        by_another = send(house.person(house.town.founder), device, *rows[::-1])

    assert outcomes(again) == outcomes(first)
    assert outcomes(by_another) == outcomes(first)[::-1]
    assert [one["known"] for one in first.json()["rows"]] == [False, False]
    assert [one["known"] for one in again.json()["rows"] + by_another.json()["rows"]] == [True] * 4
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers


def test_another_scan_under_a_used_number_is_told_and_not_recorded(
    house: House, staff: Person, device: UUID, at: Gathering
) -> None:
    card = card_code(house, house.town.resident)
    send(staff, device, row(1, at, card))

    with house.unchanged():
        alone = send(staff, device, row(1, at, card, "out"))
        elsewhere = send(house.person(house.town.founder), device, row(1, at, card, "out"))
    beside = send(staff, device, row(1, at, card, "out"), row(2, at, card, "out"))

    assert outcomes(alone) == outcomes(elsewhere) == [(1, "not_recorded", "sequence-reused")]
    assert outcomes(beside) == [(1, "not_recorded", "sequence-reused"), (2, "accepted", "checked-out")]


def test_the_same_row_twice_in_one_batch_is_one_scan(house: House, staff: Person, device: UUID, at: Gathering) -> None:
    one = row(1, at, card_code(house, house.town.resident))

    answer = send(staff, device, one, one, one | {"direction": "out"})

    assert sorted(outcomes(answer)[:2]) == [(1, "accepted", "checked-in")] * 2
    assert outcomes(answer)[2] == (1, "not_recorded", "sequence-reused")


def test_a_clock_out_of_tolerance_leaves_every_row_to_the_staff(
    house: House, staff: Person, device: UUID, at: Gathering
) -> None:
    late = (NOON - timedelta(minutes=6)).isoformat()

    answer = send(staff, device, row(1, at, card_code(house, house.town.resident)), sent_at=late)

    assert outcomes(answer) == [(1, "for_review", "clock-out-of-tolerance")]
    assert "时钟" in answer.json()["rows"][0]["text"]
    told = staff.get(f"/v1/devices/{device}").json()["device"]
    assert (told["clock_ahead_seconds"], told["for_review"]) == (-360, 1)


def test_a_live_code_counts_for_the_time_it_was_shown(house: House, staff: Person, device: UUID, at: Gathering) -> None:
    phone = house.person(house.town.neighbour, "member")
    shown_on = house.deployment.sessions.device_of(sha256(phone.token.encode()).digest(), NOON)
    assert shown_on is not None
    then = NOON - timedelta(minutes=30)
    code, early = (house.code(LiveMemberCode(shown_on, step_at(one))) for one in (then, then - timedelta(minutes=9)))

    answer = send(staff, device, row(1, at, early), row(2, at, code))

    assert outcomes(answer) == [(1, "for_review", "code-of-other-time"), (2, "accepted", "checked-in")]


def test_what_a_code_said_that_led_to_nobody_is_not_kept(
    house: House, staff: Person, device: UUID, at: Gathering
) -> None:
    secret = "ID:210922199001011234"
    answer = send(staff, device, row(1, at, secret), row(2, at, house.code(MemberCard(uuid4()))))

    position = answer.json()["position"]
    stored = [one.state for one in house.deployment.feed.page_raw(position - 2, 2)]

    assert outcomes(answer)[0][1] == "for_review"
    assert all(b'"code":"' in one for one in stored)
    assert not any(b"210922199001011234" in one or secret.encode() in one for one in stored)


def test_who_may_not_scan_there_is_told_so_and_nothing_is_kept(
    house: House, staff: Person, device: UUID, at: Gathering
) -> None:
    one = row(1, at, "FORGED")

    with house.unchanged():
        resident = send(house.person(house.town.resident, "member"), device, one)
        stranger = send(house.person(house.town.stranger), device, one)
        unknown = send(staff, uuid4(), one, row(2, at, "FORGED"))
        nobody = house.client.post("/v1/scans/batch", json={}, headers={"Authorization": "Bearer nobody"})

    assert [resident.status_code, stranger.status_code, unknown.status_code] == [403, 404, 404]
    assert (nobody.status_code, nobody.json()["code"]) == (400, "invalid-body")


def test_with_a_session_that_is_over_a_batch_is_answered_401(house: House, device: UUID, at: Gathering) -> None:
    person = Person(house.client, "nobody")

    assert send(person, device, row(1, at, "FORGED")).status_code == 401


@pytest.mark.parametrize(
    "other",
    [
        {"rows": []},
        {"rows": [{"sequence": 0}]},
        {"sent_at": "2026-03-04T04:00:00"},
        {"sent_at": "yesterday"},
        {"more": 1},
    ],
)
def test_a_body_that_is_no_batch_is_malformed(house: House, staff: Person, device: UUID, other: dict[str, Any]) -> None:
    with house.unchanged():
        assert send(staff, device, **other).status_code == 400


def test_rows_and_numbers_have_bounds(house: House, staff: Person, device: UUID, at: Gathering) -> None:
    with house.unchanged():
        assert send(staff, device, row(0, at, "FORGED")).status_code == 400
        assert send(staff, device, row(SEQUENCE_MAX + 1, at, "FORGED")).status_code == 400
        too_many = [row(number, at, "FORGED") for number in range(1, ROWS_MAX + 2)]
        assert send(staff, device, *too_many).status_code == 400

    full = send(staff, device, *too_many[:-1])

    assert {one[1] for one in outcomes(full)} == {"for_review"}
    assert full.json()["missing"] == []


class StandsInTheWay:
    """A ledger that meets `fault` at some numbers, and otherwise does its work."""

    def __init__(self, ledger: Writer, fault: Exception, *sequences: int) -> None:
        self.digest = ledger.digest
        self._ledger, self._fault, self._sequences = ledger, fault, sequences

    def submit_async(self, call: Call, *, lane: Lane) -> asyncio.Future[Answer]:
        if call.request.sequence not in self._sequences:
            return self._ledger.submit_async(call, lane=lane)
        failed: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        failed.set_exception(self._fault)
        return failed


@contextmanager
def hindered(house: House, fault: Exception, *sequences: int) -> Iterator[None]:
    """The application with such a ledger."""
    state = house.client.app.state
    in_the_way: Any = StandsInTheWay(house.deployment.ledger, fault, *sequences)
    state.deployment = replace(house.deployment, ledger=in_the_way)
    yield
    state.deployment = house.deployment


@pytest.mark.parametrize(
    ("fault", "reason"), [(LedgerBusy(1), "ledger-busy"), (RuntimeError("a bug"), "internal")], ids=["busy", "bug"]
)
def test_what_meets_one_row_does_not_hold_up_the_others(
    house: House, staff: Person, device: UUID, at: Gathering, fault: Exception, reason: str
) -> None:
    rows = [row(1, at, card_code(house, house.town.resident)), row(2, at, "FORGED"), row(3, at, "FORGED")]

    with hindered(house, fault, 1, 3):
        first = send(staff, device, *rows)
    again = send(staff, device, *rows)

    assert outcomes(first) == [
        (1, "not_recorded", reason),
        (2, "for_review", "code-not-readable"),
        (3, "not_recorded", reason),
    ]
    assert outcomes(again)[0] == (1, "accepted", "checked-in")
    assert [one["known"] for one in again.json()["rows"]] == [False, True, False]


def test_where_nothing_could_be_done_the_request_says_so(
    house: House, staff: Person, device: UUID, at: Gathering
) -> None:
    with house.unchanged(), hindered(house, LedgerBusy(2), 1, 2):
        busy = send(staff, device, row(1, at, "FORGED"), row(2, at, "FORGED"))

    assert (busy.status_code, busy.json()["code"], busy.headers["retry-after"]) == (503, "ledger-busy", "2")


def test_a_device_is_listed_read_and_revoked(house: House, staff: Person, device: UUID, at: Gathering) -> None:
    community = str(house.town.community)
    gone = staff.post(f"/v1/devices/{device}/revoke", {"reason": "lost"})
    position = int(gone.headers["ledger-position"])

    listed = every_page(staff, "/v1/devices", organisation=community, min_position=position, limit=2)
    detail = staff.get(f"/v1/devices/{device}", min_position=position).json()

    assert gone.json()["code"] == "device-revoked"
    assert detail["device"] in listed
    assert (detail["device"]["name"], detail["device"]["revoked_for"]) == ("门口的手持机", "lost")
    assert (detail["missing"], detail["device"]["recorded"]) == ([], 0)
    assert outcomes(send(staff, device, row(1, at, "FORGED"))) == [(1, "for_review", "device-revoked")]


def test_devices_are_shown_to_who_may_scan_there(house: House, device: UUID) -> None:
    community = {"organisation": str(house.town.community)}
    resident, stranger = house.person(house.town.resident, "member"), house.person(house.town.stranger)

    assert resident.get("/v1/devices", **community).status_code == 403
    assert stranger.get("/v1/devices", **community).status_code == 404
    assert [one.get(f"/v1/devices/{device}").status_code for one in (resident, stranger)] == [404, 404]
