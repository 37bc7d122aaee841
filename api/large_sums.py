"""Agreeing to a large sum asks the approver again who they are: above what one approver alone may agree to."""

import asyncio
from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

from litestar import Request
from sqlalchemy import Connection

from api.identity import require_step_up
from api.problems import BehindReader
from api.readers import Reader, newest, reading
from ledger.application.authority import Permission
from ledger.application.programme import DEFAULTS
from projections import people, settings


class Sum(NamedTuple):
    """An amount in some unit, of either sign, and the organisation whose settings say what is large."""

    organisation: UUID
    amount: int


async def ask_again_if_large(
    request: Request[Any, Any, Any], permission: Permission, find: Callable[[Connection], Sum | None]
) -> None:
    """Raise StepUpNeeded where the sum that `find` finds is large, or not known yet, and the caller's to agree to.

    What is not theirs is left to the ledger to refuse: an answer of ours would tell that it is there.
    """
    await asyncio.to_thread(_ask_again_if_large, request, permission, find)


def _ask_again_if_large(
    request: Request[Any, Any, Any], permission: Permission, find: Callable[[Connection], Sum | None]
) -> None:
    try:
        with reading(request, newest(request)) as reader:
            found = find(reader.connection)
            if found is None or not reader.may(permission, found.organisation) or not _is_large(reader, found):
                return
    except BehindReader:
        pass
    require_step_up(request)


def _is_large(reader: Reader, found: Sum) -> bool:
    line = [node.organisation for node in people.line_of(reader.connection, found.organisation, reader.today)]
    held = settings.in_force_along(reader.connection, line, reader.today)
    return abs(found.amount) > (held.settings if held else DEFAULTS).two_approvers_above
