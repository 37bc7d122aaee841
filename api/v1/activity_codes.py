"""What hangs or shines at the door: the rotating code of an activity, as text, as a picture, and the printed poster."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import FromPath
from msgspec import Struct

from api.answers import answers, told
from api.deployment import Deployment
from api.identity import needs
from api.readers import MinPosition, reading
from api.v1.pictures import png_picture, svg_picture
from api.v1.printing import printed
from api.v1.visibility import activity_for
from ledger.application.authority import Permission
from ledger.kernel.clock import COMMUNITY_ZONE
from projections import activity_roll
from projections.activity_rows import SessionRow
from qr.links import printed_link
from qr.printing.activity_poster import PosterText, poster_pdf
from qr.tokens import KioskCode, Poster, seconds_until_next_step, sign, step_at
from qr.typed_codes import typed_code, typed_step_at

POSTER_SESSIONS_MAX: Final = 3
"""More dates than these would not fit the poster in letters that can be read from two steps away."""
WEEKDAYS: Final = "一二三四五六日"


class ActivityCode(Struct, frozen=True):
    """The code to show now. typed_code: for people who cannot scan. seconds_left: until the next one must be shown."""

    token: str
    url: str
    typed_code: str
    seconds_left: int


@get(
    "/activities/{activity:str}/code",
    opt=needs(Permission.SCAN_OTHERS),
    sync_to_thread=True,
    responses=answers(ActivityCode),
    tags=["activities"],
)
def get_activity_code(
    request: Request[Any, Any, Any], activity: FromPath[UUID], min_position: MinPosition = None
) -> Response[bytes]:
    """The rotating code of the activity's door. A leader gets those of their own activities."""
    return told(current_code(request, activity, min_position))


@get(
    "/activities/{activity:str}/code.svg",
    opt=needs(Permission.SCAN_OTHERS),
    sync_to_thread=True,
    media_type="image/svg+xml",
    tags=["activities"],
)
def get_activity_code_svg(
    request: Request[Any, Any, Any], activity: FromPath[UUID], min_position: MinPosition = None
) -> Response[bytes]:
    """The same as a picture."""
    return svg_picture(current_code(request, activity, min_position).url)


@get(
    "/activities/{activity:str}/code.png",
    opt=needs(Permission.SCAN_OTHERS),
    sync_to_thread=True,
    media_type="image/png",
    tags=["activities"],
)
def get_activity_code_png(
    request: Request[Any, Any, Any], activity: FromPath[UUID], min_position: MinPosition = None
) -> Response[bytes]:
    """The same as a picture for what cannot show SVG."""
    return png_picture(current_code(request, activity, min_position).url)


@get(
    "/activities/{activity:str}/poster.pdf",
    opt=needs(Permission.RUN_ACTIVITIES),
    sync_to_thread=True,
    media_type="application/pdf",
    tags=["activities"],
)
def get_poster(
    request: Request[Any, Any, Any], activity: FromPath[UUID], min_position: MinPosition = None
) -> Response[bytes]:
    """The poster to print: A4, with the lasting code of the activity."""
    deployment: Deployment = request.app.state.deployment
    settings = deployment.settings
    with reading(request, min_position) as reader:
        activity_for(reader, Permission.RUN_ACTIVITIES, activity)
        sessions = activity_roll.sessions(reader.connection, activity)
        title, place = (reader.texts([activity], field)[activity] for field in ("title", "place"))
    link = printed_link(sign(Poster(activity), deployment.tokens), settings.origin)
    text = PosterText(settings.programme, title, place, when_words(sessions), link)
    return printed(request, lambda: poster_pdf(text))


def current_code(request: Request[Any, Any, Any], activity: UUID, min_position: int | None = None) -> ActivityCode:
    """The code to show now to a caller who may scan others there; raises NotAllowed and UnknownId."""
    deployment: Deployment = request.app.state.deployment
    with reading(request, min_position) as reader:
        activity_for(reader, Permission.SCAN_OTHERS, activity)
    now = deployment.clock.now()
    token = sign(KioskCode(activity, step_at(now)), deployment.tokens)
    return ActivityCode(
        token=token,
        url=printed_link(token, deployment.settings.origin),
        typed_code=typed_code(activity, typed_step_at(now), keys=deployment.tokens),
        seconds_left=seconds_until_next_step(now),
    )


def when_words(sessions: Sequence[SessionRow]) -> str:
    """The sessions in words, in the community's time: `2025年10月1日 星期三 14:00–16:00`, one a line."""
    lines = [_session_words(one.starts_at, one.ends_at) for one in sessions[:POSTER_SESSIONS_MAX]]
    more = len(sessions) - len(lines)
    return "\n".join([*lines, f"…… 共 {len(sessions)} 场"] if more else lines)


def _session_words(starts_at: datetime, ends_at: datetime) -> str:
    start, end = starts_at.astimezone(COMMUNITY_ZONE), ends_at.astimezone(COMMUNITY_ZONE)
    until = f"{end:%H:%M}" if end.date() == start.date() else f"{end.month}月{end.day}日 {end:%H:%M}"
    return f"{start.year}年{start.month}月{start.day}日 星期{WEEKDAYS[start.weekday()]} {start:%H:%M}–{until}"


HANDLERS = [get_activity_code, get_activity_code_svg, get_activity_code_png, get_poster]
