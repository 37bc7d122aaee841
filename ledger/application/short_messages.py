"""Short messages to people's phones: what one is, and what is needed of whoever carries it.

A real carrier is one class with two methods, named by the setting `LINLI_SMS`. Nothing that must happen waits for a
message: whoever cannot be reached is told so, and goes to the counter.
"""

from datetime import datetime
from typing import Literal, Protocol

from msgspec import Struct

from ledger.kernel.ids import MemberId

Purpose = Literal["sign_in_code", "come_in_person", "pin_changed", "phone_changed", "announcement"]
"""Why it is sent: a code that was asked for, the advice to come to the counter instead, a warning to the old number, or
something that is about to happen."""


class ShortMessage(Struct, frozen=True, forbid_unknown_fields=True):
    """One message. phone: as the directory keeps it. text: at most 70 characters in one piece, more in several.

    member: whom it is for. at: when it was made, aware UTC.
    """

    member: MemberId
    phone: str
    text: str
    purpose: Purpose
    at: datetime


class NotCarried(Exception):
    """The carrier takes no messages at the moment. A fault: the person is told to go to the counter."""


class MessageCarrier(Protocol):
    """Takes messages to phones. Methods may be called from several threads, and may take seconds."""

    def check(self) -> None:
        """Raise `NotCarried` when no message would be taken now. Asked before it is known whom a message is for."""
        ...

    def send(self, message: ShortMessage) -> None:
        """Take the message; raise `NotCarried` where it was not taken."""
        ...


class NoCarrier:
    """Where a deployment sends no messages."""

    def check(self) -> None:
        """Refuse always."""
        raise NotCarried

    def send(self, message: ShortMessage) -> None:  # noqa: ARG002 - the signature of the port
        """Refuse always."""
        raise NotCarried
