"""The kinds of values that bodies of several resources carry, each with its bounds."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from ledger.activities.activity import MARGIN_MINUTES_MAX
from ledger.kernel.units import AMOUNT_MAX

ONE_LINE = r"^(?=.*\S)[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+$(?!\n)"
"""Text that stands in one line as it was typed: nothing in it breaks the line, or turns round what stands beside it."""
Title = Annotated[str, Meta(min_length=1, max_length=120, pattern=ONE_LINE)]
"""What an activity, a task, a reward or an organisation is called."""
Words = Annotated[str, Meta(max_length=2_000)]
"""A description, or the place of an activity."""
Instant = Annotated[datetime, Meta(tz=True)]
Amount = Annotated[int, Meta(ge=1, le=AMOUNT_MAX)]
Pieces = Annotated[int, Meta(ge=1, le=100_000)]
Minutes = Annotated[int, Meta(ge=1, le=24 * 60)]
Margin = Annotated[int, Meta(ge=0, le=MARGIN_MINUTES_MAX)]
