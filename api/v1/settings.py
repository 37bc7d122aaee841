"""A programme's settings: staff write a version down, an approver publishes it, everybody around reads what holds."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from api.answers import answers, read, written
from api.calls import submit
from api.identity import SIGNED_IN, STEP_UP, needs
from api.readers import MinPosition, Reader, reading
from api.v1.commanding import commanding
from api.v1.visibility import may_any, require_sight
from ledger.application.authority import Permission
from ledger.application.programme import DEFAULTS, DRAFT_SETTINGS, PUBLISH_SETTINGS, DraftSettings, PublishSettings
from ledger.kernel.ids import OrganisationId
from ledger.programme.events import Settings
from projections import people, settings
from projections.settings import SettingsVersion

HANDLING = (Permission.DRAFT_RULES, Permission.PUBLISH_RULES)
"""Who sees versions that nobody has published."""


class SettingsBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A whole version: a setting that is left out has our default. The bounds of each, the ledger checks."""

    settings: Settings


class PublishSettingsBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Which version, and the first day it holds for: today at the earliest."""

    version: Annotated[int, Meta(ge=1, le=1_000)]
    valid_from: date


class SettingsView(Struct, frozen=True):
    """One version. valid_from: first day, None while it is only a draft."""

    version: int
    settings: Settings
    drafted_by: UUID
    approved_by: UUID | None
    valid_from: date | None


class SettingsInForce(Struct, frozen=True):
    """What holds today. set_by: the organisation whose settings they are, None where they are the defaults.

    versions: those the organisation wrote itself; drafts only for those who write or publish rules.
    """

    organisation: UUID
    settings: Settings
    set_by: UUID | None
    versions: list[SettingsView]


@commanding(
    "/organisations/{organisation:str}/settings", Permission.DRAFT_RULES, "rules", body=SettingsBody, status=201
)
async def draft_settings(
    request: Request[Any, Any, Any], organisation: FromPath[UUID], data: JSONBody[SettingsBody]
) -> Response[bytes]:
    """Write the next version of a programme's settings down; nothing changes until somebody else publishes it."""
    asked = DraftSettings(OrganisationId(organisation), data.settings)
    return written(await submit(request, DRAFT_SETTINGS, asked), status=201)


@commanding(
    "/organisations/{organisation:str}/settings/publish",
    needs(Permission.PUBLISH_RULES) | STEP_UP,
    "rules",
    body=PublishSettingsBody,
)
async def publish_settings(
    request: Request[Any, Any, Any], organisation: FromPath[UUID], data: JSONBody[PublishSettingsBody]
) -> Response[bytes]:
    """Let a version hold from a day on, here and for those below that have none of their own."""
    asked = PublishSettings(OrganisationId(organisation), data.version, data.valid_from)
    return written(await submit(request, PUBLISH_SETTINGS, asked))


@get(
    "/organisations/{organisation:str}/settings",
    opt=needs(SIGNED_IN),
    sync_to_thread=True,
    responses=answers(SettingsInForce),
    tags=["rules"],
)
def get_settings(
    request: Request[Any, Any, Any], organisation: FromPath[UUID], min_position: MinPosition = None
) -> Response[bytes]:
    """What holds today, and whose settings they are."""
    with reading(request, min_position) as reader:
        require_sight(reader, organisation)
        shown = may_any(reader, HANDLING, organisation)
        own = settings.of_organisation(reader.connection, organisation)
        held = settings_at(reader, organisation)
    versions = [_view(row) for row in own if shown or row.valid_from is not None]
    set_by = held.organisation if held else None
    return read(request, SettingsInForce(organisation, held.settings if held else DEFAULTS, set_by, versions))


def settings_at(reader: Reader, organisation: UUID) -> SettingsVersion | None:
    """The version that holds today at `organisation`: its own or the nearest above it; None where defaults hold."""
    line = [node.organisation for node in people.line_of(reader.connection, organisation, reader.today)]
    return settings.in_force_along(reader.connection, line, reader.today)


def _view(row: SettingsVersion) -> SettingsView:
    return SettingsView(row.version, row.settings, row.drafted_by, row.approved_by, row.valid_from)


HANDLERS = [draft_settings, publish_settings, get_settings]
