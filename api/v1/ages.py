"""Whether somebody is fourteen: asked of the directory when it matters, and told to the ledger in a request alone.

No event tells an age or a birthday (Personal Information Protection Law, articles 28 and 31).
"""

import asyncio
from datetime import date
from typing import Any, Final

from litestar import Request

from api.deployment import Deployment
from ledger.kernel.clock import business_day
from ledger.kernel.ids import MemberId

OF_AGE_YEARS: Final = 14
"""Personal Information Protection Law, article 31."""


async def of_age(request: Request[Any, Any, Any], member: MemberId) -> bool:
    """Whether the directory does not say that `member` is under fourteen; who stated no birthday is taken as grown."""
    return await asyncio.to_thread(_of_age, request.app.state.deployment, member)


def _of_age(deployment: Deployment, member: MemberId) -> bool:
    stated = deployment.directory.read([member], "birth_date").get(member)
    number = None if stated else deployment.directory.read([member], "identity_number").get(member)
    if stated is None and number is None:
        return True
    born = date.fromisoformat(stated or _born_on(number or ""))
    return _birthday(born, OF_AGE_YEARS) <= business_day(deployment.clock.now())


def _born_on(identity_number: str) -> str:
    """The day in the 7th to 14th digit (GB 11643); the directory checked the number when it was written."""
    digits = identity_number[6:14]
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"


def _birthday(born: date, years: int) -> date:
    """The day on which `years` are full; who was born on 29 February has it on 1 March of other years."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)
