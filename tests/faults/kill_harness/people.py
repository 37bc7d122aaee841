"""`python -m tests.faults.kill_harness.people HOME PAPER JOURNAL PORT`: people at work until the input ends.

They check in, ask for goods, take them back, approve, hand out: many streams in one command, each under a key of its
own, retried until answered. One process holds them all, and it is the one that keeps the journal.
"""

import sys
from collections.abc import Callable
from itertools import product
from pathlib import Path
from random import Random
from threading import Event, Thread
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec

from ledger.kernel.ids import MemberId
from qr.keys import TokenKeys
from qr.tokens import Voucher, sign

from .calling import Telephone
from .journal import Answered, Pen, Sent
from .town import Paper, token_keys

THREADS: Final = 8
HANGS_UP_ONE_IN: Final = 10
"""So that every serving process gets its share of the people."""


class Person:
    """One thread, which acts for whoever is next. rest: awards and visits that are its own, each used up once."""

    def __init__(self, number: int, paper: Paper, keys: TokenKeys, telephone: Telephone, pen: Pen) -> None:
        self._paper = paper
        self._keys = keys
        self._telephone = telephone
        self._pen = pen
        self._chance = Random(number)
        self._awards = paper.awards[number::THREADS]
        self._visits = list(product(paper.residents, paper.posters))[number::THREADS]
        self._chance.shuffle(self._visits)

    def act_until(self, enough: Event) -> None:
        """One thing after another; what was begun is finished."""
        things = (self._exchange, self._exchange, self._change_their_mind, self._visit, self._visit, self._approve)
        while not enough.is_set():
            thing: Callable[[], None] = self._chance.choice(things)
            thing()
            if self._chance.randrange(HANGS_UP_ONE_IN) == 0:
                self._telephone.hang_up()

    def _exchange(self) -> None:
        redemption = self._request()
        if redemption is None:
            return
        approved = self._ask(self._paper.approver, f"/v1/redemptions/{redemption}/approve")
        ready = approved and self._ask(self._paper.keeper, f"/v1/redemptions/{redemption}/ready")
        if ready:
            voucher = {"token": sign(Voucher(redemption), self._keys)}
            self._ask(self._paper.keeper, "/v1/vouchers/hand-over", voucher)

    def _change_their_mind(self) -> None:
        asker = self._chance.choice(self._paper.residents)
        redemption = self._request(asker)
        if redemption is not None:
            self._ask(asker, f"/v1/redemptions/{redemption}/cancel", {})

    def _request(self, asker: MemberId | None = None) -> UUID | None:
        body = {"reward": self._paper.reward, "pieces": self._chance.randint(1, 2)}
        asked = self._ask(asker or self._chance.choice(self._paper.residents), "/v1/redemptions", body)
        return asked.redemption if asked else None

    def _visit(self) -> None:
        if self._visits:
            member, poster = self._visits.pop()
            directions = self._chance.choice((["in", "out"], ["in", "in", "out"], ["in"]))
            for direction in directions:
                self._ask(member, "/v1/check-ins", {"token": poster, "direction": direction})

    def _approve(self) -> None:
        if self._awards:
            self._ask(self._paper.approver, "/v1/awards/approve", {"awards": self._awards.pop()})

    def _ask(self, actor: MemberId, path: str, body: Any = None) -> Answered | None:
        """The answer; None where a rule said no, which ends what was begun."""
        text = "" if body is None else msgspec.json.encode(body).decode()
        sent = Sent(str(uuid4()), actor, path, text)
        self._pen.write(sent)
        answered = self._telephone.ask(sent)
        self._pen.write(answered)
        return answered if answered.accepted else None


def main(home: str, paper: str, journal: str, port: str) -> None:
    """Let everybody act until the input ends; a thread that failed fails the process."""
    read, keys, pen, enough = Paper.read(Path(paper)), token_keys(Path(home)), Pen(Path(journal)), Event()
    people = [Person(one, read, keys, Telephone(int(port), read.tokens), pen) for one in range(THREADS)]
    failed: list[BaseException] = []

    def act(person: Person) -> None:
        try:
            person.act_until(enough)
        except BaseException as error:
            failed.append(error)
            raise

    threads = [Thread(target=act, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    sys.stdin.read()
    enough.set()
    for thread in threads:
        thread.join()
    if failed:
        raise SystemExit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
