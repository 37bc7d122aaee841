"""What is kept of a person: shown masked, read in full for a purpose the person can see, corrected, with a photo."""

import asyncio
from typing import Annotated, Any, Final

from litestar import Request, Response, get, post
from litestar.params import JSONBody, QueryParameter
from msgspec import Meta, Struct

from api.answers import answers, files, read, told
from api.calls import count_try
from api.decoding import Strict
from api.deployment import PHOTO, PHOTO_BYTES_MAX, Deployment, Picture, Rate, plain_picture
from api.identity import SIGNED_IN, WITHOUT_KEY, needs
from api.personal_files import (
    Correction,
    Purpose,
    SensitiveField,
    ask_again,
    correct,
    read_photo,
    read_sensitive,
    require_correctable,
    require_sensitive,
    shown,
    witness_change,
)
from api.photo_answers import picture
from api.readers import MinPosition, newest, reading
from api.strict_requests import pictures
from api.v1.members import MemberPath, PersonTexts, member_in
from ledger.application.authority import Permission
from ledger.application.vocabulary import Seen
from ledger.kernel.ids import MemberId

PHOTO_KINDS: Final = ("image/jpeg", "image/png", "image/webp")
PHOTOS: Final = Rate(20, 60 * 60)
"""Per session: a clerk with a queue of people at a camera."""
BasisQuery = Annotated[Seen | None, QueryParameter(description="Where staff send it: what they saw, as a code.")]


class Details(Struct, frozen=True):
    """What is kept of a person, by field; fields of which nothing is kept are missing. masked: not in full."""

    masked: bool
    fields: dict[str, str]


class DetailsAsked(PersonTexts, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Fields as they shall be, and fields of which nothing shall be kept. basis: what staff saw, as a code."""

    gone: Annotated[tuple[SensitiveField, ...], Meta(max_length=4)] = ()
    name: Annotated[str, Meta(min_length=1, max_length=60)] | None = None
    basis: Seen | None = None


class Corrected(Struct, frozen=True):
    """fields: those that changed."""

    code: str
    fields: list[str]


class ReadingAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """Which fields, and what for. The person can see both."""

    purpose: Purpose
    fields: Annotated[tuple[SensitiveField, ...], Meta(min_length=1, max_length=4)]


class PhotoReadingAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """What for. The person can see it."""

    purpose: Purpose


@get(
    "/members/{member:str}/details",
    opt=needs(SIGNED_IN),
    sync_to_thread=True,
    responses=answers(Details),
    tags=["members"],
)
def get_details(
    request: Request[Any, Any, Any], member: MemberPath, min_position: MinPosition = None
) -> Response[bytes]:
    """What is kept of a person: oneself in full, others masked (张*, 138****5678) where one may read members."""
    with reading(request, min_position) as reader:
        row = reader.require_over_member(member_in(member, reader.member))
        asked = MemberId(row.member)
        return read(request, Details(masked=asked != reader.member, fields=shown(reader, asked)))


@post(
    "/members/{member:str}/details",
    opt=needs(SIGNED_IN) | WITHOUT_KEY,
    dto=Strict[DetailsAsked],
    return_dto=None,
    status_code=200,
    sync_to_thread=True,
    responses=answers(Corrected),
    tags=["members"],
)
def correct_details(
    request: Request[Any, Any, Any], member: MemberPath, data: JSONBody[DetailsAsked]
) -> Response[bytes]:
    """Correct what is kept: one's own telephone and address, anybody's as staff on a basis. Who changed which field is
    logged, never the values; what stood there before is kept nowhere. Another telephone of one's own asks again who
    one is."""
    given = {field: text for field, text in ({"name": data.name} | data.texts()).items() if text is not None}
    with reading(request, newest(request)) as reader:
        row = require_correctable(reader, member_in(member, reader.member), {*given, *data.gone})
        if row.member == reader.member:
            ask_again(request, reader.member, {*given, *data.gone})
        fields = correct(reader, row, Correction(given, data.gone, data.basis))
    return told(Corrected("details-corrected", fields))


@post(
    "/members/{member:str}/details/read",
    opt=needs(Permission.READ_SENSITIVE) | WITHOUT_KEY,
    dto=Strict[ReadingAsked],
    return_dto=None,
    status_code=200,
    sync_to_thread=True,
    responses=answers(Details),
    tags=["members"],
)
def read_details(request: Request[Any, Any, Any], member: MemberPath, data: JSONBody[ReadingAsked]) -> Response[bytes]:
    """Read sensitive fields in full. The reading is in the audit log before it is answered, and the person sees it."""
    with reading(request, newest(request)) as reader:
        row = require_sensitive(reader, member_in(member))
        fields = read_sensitive(reader, row, tuple(dict.fromkeys(data.fields)), data.purpose)
    return told(Details(masked=False, fields=fields))


@post(
    "/members/{member:str}/photo",
    opt=needs(SIGNED_IN) | WITHOUT_KEY | pictures(PHOTO_KINDS),
    request_max_body_size=PHOTO_BYTES_MAX,
    responses=answers(Corrected, 201),
    tags=["members"],
)
async def keep_photo(request: Request[Any, Any, Any], member: MemberPath, basis: BasisQuery = None) -> Response[bytes]:
    """Send the photo of a person as the body itself: JPEG, PNG or WebP, 2 MiB at most. Place, time and device that a
    camera wrote beside the picture are not kept. By the person, or by staff on a basis."""
    count_try(request, "photo", PHOTOS)
    media_type, content = plain_picture(await request.body())
    await asyncio.to_thread(_keep, request, member, Picture(media_type, content), basis)
    return told(Corrected("photo-kept", [PHOTO]), status=201)


@get(
    "/me/photo",
    opt=needs(SIGNED_IN) | files(*PHOTO_KINDS),
    sync_to_thread=True,
    tags=["members"],
)
def get_my_photo(request: Request[Any, Any, Any]) -> Response[bytes]:
    """One's own photo."""
    with reading(request) as reader:
        return picture(reader.deployment.directory.photo(reader.member))


@post(
    "/members/{member:str}/photo/read",
    opt=needs(Permission.READ_SENSITIVE) | WITHOUT_KEY | files(*PHOTO_KINDS),
    dto=Strict[PhotoReadingAsked],
    return_dto=None,
    status_code=200,
    sync_to_thread=True,
    tags=["members"],
)
def read_member_photo(
    request: Request[Any, Any, Any], member: MemberPath, data: JSONBody[PhotoReadingAsked]
) -> Response[bytes]:
    """The photo of somebody else, as `read_details`."""
    with reading(request, newest(request)) as reader:
        row = require_sensitive(reader, member_in(member))
        return picture(read_photo(reader, row, data.purpose))


def _keep(request: Request[Any, Any, Any], path: str, photo: Picture, basis: str | None) -> None:
    deployment: Deployment = request.app.state.deployment
    with reading(request, newest(request)) as reader:
        row = require_correctable(reader, member_in(path, reader.member), [PHOTO])
        witness_change(reader, row, [PHOTO], basis)
        deployment.directory.keep_photo(MemberId(row.member), photo)


HANDLERS = [get_details, correct_details, read_details, keep_photo, get_my_photo, read_member_photo]
