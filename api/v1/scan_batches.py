"""Scans that a device kept while it was offline, sent many at a time: each row is a command of its own.

A row is named by its device and number for ever, whatever request or session it comes with, so a device that heard no
answer sends it again. What codes say is read and looked up here, once a request; what a row comes to, the ledger says.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, NamedTuple
from uuid import UUID

from litestar import Request, Response, post
from litestar.params import JSONBody
from msgspec import Meta, Struct
from msgspec.structs import replace

from api.answers import JSON, answers, outcome_of, told, written
from api.decoding import Strict
from api.deployment import Deployment
from api.identity import WITHOUT_KEY, SignInNeeded, needs, proof_of
from api.languages import preferred, said
from api.problems import BehindReader
from api.readers import reading
from api.sentences import sentence
from api.sentences.devices import ANSWERS
from api.settings import BODY_BYTES_MAX
from api.v1.body_fields import Instant
from api.v1.devices import SequenceRange, missing_ranges
from ledger.activities.activity import Direction
from ledger.activities.device_refusals import SequenceReused
from ledger.application.authority import Permission
from ledger.application.ports import Answer, Call, CommandKey, KeyReused, LedgerBusy, Refused
from ledger.application.scans import RECORD_DEVICE_SCAN, CodeSeen, RecordDeviceScan
from ledger.application.work import Outcome
from ledger.kernel.ids import ActivityId, CardId, DeviceId, SessionId
from projections import device_scans
from qr.links import token_in
from qr.refusals import NotOurCode
from qr.tokens import LiveMemberCode, MemberCard, Token, read, shown_between

ROWS_MAX = 100
"""A request's rows: 100 cards take some 30 KB, far below the limit of a body (256 KiB)."""
SEQUENCE_MAX = 1_000_000_000
CODE_CHARACTERS_MAX = 4_296
"""All that a QR code can hold: whatever was scanned, it must not hold up the rows beside it."""
BUG = "internal"
RANGES_MAX = 200
"""Missing ranges told with a batch, the lowest ones; the device's own page tells more."""


class ScanRow(Struct, frozen=True, forbid_unknown_fields=True):
    """One scan. sequence: the device's own number, from 1, never used twice. token: what the scanner read.

    seen_at: when, by the device's clock. session: which session of the activity the device means; it may be left out,
    and the session is found by the time in any case.
    """

    sequence: Annotated[int, Meta(ge=1, le=SEQUENCE_MAX)]
    activity: UUID
    token: Annotated[str, Meta(max_length=CODE_CHARACTERS_MAX)]
    direction: Direction
    seen_at: Instant
    session: UUID | None = None


class BatchBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Scans of one device. sent_at: now, by the same clock of the device as every `seen_at`."""

    device: UUID
    sent_at: Instant
    rows: Annotated[tuple[ScanRow, ...], Meta(min_length=1, max_length=ROWS_MAX)]


class RowAnswer(Struct, frozen=True):
    """What became of a row. accepted: it counts. for_review: it is kept, and staff decide. not_recorded: send it again,
    unless the reason is `sequence-reused`: another scan stands under this number.

    reason: a code, also for what is accepted (`checked-in`, `already-in`, …); text: the same for a person. scan: its
    id, attendance: the visit. known: the row came before, and this is its first answer.
    """

    sequence: int
    outcome: Literal["accepted", "for_review", "not_recorded"]
    reason: str
    text: str
    scan: UUID | None = None
    attendance: UUID | None = None
    known: bool = False


class BatchAnswer(Struct, frozen=True):
    """The rows in the order in which they came. missing: numbers below `last_sequence`, the highest that ever came,
    which never did: at most the lowest 200 ranges of the `missing_count` numbers. The last three are null where the
    figures are not that far yet.
    """

    device: UUID
    rows: list[RowAnswer]
    position: int
    last_sequence: int | None
    missing_count: int | None
    missing: list[SequenceRange] | None


class _Gaps(NamedTuple):
    last_sequence: int
    missing_count: int
    missing: list[SequenceRange]


@post(
    "/scans/batch",
    opt=needs(Permission.SCAN_OTHERS) | WITHOUT_KEY,
    dto=Strict[BatchBody],
    return_dto=None,
    status_code=200,
    request_max_body_size=BODY_BYTES_MAX,
    responses=answers(BatchAnswer),
    tags=["scans"],
)
async def record_scans(request: Request[Any, Any, Any], data: JSONBody[BatchBody]) -> Response[bytes]:
    """Record what a device scanned, whenever that was: each row has its own answer, and none holds up another.

    No Idempotency-Key is needed: device and sequence name a row. Sent again it gets its first answer, whoever sends
    it. A row is refused only where another one came under its number, or the ledger is busy; whatever else stands in
    the way, it is kept for review, with the reason.
    """
    deployment: Deployment = request.app.state.deployment
    now = deployment.clock.now()
    seen = await asyncio.to_thread(_codes_seen, deployment, data.rows, now)
    calls = [_call(request, data, row, code=code, at=now) for row, code in zip(data.rows, seen, strict=True)]
    # In the order of their numbers: of the same member's two scans the earlier one is decided on first.
    order = sorted(range(len(calls)), key=lambda place: data.rows[place].sequence)
    futures = [deployment.ledger.submit_async(calls[place], lane="front") for place in order]
    found = dict(zip(order, await asyncio.gather(*futures, return_exceptions=True), strict=True))
    return await _answered(request, data, [found[place] for place in range(len(calls))])


async def _answered(
    request: Request[Any, Any, Any], data: BatchBody, results: Sequence[Answer | BaseException]
) -> Response[bytes]:
    deployment: Deployment = request.app.state.deployment
    _raise_where_nothing_could_be_done(results)
    deployment.sessions.seen(proof_of(request).token_hash)
    language = preferred(request.headers.get("accept-language"))
    rows = [_row(row.sequence, result, language) for row, result in zip(data.rows, results, strict=True)]
    done = [one for one in results if isinstance(one, Answer)]
    position = max((one.position for one in done), default=0)
    gaps = await asyncio.to_thread(_gaps, request, data.device, position)
    payload = BatchAnswer(data.device, rows, position, *(gaps or (None, None, None)))
    for one in done:
        if isinstance(one.result, Outcome):
            return written(one._replace(position=position, replayed=all(row.known for row in rows)), payload)
    return told(payload)


def _codes_seen(deployment: Deployment, rows: Sequence[ScanRow], now: datetime) -> list[CodeSeen]:
    """What each row's code turned out to be: signatures here, owners with one look-up for all cards, one for phones."""
    tokens = [_genuine(deployment, row.token) for row in rows]
    cards = deployment.directory.members_of_cards(one.card for one in tokens if isinstance(one, MemberCard))
    phones = deployment.sessions.members_of_devices(
        (one.device for one in tokens if isinstance(one, LiveMemberCode)), now
    )
    seen: list[CodeSeen] = []
    for row, token in zip(rows, tokens, strict=True):
        match token:
            case MemberCard():
                found = CodeSeen("card", cards.get(token.card), CardId(token.card))
            case LiveMemberCode():
                shown_from, valid_until = shown_between(token)
                owner = phones.get(token.device)
                found = CodeSeen("live_code", owner, shown_from=shown_from, valid_until=valid_until)
            case _:
                found = CodeSeen()
        digest = None if found.member else deployment.ledger.digest(row.token.encode()).hex()
        seen.append(replace(found, digest=digest))
    return seen


