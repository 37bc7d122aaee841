"""Freezes of an account: proposed by one person, done by another for some days, lasting longer by an auditor's word.

Days are the community's days and count whole. Reasons are codes.
"""

from datetime import date
from typing import Literal

from msgspec import Struct

from ledger.kernel.decider import Event
from ledger.kernel.ids import MemberId

FreezeDirection = Literal["in", "out", "both"]


class Freeze(Struct, frozen=True, forbid_unknown_fields=True):
    """Nothing comes in (`in`), nothing is held or given away (`out`), or `both`, through the day `until`.

    reason: a code. frozen_by: the approver who did it.
    """

    direction: FreezeDirection
    until: date
    reason: str
    frozen_by: MemberId


class FreezeAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """A freeze that was proposed: what, through which day, why (a code), and by which member of staff."""

    direction: FreezeDirection
    until: date
    reason: str
    proposed_by: MemberId


class FreezeProposed(Event, frozen=True):
    """Staff asked that the account be frozen through the day `until`; nothing is stopped yet. reason: a code.

    It takes the place of an older proposal that nobody decided on.
    """

    direction: FreezeDirection
    reason: str
    until: date
    proposed_by: MemberId


class FreezeDeclined(Event, frozen=True):
    """The freeze that was proposed is not done. reason: a code. declined_by: an approver."""

    reason: str
    declined_by: MemberId


class AccountFrozen(Event, frozen=True):
    """The account was frozen through the day `until`. reason: a code. What is held already stays as it is.

    proposed_by: whose proposal the approver followed; None: nobody's, and then for a few days only. Whatever was
    proposed before is decided by it.
    """

    direction: FreezeDirection
    reason: str
    until: date
    frozen_by: MemberId
    proposed_by: MemberId | None = None


class FreezeExtended(Event, frozen=True):
    """The freeze lasts through the day `until` instead. reason: a code. extended_by: an auditor."""

    until: date
    reason: str
    extended_by: MemberId


class AccountUnfrozen(Event, frozen=True):
    """The freeze ended before its day. reason: a code."""

    reason: str
    by: MemberId
