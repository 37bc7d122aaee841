"""Whether this process lives, whether it should get requests, and its meters. Nothing here names a person."""

import time
from typing import Any

from litestar import Request, Response, get
from msgspec import Struct
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import Connection, text

from api.answers import JSON, answers
from api.deployment import DATABASE_FAULTS, Deployment
from api.identity import PUBLIC, needs

LAG_EVENTS_MAX = 5_000
"""Further behind than this, figures mislead: our default, a few seconds of catching up."""
QUEUE_MAX = 1_500
"""Three quarters of what may wait for the writer."""
SKEW_SECONDS_MAX = 5.0
"""A clock that is further from the database's must not date events."""


class Readiness(Struct, frozen=True):
    """ready: send requests here. lag_events: of the slowest read model. parked: read models that stopped at an event.

    clock_skew_seconds: this machine's clock minus the database's. problems: codes of what is wrong. alarms: codes of
    what somebody has to look at, though every process is as good as another: `figures-parked` (with what stopped where
    in `parked_at`), and `log-cut-short`, where read models have seen events that the log has not.
    """

    ready: bool
    position: int
    lag_events: int
    parked: list[str]
    queue: int
    clock_skew_seconds: float
    problems: list[str]
    alarms: list[str] = []
    parked_at: dict[str, int] = {}


@get("/health/live", opt=needs(PUBLIC), sync_to_thread=False, include_in_schema=True, tags=["operations"])
def live() -> dict[str, str]:
    """Whether the process answers at all."""
    return {"status": "live"}


@get(
    "/health/ready",
    opt=needs(PUBLIC),
    sync_to_thread=True,
    responses=answers(Readiness) | answers(Readiness, 503),
    tags=["operations"],
)
def ready(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Whether this process should get requests: 503 with the reasons when not."""
    found = _readiness(request.app.state.deployment)
    headers = {"Cache-Control": "no-store"} | ({} if found.ready else {"Retry-After": "1"})
    return Response(
        JSON.encode(found), status_code=200 if found.ready else 503, headers=headers, media_type="application/json"
    )


@get("/metrics", opt=needs(PUBLIC), sync_to_thread=True, include_in_schema=False)
def metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The meters, as Prometheus reads them."""
    return Response(request.app.state.meters.text(), headers={"Content-Type": CONTENT_TYPE_LATEST})


def _readiness(deployment: Deployment) -> Readiness:
    try:
        with deployment.views() as connection:
            skew = time.time() - _database_seconds(connection)
        lags = deployment.figures.lag()
        parked = {one.name: one.parked_at or 0 for one in deployment.figures.parked()}
        position = deployment.feed.position()
    except DATABASE_FAULTS:
        queue = deployment.ledger.queue_length()
        return Readiness(False, 0, 0, [], queue, 0.0, ["database-unavailable"])
    queue = deployment.ledger.queue_length()
    lag = max((behind for name, behind in lags.items() if name not in parked), default=0)
    codes = _true(
        {
            "figures-behind": lag > LAG_EVENTS_MAX,
            "ledger-busy": queue > QUEUE_MAX,
            "clock-skew": abs(skew) > SKEW_SECONDS_MAX,
            "clock-wrong": not deployment.clock_watch.is_right(),
        }
    )
    alarms = _true({"figures-parked": bool(parked), "log-cut-short": min(lags.values(), default=0) < 0})
    lag = max(lags.values(), default=0)
    return Readiness(not codes, position, lag, sorted(parked), queue, round(skew, 3), codes, alarms, parked)


def _true(found: dict[str, bool]) -> list[str]:
    return [code for code, is_so in found.items() if is_so]


def _database_seconds(connection: Connection) -> float:
    postgres = connection.dialect.name == "postgresql"
    now = "extract(epoch from clock_timestamp())" if postgres else "(julianday('now') - 2440587.5) * 86400"
    return float(connection.execute(text(f"SELECT {now}")).scalar_one())


HANDLERS = [live, ready, metrics]
