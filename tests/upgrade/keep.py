"""Keeps what a release leaves behind: one history of every command of points and goods, and the figures it tells.

`python -m tests.upgrade.keep 0.3.0`, once, when the release is made: from then on its folder is never written again.
"""

import json
import lzma
import sys
import tarfile
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import TemporaryDirectory

from hypothesis import seed, settings
from hypothesis.stateful import run_state_machine_as_test

from ledger.store.databases import Databases
from ledger.store.migrations import migrate
from tests.machine.machine import Machine, founded
from tests.machine.test_machine import GENERATED, MOVES_EACH

from .figures import figures_of

STORES = ("ledger.db", "directory.db", "state.db", "audit.db")


def keep(release: str) -> None:
    """Write `release-…`, which must not be there yet."""
    folder = Path(__file__).parent / f"release-{release}"
    folder.mkdir()
    with TemporaryDirectory() as place:
        home = _history(Path(place))
        with tarfile.open(folder / "home.tar.xz", "w:xz") as archive:
            for name in STORES:
                archive.add(home / name, arcname=name)
        told = json.dumps(figures_of(home), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        (folder / "figures.json.xz").write_bytes(lzma.compress(told.encode()))


def _history(place: Path) -> Path:
    template, kept = place / "template", place / "home"
    databases = Databases.open(template, None)
    migrate(databases)
    databases.close()

    class Kept(Machine):
        def teardown(self) -> None:
            self.world.close()
            rmtree(kept, ignore_errors=True)
            copytree(self.home, kept)
            rmtree(self.home.parent)

    Kept.template = founded(template)
    # The first history hypothesis tries is always the plainest; the last one is kept.
    run = settings(GENERATED, max_examples=3, stateful_step_count=2 * MOVES_EACH)
    run_state_machine_as_test(seed(2)(Kept), settings=run)
    return kept


if __name__ == "__main__":
    keep(*sys.argv[1:])
