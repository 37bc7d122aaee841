"""Use cases of the two trees: nodes are registered. How they are cut anew is in `recutting`."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from ledger.application.authority import NotPermitted, Permission, UnknownId, require_counting
from ledger.application.placing import require_over_tree
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import SYSTEM, MemberId, OrganisationId
from ledger.membership.events import Level
from ledger.membership.levels import tree_of
from ledger.membership.member import MEMBER
from ledger.membership.organisation import ORGANISATION, Register
from ledger.membership.organisation_refusals import OrganisationHasEnded
from ledger.membership.placement import has_ended


class RegisterOrganisation(Request, frozen=True):
    """Put a node into its tree. parent None: the top of a tree. That of the administrative one only the system
    registers; one of the party's, whoever registers organisations below the node it is attached to.

    division_code: 12 digits, or None where the state gives none. effective_from: the first day on which it counts.
    attached_to: the administrative node that a party node is there for, None for none.
    """

    organisation: OrganisationId
    level: Level
    effective_from: date
    parent: OrganisationId | None = None
    division_code: str | None = None
    attached_to: OrganisationId | None = None


def _register(work: Work, request: RegisterOrganisation) -> Outcome:
    _require_registrar(work, request)
    known = work.exists(ORGANISATION, request.organisation)
    command = Register(
        level=request.level,
        effective_from=request.effective_from,
        parent=request.parent,
        parent_level=level_of(work, request.parent),
        division_code=request.division_code,
        attached_to=request.attached_to,
        attached_level=level_of(work, request.attached_to),
    )
    work.act(ORGANISATION, request.organisation, command)
    code = "already-registered" if known else "organisation-registered"
    return Outcome(code, ids={"organisation": request.organisation})


def level_of(work: Work, organisation: OrganisationId | None) -> Level | None:
    """The level of a node that must be there; None for None. Refuses with UnknownId."""
    if organisation is None:
        return None
    level = work.state(ORGANISATION, organisation).level
    if level is None:
        raise UnknownId(organisation)
    return level


def _require_registrar(work: Work, request: RegisterOrganisation) -> None:
    """The same node again is no new one: the system may send a list again though its parent has ended since."""
    if work.actor == SYSTEM:
        _require_open(work, request)
        return
    above = request.parent or (request.attached_to if tree_of(request.level) == "party" else None)
    if above is None:
        raise NotPermitted(Permission.REGISTER_ORGANISATIONS)
    require_over_tree(work, Permission.REGISTER_ORGANISATIONS, above)
    require_counting(work, above)


def _require_open(work: Work, request: RegisterOrganisation) -> None:
    if request.parent is None or work.exists(ORGANISATION, request.organisation):
        return
    parent = work.state(ORGANISATION, request.parent)
    if parent.last_day is not None and has_ended(parent, work.today):
        raise OrganisationHasEnded(request.parent, parent.last_day)


def _reads(request: RegisterOrganisation, actor: MemberId) -> Iterable[Stream]:
    yield Stream(ORGANISATION, request.organisation)
    for other in (request.parent, request.attached_to):
        if other is not None:
            yield Stream(ORGANISATION, other)
    if actor != SYSTEM:
        yield Stream(MEMBER, actor)


REGISTER_ORGANISATION: Final = UseCase("organisations.register", _register, _reads)
