"""The use case of one row of an imported list: a person with household, consent and the balance of another book.

A row is a command of its own and all of it is one commit; the same row again changes nothing. What it brings of value
is only proposed here, in the name of whoever imports: somebody else agrees, and it is shown before it counts.
"""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from ledger.accounts import adjustment as steps
from ledger.accounts.account import account_id
from ledger.accounts.adjustment import ADJUSTMENT, opening_id
from ledger.accounts.events import AdjustmentProposed
from ledger.application.authority import Permission, require
from ledger.application.consents import require_known_text
from ledger.application.households import OwnHouseholdChange
from ledger.application.placing import require_home
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import HouseholdId, MemberId, OrganisationId
from ledger.kernel.units import Unit
from ledger.membership.household import HOUSEHOLD, Admit, Form
from ledger.membership.member import MEMBER, AddConsent, MoveIn, Register, Verify

OTHER_BOOK: Final = "other-book"
"""Why an imported balance is proposed: another book ended with it."""


class Opening(Struct, frozen=True, forbid_unknown_fields=True):
    """The balance another book ended with: a positive amount of `unit`."""

    unit: Unit
    amount: int


class Signed(Struct, frozen=True, forbid_unknown_fields=True):
    """A consent on paper: to `purpose`, in the wording `text_version`."""

    purpose: str
    text_version: str


class ImportMember(Request, frozen=True):
    """Make a person known who stands in a list, at home in `home`, living in `household` from today (None: unknown).

    verified_basis: what the actor saw of all of them, a code such as `old-register`; None: they are to be verified.
    """

    member: MemberId
    home: OrganisationId
    household: HouseholdId | None = None
    verified_basis: str | None = None
    consent: Signed | None = None
    openings: tuple[Opening, ...] = ()


def _import(work: Work, request: ImportMember) -> Outcome:
    require_home(work, Permission.IMPORT_MEMBERS, request.home)
    if work.exists(MEMBER, request.member):
        return _outcome("member-known-already", request, openings=0)
    work.act(MEMBER, request.member, Register(request.home))
    if request.verified_basis is not None:
        require(work, Permission.VERIFY_MEMBERS, request.home)
        work.act(MEMBER, request.member, Verify(request.member, request.verified_basis, work.actor))
    if request.consent is not None:
        require_known_text(request.consent.purpose, request.consent.text_version)
        work.act(MEMBER, request.member, AddConsent(request.consent.purpose, request.consent.text_version))
    if request.household is not None:
        _move_in(work, request, request.household)
    for opening in request.openings:
        _propose(work, request, opening)
    return _outcome("member-imported", request, openings=len(request.openings))


def _move_in(work: Work, request: ImportMember, household: HouseholdId) -> None:
    """Whoever imports does not change the list of their own household: it decides for whom they may not approve."""
    if work.actor in work.state(HOUSEHOLD, household).members:
        raise OwnHouseholdChange
    if not work.exists(HOUSEHOLD, household):
        work.act(HOUSEHOLD, household, Form(request.home))
    work.act(MEMBER, request.member, MoveIn(household, work.today))
    work.act(HOUSEHOLD, household, Admit(request.member, work.today))


def _propose(work: Work, request: ImportMember, opening: Opening) -> None:
    require(work, Permission.PROPOSE_ADJUSTMENTS, request.home)
    proposal = AdjustmentProposed(
        "opening_balance", request.member, opening.unit, request.home, opening.amount, OTHER_BOOK, work.actor
    )
    adjustment = opening_id(account_id(request.member, opening.unit))
    # Nobody lives with the actor who was not registered until this commit: `_move_in` has refused that.
    work.act(ADJUSTMENT, adjustment, steps.ProposeAdjustment(proposal, same_household=False))


def _outcome(code: str, request: ImportMember, *, openings: int) -> Outcome:
    return Outcome(code, ids={"member": request.member, "home": request.home}, figures={"openings": openings})


def _streams(request: ImportMember, actor: MemberId) -> Iterator[Stream]:
    yield Stream(MEMBER, actor)
    yield Stream(MEMBER, request.member)
    if request.household is not None:
        yield Stream(HOUSEHOLD, request.household)


IMPORT_MEMBER: Final = UseCase[ImportMember]("members.import", _import, _streams)
