"""`python -m tests.faults.power_harness.writing HOME PAPER ACKNOWLEDGED COUNT SYNCHRONOUS`: commits, one after another.

It writes as a serving process does, with the shipped settings, and says of each command, once answered, that it was:
the line is written to no disk that is cut. SYNCHRONOUS weakens SQLite for the control; the product itself refuses that.
"""

import os
import sys
from contextlib import closing
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec
from msgspec import Struct

from ledger.application.redemptions import CANCEL_REDEMPTION, REQUEST_REDEMPTION, CancelRedemption, RequestRedemption
from ledger.application.work import Outcome
from ledger.kernel.ids import CommandId, RedemptionId
from ledger.store import sqlite_files
from ledger.store.checkpoints import Checkpoints
from ledger.store.databases import Databases
from ledger.store.directory import Directory
from ledger.store.keys import Keys
from ledger.store.writer import Writer
from tests.faults.kill_harness.town import Paper
from tests.races.town import WAIT_SECONDS, call, writing

SHIPPED: Final = "FULL"


class Acknowledged(Struct, frozen=True):
    """What was answered. named: whose name was written into the directory just before."""

    command: CommandId
    position: int
    named: UUID


def weaken(synchronous: Any) -> None:
    """Open every store with a weaker setting, and let the check of it pass."""
    open_engine = sqlite_files.write_engine

    def weaker(file: Path, _asked: sqlite_files.Synchronous, **options: Any) -> Any:
        return open_engine(file, synchronous, **options)

    sqlite_files.write_engine = weaker


def write(databases: Databases, paper: Paper, acknowledged: int, *, count: int) -> None:
    """Let residents ask for goods and take them back: three streams and a name in each commit."""
    directory = Directory(databases.directory, databases.directory_read, Keys.open(databases.home))
    with writing(databases) as writer:
        for number in range(count // 2):
            member = paper.residents[number % len(paper.residents)]
            asked = _answered(writer, directory, call(REQUEST_REDEMPTION, RequestRedemption(paper.reward, 1), member))
            os.write(acknowledged, msgspec.json.encode(asked) + b"\n")
            back = CancelRedemption(RedemptionId(asked.command))
            os.write(
                acknowledged,
                msgspec.json.encode(_answered(writer, directory, call(CANCEL_REDEMPTION, back, member))) + b"\n",
            )


def _answered(writer: Writer, directory: Directory, asked: Any) -> Acknowledged:
    named = uuid4()
    directory.write(named, {"name": "林晓"})
    answer = writer.submit(asked, lane="front").result(WAIT_SECONDS)
    assert isinstance(answer.result, Outcome), answer
    return Acknowledged(answer.command, answer.position, named)


def main(home: str, paper: str, acknowledged: str, count: str, synchronous: str) -> None:
    """Write until `count` commands are answered."""
    if synchronous != SHIPPED:
        weaken(synchronous)
    told = os.open(acknowledged, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with closing(Databases.open(Path(home), None)) as databases:
        checkpoints = Checkpoints(databases)
        checkpoints.start()
        write(databases, Paper.read(Path(paper)), told, count=int(count))
        checkpoints.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
