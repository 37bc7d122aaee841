"""How commands speak: Chinese unless the terminal's language is English, one line a fact, errors in one line."""

import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, NoReturn

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from api.languages import said

Report = Callable[[int, int], None]

DONE, REFUSED = 0, 1
"""Exit codes: done; refused or found wrong. 2, for wrong usage, is click's own."""


def language() -> str:
    """`en` when LINLI_LANGUAGE or the terminal's locale says so, else `zh-CN`."""
    chosen = os.environ.get("LINLI_LANGUAGE") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "en" if chosen.lower().startswith("en") else "zh-CN"


def tell(sentence: str, **facts: Any) -> None:
    """One line to the person at the terminal."""
    click.echo(said(sentence, language(), **facts))


def stop(sentence: str, **facts: Any) -> NoReturn:
    """One line of error, and the exit code of a refusal."""
    click.echo(said(sentence, language(), **facts), err=True)
    raise SystemExit(REFUSED)


@contextmanager
def progress(sentence: str, **facts: Any) -> Generator[Report]:
    """A bar on the error stream while long work goes on; silent where there is no terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(said(sentence, language(), **facts), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
