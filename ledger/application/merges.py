"""Use cases about one person registered twice: proposed by one, approved by another, undone by two.

What is in the duplicate's accounts goes over to the survivor's in the same commit, through the transit account
`merged`, each lot under its own id with its expiry and credit day. Neither of the two people, nor who lives with one of
them, proposes or decides it.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple, Protocol

from ledger.accounts.account import ACCOUNT, account_id
from ledger.accounts.commands import LotPart, TakeOutLots, TakeOverLots
from ledger.accounts.events import Counter, Debited
from ledger.accounts.refusals import PointsOwed
from ledger.application.accounts import opened_account
from ledger.application.authority import (
    Permission,
    UnknownId,
    refuse_merged,
    require_over_anybody,
    require_over_member,
    same_household,
)
from ledger.application.winding_up import OpenThings, expire_due, wind_up
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import MemberId, MergeId
from ledger.kernel.units import Unit
from ledger.membership import merging
from ledger.membership.ending_refusals import NotMerged
from ledger.membership.events import MovedLot
from ledger.membership.member import MEMBER
from ledger.membership.member_refusals import MemberHasLeft


class ProposeMerge(Request, frozen=True):
    """Say that `duplicate` is the same person as `survivor`, who stays. basis: what showed it, a code."""

    duplicate: MemberId
    survivor: MemberId
    basis: str


class RefuseMerge(Request, frozen=True):
    """They stay two. reason: a code."""

    duplicate: MemberId
    reason: str


class ApproveMerge(Request, frozen=True):
    """Agree, as somebody else than who proposed it. found: what is open for the duplicate."""

    duplicate: MemberId
    found: OpenThings = OpenThings()


class ProposeUnmerge(Request, frozen=True):
    """Say that they are two people after all. basis: what showed it, a code."""

    duplicate: MemberId
    basis: str


class ApproveUnmerge(Request, frozen=True):
    """Agree, as somebody else than who proposed it."""

    duplicate: MemberId


class _Way(NamedTuple):
    merge: MergeId
    giver: MemberId
    receiver: MemberId


class _OfDuplicate(Protocol):
    @property
    def duplicate(self) -> MemberId: ...


def _propose(work: Work, request: ProposeMerge) -> Outcome:
    require_over_member(work, Permission.PROPOSE_MERGES, request.duplicate)
    survivor = require_over_member(work, Permission.PROPOSE_MERGES, request.survivor)
    if survivor.has_left:
        raise MemberHasLeft
    command = merging.ProposeMerge(
        merge=MergeId(work.new_id("merge")),
        duplicate=request.duplicate,
        survivor=request.survivor,
        by=work.actor,
        basis=request.basis,
        is_near=_is_near(work, request.duplicate, request.survivor),
    )
    work.act(MEMBER, request.duplicate, command)
    return _outcome("merge-proposed", request.duplicate, request.survivor)


def _refuse(work: Work, request: RefuseMerge) -> Outcome:
    survivor = _proposed_survivor(work, request.duplicate)
    near = _is_near(work, request.duplicate, survivor)
    work.act(MEMBER, request.duplicate, merging.RefuseMerge(work.actor, request.reason, near))
    return _outcome("merge-refused", request.duplicate, survivor)


def _approve(work: Work, request: ApproveMerge) -> Outcome:
    duplicate, survivor = request.duplicate, _proposed_survivor(work, request.duplicate)
    near, state = _is_near(work, duplicate, survivor), work.state(MEMBER, duplicate)
    MEMBER.decide(state, merging.ApproveMerge(work.actor, near, ()))
    if require_over_member(work, Permission.APPROVE_MERGES, survivor).has_left:
        raise MemberHasLeft
    proposal = state.belonging.merge_proposal
    if proposal is None:
        raise AssertionError("a merge was approved that nobody proposed")
    figures = wind_up(work, duplicate, request.found, reason="merged")
    way = _Way(proposal.merge, duplicate, survivor)
    moved = tuple(lot for unit in Unit for lot in _move(work, way, unit))
    work.act(MEMBER, duplicate, merging.ApproveMerge(work.actor, near, moved))
    work.act(MEMBER, survivor, merging.TakeIn(proposal.merge, duplicate))
    return _outcome("member-merged", duplicate, survivor, figures | _summed("moved", moved))


def _propose_unmerge(work: Work, request: ProposeUnmerge) -> Outcome:
    require_over_anybody(work, Permission.PROPOSE_MERGES, request.duplicate)
    survivor = _survivor(work, request.duplicate)
    near = _is_near(work, request.duplicate, survivor)
    work.act(MEMBER, request.duplicate, merging.ProposeUnmerge(work.actor, request.basis, near))
    return _outcome("unmerge-proposed", request.duplicate, survivor)


def _approve_unmerge(work: Work, request: ApproveUnmerge) -> Outcome:
    """figures: what came back, and what did not because it was spent, expired or is set aside."""
    duplicate = request.duplicate
    require_over_anybody(work, Permission.APPROVE_MERGES, duplicate)
    survivor = _survivor(work, duplicate)
    near, merge = _is_near(work, duplicate, survivor), work.state(MEMBER, duplicate).belonging.merge
    MEMBER.decide(work.state(MEMBER, duplicate), merging.ApproveUnmerge(work.actor, near, ()))
    refuse_merged(work, survivor)
    if merge is None:
        raise NotMerged
    way = _Way(merge.merge, survivor, duplicate)
    back = tuple(lot for unit in Unit for lot in _move(work, way, unit, _parts(merge.moved, unit)))
    work.act(MEMBER, duplicate, merging.ApproveUnmerge(work.actor, near, back))
    work.act(MEMBER, survivor, merging.LetGo(merge.merge, duplicate))
    stayed = {f"{unit.value}_kept": _sum(merge.moved, unit) - _sum(back, unit) for unit in Unit}
    return _outcome("member-unmerged", duplicate, survivor, _summed("returned", back) | stayed)


def _move(work: Work, way: _Way, unit: Unit, parts: tuple[LotPart, ...] | None = None) -> Iterable[MovedLot]:
    """Let free lots of one go over to the other; parts None: all. Refuses with points-owed, account-frozen."""
    account = account_id(way.giver, unit)
    state = work.state(ACCOUNT, account)
    if state.keeper is None:
        return ()
    if state.owed and parts is None:
        raise PointsOwed(state.owed)
    expire_due(work, account)
    counter, before = Counter("merged", state.keeper.organisation), len(work.pending)
    work.act(ACCOUNT, account, TakeOutLots(counter, way.merge, work.today, parts))
    gone = [one.event for one in work.pending[before:] if isinstance(one.event, Debited)]
    for debit in gone:
        into = opened_account(work, way.receiver, unit)
        work.act(ACCOUNT, into, TakeOverLots(debit.takes, counter, way.merge, work.today))
    return [MovedLot(unit, take.lot, take.amount) for debit in gone for take in debit.takes]


def _parts(moved: Iterable[MovedLot], unit: Unit) -> tuple[LotPart, ...]:
    amounts: dict[object, LotPart] = {}
    for one in moved:
        if one.unit is unit:
            known = amounts.get(one.lot)
            amounts[one.lot] = LotPart(one.lot, one.amount + (known.amount if known else 0))
    return tuple(amounts.values())


def _proposed_survivor(work: Work, duplicate: MemberId) -> MemberId:
    """Who is to survive; the actor must be one who may decide it. Refuses as `require`, and with merge-not-proposed."""
    state = require_over_anybody(work, Permission.APPROVE_MERGES, duplicate)
    proposal = state.belonging.merge_proposal
    return proposal.survivor if proposal is not None else duplicate


def _survivor(work: Work, duplicate: MemberId) -> MemberId:
    merge = work.state(MEMBER, duplicate).belonging.merge
    if merge is None:
        raise NotMerged
    return merge.survivor


def _is_near(work: Work, duplicate: MemberId, survivor: MemberId) -> bool:
    if work.state(MEMBER, survivor).home is None:
        raise UnknownId(survivor)
    return same_household(work, work.actor, duplicate) or same_household(work, work.actor, survivor)


def _summed(what: str, lots: Iterable[MovedLot]) -> dict[str, int]:
    held = tuple(lots)
    return {f"{unit.value}_{what}": _sum(held, unit) for unit in Unit}


def _sum(lots: Iterable[MovedLot], unit: Unit) -> int:
    return sum(lot.amount for lot in lots if lot.unit is unit)


def _outcome(code: str, duplicate: MemberId, survivor: MemberId, figures: dict[str, int] | None = None) -> Outcome:
    return Outcome(code, ids={"member": duplicate, "survivor": survivor}, figures=figures or {})


def _propose_reads(request: ProposeMerge, actor: MemberId) -> Iterable[Stream]:
    return (Stream(MEMBER, actor), Stream(MEMBER, request.duplicate), Stream(MEMBER, request.survivor))


def _reads(request: _OfDuplicate, actor: MemberId) -> Iterable[Stream]:
    return (Stream(MEMBER, actor), Stream(MEMBER, request.duplicate))


PROPOSE_MERGE: Final = UseCase[ProposeMerge]("members.propose_merge", _propose, _propose_reads)
REFUSE_MERGE: Final = UseCase[RefuseMerge]("members.refuse_merge", _refuse, _reads)
APPROVE_MERGE: Final = UseCase[ApproveMerge]("members.approve_merge", _approve, _reads)
PROPOSE_UNMERGE: Final = UseCase[ProposeUnmerge]("members.propose_unmerge", _propose_unmerge, _reads)
APPROVE_UNMERGE: Final = UseCase[ApproveUnmerge]("members.approve_unmerge", _approve_unmerge, _reads)
