"""Who is gone and why, what waits for a second person, consents over time, and what was done in whose name."""

from uuid import UUID, uuid4

from ledger.application.ports import Notice
from ledger.kernel.clock import business_day
from ledger.kernel.decider import Event
from ledger.kernel.ids import MemberId, MergeId, OrganisationId
from ledger.membership.events import (
    ConsentGiven,
    ConsentWithdrawn,
    DeathReported,
    DeathReportWithdrawn,
    GuardianEnded,
    GuardianNamed,
    HomeMoved,
    MemberDeceased,
    MemberLeft,
    MemberMerged,
    MemberRegistered,
    MemberReturned,
    MemberUnmerged,
    MemberVerified,
    MergeProposed,
    MergeRefused,
    ReturnProposed,
    UnmergeProposed,
)
from projections import member_records, people

from .conftest import Told
from .log import START, Log

HOME, NEXT_DOOR = (OrganisationId(uuid4()) for _ in range(2))
STAFF, APPROVER, MEMBER, OTHER = (MemberId(uuid4()) for _ in range(4))
MERGE = MergeId(uuid4())
HERE = (MemberRegistered(HOME), MemberVerified("identity-card", STAFF))


def test_who_is_gone_has_the_status_of_it_and_comes_back_as_they_were(told: Told) -> None:
    # given a verified member at each step of leaving, dying and being joined with another
    log, seen = Log(), list[tuple[str, UUID | None]]()
    log.happen(MEMBER, *HERE)
    steps = (
        MemberLeft("dormant"),
        MergeProposed(MERGE, OTHER, STAFF, "seen"),
        MemberMerged(MERGE, OTHER, APPROVER),
        MemberUnmerged(MERGE, APPROVER),
        MemberReturned(APPROVER),
        MemberDeceased(APPROVER),
        MemberReturned(APPROVER),
    )
    for step in steps:
        log.happen(MEMBER, step)
        # when the member is read
        row = people.member(told(log, people.PROJECTION), MEMBER)
        assert row
        seen.append((row.status, row.survivor))

    # then each step is seen, and what was before comes back
    assert seen == [
        ("left", None),
        ("left", None),
        ("merged", OTHER),
        ("left", None),
        ("verified", None),
        ("deceased", None),
        ("verified", None),
    ]


def test_a_member_is_counted_where_they_are_at_home_and_only_while_there(told: Told) -> None:
    log = Log()
    for member in (MEMBER, OTHER, STAFF):
        log.happen(member, MemberRegistered(HOME))
    log.happen(MEMBER, HomeMoved(NEXT_DOOR, business_day(START), "doorstep", APPROVER))
    log.happen(OTHER, MemberDeceased(APPROVER))
    log.happen(STAFF, GuardianNamed(MEMBER, "household-register", APPROVER))

    connection = told(log, people.PROJECTION)

    assert people.count_by_home(connection, [HOME, NEXT_DOOR]) == {HOME: 1, NEXT_DOOR: 1}
    child = people.member(connection, STAFF)
    assert child
    assert child.guardian == MEMBER
    log.happen(STAFF, GuardianEnded(MEMBER, APPROVER, "moved-away"))
    child = people.member(told(log, people.PROJECTION), STAFF)
    assert child
    assert child.guardian is None


def test_what_waits_for_a_second_person_is_listed_until_it_is_decided(told: Told) -> None:
    log = Log()
    log.happen(MEMBER, *HERE)

    def waiting() -> list[tuple[str, object]]:
        rows = member_records.proposals_in(told(log, member_records.PROJECTION), HOME)
        return [(row.kind, row.survivor) for row in rows]

    steps: list[tuple[Event, list[tuple[str, object]]]] = [
        (DeathReported(STAFF, "told"), [("death", None)]),
        (DeathReportWithdrawn(STAFF), []),
        (DeathReported(STAFF, "told"), [("death", None)]),
        (MemberDeceased(APPROVER), []),
        (ReturnProposed(STAFF, "seen"), [("return", None)]),
        (MemberReturned(APPROVER), []),
        (MergeProposed(MERGE, OTHER, STAFF, "seen"), [("merge", OTHER)]),
        (MergeRefused(MERGE, APPROVER, "sisters"), []),
        (MergeProposed(MERGE, OTHER, STAFF, "seen"), [("merge", OTHER)]),
        (MemberMerged(MERGE, OTHER, APPROVER), []),
        (UnmergeProposed(MERGE, STAFF, "seen"), [("unmerge", OTHER)]),
        (MemberUnmerged(MERGE, APPROVER), []),
    ]
    for step, left in steps:
        log.happen(MEMBER, step)
        assert waiting() == left, step


def test_consents_are_kept_over_time_with_who_entered_them(told: Told) -> None:
    log = Log()
    log.happen(MEMBER, *HERE, ConsentGiven("boards", "1"), ConsentWithdrawn("boards"), ConsentGiven("boards", "2025-1"))

    entries = member_records.consent_history(told(log, member_records.PROJECTION), MEMBER)

    assert [entry.text_version for entry in entries] == ["2025-1", None, "1"]
    assert {entry.purpose for entry in entries} == {"boards"}


def test_what_is_done_in_a_members_name_is_one_line_a_command(told: Told) -> None:
    log = Log()
    log.happen(MEMBER, *HERE, ConsentGiven("boards", "1"), ConsentWithdrawn("boards"))

    def for_member(notice: Notice) -> Notice:
        return notice._replace(actor=STAFF, on_behalf_of=MEMBER, basis="signed-paper")

    log.notices[2:] = [for_member(one) for one in log.notices[2:]]
    log.later(minutes=1)
    log.happen(MEMBER, ConsentGiven("notices", "1"))
    log.notices[-1] = for_member(log.notices[-1])

    connection = told(log, member_records.PROJECTION)

    lines = member_records.done_for(connection, MEMBER)
    assert [(line.position, line.actor, line.basis) for line in lines] == [
        (5, STAFF, "signed-paper"),
        (3, STAFF, "signed-paper"),
    ]
    assert [line.position for line in member_records.done_for(connection, MEMBER, before=5)] == [3]
