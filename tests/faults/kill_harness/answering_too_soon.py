"""`python -m tests.faults.kill_harness.answering_too_soon serve`: the product with one planted bug.

Callers are answered before their batch is committed, a moment later it is. Nothing but a kill shows the difference.
"""

import time
from typing import Any, Final

from sqlalchemy import Connection

from api.command_line import main
from ledger.store import answering
from ledger.store.answering import Answering
from ledger.store.delivery import deliver
from ledger.store.round import Round

LEAD_SECONDS: Final = 0.05
"""How long the answer is ahead of the commit: much longer than a commit takes, so that few kills suffice."""


def answer_before_commit() -> None:
    """Plant the bug into this process."""
    current: list[Round] = []
    # The double reaches what is private: anything less would not be the product.
    decide_and_store: Any = Answering._decide_and_store  # pyright: ignore[reportPrivateUsage]
    commit: Any = answering._commit  # pyright: ignore[reportPrivateUsage]

    def remember_and_store(self: Answering, round_: Round) -> int | None:
        current[:] = [round_]
        return decide_and_store(self, round_)

    def answer_and_commit(connection: Connection) -> None:
        # Who waits in an event loop can be told twice; a thread's future cannot, and is no person's.
        deliver(reply for reply in current[0].replies if reply.waiting.loop is not None)
        time.sleep(LEAD_SECONDS)
        commit(connection)

    Answering._decide_and_store = remember_and_store  # pyright: ignore[reportPrivateUsage]
    answering._commit = answer_and_commit  # pyright: ignore[reportPrivateUsage]


if __name__ == "__main__":
    answer_before_commit()
    main()
