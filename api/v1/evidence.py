"""Pictures that hours written in rest on: sent once by who enters the hours, looked at by who decides on them.

The ledger keeps only a picture's SHA-256; the picture lies encrypted under its organisation's key.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery
from msgspec import Struct

from api.answers import answers, files, told
from api.calls import count_try
from api.decoding import MalformedBody
from api.deployment import Deployment, Rate
from api.identity import WITHOUT_KEY, UnknownId, needs
from api.readers import MinPosition, newest, reading
from api.strict_requests import pictures
from api.v1.visibility import activity_for
from ledger.application.authority import Permission
from ledger.kernel.ids import OrganisationId
from ledger.kernel.refusal import Refusal

EVIDENCE_BYTES_MAX: Final = 5 * 1024 * 1024
"""Our default: a photo as telephones take it, where one list has to be read; every other body stays far smaller."""
UPLOADS: Final = Rate(60, 60 * 60)
"""Per session: a clerk with a whole week of lists, and far too few to fill a disk."""
BEGINNINGS: Final[Mapping[str, bytes]] = {
    "image/jpeg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "application/pdf": b"%PDF-",
}
"""The kinds of files that are taken, and how each begins."""
DIGEST: Final = r"^[0-9a-f]{64}$(?!\n)"
_SHOWN_ALONE: Final = {
    "Cache-Control": "no-store",
    "Content-Disposition": "attachment",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}
"""What somebody uploaded is saved or shown as a picture, and can do nothing here."""


class Evidence(Struct, frozen=True):
    """A kept picture. evidence: its SHA-256 in hexadecimal, by which sheets name it. size: in bytes."""

    evidence: str
    media_type: str
    size: int


@dataclass(eq=False)
class EvidenceNotKept(Refusal):
    """No picture with this digest was sent for the organisation; what cannot be looked at proves nothing."""

    code: ClassVar[str] = "evidence-not-kept"

    organisation: UUID


@post(
    "/evidence",
    opt=needs(Permission.ENTER_HOURS) | WITHOUT_KEY | pictures(BEGINNINGS),
    request_max_body_size=EVIDENCE_BYTES_MAX,
    responses=answers(Evidence, 201),
    tags=["sheets"],
)
async def keep_evidence(request: Request[Any, Any, Any], organisation: FromQuery[UUID]) -> Response[bytes]:
    """Send the picture of a list as the body itself: JPEG, PNG or PDF, 5 MiB at most. Sent again, it stays one."""
    count_try(request, "evidence", UPLOADS)
    await asyncio.to_thread(_require, request, organisation)
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    content = await request.body()
    beginning = BEGINNINGS.get(media_type)
    if beginning is None or not content.startswith(beginning):
        raise MalformedBody("picture-not-genuine", 422, "the first bytes are not those of the named type")
    deployment: Deployment = request.app.state.deployment
    owner = OrganisationId(organisation)
    digest = await asyncio.to_thread(deployment.directory.keep_evidence, owner, media_type, content)
    return told(Evidence(digest, media_type, len(content)), status=201)


@get(
    "/evidence/{digest:str}",
    opt=needs(Permission.APPROVE_HOURS) | files(*BEGINNINGS),
    sync_to_thread=True,
    tags=["sheets"],
)
def get_evidence(
    request: Request[Any, Any, Any], digest: FromPath[str], min_position: MinPosition = None
) -> Response[bytes]:
    """A picture as it was sent, for those who decide on the hours that rest on it."""
    deployment: Deployment = request.app.state.deployment
    with reading(request, min_position) as reader:
        owners = deployment.directory.owners_of_evidence(digest) if re.fullmatch(DIGEST, digest) else ()
        owner = next((one for one in owners if reader.may(Permission.APPROVE_HOURS, one)), None)
    found = owner and deployment.directory.evidence(owner, digest)
    if found is None:
        raise UnknownId
    return Response(found.content, media_type=found.media_type, headers=_SHOWN_ALONE)


async def require_evidence(request: Request[Any, Any, Any], activity: UUID, digest: str) -> None:
    """Before hours are entered: the picture was sent for the activity's organisation.

    Raises as `activity_for` for who may not enter hours there, and EvidenceNotKept.
    """
    await asyncio.to_thread(_require_evidence, request, activity, digest)


def _require_evidence(request: Request[Any, Any, Any], activity: UUID, digest: str) -> None:
    with reading(request, newest(request)) as reader:
        organisation = activity_for(reader, Permission.ENTER_HOURS, activity).organisation
    deployment: Deployment = request.app.state.deployment
    if organisation not in deployment.directory.owners_of_evidence(digest):
        raise EvidenceNotKept(organisation)


def _require(request: Request[Any, Any, Any], organisation: UUID) -> None:
    with reading(request, newest(request)) as reader:
        reader.require(Permission.ENTER_HOURS, organisation)


HANDLERS = [keep_evidence, get_evidence]
