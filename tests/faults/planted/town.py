"""A served town and somebody who speaks to it over HTTP, for stories in which something is wrong for a while."""

import time
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import httpx

from ledger.kernel.ids import MemberId
from ledger.store.databases import Databases
from tests.faults.kill_harness.serving import LINLI, Server
from tests.faults.kill_harness.town import Paper, settle

from .serving import Faults

WITHIN_SECONDS: Final = 30
ALARM_WITHIN_SECONDS: Final = 10
LOOKS_EVERY_SECONDS: Final = 0.05


class FaultyTown:
    """A server with planted faults, its people, and what they get to hear."""

    def __init__(self, server: Server, paper: Paper, faults: Faults) -> None:
        self.server = server
        self.paper = paper
        self.faults = faults
        self.origin = f"http://127.0.0.1:{server.port}"
        self.wanted = {"reward": str(paper.reward), "pieces": 1}
        self._client = httpx.Client(base_url=self.origin, verify=False, timeout=30)
        self._wishes = 0

    def get(self, path: str, by: MemberId | None = None, **asked: Any) -> httpx.Response:
        """One read."""
        return self._client.get(path, params=asked, headers=self._headers(by or self.paper.residents[0]))

    def post(self, path: str, body: Any, by: MemberId, key: str | None = None) -> httpx.Response:
        """One write."""
        headers = self._headers(by) | {"Idempotency-Key": key or str(uuid4())}
        return self._client.post(path, json=body, headers=headers)

    def wish(self, key: str | None = None) -> httpx.Response:
        """Somebody asks for a piece; each time somebody else."""
        return self.post("/v1/redemptions", self.wanted, self.anybody(), key)

    def anybody(self) -> MemberId:
        """A resident; each time another."""
        self.another_session()
        return self.paper.residents[self._wishes % len(self.paper.residents)]

    def another_session(self) -> None:
        """Speak from another device: each may ask only so often a minute."""
        self._wishes += 1

    def elsewhere(self, method: str, path: str, by: MemberId, **about: Any) -> httpx.Response:
        """One request over a connection of its own, which any of the serving processes may take."""
        headers = self._headers(by) | {"Idempotency-Key": str(uuid4())}
        with httpx.Client(base_url=self.origin, verify=False, timeout=30) as client:
            return client.request(method, path, headers=headers, **about)

    def health(self) -> Any:
        """What operations see."""
        return self._client.get("/health/ready").json()

    def metrics(self) -> str:
        """What Prometheus reads."""
        return self._client.get("/metrics").text

    def until(
        self, is_so: Callable[[], bool], seconds: float = WITHIN_SECONDS, *, every: float = LOOKS_EVERY_SECONDS
    ) -> None:
        """Wait for it, or fail. every: seconds between two looks; more where a look is a wish, which are limited."""
        deadline = time.monotonic() + seconds
        while not is_so():
            assert time.monotonic() < deadline, self.server.printed()
            time.sleep(every)

    def databases(self) -> closing[Databases]:
        """The stores, beside the process that serves them."""
        return closing(Databases.open(self.server.home, self.server.url))

    def hang_up(self) -> None:
        """Close the connections."""
        self._client.close()

    def _headers(self, member: MemberId) -> dict[str, str]:
        tokens = self.paper.tokens[member]
        # Another one each time, and another one too when it is the same resident's turn again.
        turn = self._wishes + self._wishes // len(self.paper.residents)
        return {"Authorization": f"Bearer {tokens[turn % len(tokens)]}", "Accept-Language": "en"}


@contextmanager
def faulty_town(folder: Path, url: str | None = None, *, workers: int = 1) -> Generator[FaultyTown]:
    """A new town, served until the block ends; nothing is wrong at first. Faults can be planted in one process only."""
    faults = Faults(folder / "faults")
    launcher = LINLI if workers > 1 else ("-m", "tests.faults.planted.serving", str(folder / "faults"))
    server = Server(folder / "home", url, launcher=launcher, workers=workers)
    paper = settle(server.home, url, activities=1, deeds=1)
    server.start()
    town = FaultyTown(server, paper, faults)
    try:
        server.settle()
        yield town
        server.stop()
    finally:
        server.kill()
        town.hang_up()
