"""The load: wrk, one thread, a number of connections that each send the next check-in when the answer is there."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from uuid import UUID

import msgspec
from msgspec import Struct

from qr.keys import TokenKeys
from qr.tokens import STEP_SECONDS, KioskCode, sign, step_at

SCRIPT = Path(__file__).parent / "load.lua"
CODES_FOR_MINUTES = 30


class Load(Struct, frozen=True):
    """What one load came to. answers: in all; refused: answers of 400 and above; lost: without any answer.

    next: the number of the first request that was not sent.
    """

    answers: int
    refused: int
    lost: int
    seconds: float
    p50_ms: float
    p99_ms: float
    next: int

    @property
    def good(self) -> int:
        """Answers that say it was done."""
        return self.answers - self.refused

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return self.good / self.seconds


class NoLoad(Exception):
    """wrk is not there or did not work; told in one line."""


def require_wrk() -> None:
    """Make sure that wrk is there: as root on Debian by installing it, else by saying how."""
    if shutil.which("wrk"):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        command = "apt-get update -qq && apt-get install -y -qq --no-install-recommends wrk >/dev/null"
        subprocess.run(["sh", "-c", command], check=False)
    if not shutil.which("wrk"):
        raise NoLoad("wrk is needed to make the load. On Debian: apt-get install wrk")


class Walkers(Struct, frozen=True):
    """Files that tell wrk who checks in and with which code."""

    tokens: Path
    codes: Path

    @classmethod
    def written(
        cls, folder: Path, tokens: Sequence[str], activities: Sequence[UUID], keys: TokenKeys, now: datetime
    ) -> "Walkers":
        """Write the tokens, and the codes the screens at the doors will show in the next half hour."""
        found = cls(folder / "tokens.txt", folder / "codes.txt")
        found.tokens.write_text("".join(f"{token}\n" for token in tokens))
        first = step_at(now)
        steps = range(first, first + CODES_FOR_MINUTES * 60 // STEP_SECONDS)
        found.codes.write_text(
            "".join(
                f"{number} {step} {sign(KioskCode(activity, step), keys)}\n"
                for number, activity in enumerate(activities)
                for step in steps
            )
        )
        return found


def check_in(url: str, walkers: Walkers, *, clients: int, seconds: int, first: int) -> Load:
    """Let `clients` connections check members in for `seconds`, beginning with request number `first`."""
    with NamedTemporaryFile(suffix=".json") as out:
        told: Mapping[str, str] = {
            "LINLI_BENCH_FROM": str(first),
            "LINLI_BENCH_TOKENS": str(walkers.tokens),
            "LINLI_BENCH_CODES": str(walkers.codes),
            "LINLI_BENCH_OUT": out.name,
        }
        command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "10s", "-s", str(SCRIPT), url]
        ran = subprocess.run(
            command, env={**os.environ, **told}, capture_output=True, text=True, timeout=seconds + 60, check=False
        )
        written = Path(out.name).read_bytes()
    if not written:
        raise NoLoad(f"wrk failed: {ran.stdout} {ran.stderr}")
    return msgspec.json.decode(written, type=Load)
