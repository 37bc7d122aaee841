"""What a member agreed to, what waits for a second person, and what staff did in their name. Ids and codes only."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection

from ledger.application.ports import Notice
from ledger.kernel.decider import Event
from ledger.membership.events import (
    ConsentGiven,
    ConsentWithdrawn,
    DeathReported,
    DeathReportWithdrawn,
    HomeMoved,
    MemberDeceased,
    MemberMerged,
    MemberRegistered,
    MemberReturned,
    MemberUnmerged,
    MergeProposed,
    MergeRefused,
    ReturnProposed,
    UnmergeProposed,
)
from projections.projection import Handler, Projection
from projections.rows import Rowset
from projections.view_tables import ViewTable

ProposalKind = Literal["return", "death", "merge", "unmerge"]


class ConsentEntry(Struct, gc=False):
    """At `at` the member agreed to `purpose` in the wording `text_version`, or took it back (None).

    by: who entered it: the member, the guardian, or staff.
    """

    member: UUID
    position: int
    purpose: str
    text_version: str | None
    at: datetime
    by: UUID


class WaitingProposal(Struct, gc=False):
    """Something about a member at home in `home` that waits for a second person. basis: a code.

    survivor: with whom a duplicate is, or was, to be joined; None for the other kinds.
    """

    member: UUID
    kind: ProposalKind
    home: UUID
    proposed_by: UUID
    proposed_at: datetime
    basis: str
    survivor: UUID | None = None


class MemberHome(Struct, gc=False):
    """Where the member is at home, and with whom the registration was joined."""

    member: UUID
    home: UUID
    survivor: UUID | None = None


class DoneForMember(Struct, gc=False):
    """At `at` the actor did something in the member's name; `basis`: what showed that they might, a code.

    name: of the first event of it. position: of that event.
    """

    member: UUID
    at: datetime
    actor: UUID
    position: int
    basis: str
    name: str


CONSENT_ENTRIES = ViewTable(ConsentEntry, "consent_entries", key=2)
PROPOSALS = ViewTable(WaitingProposal, "member_proposals", key=2, indexes=[("home", "proposed_at")])
HOMES = ViewTable(MemberHome, "member_record_homes")
DONE_FOR = ViewTable(DoneForMember, "done_for_members", key=3, indexes=[("member", "position")])


def consent_history(connection: Connection, member: UUID) -> list[ConsentEntry]:
    """Every consent of `member` and every withdrawal, the newest first; at most 200."""
    c = CONSENT_ENTRIES.c
    found = CONSENT_ENTRIES.select().where(c.member == member).order_by(c.position.desc()).limit(200)
    return CONSENT_ENTRIES.read(connection, found)


def proposals_in(connection: Connection, home: UUID) -> list[WaitingProposal]:
    """What waits for a second person about members at home in `home`, the oldest first; at most 200."""
    c = PROPOSALS.c
    found = PROPOSALS.select().where(c.home == home).order_by(c.proposed_at, c.member).limit(200)
    return PROPOSALS.read(connection, found)


def done_for(
    connection: Connection, member: UUID, *, before: int | None = None, limit: int = 50
) -> list[DoneForMember]:
    """What others did in the name of `member`, the newest first; before: the position of the last one before."""
    c = DONE_FOR.c
    found = DONE_FOR.select().where(c.member == member).order_by(c.position.desc()).limit(limit)
    return DONE_FOR.read(connection, found if before is None else found.where(c.position < before))


def _consent(rows: Rowset, notice: Notice, event: ConsentGiven | ConsentWithdrawn) -> None:
    version = event.text_version if isinstance(event, ConsentGiven) else None
    entry = ConsentEntry(notice.stream, notice.position, event.purpose, version, notice.at, notice.actor)
    rows[CONSENT_ENTRIES].put(entry)


def _at_home(rows: Rowset, notice: Notice, event: MemberRegistered | HomeMoved) -> None:
    rows[HOMES].ensure(notice.stream, MemberHome, notice.stream, event.home).home = event.home


def _proposing(kind: ProposalKind) -> Handler:
    def handler(
        rows: Rowset, notice: Notice, event: ReturnProposed | DeathReported | MergeProposed | UnmergeProposed
    ) -> None:
        row = rows[HOMES].change(notice.stream)
        by = event.reported_by if isinstance(event, DeathReported) else event.proposed_by
        survivor = event.survivor if isinstance(event, MergeProposed) else row.survivor
        waiting = WaitingProposal(notice.stream, kind, row.home, by, notice.at, event.basis, survivor)
        rows[PROPOSALS].put(waiting)

    return handler


def _decided(kind: ProposalKind) -> Handler:
    def handler(rows: Rowset, notice: Notice, event: Event) -> None:
        if rows[PROPOSALS].find((notice.stream, kind)) is not None:
            rows[PROPOSALS].remove((notice.stream, kind))
        if isinstance(event, MemberMerged | MemberUnmerged):
            row = rows[HOMES].change(notice.stream)
            row.survivor = event.survivor if isinstance(event, MemberMerged) else None

    return handler


def _any(rows: Rowset, notice: Notice, _event: Event) -> None:
    member = notice.on_behalf_of
    if member is None or member == notice.actor:
        return
    key = (member, notice.at, notice.actor)
    if rows[DONE_FOR].find(key) is None:
        rows[DONE_FOR].put(DoneForMember(*key, notice.position, notice.basis or "", notice.name))


PROJECTION = Projection(
    name="member_records",
    version=1,
    tables=(CONSENT_ENTRIES, PROPOSALS, HOMES, DONE_FOR),
    handlers={
        MemberRegistered: _at_home,
        HomeMoved: _at_home,
        ConsentGiven: _consent,
        ConsentWithdrawn: _consent,
        ReturnProposed: _proposing("return"),
        MemberReturned: _decided("return"),
        DeathReported: _proposing("death"),
        DeathReportWithdrawn: _decided("death"),
        MemberDeceased: _decided("death"),
        MergeProposed: _proposing("merge"),
        MergeRefused: _decided("merge"),
        MemberMerged: _decided("merge"),
        UnmergeProposed: _proposing("unmerge"),
        MemberUnmerged: _decided("unmerge"),
    },
    every=_any,
)
