"""People with member numbers and PINs, guessers at many addresses, and those who only want to sign in meanwhile."""

import json
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from typing import Final, NamedTuple
from uuid import uuid4

from api_town import found_town, run

from api.settings import Settings
from api.wiring import open_deployment
from ledger.application.members import REGISTER_MEMBER, RegisterMember
from ledger.kernel.ids import MemberId

PIN: Final = "481926"
ADDRESSES: Final = 250
"""127.0.1.1 to 127.0.1.250: whoever guesses from one address only is stopped there."""


class Crowd(NamedTuple):
    """Member numbers. attacked: whose PINs are guessed; others: who sign in meanwhile. start: the ledger's position."""

    attacked: tuple[str, ...]
    others: tuple[str, ...]
    start: int


class Attack(NamedTuple):
    """What came of it. answers: to the guesses, by status; signed_in: seconds that each of the others waited."""

    answers: Counter[int]
    signed_in: list[float]
    refused: list[str]
    seconds: float


def settle(home: Path, url: str | None, *, attacked: int, others: int) -> Crowd:
    """A town on a deployment of its own, and people in it who have a PIN."""
    deployment = open_deployment(Settings(home, url))
    try:
        deployment.figures.prepare()
        deployment.ledger.start()
        town = found_town(deployment)
        members = [MemberId(uuid4()) for _ in range(attacked + others)]
        for member in members:
            run(deployment, REGISTER_MEMBER, RegisterMember(member, town.community), actor=town.founder)
            deployment.credentials.set_pin(member, PIN, deployment.clock.now())
        numbers = deployment.directory.number_members(members)
        named = [str(numbers[member]) for member in members]
        deployment.figures.catch_up()
        return Crowd(tuple(named[:attacked]), tuple(named[attacked:]), deployment.feed.position())
    finally:
        deployment.ledger.stop()
        deployment.close()


def attack(port: int, crowd: Crowd, *, guesses: int, clients: int, rounds: int) -> Attack:
    """Guess from many addresses at once; meanwhile everybody else signs in `rounds` times, one after the other."""
    began = time.monotonic()
    with ThreadPoolExecutor(clients + 1) as pool:
        parts = [pool.submit(_guess, port, crowd.attacked, guesses // clients, number) for number in range(clients)]
        signing_in = pool.submit(_sign_in, port, crowd.others, rounds)
        answers = sum((part.result() for part in parts), Counter[int]())
        waited, refused = signing_in.result()
    return Attack(answers, waited, refused, time.monotonic() - began)


def _guess(port: int, attacked: Sequence[str], guesses: int, number: int) -> Counter[int]:
    chance, answers = Random(number), Counter[int]()
    for _ in range(guesses):
        address = f"127.0.1.{chance.randint(1, ADDRESSES)}"
        status, _ = _ask(port, address, chance.choice(attacked), f"{chance.randrange(10**6):06}")
        answers[status] += 1
    return answers


def _sign_in(port: int, others: Sequence[str], rounds: int) -> tuple[list[float], list[str]]:
    waited, refused = list[float](), list[str]()
    for round_number in range(rounds):
        for place, number in enumerate(others):
            began = time.monotonic()
            status, said = _ask(port, f"127.0.2.{1 + (round_number * len(others) + place) % ADDRESSES}", number, PIN)
            waited.append(time.monotonic() - began)
            if status != 201:
                refused.append(f"{status} {said}")
    return waited, refused


def _ask(port: int, address: str, account: str, pin: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=120, source_address=(address, 0))
    try:
        body = json.dumps({"account": account, "pin": pin})
        connection.request("POST", "/v1/sessions/pin", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()
