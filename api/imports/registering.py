"""Imports the new rows of a list: keys first, then texts, then one command a row, many of them in flight.

A run that was cut off leaves keys and texts without an event; the next one finds both by the key and completes them.
"""

import time
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from typing import NamedTuple
from uuid import uuid4

from msgspec import Struct

from api.deployment import Deployment
from api.imports.member_rows import MemberRow
from api.imports.members import Checking, Found
from api.imports.tables import Problem
from ledger.application.imports import IMPORT_MEMBER, ImportMember, Opening, Signed
from ledger.application.ports import Answer, Call, CommandKey, LedgerBusy, Refused
from ledger.kernel.ids import HouseholdId, MemberId
from ledger.kernel.units import Unit

IN_FLIGHT_MAX = 512
"""A few batches of the writer: it never waits for rows, and the back lane never fills."""
TRIES_MAX = 20
"""How often a row is sent again to a ledger that is busy: some minutes."""


class Terms(Struct, frozen=True):
    """What holds for all rows of an import. verified_basis: a code, None: its people are not verified by it."""

    actor: MemberId
    unit: Unit
    verified_basis: str | None = None


class _Asked(NamedTuple):
    row: int
    call: Call
    future: "Future[Answer]"


class Registering:
    """Writes what is new. imported, refused: how many rows the ledger took, and what stood in the way of others."""

    def __init__(self, deployment: Deployment, checking: Checking, terms: Terms) -> None:
        self._deployment = deployment
        self.checking = checking
        self.terms = terms
        self._waiting: deque[_Asked] = deque()
        self.refused: list[Problem] = []
        self.counts: Counter[str] = Counter()

    def page(self, found: Found) -> None:
        """Write and ask for the new rows of one page; some of their answers are still to come."""
        if not found.new:
            return
        keys = self._deployment.import_keys
        households = self._household_keys(found.new)
        bound = keys.bind({key: uuid4() for key in [*found.keys.values(), *households.values()]})
        members = {row.row: MemberId(bound[found.keys[row.row]]) for row in found.new}
        self._deployment.directory.write_many([(members[row.row], row.texts) for row in found.new])
        self._deployment.directory.number_members(list(members.values()))
        for row in found.new:
            household = bound.get(households.get(row.row, b""))
            self._ask(row, members[row.row], household and HouseholdId(household))

    def finish(self) -> None:
        """Wait for all answers."""
        while self._waiting:
            self._settle()

    def _household_keys(self, rows: Sequence[MemberRow]) -> Mapping[int, bytes]:
        return {row.row: key for row in rows if (key := self.checking.household_key(row))}

    def _ask(self, row: MemberRow, member: MemberId, household: HouseholdId | None) -> None:
        home = self.checking.place(row)
        if home is None:
            raise AssertionError("a row without a place was let through")
        terms = self.terms
        asked = ImportMember(
            member,
            home,
            household,
            terms.verified_basis,
            self._signed(row),
            (Opening(terms.unit, row.opening),) if row.opening else (),
        )
        key = CommandKey("import members", str(member), b"")
        call = Call(IMPORT_MEMBER, asked, terms.actor, key, self._deployment.clock.now())
        self._waiting.append(_Asked(row.row, call, self._deployment.ledger.submit(call, lane="back")))
        if len(self._waiting) >= IN_FLIGHT_MAX:
            self._settle()

    def _signed(self, row: MemberRow) -> Signed | None:
        purpose = self.checking.scope.consent_purpose
        return Signed(purpose, row.consent) if row.consent and purpose else None

    def _settle(self) -> None:
        row, call, future = self._waiting.popleft()
        result = self._answer(call, future).result
        if isinstance(result, Refused):
            self.refused.append(Problem(row, "", "", f"refused-{result.code}"))
        else:
            self.counts[result.code] += 1

    def _answer(self, call: Call, future: "Future[Answer]") -> Answer:
        """The answer, asked for again under the same key while the ledger is busy. Raises LedgerBusy in the end."""
        for _ in range(TRIES_MAX):
            try:
                return future.result()
            except LedgerBusy as busy:
                time.sleep(busy.retry_after_seconds)
                future = self._deployment.ledger.submit(call, lane="back")
        return future.result()
