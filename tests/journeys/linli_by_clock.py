"""`python -m tests.journeys.linli_by_clock FILE serve`: the command line as it is, told the time by a town's clock."""

import sys
from pathlib import Path

from api.command_line import main
from ledger.kernel.clock import SystemClock
from tests.journeys.town_clock import TownClock

if __name__ == "__main__":
    clock = TownClock(Path(sys.argv.pop(1)))
    SystemClock.now = lambda _: clock.now()
    main()
