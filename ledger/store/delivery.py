"""Brings a batch's answers to those who wait: to threads one by one, to each event loop all of its answers at once."""

import asyncio
import logging
from collections.abc import Iterable
from concurrent.futures import Future
from typing import NamedTuple

from ledger.application.ports import Answer
from ledger.store.lanes import AnswerFuture, Waiting

_log = logging.getLogger(__name__)


class Reply(NamedTuple):
    """What one waiting caller gets: an answer, or the exception its future fails with."""

    waiting: Waiting
    result: Answer | Exception


def deliver(replies: Iterable[Reply]) -> None:
    """Resolve every future. Waking an event loop costs more than an answer does, so each is woken once a batch."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Reply]] = {}
    for reply in replies:
        if reply.waiting.loop is None:
            _resolve(reply.waiting.future, reply.result)
        else:
            by_loop.setdefault(reply.waiting.loop, []).append(reply)
    for loop, of_loop in by_loop.items():
        try:
            loop.call_soon_threadsafe(_resolve_all, of_loop)
        except RuntimeError:
            _log.warning("%d answers had no event loop left to go to", len(of_loop))


def _resolve_all(replies: list[Reply]) -> None:
    for reply in replies:
        _resolve(reply.waiting.future, reply.result)


def _resolve(future: AnswerFuture, result: Answer | Exception) -> None:
    if isinstance(future, Future):
        if not future.set_running_or_notify_cancel():
            return
    elif future.done():
        return
    if isinstance(result, Exception):
        future.set_exception(result)
    else:
        future.set_result(result)
