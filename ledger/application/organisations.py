"""Use cases of the administrative tree."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from ledger.application.authority import NotPermitted, Permission, UnknownId, require
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import SYSTEM, MemberId, OrganisationId
from ledger.membership.events import Level
from ledger.membership.member import MEMBER
from ledger.membership.organisation import ORGANISATION, Register


class RegisterOrganisation(Request, frozen=True):
    """Put a node into the tree. parent None: the top of a tree, which only the system registers.

    division_code: 12 digits, or None where the state gives none. effective_from: the first day on which it counts.
    """

    organisation: OrganisationId
    level: Level
    effective_from: date
    parent: OrganisationId | None = None
    division_code: str | None = None


def _register(work: Work, request: RegisterOrganisation) -> Outcome:
    _require_registrar(work, request.parent)
    known = work.exists(ORGANISATION, request.organisation)
    parent_level = None if request.parent is None else work.state(ORGANISATION, request.parent).level
    if request.parent is not None and parent_level is None:
        raise UnknownId(request.parent)
    command = Register(
        level=request.level,
        effective_from=request.effective_from,
        parent=request.parent,
        parent_level=parent_level,
        division_code=request.division_code,
    )
    work.act(ORGANISATION, request.organisation, command)
    code = "already-registered" if known else "organisation-registered"
    return Outcome(code, ids={"organisation": request.organisation})


def _require_registrar(work: Work, parent: OrganisationId | None) -> None:
    if work.actor == SYSTEM:
        return
    if parent is None:
        raise NotPermitted(Permission.REGISTER_ORGANISATIONS)
    require(work, Permission.REGISTER_ORGANISATIONS, parent)


def _reads(request: RegisterOrganisation, actor: MemberId) -> Iterable[Stream]:
    yield Stream(ORGANISATION, request.organisation)
    if request.parent is not None:
        yield Stream(ORGANISATION, request.parent)
    if actor != SYSTEM:
        yield Stream(MEMBER, actor)


REGISTER_ORGANISATION: Final = UseCase("organisations.register", _register, _reads)
