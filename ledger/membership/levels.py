"""The levels of the two trees: the administrative one, from province to building, and the party's beside it."""

from typing import Final, Literal, get_args

from ledger.membership.events import Level

Tree = Literal["administrative", "party"]

LEVELS: Final[tuple[Level, ...]] = get_args(Level)
"""Of both trees, each from the widest to the narrowest."""
PARTY_LEVELS: Final[frozenset[Level]] = frozenset(
    ("party_committee", "party_general_branch", "party_branch", "party_group")
)
SEAT_LEVELS: Final[frozenset[Level]] = frozenset(("grid", "micro_grid", "building", "party_branch", "party_group"))
"""Where people sit: below the community they are at home in, and in the branch or group whose meetings they go to."""


def tree_of(level: Level) -> Tree:
    """The tree that nodes of this level stand in."""
    return "party" if level in PARTY_LEVELS else "administrative"


def lies_below(level: Level, parent_level: Level) -> bool:
    """Whether a node of `level` can stand below one of `parent_level`: in the same tree, and narrower."""
    return tree_of(level) == tree_of(parent_level) and LEVELS.index(level) > LEVELS.index(parent_level)