def _genuine(deployment: Deployment, text: str) -> Token | None:
    """Bad codes are not counted against the scanner here: at a door they happen, and each is kept for staff to see."""
    try:
        return read(token_in(text), deployment.tokens)
    except NotOurCode:
        return None


def _call(request: Request[Any, Any, Any], data: BatchBody, row: ScanRow, *, code: CodeSeen, at: datetime) -> Call:
    deployment: Deployment = request.app.state.deployment
    content = JSON.encode(row)
    asked = RecordDeviceScan(
        device=DeviceId(data.device),
        sequence=row.sequence,
        content=deployment.ledger.digest(content).hex(),
        activity=ActivityId(row.activity),
        direction=row.direction,
        seen_at=row.seen_at,
        sent_at=data.sent_at,
        code=code,
        session=SessionId(row.session) if row.session else None,
    )
    key = CommandKey(f"device {data.device}", str(row.sequence), content)
    return Call(RECORD_DEVICE_SCAN, asked, proof_of(request), key, at)


def _raise_where_nothing_could_be_done(results: Sequence[Answer | BaseException]) -> None:
    """Where no row was answered for what it says, the request is: nobody is signed in, no such device, the ledger busy.

    Raises what stands in the way of the first.
    """
    if any(_reason(one) is None or _is_reused(one) for one in results):
        return
    first = results[0]
    if isinstance(first, BaseException):
        raise first
    outcome_of(first)


def _row(sequence: int, result: Answer | BaseException, language: str) -> RowAnswer:
    if isinstance(result, Answer) and isinstance(result.result, Outcome):
        done = result.result
        text = said(ANSWERS[done.code], language) if done.code in ANSWERS else sentence(done.code, language)
        outcome = "for_review" if done.figures["for_review"] else "accepted"
        known = result.replayed or bool(done.figures["known"])
        scan, attendance = done.ids["scan"], done.ids.get("attendance")
        return RowAnswer(sequence, outcome, done.code, text, scan=scan, attendance=attendance, known=known)
    reason = _reason(result) or BUG
    return RowAnswer(sequence, "not_recorded", reason, sentence(reason, language))


def _reason(result: Answer | BaseException) -> str | None:
    """Why the row was not recorded; None where it was."""
    match result:
        case Answer():
            return result.result.code if isinstance(result.result, Refused) else None
        case KeyReused():
            return SequenceReused.code
        case LedgerBusy():
            return result.code
        case _:
            return BUG


def _is_reused(result: Answer | BaseException) -> bool:
    return _reason(result) == SequenceReused.code


def _gaps(request: Request[Any, Any, Any], device: UUID, position: int) -> _Gaps | None:
    """What is missing, as of `position`; None where the figures do not get there in time, or somebody else's device."""
    try:
        with reading(request, position) as reader:
            row = device_scans.device(reader.connection, device)
            if row is None or not reader.may(Permission.SCAN_OTHERS, row.organisation):
                return None
            missing = missing_ranges(reader, device, below=row.last_sequence, limit=RANGES_MAX)
            return _Gaps(row.last_sequence, row.last_sequence - row.recorded, missing)
    except (BehindReader, SignInNeeded):
        return None


HANDLERS = [record_scans]
