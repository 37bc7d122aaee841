"""The texts people are asked to agree to, what a member agreed to over time, and who decides for a child.

How old somebody is stands in the directory alone; no event tells it.
"""

from datetime import date
from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from api.answers import answers, read, written
from api.calls import submit
from api.identity import SIGNED_IN, needs
from api.readers import MinPosition, reading
from api.v1.commanding import commanding
from api.v1.members import MemberPath, member_in
from api.v1.standing import ReasonAsked
from ledger.application.authority import Permission
from ledger.application.guardians import END_GUARDIAN, NAME_GUARDIAN, EndGuardian, NameGuardian
from ledger.application.vocabulary import Seen
from ledger.kernel.ids import MemberId
from ledger.membership.consent_texts import TEXTS
from projections import member_records


class TextShown(Struct, frozen=True):
    """One wording, word for word. Whoever agrees names its purpose and version."""

    purpose: str
    version: str
    zh: str
    en: str
    from_day: date


class TextList(Struct, frozen=True):
    """Every wording there ever was, by purpose; of a purpose the newest last."""

    items: list[TextShown]


class ConsentShown(Struct, frozen=True):
    """text_version: the wording agreed to; None: taken back. by: who entered it."""

    purpose: str
    text_version: str | None
    at: str
    by: UUID


class ConsentList(Struct, frozen=True):
    """The newest first."""

    items: list[ConsentShown]


class GuardianAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """Who decides for the child, and what showed it, a code such as `household-register`."""

    guardian: UUID
    basis: Seen


@get("/consents/texts", opt=needs(SIGNED_IN), sync_to_thread=True, responses=answers(TextList), tags=["members"])
def list_consent_texts(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The texts people are asked to agree to."""
    with reading(request):
        items = [TextShown(one.purpose, one.version, one.zh, one.en, one.from_day) for one in TEXTS]
    return read(request, TextList(items))


@get(
    "/members/{member:str}/consents",
    opt=needs(SIGNED_IN),
    sync_to_thread=True,
    responses=answers(ConsentList),
    tags=["members"],
)
def list_consents(
    request: Request[Any, Any, Any], member: MemberPath, min_position: MinPosition = None
) -> Response[bytes]:
    """What a member agreed to and took back, over time."""
    with reading(request, min_position) as reader:
        row = reader.require_over_member(member_in(member, reader.member))
        entries = member_records.consent_history(reader.connection, row.member)
    items = [ConsentShown(one.purpose, one.text_version, one.at.isoformat(), one.by) for one in entries]
    return read(request, ConsentList(items))


@commanding("/members/{member:str}/guardian", Permission.VERIFY_MEMBERS, "members", body=GuardianAsked)
async def name_guardian(
    request: Request[Any, Any, Any], member: FromPath[UUID], data: JSONBody[GuardianAsked]
) -> Response[bytes]:
    """Write down who decides for a child under fourteen."""
    asked = NameGuardian(MemberId(member), MemberId(data.guardian), data.basis)
    return written(await submit(request, NAME_GUARDIAN, asked))


@commanding("/members/{member:str}/guardian/end", Permission.VERIFY_MEMBERS, "members", body=ReasonAsked)
async def end_guardian(
    request: Request[Any, Any, Any], member: FromPath[UUID], data: JSONBody[ReasonAsked]
) -> Response[bytes]:
    """The guardian no longer decides."""
    return written(await submit(request, END_GUARDIAN, EndGuardian(MemberId(member), data.reason)))


HANDLERS = [list_consent_texts, list_consents, name_guardian, end_guardian]
