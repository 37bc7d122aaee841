"""The figures for people: one table a section, ours beside the peer's, and whether it is what we wanted."""

import os
import platform
import sqlite3
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bench.figures import Book, Comparison

WIDTH_MIN = 172


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
    console = Console(width=max(WIDTH_MIN, Console().width))
    console.print(", ".join(f"{name} {value}" for name, value in about.items()))
    sections: dict[str, list[Comparison]] = {}
    for line in book.comparisons:
        sections.setdefault(line.section, []).append(line)
    for section, lines in sections.items():
        console.print(_section(book, section, lines))
    for note in book.notes:
        console.print(f"- {note}")


def _section(book: Book, section: str, lines: list[Comparison]) -> Table:
    table = Table(title=section, title_justify="left", title_style="bold", box=SIMPLE_HEAD)
    table.add_column("", no_wrap=True)
    has_peers = any(line.peer for line in lines)
    peers = ("against", "its figure", "p50 / p99 ms", "times") if has_peers else ()
    for name in ("Linli", "p50 / p99 ms", *peers, "wanted"):
        table.add_column(name, justify="left" if name == "against" else "right", no_wrap=True)
    for line in lines:
        table.add_row(
            line.label, *_cells(book, line.ours), *(_peer_cells(book, line) if peers else ()), _wanted(book, line)
        )
    return table


def _peer_cells(book: Book, line: Comparison) -> tuple[str, str, str, str]:
    if line.peer is None:
        return "", "", "", ""
    return line.against, *_cells(book, line.peer), f"{book.ratio(line):.2f}×"


def _cells(book: Book, name: str) -> tuple[str, str]:
    figure = book.figures[name]
    median = figure.median
    latencies = "" if median.p50_ms is None else f"{_short(median.p50_ms)} / {_short(median.p99_ms or 0)}"
    return f"{_short(median.value)} {figure.unit}", latencies


def _wanted(book: Book, line: Comparison) -> str:
    met = book.met(line)
    if met is None:
        return ""
    return f"{_target(line)} {'✓' if met else '✗ missed'}"


def _target(line: Comparison) -> str:
    if line.wanted_ratio is not None:
        return f"≥ {line.wanted_ratio:g}×"
    return f"≤ {line.wanted_most:g}×" if line.wanted_most is not None else f"≥ {_short(line.wanted or 0)}"


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _lines(file: str) -> list[str]:
    return Path(file).read_text().splitlines() if Path(file).exists() else []
