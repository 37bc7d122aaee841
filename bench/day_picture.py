"""Draws a day of check-ins over time: how many were answered, who waited, memory, how far read models were behind."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure
from msgspec import Struct

COLOURS = {"SQLite": "#1f5fa8", "PostgreSQL": "#b4541a"}
SMOOTHED_SECONDS = 1.0
"""Rates are of the last second."""


class Moment(Struct, frozen=True):
    """What was seen `seconds` after the day began. answered: check-ins so far. queue: calls that waited for the writer.

    memory_mib: resident memory of the process. lag: events that the slowest read model had yet to see.
    """

    seconds: float
    answered: int
    queue: int
    memory_mib: float
    lag: int


def draw_day(file: Path, days: Mapping[str, Sequence[Moment]]) -> None:
    """Write the picture of one day on each database to `file`, an SVG whose words are text."""
    mpl.rcParams["svg.fonttype"] = "none"
    mpl.rcParams["svg.hashsalt"] = "city-day"
    figure = Figure(figsize=(9, 9), layout="constrained")
    panels: tuple[tuple[str, Callable[[Sequence[Moment]], list[float]]], ...] = (
        ("check-ins answered a second", _rates),
        ("calls waiting for the writer", lambda day: [one.queue for one in day]),
        ("memory of the process, MiB", lambda day: [one.memory_mib for one in day]),
        ("events the read models are behind", lambda day: [one.lag for one in day]),
    )
    for axes, (title, values) in zip(figure.subplots(len(panels), 1, sharex=True), panels, strict=True):
        for database, day in days.items():
            axes.plot([one.seconds for one in day], values(day), color=COLOURS[database], label=database, linewidth=1)
        axes.set_title(title, loc="left", fontsize=10)
        axes.set_ylim(bottom=0)
        axes.grid(visible=True, alpha=0.3)
    figure.axes[0].legend(loc="lower right", fontsize=9)
    figure.axes[-1].set_xlabel("seconds since the first check-in")
    most = max(day[-1].answered for day in days.values())
    figure.suptitle(f"A city's day of {most:,} check-ins, as fast as it goes", fontsize=12)
    figure.savefig(file, format="svg", metadata={"Date": None})


def _rates(day: Sequence[Moment]) -> list[float]:
    found: list[float] = []
    first = 0
    for one in day:
        while one.seconds - day[first].seconds > SMOOTHED_SECONDS:
            first += 1
        passed = one.seconds - day[first].seconds
        found.append((one.answered - day[first].answered) / passed if passed else 0.0)
    return found
