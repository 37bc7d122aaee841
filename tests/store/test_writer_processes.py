"""Several processes on one ledger: positions without gaps, versions without doubles, every answer true."""

from collections import Counter
from multiprocessing import get_context
from pathlib import Path
from uuid import UUID

from ledger.application.work import Outcome
from ledger.store.databases import Databases

from .toys import MOVE, BeansAdded, Move, call
from .writing import WAIT_SECONDS, log, writing

PROCESSES = 4
COMMANDS_EACH = 60
SHARED = UUID("aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa")


def write(home: str, url: str | None, number: int) -> list[tuple[int, int]]:
    """One process: half of its commands go to a jar that all share. Gives position and beans of each answer."""
    databases = Databases.open(Path(home), url)
    own = UUID(int=number + 1)
    try:
        with writing(databases, deadline_seconds=WAIT_SECONDS) as writer:
            calls = [call(MOVE, Move((SHARED if n % 2 else own,), 1), f"{number} {n}") for n in range(COMMANDS_EACH)]
            answers = [future.result(WAIT_SECONDS) for future in [writer.submit(one, lane="front") for one in calls]]
    finally:
        databases.close()
    results = [(answer.position, answer.result) for answer in answers]
    return [(position, result.figures["beans"]) for position, result in results if isinstance(result, Outcome)]


def test_four_processes_leave_no_gap_and_no_double(databases: Databases) -> None:
    # given four processes that write at the same time
    url = databases.ledger.url.render_as_string(hide_password=False) if databases.dialect == "postgresql" else None
    with get_context("spawn").Pool(PROCESSES) as pool:
        told = pool.starmap(write, [(str(databases.home), url, number) for number in range(PROCESSES)], chunksize=1)

    # then the log has every event once, in unbroken order
    stored = log(databases)
    assert [position for position, *_ in stored] == list(range(1, PROCESSES * COMMANDS_EACH + 1))
    assert all(happened == BeansAdded(1) for *_, happened in stored)
    versions = Counter(stream for _, stream, *_ in stored)
    assert versions[SHARED] == PROCESSES * COMMANDS_EACH // 2
    assert sorted(version for _, stream, version, _ in stored if stream == SHARED) == list(
        range(1, versions[SHARED] + 1)
    )

    # and every answer told the position and the state of its own event
    by_position = {position: version for position, _, version, _ in stored}
    answered = [pair for answers in told for pair in answers]
    assert sorted(position for position, _ in answered) == sorted(by_position)
    assert all(by_position[position] == beans for position, beans in answered)
