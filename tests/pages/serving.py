"""The house on a loopback port, for a browser."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn
from litestar import Litestar

from api.app import build_app

from .house import House


@contextmanager
def served(house: House) -> Iterator[str]:
    """Serve the house; gives the address."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        app: Litestar = build_app(house.deployment)
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="on"))
        thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            deadline = time.monotonic() + 20
            while not server.started and thread.is_alive() and time.monotonic() < deadline:
                time.sleep(0.01)
            assert server.started
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(20)
