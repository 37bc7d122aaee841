"""Stories of one member: standing, consents, cards, roles, household; and the table of command by status."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

import pytest

from ledger.kernel.decider import fold
from ledger.kernel.ids import CardId, HouseholdId, MemberId, OrganisationId, RoleId
from ledger.kernel.refusal import Refusal
from ledger.membership.events import (
    CardIssued,
    CardRevoked,
    ConsentGiven,
    ConsentWithdrawn,
    HouseholdJoined,
    HouseholdLeft,
    MemberEvent,
    MemberLeft,
    MemberRegistered,
    MemberReinstated,
    MemberSuspended,
    MemberVerified,
    RoleEnded,
    RoleGranted,
)
from ledger.membership.member import (
    MEMBER,
    AddConsent,
    DropConsent,
    End,
    Grant,
    Issue,
    MemberCommand,
    MoveIn,
    MoveOut,
    Register,
    Reinstate,
    Revoke,
    Suspend,
    Verify,
)

ELDER = MemberId(UUID(int=1))
CLERK = MemberId(UUID(int=2))
HOME = OrganisationId(UUID(int=3))
CARD = CardId(UUID(int=4))
ROLE = RoleId(UUID(int=5))
HOUSEHOLD = HouseholdId(UUID(int=6))
DAY = date(2025, 10, 15)
LAST_DAY = DAY + timedelta(days=30)

REGISTERED = (MemberRegistered(HOME),)
ACTIVE = (*REGISTERED, MemberVerified("identity-card", CLERK))
SUSPENDED = (*ACTIVE, MemberSuspended("complaint"))
LEFT = (*ACTIVE, MemberLeft())
WITH_CARD = (*ACTIVE, CardIssued(CARD))
WITH_LOST_CARD = (*WITH_CARD, CardRevoked(CARD, "lost"))
WITH_ROLE = (*ACTIVE, RoleGranted(ROLE, "staff", HOME, DAY, LAST_DAY))
AT_HOME = (*ACTIVE, HouseholdJoined(HOUSEHOLD, DAY))

VERIFY = Verify(member=ELDER, basis="identity-card", verified_by=CLERK)


def grant(from_day: date = DAY, until_day: date | None = None, granted_by: MemberId = CLERK) -> Grant:
    return Grant(
        member=ELDER,
        role_id=ROLE,
        role="staff",
        organisation=HOME,
        from_day=from_day,
        until_day=until_day,
        granted_by=granted_by,
    )


GRANT = grant()


@pytest.mark.parametrize(
    ("given", "when", "then"),
    [
        ((), Register(HOME), MemberRegistered(HOME)),
        (REGISTERED, VERIFY, MemberVerified("identity-card", CLERK)),
        (REGISTERED, Suspend("complaint"), MemberSuspended("complaint")),
        (SUSPENDED, Reinstate(), MemberReinstated()),
        (ACTIVE, AddConsent("boards", "2025-1"), ConsentGiven("boards", "2025-1")),
        ((*ACTIVE, ConsentGiven("boards", "1")), AddConsent("boards", "2"), ConsentGiven("boards", "2")),
        ((*SUSPENDED, ConsentGiven("boards", "1")), DropConsent("boards"), ConsentWithdrawn("boards")),
        (ACTIVE, Issue(CARD), CardIssued(CARD)),
        (WITH_CARD, Issue(CardId(UUID(int=9))), CardIssued(CardId(UUID(int=9)))),
        (WITH_CARD, Revoke(CARD, "lost"), CardRevoked(CARD, "lost")),
        (ACTIVE, GRANT, RoleGranted(ROLE, "staff", HOME, DAY, None)),
        (ACTIVE, grant(until_day=DAY), RoleGranted(ROLE, "staff", HOME, DAY, DAY)),
        (WITH_ROLE, grant(LAST_DAY + timedelta(days=1)), RoleGranted(ROLE, "staff", HOME, date(2025, 11, 15), None)),
        (WITH_ROLE, End(ROLE), RoleEnded(ROLE)),
        (ACTIVE, MoveIn(HOUSEHOLD, DAY), HouseholdJoined(HOUSEHOLD, DAY)),
        (AT_HOME, MoveOut(DAY), HouseholdLeft(HOUSEHOLD, DAY)),
    ],
)
def test_a_command_in_order_becomes_one_event(
    given: Sequence[MemberEvent], when: MemberCommand, then: MemberEvent
) -> None:
    assert MEMBER.decide(fold(MEMBER, given), when) == (then,)


@pytest.mark.parametrize(
    ("given", "when", "code", "facts"),
    [
        (ACTIVE, Register(HOME), "already-registered", {"home": HOME}),
        (LEFT, Register(HOME), "already-registered", {"home": HOME}),
        (REGISTERED, Verify(member=ELDER, basis="x", verified_by=ELDER), "own-verification", {}),
        (ACTIVE, VERIFY, "already-verified", {"verified_by": CLERK}),
        (SUSPENDED, Suspend("fraud"), "already-suspended", {"reason": "complaint"}),
        (ACTIVE, Reinstate(), "not-suspended", {}),
        (ACTIVE, DropConsent("boards"), "consent-not-given", {"purpose": "boards"}),
        (WITH_CARD, Issue(CARD), "card-already-issued", {"card": CARD}),
        (WITH_LOST_CARD, Issue(CARD), "card-already-revoked", {"card": CARD}),
        (WITH_LOST_CARD, Revoke(CARD, "lost"), "card-already-revoked", {"card": CARD}),
        (ACTIVE, Revoke(CARD, "lost"), "unknown-card", {"card": CARD}),
        (ACTIVE, grant(granted_by=ELDER), "own-role", {"role": "staff"}),
        (REGISTERED, GRANT, "role-before-verification", {"role": "staff"}),
        (
            ACTIVE,
            grant(until_day=DAY - timedelta(days=1)),
            "role-ends-before-it-starts",
            {"from_day": DAY, "until_day": DAY - timedelta(days=1)},
        ),
        (
            WITH_ROLE,
            grant(from_day=LAST_DAY),
            "role-already-held",
            {"role_id": ROLE, "from_day": DAY, "until_day": LAST_DAY},
        ),
        (ACTIVE, End(ROLE), "unknown-role", {"role_id": ROLE}),
        ((*WITH_ROLE, RoleEnded(ROLE)), End(ROLE), "unknown-role", {"role_id": ROLE}),
        (AT_HOME, MoveIn(HOUSEHOLD, DAY), "already-in-household", {"household": HOUSEHOLD}),
        (ACTIVE, MoveOut(DAY), "not-in-household", {}),
    ],
)
def test_a_command_out_of_order_is_refused_with_its_facts(
    given: Sequence[MemberEvent], when: MemberCommand, code: str, facts: dict[str, object]
) -> None:
    with pytest.raises(Refusal) as refusal:
        MEMBER.decide(fold(MEMBER, given), when)

    assert (refusal.value.code, refusal.value.facts()) == (code, facts)


EVERY_OTHER_COMMAND: tuple[MemberCommand, ...] = (
    VERIFY,
    Suspend("x"),
    Reinstate(),
    AddConsent("boards", "1"),
    DropConsent("boards"),
    Issue(CARD),
    Revoke(CARD, "lost"),
    GRANT,
    End(ROLE),
    MoveIn(HOUSEHOLD, DAY),
    MoveOut(DAY),
)


@pytest.mark.parametrize("when", EVERY_OTHER_COMMAND, ids=lambda command: type(command).__name__)
@pytest.mark.parametrize(("given", "code"), [((), "unknown-member"), (LEFT, "member-has-left")])
def test_nothing_can_be_asked_of_an_unknown_member_or_one_who_left(
    given: Sequence[MemberEvent], code: str, when: MemberCommand
) -> None:
    with pytest.raises(Refusal) as refusal:
        MEMBER.decide(fold(MEMBER, given), when)

    assert (refusal.value.code, refusal.value.facts()) == (code, {})


def test_the_checks_of_a_grant_come_in_their_order() -> None:
    everything_wrong = grant(from_day=LAST_DAY, until_day=DAY - timedelta(days=1), granted_by=ELDER)
    by_another = grant(from_day=LAST_DAY, until_day=DAY - timedelta(days=1))

    def code(given: Sequence[MemberEvent], when: MemberCommand) -> str:
        with pytest.raises(Refusal) as refusal:
            MEMBER.decide(fold(MEMBER, given), when)
        return refusal.value.code

    assert code(REGISTERED, everything_wrong) == "own-role"
    assert code(REGISTERED, by_another) == "role-before-verification"
    assert code(WITH_ROLE, by_another) == "role-ends-before-it-starts"
    assert code(ACTIVE, Verify(member=ELDER, basis="x", verified_by=ELDER)) == "own-verification"


def test_the_same_consent_again_changes_nothing() -> None:
    state = fold(MEMBER, (*ACTIVE, ConsentGiven("boards", "1")))

    assert MEMBER.decide(state, AddConsent("boards", "1")) == ()


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ((), "unknown"),
        (REGISTERED, "registered"),
        (ACTIVE, "active"),
        (SUSPENDED, "suspended"),
        ((*SUSPENDED, MemberReinstated()), "active"),
        ((*REGISTERED, MemberSuspended("x"), MemberReinstated()), "registered"),
        ((*SUSPENDED, MemberLeft()), "left"),
    ],
)
def test_status_follows_from_what_happened(given: Sequence[MemberEvent], status: str) -> None:
    assert fold(MEMBER, given).status == status


def test_a_day_of_moving_counts_for_both_households() -> None:
    other = HouseholdId(UUID(int=7))
    moved = (*AT_HOME, HouseholdLeft(HOUSEHOLD, date(2025, 11, 1)), HouseholdJoined(other, date(2025, 11, 1)))

    state = fold(MEMBER, moved)

    assert state.household == other
    assert state.households_on(date(2025, 10, 14)) == frozenset()
    assert state.households_on(date(2025, 10, 31)) == {HOUSEHOLD}
    assert state.households_on(date(2025, 11, 1)) == {HOUSEHOLD, other}
    assert state.households_on(date(2025, 11, 2)) == {other}
