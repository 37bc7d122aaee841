"""Use cases that cut a tree anew: move, merge, split and end. Each is one commit over all the nodes it touches.

Old facts keep the node they were recorded at. Children that nobody placed follow a node into the one it was merged
into; those of a node that was split or ended stay its own, reached by whoever acts for the nodes above.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from ledger.application.authority import Permission, UnknownId
from ledger.application.organisations import level_of
from ledger.application.placing import require_over_tree
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import MemberId, OrganisationId
from ledger.membership.events import Level
from ledger.membership.member import MEMBER
from ledger.membership.organisation import ORGANISATION, End, Heir, Move, Register
from ledger.membership.organisation_refusals import OrganisationHasEnded, TreeChangeOutOfOrder


class MoveOrganisation(Request, frozen=True):
    """Put the node below `parent` from the day `effective_from` on, today at the earliest."""

    organisation: OrganisationId
    parent: OrganisationId
    effective_from: date


class Successor(Request, frozen=True):
    """A node that follows: a new one below `parent`, or, with parent None, one that is there already.

    children: nodes that lie below it from its first day on.
    """

    organisation: OrganisationId
    parent: OrganisationId | None = None
    division_code: str | None = None
    children: tuple[OrganisationId, ...] = ()


class MergeOrganisations(Request, frozen=True):
    """Let the nodes end the day before `effective_from` and one successor of their level follow. reason: a code."""

    organisations: tuple[OrganisationId, ...]
    successor: Successor
    effective_from: date
    reason: str


class SplitOrganisation(Request, frozen=True):
    """Let the node end the day before `effective_from` and several of its level follow. reason: a code."""

    organisation: OrganisationId
    successors: tuple[Successor, ...]
    effective_from: date
    reason: str


class EndOrganisation(Request, frozen=True):
    """Let the node count through `last_day`, yesterday at the earliest, with nothing to follow it. reason: a code."""

    organisation: OrganisationId
    last_day: date
    reason: str


class _Cut(NamedTuple):
    """What ends, from which day on something else holds, and why."""

    ending: Sequence[OrganisationId]
    effective_from: date
    reason: str


def _move(work: Work, request: MoveOrganisation) -> Outcome:
    require_over_tree(work, Permission.CHANGE_TREE, request.organisation)
    require_over_tree(work, Permission.CHANGE_TREE, request.parent)
    before = len(work.pending)
    _put(work, request.organisation, request.parent, request.effective_from)
    code = "organisation-moved" if len(work.pending) > before else "already-there"
    return Outcome(code, ids={"organisation": request.organisation, "parent": request.parent})


def _merge(work: Work, request: MergeOrganisations) -> Outcome:
    _cut(work, _Cut(request.organisations, request.effective_from, request.reason), (request.successor,))
    figures = {"ended": len(request.organisations)}
    return Outcome("organisations-merged", ids={"successor": request.successor.organisation}, figures=figures)


def _split(work: Work, request: SplitOrganisation) -> Outcome:
    _cut(work, _Cut((request.organisation,), request.effective_from, request.reason), request.successors)
    followed = {f"successor_{place}": one.organisation for place, one in enumerate(request.successors, start=1)}
    return Outcome("organisation-split", ids={"organisation": request.organisation, **followed})


def _end(work: Work, request: EndOrganisation) -> Outcome:
    cut = _Cut((request.organisation,), request.last_day + timedelta(days=1), request.reason)
    _cut(work, cut, ())
    return Outcome("organisation-ended", ids={"organisation": request.organisation})


def _cut(work: Work, cut: _Cut, successors: Sequence[Successor]) -> None:
    """Who may is asked first, of everything that is touched; then the old ends, and what is new takes its place."""
    for organisation in cut.ending:
        require_over_tree(work, Permission.CHANGE_TREE, organisation)
    first = cut.ending[0]
    for successor in successors:
        require_over_tree(work, Permission.CHANGE_TREE, successor.parent or successor.organisation)
        _register_new(work, successor, level_of(work, first), cut.effective_from)
    heirs = tuple(_heir(work, successor.organisation) for successor in successors)
    for organisation in cut.ending:
        last_day = cut.effective_from - timedelta(days=1)
        command = End(organisation, last_day, reason=cut.reason, today=work.today, heirs=heirs)
        work.act(ORGANISATION, organisation, command)
    for successor in successors:
        for child in successor.children:
            require_over_tree(work, Permission.CHANGE_TREE, child)
            _put(work, child, successor.organisation, cut.effective_from)


def _register_new(work: Work, successor: Successor, level: Level | None, effective_from: date) -> None:
    if successor.parent is None or level is None:
        return
    _require_there(work, successor.parent, effective_from)
    command = Register(
        level=level,
        effective_from=effective_from,
        parent=successor.parent,
        parent_level=level_of(work, successor.parent),
        division_code=successor.division_code,
    )
    work.act(ORGANISATION, successor.organisation, command)


def _heir(work: Work, organisation: OrganisationId) -> Heir:
    """What is to follow has no end: the rule that no node follows itself in the end rests on it."""
    state = work.state(ORGANISATION, organisation)
    if state.level is None or state.effective_from is None:
        raise UnknownId(organisation)
    if state.last_day is not None:
        raise OrganisationHasEnded(organisation, state.last_day)
    return Heir(organisation, state.level, state.effective_from)


def _put(work: Work, organisation: OrganisationId, parent: OrganisationId, day: date) -> None:
    level = _require_there(work, parent, day)
    command = Move(organisation=organisation, parent=parent, parent_level=level, effective_from=day, today=work.today)
    work.act(ORGANISATION, organisation, command)


def _require_there(work: Work, parent: OrganisationId, day: date) -> Level:
    """The level of a node that counts on `day`. Refuses with UnknownId, OrganisationHasEnded, TreeChangeOutOfOrder."""
    state = work.state(ORGANISATION, parent)
    if state.level is None or state.effective_from is None:
        raise UnknownId(parent)
    if state.last_day is not None and state.last_day < day:
        raise OrganisationHasEnded(parent, state.last_day)
    if day < state.effective_from:
        raise TreeChangeOutOfOrder(day, state.effective_from)
    return state.level


def _reads_move(request: MoveOrganisation, actor: MemberId) -> Iterable[Stream]:
    return _reading(actor, (request.organisation, request.parent))


def _reads_merge(request: MergeOrganisations, actor: MemberId) -> Iterable[Stream]:
    return _reading(actor, (*request.organisations, request.successor.organisation))


def _reads_split(request: SplitOrganisation, actor: MemberId) -> Iterable[Stream]:
    return _reading(actor, (request.organisation, *(one.organisation for one in request.successors)))


def _reads_end(request: EndOrganisation, actor: MemberId) -> Iterable[Stream]:
    return _reading(actor, (request.organisation,))


def _reading(actor: MemberId, nodes: Iterable[OrganisationId]) -> Iterable[Stream]:
    return (Stream(MEMBER, actor), *(Stream(ORGANISATION, node) for node in nodes))


MOVE_ORGANISATION: Final = UseCase[MoveOrganisation]("organisations.move", _move, _reads_move)
MERGE_ORGANISATIONS: Final = UseCase[MergeOrganisations]("organisations.merge", _merge, _reads_merge)
SPLIT_ORGANISATION: Final = UseCase[SplitOrganisation]("organisations.split", _split, _reads_split)
END_ORGANISATION: Final = UseCase[EndOrganisation]("organisations.end", _end, _reads_end)
