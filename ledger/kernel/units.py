"""The units an account can be kept in. Units never convert into each other except by a published rule."""

from enum import StrEnum


class Unit(StrEnum):
    """What an amount counts. Amounts are whole numbers of the unit's smallest part."""

    POINTS = "points"
    CARE_MINUTES = "care_minutes"
    PARTY_POINTS = "party_points"


AMOUNT_MAX = 1_000_000_000
"""No single amount, price or balance may pass this: far above any programme, far below what JSON readers lose."""
