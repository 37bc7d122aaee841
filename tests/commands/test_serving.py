"""`linli serve` as a process: two on one folder, and one that is told to stop while it still answers."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from time import monotonic
from typing import Any

import httpx
import pytest
from pyotp.totp import TOTP

from tests.commands.conftest import Terminal

READY = re.compile(r"http://127\.0\.0\.1:(\d+)")
CODE = re.compile(r"登录码：(\S{4} \S{4})")
STARTS_WITHIN_SECONDS = 60
STOPS_WITHIN_SECONDS = 15


class Process:
    """A serving process on a port of its own."""

    def __init__(self, running: subprocess.Popen[str], port: int) -> None:
        self.running = running
        self.port = port

    def client(self, token: str = "") -> httpx.Client:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}", headers=headers, verify=False)

    def refuses_newcomers(self) -> None:
        """Wait until nobody new is let in."""
        until = monotonic() + STOPS_WITHIN_SECONDS
        while monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
            except ConnectionRefusedError:
                return
        raise AssertionError("it goes on letting people in")


@contextmanager
def serving(terminal: Terminal, **settings: str) -> Iterator[Process]:
    environment = {**os.environ, "LINLI_HOME": str(terminal.home), "LINLI_LANGUAGE": "zh-CN", "PORT": "0", **settings}
    command = [sys.executable, "-c", "from api.command_line import main; main()", "serve"]
    pipe = subprocess.PIPE
    running = subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe, text=True, encoding="utf-8")
    try:
        assert running.stdout is not None
        found = READY.search(running.stdout.readline())
        assert found, "it did not start"
        yield Process(running, int(found[1]))
    finally:
        running.kill()
        running.communicate()


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    return Terminal(tmp_path_factory.mktemp("served") / "home")


@pytest.fixture(scope="module")
def two(terminal: Terminal) -> Iterator[tuple[Process, Process]]:
    """Two processes on one folder, which the design does not mean and which is correct nevertheless."""
    with serving(terminal) as one, serving(terminal) as other:
        yield one, other


@pytest.fixture(scope="module")
def token(terminal: Terminal, two: tuple[Process, Process]) -> str:
    """Of an administrator who was made while both were serving."""
    created = terminal.run("admin", "create", "--name", "林晓", "--organisation", "向阳社区").output
    found = CODE.search(created)
    assert found, created
    with two[0].client() as client:
        enrolment = client.post("/v1/sessions", json={"code": found[1]}).json()
    assert enrolment["kind"] == "enrolment"
    with two[1].client(enrolment["token"]) as client:
        assert client.get("/v1/me").status_code == 401
        return enrolled(client)["token"]


def enrolled(client: httpx.Client) -> Any:
    """The session of staff that begins once password and authenticator are set."""
    client.post("/v1/me/credentials/password", json={"password": "sieben-leise-Kraniche"})
    secret = client.post("/v1/me/credentials/totp").json()["secret"]
    shown = client.post("/v1/me/credentials/totp/confirm", json={"code": TOTP(secret).now()}).json()
    assert shown["session"]["kind"] == "staff"
    return shown["session"]


def register(client: httpx.Client, name: str) -> Any:
    newest = client.get("/health/ready").json()["position"]
    home = client.get("/v1/me", params={"min_position": newest}).json()["home"]
    key = {"Idempotency-Key": f"register-{name.encode().hex()}"}
    return client.post("/v1/members", json={"name": name, "home": home}, headers=key)


def test_what_one_process_wrote_the_other_shows(two: tuple[Process, Process], token: str) -> None:
    for writing, reading, name in ((*two, "张秀英"), (*reversed(two), "李建国")):
        with writing.client(token) as writer, reading.client(token) as reader:
            made = register(writer, name)
            assert made.status_code == 201, made.text
            position = {"min_position": made.headers["ledger-position"]}
            assert reader.get(f"/v1/members/{made.json()['member']}", params=position).json()["name"] == name


def test_a_retry_at_the_other_process_is_the_same_command(two: tuple[Process, Process], token: str) -> None:
    with two[0].client(token) as one, two[1].client(token) as other:
        first, again = register(one, "周丽华"), register(other, "周丽华")

    assert again.headers["idempotent-replayed"] == "true"
    assert (again.json(), again.headers["ledger-position"]) == (first.json(), first.headers["ledger-position"])


def test_told_to_stop_it_finishes_what_it_was_asked(terminal: Terminal) -> None:
    body = json.dumps({"word": "WRONG234"})
    asked = (
        "POST /v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body[:5]}"
    )
    with serving(terminal) as process, closing(socket.create_connection(("127.0.0.1", process.port))) as slow:
        slow.sendall(asked.encode())
        with process.client() as client:
            client.get("/health/live")
        process.running.send_signal(signal.SIGTERM)
        process.refuses_newcomers()

        slow.sendall(body[5:].encode())

        assert slow.recv(1024).startswith(b"HTTP/1.1 400")
        told = process.running.communicate(timeout=STOPS_WITHIN_SECONDS)[1]
    assert "Traceback" not in told
    assert "WRONG234" not in told


def guess_from(process: Process, *addresses: str) -> list[int]:
    """The statuses of wrong sign-in codes, each said to come from another address."""
    with process.client() as client:
        return [
            client.post("/v1/sessions", json={"code": "WRONG234"}, headers={"X-Forwarded-For": address}).status_code
            for address in addresses
        ]


SEVEN = [f"10.0.0.{number}" for number in range(7)]


def test_who_guesses_codes_cannot_pretend_to_be_many(two: tuple[Process, Process]) -> None:
    assert guess_from(two[0], *SEVEN) == [422] * 5 + [429] * 2


def test_behind_a_proxy_that_is_named_people_are_told_apart(terminal: Terminal) -> None:
    with serving(terminal, LINLI_TRUSTED_PROXIES="127.0.0.1") as process:
        assert guess_from(process, *SEVEN) == [422] * 7
