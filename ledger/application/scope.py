"""Authority over one thing by its own id, so that a refusal never names the organisation behind somebody else's id."""

from uuid import UUID

from ledger.application.authority import Permission, UnknownId, require
from ledger.application.work import Work
from ledger.kernel.ids import OrganisationId


def require_over(work: Work, permission: Permission, organisation: OrganisationId | None, asked: UUID) -> None:
    """As `require` over `organisation`, to which the thing `asked` belongs (None: there is no such thing).

    Refuses with UnknownId naming `asked`, with NotPermitted and with MemberSuspendedNow.
    """
    if organisation is None:
        raise UnknownId(asked)
    try:
        require(work, permission, organisation)
    except UnknownId:
        raise UnknownId(asked) from None
