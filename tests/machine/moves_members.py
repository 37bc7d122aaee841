"""Two registrations that come and go, are joined and parted again, with what others gave them."""

from ledger.application.gifts import GIVE_POINTS, GivePoints
from ledger.application.leaving import (
    APPROVE_RETURN,
    LEAVE_MEMBERSHIP,
    PROPOSE_RETURN,
    ApproveReturn,
    LeaveMembership,
    ProposeReturn,
)
from ledger.application.merges import (
    APPROVE_MERGE,
    APPROVE_UNMERGE,
    PROPOSE_MERGE,
    PROPOSE_UNMERGE,
    ApproveMerge,
    ApproveUnmerge,
    ProposeMerge,
    ProposeUnmerge,
)
from ledger.kernel.ids import MemberId
from ledger.kernel.units import Unit

from .people import APPROVERS, CLERKS, RESIDENTS, TWICE
from .town import Move, Town

DUPLICATE, SURVIVOR = TWICE


def leave(town: Town) -> None:
    """Somebody leaves with what they have, and comes back by two people, or by one who tries alone."""
    member = town.choose.one(TWICE)
    _give_some(town, member)
    balance = town.choose.one(("donate", "donate", "dormant", "settle"))
    town.ask(LEAVE_MEMBERSHIP, LeaveMembership(balance), member)
    town.ask(PROPOSE_RETURN, ProposeReturn(member, "identity-card"), CLERKS[0])
    town.ask(APPROVE_RETURN, ApproveReturn(member), town.actor(CLERKS[1], APPROVERS[1]))


def merge(town: Town) -> None:
    """The two are one person, with points on either side."""
    for member in TWICE:
        _give_some(town, member)
    town.ask(PROPOSE_MERGE, ProposeMerge(DUPLICATE, SURVIVOR, "same-identity-card"), CLERKS[0])
    town.ask(APPROVE_MERGE, ApproveMerge(DUPLICATE), town.actor(APPROVERS[1], APPROVERS[2]))


def unmerge(town: Town) -> None:
    """They are two after all, though something of it may be gone by now; joined first, mostly, where they are not."""
    if DUPLICATE not in town.laws.accounts.survivors and not town.choose.often(20):
        merge(town)
    if town.choose.often(50):
        town.ask(GIVE_POINTS, GivePoints(RESIDENTS[0], Unit.POINTS, town.choose.one((1, 2))), SURVIVOR)
    town.ask(PROPOSE_UNMERGE, ProposeUnmerge(DUPLICATE, "two-identity-cards"), CLERKS[1])
    town.ask(APPROVE_UNMERGE, ApproveUnmerge(DUPLICATE), town.actor(APPROVERS[1], APPROVERS[2]))


def _give_some(town: Town, member: MemberId) -> None:
    books = town.laws.accounts.accounts.values()
    rich = [book.owner for book in books if book.owner in RESIDENTS and book.available(town.world.today) > 1]
    if rich:
        town.ask(GIVE_POINTS, GivePoints(member, Unit.POINTS, 1), MemberId(town.choose.one(rich)))


MOVES = (
    Move("leave and return", leave, weight=5),
    Move("merge", merge, weight=2),
    Move("unmerge", unmerge, weight=3),
)
