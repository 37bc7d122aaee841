"""Messages as files: whole, readable by nobody else, and gone when they should be."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest

from ledger.application.short_messages import NoCarrier, NotCarried, ShortMessage
from ledger.kernel.ids import MemberId
from ledger.store.outbox import FOLDER, KEPT, Outbox

NOW = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)
ANN, BEN = MemberId(uuid4()), MemberId(uuid4())


def message(member: MemberId = ANN, *, at: datetime = NOW) -> ShortMessage:
    return ShortMessage(member, "13800000001", "您的登录码 ACDE FGHJ", "sign_in_code", at)


def files(home: Path) -> list[Path]:
    return sorted((home / FOLDER).iterdir())


def test_a_message_is_one_file_that_says_everything(tmp_path: Path) -> None:
    Outbox(tmp_path).send(message())

    (file,) = files(tmp_path)
    assert msgspec.json.decode(file.read_bytes(), type=ShortMessage) == message()
    assert file.name.startswith(f"20260304T040000Z.{ANN}.")


def test_only_the_account_that_runs_us_can_read_it_whatever_its_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        Outbox(tmp_path).send(message())
    finally:
        os.umask(before)

    (file,) = files(tmp_path)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_two_messages_of_one_second_to_one_person_are_two(tmp_path: Path) -> None:
    for _ in range(2):
        Outbox(tmp_path).send(message())

    assert len(files(tmp_path)) == 2


def test_a_message_that_cannot_be_finished_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(NotCarried):
        Outbox(tmp_path).send(message())
    assert files(tmp_path) == []


def test_nothing_is_promised_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("not a folder")

    with pytest.raises(NotCarried):
        Outbox(tmp_path).check()
    with pytest.raises(NotCarried):
        Outbox(tmp_path).send(message())


def test_a_person_is_forgotten_and_nobody_else_is(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    for member in (ANN, BEN, ANN):
        outbox.send(message(member))
    begun = tmp_path / FOLDER / f".20260304T040000Z.{ANN}.0123.json"
    begun.write_text("{")

    outbox.forget(ANN)

    (left,) = files(tmp_path)
    assert str(BEN) in left.name


def test_what_nobody_fetched_is_gone_after_a_week(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    outbox.send(message(at=NOW - KEPT))
    outbox.send(message(at=NOW - KEPT + timedelta(seconds=1)))

    assert outbox.purge(NOW) == 1
    assert len(files(tmp_path)) == 1


def test_an_outbox_that_was_never_used_has_nothing_to_forget(tmp_path: Path) -> None:
    Outbox(tmp_path).forget(ANN)

    assert Outbox(tmp_path).purge(NOW) == 0
    assert not (tmp_path / FOLDER).exists()


def test_where_nobody_carries_messages_none_is_taken() -> None:
    with pytest.raises(NotCarried):
        NoCarrier().check()
    with pytest.raises(NotCarried):
        NoCarrier().send(message())
