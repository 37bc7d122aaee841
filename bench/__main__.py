"""`python -m bench [PART...]`: measures, prints a table, writes `bench/results.json`.

Parts: check-ins, commands, demonstration; growth, long-account, city-day, drill, search; all unless some are named.
"""

import sys
import time
from pathlib import Path

import click

from bench import check_ins, city_day, commands, demonstration_log, drill, growth, long_account, postgres, search
from bench.figures import Book
from bench.table import machine, show
from bench.wrk import NoLoad, require_wrk

FOLDER = Path(__file__).parent
PARTS = {
    "check-ins": check_ins.measure,
    "commands": commands.measure,
    "demonstration": demonstration_log.measure,
    "growth": growth.measure,
    "long-account": long_account.measure,
    "city-day": city_day.measure,
    "drill": drill.measure,
    "search": search.measure,
}


@click.command()
@click.argument("parts", nargs=-1, type=click.Choice(list(PARTS)))
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(1))
def main(parts: tuple[str, ...], rounds: int) -> None:
    """Measure PARTS, or everything."""
    wanted = parts or tuple(PARTS)
    book, about, started = Book(), machine(), time.monotonic()
    work = FOLDER / "work"
    work.mkdir(exist_ok=True)
    if "check-ins" in wanted:
        require_wrk()
    with postgres.running() as server:
        for part in wanted:
            print(f"{part} ...", file=sys.stderr)
            PARTS[part](book, work, server, rounds=rounds)
            book.write(FOLDER / "results.json", about)
    about["minutes"] = f"{(time.monotonic() - started) / 60:.1f}"
    book.write(FOLDER / "results.json", about)
    show(book, about)


if __name__ == "__main__":
    try:
        main()
    except NoLoad as fault:
        sys.exit(str(fault))
