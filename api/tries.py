"""Tries at showing who one is: counted by place besides by account, answered alike, and told to the audit log.

A flood of them must not fill that log: of an account only those that were looked at are told, then once that it is
locked; of names that nobody has as many for each address.
"""

import unicodedata
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Any, ClassVar, Literal, NamedTuple

from litestar import Request

from api.deployment import SIGN_IN, WRONG_SECRETS, CodeNotValid, Deployment, TooManyTries
from ledger.application.ports import LedgerBusy
from ledger.kernel.ids import MemberId
from ledger.kernel.refusal import Refusal

NAME_SUFFIX_CHARACTERS = 2
"""Tries are counted by address and the last characters of the account's name: those of a member number differ most, so
a hall's shared address does not lock all out."""

PLACE_BITS = 64

Way = Literal["code", "pin", "password", "totp"]


@dataclass(eq=False)
class SignInRefused(Refusal):
    """An account that nobody has, a wrong secret and one that was never set get one answer."""

    code: ClassVar[str] = "sign-in-refused"
    remembered: ClassVar[bool] = False


class Trying(NamedTuple):
    """Who tries, how and from where. subject: whose account it is, None where the name leads to nobody."""

    deployment: Deployment
    now: datetime
    address: str
    way: Way
    subject: MemberId | None = None
    failure: Literal["sign_in_failed", "step_up_failed"] = "sign_in_failed"


def address_of(request: Request[Any, Any, Any]) -> str:
    """From where a request comes, as tries are counted: an IPv6 household has 2⁶⁴ addresses and is one place.

    RFC 6177 gives every end site such a /64, or more of them.
    """
    host = request.client.host if request.client else "unknown"
    with suppress(ValueError):
        address = ip_address(host)
        if isinstance(address, IPv6Address):
            within = address.ipv4_mapped or IPv6Network((address.packed, PLACE_BITS), strict=False).network_address
            return str(within)
    return host


def plain(typed: str) -> str:
    """The letters and digits of what was typed, in one spelling."""
    return "".join(one for one in unicodedata.normalize("NFKC", typed).upper() if one.isascii() and one.isalnum())


@contextmanager
def counted_by_place(trying: Trying, name: str) -> Generator[None]:
    """Count one try of the account `name` from its place; given back when it passes. Raises TooManyTries."""
    key = f"sign-in:{trying.address} {plain(name)[-NAME_SUFFIX_CHARACTERS:]}"
    limits = trying.deployment.limits
    tried = limits.count(key, SIGN_IN, trying.now)
    if tried.wait_seconds is not None:
        raise TooManyTries(tried.wait_seconds, tried.tries == SIGN_IN.limit + 1)
    try:
        yield
    except LedgerBusy:
        # Nothing was looked at.
        limits.give_back(key, SIGN_IN, trying.now)
        raise
    limits.give_back(key, SIGN_IN, trying.now)


@contextmanager
def told(trying: Trying) -> Generator[None]:
    """Tell the audit log when it fails; of a sign-in, whatever was wrong becomes SignInRefused."""
    try:
        yield
    except TooManyTries as refused:
        if refused.first_of_window:
            _tell(trying, "locked")
        raise
    except CodeNotValid as refused:
        _tell(trying, refused.code)
        raise
    except WRONG_SECRETS as refused:
        _tell(trying, refused.code)
        if trying.failure == "step_up_failed":
            raise
        raise SignInRefused from None


def _tell(trying: Trying, reason: str) -> None:
    if trying.subject is None:
        _tell_of_place(trying, reason)
    else:
        facts = {"by": trying.way, "reason": reason}
        trying.deployment.audit_log.record(trying.failure, trying.now, subject=trying.subject, facts=facts)


def _tell_of_place(trying: Trying, reason: str) -> None:
    """Tell of a failure that is nobody's: the first few of an address and window, then once that there are more."""
    tried = trying.deployment.limits.count(f"told:{trying.address}", SIGN_IN, trying.now)
    if tried.tries <= SIGN_IN.limit + 1:
        facts = {"by": trying.way, "reason": reason if tried.wait_seconds is None else "many"}
        trying.deployment.audit_log.record(trying.failure, trying.now, facts=facts)
