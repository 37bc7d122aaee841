"""A log in a list: what happened, one event after another, as the read models see it."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from ledger.accounts.account import ACCOUNT
from ledger.accounts.commands import AccountCommand
from ledger.application.ports import Notice
from ledger.kernel.decider import Event, fold
from ledger.kernel.ids import SYSTEM, MemberId

START = datetime(2025, 3, 3, 1, tzinfo=UTC)


class Log:
    """A feed that can be written to. The clock stands still unless it is moved."""

    def __init__(self, notices: Sequence[Notice] = ()) -> None:
        self.notices = list(notices)
        self.now = START
        self.accounts: dict[UUID, object] = {}
        self._versions: Counter[UUID] = Counter()
        self.pages_read = 0

    def happen(self, stream: UUID, *events: Event, actor: MemberId = SYSTEM) -> None:
        """Append `events` to `stream`."""
        for event in events:
            self._versions[stream] += 1
            name = f"{type(event).__module__.split('.')[1]}.{type(event).__name__}"
            self.notices.append(
                Notice(len(self.notices) + 1, stream, self._versions[stream], name, self.now, actor, event)
            )

    def act(self, account: UUID, *commands: AccountCommand) -> None:
        """Let the rules of accounts decide on `commands`; refusals pass through."""
        for command in commands:
            state = self.accounts.get(account, ACCOUNT.initial)
            events = ACCOUNT.decide(state, command)
            self.accounts[account] = fold(ACCOUNT, events, state)
            self.happen(account, *events)

    def quarantine(self, stream: UUID, name: str) -> None:
        """Append an event whose name nobody knows."""
        self._versions[stream] += 1
        position = len(self.notices) + 1
        self.notices.append(Notice(position, stream, self._versions[stream], name, self.now, SYSTEM, None))

    def later(self, **by: float) -> datetime:
        """Move the clock."""
        self.now += timedelta(**by)
        return self.now

    def page(self, after: int, limit: int) -> Sequence[Notice]:
        """The port: what came after."""
        self.pages_read += 1
        return self.notices[after : after + limit]

    def position(self) -> int:
        """The port: the newest position."""
        return self.notices[-1].position if self.notices else 0


class Window:
    """A log as it was when its newest event was at `newest`, in pages of at most `page_max`."""

    def __init__(self, log: Log, newest: int, page_max: int = 1_000) -> None:
        self._log = log
        self.newest = newest
        self.page_max = page_max

    def page(self, after: int, limit: int) -> Sequence[Notice]:
        """The port: what came after, up to the window's end."""
        return self._log.notices[after : min(self.newest, after + min(limit, self.page_max))]

    def position(self) -> int:
        """The port: the window's end."""
        return self.newest
