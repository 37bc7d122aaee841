"""What could be taken by whoever signs in as somebody: above a threshold, no member of staff alone gives a new way in.

Whoever hands out a code could use it themselves; points are goods on a shelf.
"""

from datetime import date

from sqlalchemy import Connection

from ledger.application.programme import DEFAULTS
from ledger.kernel.units import Unit
from projections import balances, people, settings
from projections.people import MemberRow


def is_for_two(connection: Connection, member: MemberRow, today: date) -> bool:
    """Whether `member` has more points than the programme at their home lets one member of staff open up.

    Points that are set aside for goods count, for their vouchers could be shown.
    """
    line = [node.organisation for node in people.line_of(connection, member.home)]
    held = settings.in_force_along(connection, line, today)
    numbers = held.settings if held else DEFAULTS
    above = numbers.slip_by_two_above
    threshold = numbers.other_keeper_above if above is None else above
    return points(connection, member) > threshold


def points(connection: Connection, member: MemberRow) -> int:
    """The points in the account of `member`, what is set aside included; 0 where there is none."""
    found = balances.of_owner(connection, member.member)
    return sum(one.posted for one in found if one.unit == Unit.POINTS)
