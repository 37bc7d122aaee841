"""What was measured: samples of each figure, their medians, and which figures stand against each other."""

import statistics
from pathlib import Path

import msgspec
from msgspec import Struct, field


class Sample(Struct, frozen=True):
    """One round. Latencies in milliseconds; None where a figure has none."""

    value: float
    p50_ms: float | None = None
    p99_ms: float | None = None


class Figure(Struct):
    """Every round of one figure. unit: of its values."""

    unit: str
    samples: list[Sample] = field(default_factory=list)

    @property
    def median(self) -> Sample:
        """The medians of the rounds, each column for itself."""
        values = [sample.value for sample in self.samples]
        return Sample(
            statistics.median(values),
            _median([sample.p50_ms for sample in self.samples]),
            _median([sample.p99_ms for sample in self.samples]),
        )


class Comparison(Struct, frozen=True):
    """One line of the table. ours, peer: names of figures; against: what the peer is.

    wanted_ratio: ours to the peer's, at least; wanted_most: at most; wanted: of ours alone, at least.
    """

    section: str
    label: str
    ours: str
    peer: str | None = None
    against: str = ""
    wanted_ratio: float | None = None
    wanted: float | None = None
    wanted_most: float | None = None


class Book:
    """Collects figures by name; the table and the file are made from it."""

    def __init__(self) -> None:
        self.figures: dict[str, Figure] = {}
        self.comparisons: list[Comparison] = []
        self.notes: list[str] = []

    def sample(
        self, name: str, unit: str, value: float, *, p50_ms: float | None = None, p99_ms: float | None = None
    ) -> None:
        """Add one round of the figure `name`."""
        self.figures.setdefault(name, Figure(unit)).samples.append(Sample(value, p50_ms, p99_ms))

    def ratio(self, line: Comparison) -> float | None:
        """How many times the peer's figure ours is; the median of the rounds' own ratios, since a machine drifts."""
        if line.peer is None:
            return None
        pairs = zip(self.figures[line.ours].samples, self.figures[line.peer].samples, strict=True)
        return statistics.median(ours.value / peer.value for ours, peer in pairs)

    def met(self, line: Comparison) -> bool | None:
        """Whether the line is as good as wanted; None where nothing is wanted of it."""
        ratio = self.ratio(line)
        if line.wanted_ratio is not None and ratio is not None:
            return ratio >= line.wanted_ratio
        if line.wanted_most is not None and ratio is not None:
            return ratio <= line.wanted_most
        return None if line.wanted is None else self.figures[line.ours].median.value >= line.wanted

    def write(self, file: Path, machine: dict[str, str]) -> None:
        """Keep everything as JSON."""
        figures = {
            name: {"unit": figure.unit, "median": figure.median, "rounds": figure.samples}
            for name, figure in self.figures.items()
        }
        lines = [
            {**msgspec.to_builtins(line), "ratio": self.ratio(line), "met": self.met(line)} for line in self.comparisons
        ]
        kept = {"machine": machine, "comparisons": lines, "figures": figures, "notes": self.notes}
        file.write_bytes(msgspec.json.format(msgspec.json.encode(kept)) + b"\n")


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` (0 to 1) of them lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _median(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None
