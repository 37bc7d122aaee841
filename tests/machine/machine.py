"""A history is a sequence of moves; hypothesis chooses them, the laws judge each command and each move."""

from collections import Counter
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import mkdtemp
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from . import moves_accounts, moves_awards, moves_goods, moves_members, moves_shelf
from .town import Town
from .world import World

MOVES = [
    move
    for moves in (moves_accounts, moves_awards, moves_shelf, moves_goods, moves_members)
    for move in moves.MOVES
    for _ in range(move.weight)
]


MEMORY = Path("/dev/shm")
"""A folder in memory where the system has one."""


class Machine(RuleBasedStateMachine):
    """One history on a copy of `template`, the founded town. tries, moves: of all histories together.

    reads_figures: half of the time goes into read models; who looks for something else leaves them out.
    """

    template: ClassVar[Path]
    reads_figures: ClassVar[bool] = True
    tries: ClassVar[Counter[tuple[str, bool]]] = Counter()
    moves: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(mkdtemp(prefix="linli-machine-", dir=MEMORY if MEMORY.is_dir() else None)) / "home"
        copytree(self.template, self.home)
        self.world = World(self.home)

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        self.town = Town(self.world, data, reads_figures=self.reads_figures)

    @rule(index=st.integers(0, len(MOVES) - 1), data=st.data())
    def move(self, index: int, data: st.DataObject) -> None:
        self.town.choose = type(self.town.choose)(data)
        self.world.wait(minutes=1)
        MOVES[index].make(self.town)
        self.town.laws.after_move()
        Machine.moves += 1

    def teardown(self) -> None:
        Machine.tries += self.world.tries
        self.world.close()
        rmtree(self.home.parent)


def founded(home: Path) -> Path:
    """A home with the founded town, to be copied."""
    world = World(home)
    world.found()
    world.close()
    return home
