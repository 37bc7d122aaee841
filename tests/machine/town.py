"""What moves work with: the world, its books, and choices that hypothesis makes."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from hypothesis import strategies as st

from ledger.application.work import UseCase
from ledger.kernel.ids import MemberId

from .laws import Laws
from .people import EVERYBODY, named
from .world import Asked, World

T = TypeVar("T")

NOTHING = named("nothing")
"""An id that names nothing."""
WRONG_PERCENT = 18
"""How often a move asks for what should be refused, in one way or another."""


class Chooser:
    """Choices out of hypothesis' data, so that a failing history is found again and made smaller."""

    def __init__(self, data: st.DataObject) -> None:
        self._draw = data.draw

    def number(self, smallest: int, largest: int) -> int:
        return self._draw(st.integers(smallest, largest))

    def one(self, options: Sequence[T]) -> T:
        return options[self._draw(st.integers(0, len(options) - 1))]

    def often(self, percent: int) -> bool:
        return self._draw(st.integers(0, 99)) < percent


class Town:
    """A world with its books. Each command that is asked is checked by the laws of the books at once."""

    def __init__(self, world: World, data: st.DataObject, *, reads_figures: bool = True) -> None:
        self.world = world
        self.laws = Laws(world, reads_figures=reads_figures)
        self.laws.enter(world.history())
        self.choose = Chooser(data)

    def ask(self, use_case: UseCase[Any], request: object, actor: MemberId) -> Asked:
        """One command; now and then sent again, or asked for a second time as a new one."""
        asked = self.world.ask(use_case, request, actor)
        self.laws.after(asked)
        if self.choose.often(4):
            self.laws.again(asked)
        if self.choose.often(7):
            self.laws.after(self.world.ask(use_case, request, actor))
        return asked

    def actor(self, *right: MemberId) -> MemberId:
        """One of those who may, or now and then anybody."""
        return self.choose.one(EVERYBODY if self.choose.often(WRONG_PERCENT) else right)

    def pick(self, found: Sequence[UUID], instead: Callable[[], UUID | None]) -> UUID:
        """One of the newest of `found`; where there is none, what `instead` makes; now and then one that is not."""
        if self.choose.often(4):
            return NOTHING
        if found and not self.choose.often(10):
            return self.choose.one(found[-6:])
        return instead() or instead() or (self.choose.one(found) if found else NOTHING)


class Move(NamedTuple):
    """One kind of thing that people do. weight: how often, against the others."""

    name: str
    make: Callable[[Town], object]
    weight: int = 2
