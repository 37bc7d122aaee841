"""Events that were stored in an older form are read as they were meant."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest
from msgspec import Raw

from ledger.kernel.envelope import Recorded
from ledger.kernel.ids import CommandId, FundId, MemberId, OrganisationId
from ledger.kernel.units import Unit
from ledger.redemption.events import Limit, RewardListed
from ledger.store.catalog import CATALOG, UPCASTS
from ledger.store.codec import Codec, UnreadableEvent

ID = UUID("5f0c954e-9d5c-4c6e-8d5b-0d7a9d3c2b1a")
LISTED = {"organisation": str(ID), "fund": str(ID), "unit": "points", "price": 4, "listed_by": str(ID)}


def stored(event: dict[str, object]) -> bytes:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    return msgspec.json.encode(Recorded(at, MemberId(ID), CommandId(ID), bytes(16), Raw(msgspec.json.encode(event))))


@pytest.mark.parametrize(
    ("older", "limits"),
    [
        ({}, ()),
        ({"pieces_per_member_month": 2}, (Limit("member", 2, "month"),)),
        ({"pieces_per_member_month": None}, ()),
    ],
)
def test_a_limit_of_a_month_is_read_as_one_of_the_limits(older: dict[str, object], limits: tuple[Limit, ...]) -> None:
    event = Codec().event("redemption.reward_listed.1", stored(LISTED | older))

    assert event == RewardListed(OrganisationId(ID), FundId(ID), Unit.POINTS, 4, MemberId(ID), limits)


def test_the_older_name_is_read_and_never_written() -> None:
    event = RewardListed(OrganisationId(ID), FundId(ID), Unit.POINTS, 4, MemberId(ID))

    assert CATALOG.names[type(event)] == "redemption.reward_listed.2"
    assert "redemption.reward_listed.1" in UPCASTS


def test_an_older_event_with_a_field_that_it_never_had_is_unreadable() -> None:
    with pytest.raises(UnreadableEvent):
        Codec().event("redemption.reward_listed.1", stored(LISTED | {"colour": "red"}))
