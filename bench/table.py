"""The figures for people: one table a section, ours beside the peer's, and whether it is what we wanted."""

import os
import platform
import sqlite3
from itertools import groupby
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.figures import Book, Comparison, Figure


def machine() -> dict[str, str]:
    """What it was measured on."""
    models = [line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    return {
        "cores": str(os.cpu_count()),
        "processor": models[0] if models else platform.processor(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "load_before": f"{os.getloadavg()[0]:.2f}",
    }


def show(book: Book, about: dict[str, str]) -> None:
    """Print everything."""
    console = Console(width=max(120, Console().width))
    console.print(", ".join(f"{name} {value}" for name, value in about.items()))
    for section, lines in groupby(book.comparisons, key=lambda line: line.section):
        console.print(_section(book, section, list(lines)))
    for note in book.notes:
        console.print(f"- {note}")


def _section(book: Book, section: str, lines: list[Comparison]) -> Table:
    table = Table(title=section, title_justify="left", title_style="bold")
    table.add_column("")
    for name in ("Linli", "p50 / p99 ms", "peer", "p50 / p99 ms", "times", "wanted"):
        table.add_column(name, justify="right")
    for line in lines:
        peer = book.figures[line.peer] if line.peer else None
        table.add_row(
            line.label,
            *_cells(book.figures[line.ours]),
            *(_cells(peer) if peer else ("", "")),
            _times(book.ratio(line)),
            _wanted(book, line),
        )
    return table


def _cells(figure: Figure) -> tuple[str, str]:
    median = figure.median
    latencies = "" if median.p50_ms is None else f"{_short(median.p50_ms)} / {_short(median.p99_ms or 0)}"
    return f"{_short(median.value)} {figure.unit}", latencies


def _wanted(book: Book, line: Comparison) -> str:
    met = book.met(line)
    if met is None:
        return ""
    target = f"≥ {line.wanted_ratio:g}×" if line.wanted_ratio is not None else f"≥ {_short(line.wanted or 0)}"
    return f"{target} {'✓' if met else '✗ missed'}"


def _times(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.1f}×"


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _lines(file: str) -> list[str]:
    return Path(file).read_text().splitlines() if Path(file).exists() else []
