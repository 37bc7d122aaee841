"""What one member has used in one month: by unit, by day, and which minutes."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from ledger.awards.events import Span, UsageReleased, UsageReserved
from ledger.awards.refusals import UsageAlreadyReserved, UsageNotReserved
from ledger.awards.usage import USAGE, ReleaseUsage, ReserveUsage, Usage, UsageCommand, month_of, usage_id
from ledger.kernel.decider import fold
from ledger.kernel.ids import AwardId, MemberId
from ledger.kernel.units import Unit

MEMBER = MemberId(UUID(int=1))
NINE_TO_TEN = Span(datetime(2025, 10, 15, 1, tzinfo=UTC), datetime(2025, 10, 15, 2, tzinfo=UTC))


def reserve(award: int, amount: int, day: int = 15, unit: Unit = Unit.POINTS) -> ReserveUsage:
    return ReserveUsage(AwardId(UUID(int=award)), unit, date(2025, 10, day), amount, (NINE_TO_TEN,))


def used(*commands: UsageCommand) -> Usage:
    usage = Usage()
    for command in commands:
        usage = fold(USAGE, USAGE.decide(usage, command), usage)
    return usage


def test_usage_is_counted_by_unit_day_and_month() -> None:
    usage = used(reserve(1, 2), reserve(2, 3), reserve(3, 4, day=16), reserve(4, 90, unit=Unit.CARE_MINUTES))

    assert usage.on_day(Unit.POINTS, date(2025, 10, 15)) == 5
    assert usage.in_month(Unit.POINTS) == 9
    assert usage.in_month(Unit.CARE_MINUTES) == 90
    assert usage.spans(Unit.CARE_MINUTES) == (NINE_TO_TEN,)


def test_released_usage_no_longer_counts() -> None:
    usage = used(reserve(1, 2), reserve(2, 3), ReleaseUsage(AwardId(UUID(int=1))))

    assert usage.in_month(Unit.POINTS) == 3


def test_an_award_reserves_once_and_releases_only_what_it_reserved() -> None:
    one = AwardId(UUID(int=1))
    assert isinstance(USAGE.decide(used(), reserve(1, 2))[0], UsageReserved)
    assert USAGE.decide(used(reserve(1, 2)), ReleaseUsage(one)) == (UsageReleased(one),)

    with pytest.raises(UsageAlreadyReserved):
        USAGE.decide(used(reserve(1, 2)), reserve(1, 2))
    for usage in (used(), used(reserve(1, 2), ReleaseUsage(one))):
        with pytest.raises(UsageNotReserved):
            USAGE.decide(usage, ReleaseUsage(one))


def test_every_member_has_one_usage_a_month() -> None:
    assert month_of(date(2025, 1, 31)) == "2025-01"
    assert usage_id(MEMBER, "2025-01") != usage_id(MEMBER, "2025-02")
