"""One command's view of the ledger: a line of a batch that is refused leaves nothing behind."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from ledger.application.authority import UnknownId
from ledger.application.memory import MemoryLedger
from ledger.application.work import Work
from ledger.kernel.calendar import WeekdaysOnly
from ledger.kernel.envelope import Envelope
from ledger.kernel.ids import SYSTEM, CommandId
from ledger.membership.organisation import ORGANISATION, Register

STREET = Register("street", date(2020, 1, 1))


def refused_half_way(work: Work, organisation: UUID) -> None:
    with work.all_or_nothing():
        work.act(ORGANISATION, organisation, STREET)
        raise UnknownId(organisation)


def test_a_line_that_is_refused_leaves_nothing_and_the_others_stay() -> None:
    # given a batch with one line done
    envelope = Envelope(at=datetime(2025, 10, 15, tzinfo=UTC), actor=SYSTEM, command=CommandId(uuid4()))
    work = Work(MemoryLedger(), envelope, WeekdaysOnly())
    first, second = uuid4(), uuid4()
    with work.all_or_nothing():
        work.act(ORGANISATION, first, STREET)
    before = list(work.pending), dict(work.touched)

    # when the next one is refused after its first step
    with pytest.raises(UnknownId):
        refused_half_way(work, second)

    # then only the first stands, and the second can be tried again
    assert (work.pending, work.touched) == before
    assert not work.exists(ORGANISATION, second)
    work.act(ORGANISATION, second, STREET)
    assert [one.stream for one in work.pending] == [first, second]
