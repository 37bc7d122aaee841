"""A subscription of eventsourcing's kind that polls: it needs no notices from the database, so it works on both."""

from collections.abc import Sequence
from threading import Event

from eventsourcing.persistence import ApplicationRecorder, ListenNotifySubscription

POLL_SECONDS = 0.05


class LogSubscription(ListenNotifySubscription[ApplicationRecorder]):
    """Yields what is in the log after a position, then what is appended to it, within `POLL_SECONDS`."""

    def __init__(self, recorder: ApplicationRecorder, gt: int | None = None, topics: Sequence[str] = ()) -> None:
        super().__init__(recorder, gt=gt, topics=topics)
        silent, self._has_been_notified = self._has_been_notified, _PollingEvent()
        silent.set()


class _PollingEvent(Event):
    """An event that nobody need set: who waits on it looks again after `POLL_SECONDS`."""

    def wait(self, timeout: float | None = None) -> bool:
        return super().wait(POLL_SECONDS if timeout is None else timeout)
