"""What organisations are called besides: administrators add and remove other names, and rename them from a day on.

Names are public; which of them is the official one stands in the directory, and who changed it in the audit log.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Request, Response, post
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from api.answers import answers, told
from api.decoding import Strict
from api.deployment import Alias, Deployment
from api.identity import WITHOUT_KEY, UnknownId, needs
from api.readers import Reader, newest, reading
from api.v1.body_fields import Title
from api.v1.visibility import require_over_tree
from ledger.application.authority import Permission
from projections import people


class NameAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """name: as it is to be found or shown."""

    name: Title


class Names(Struct, frozen=True):
    """What an organisation is called. also_called: other names, and those from before with their last day."""

    name: str
    also_called: list[Alias]


@post(
    "/organisations/{organisation:str}/aliases",
    opt=needs(Permission.CHANGE_TREE) | WITHOUT_KEY,
    dto=Strict[NameAsked],
    return_dto=None,
    status_code=200,
    sync_to_thread=True,
    responses=answers(Names),
    tags=["organisations"],
)
def add_alias(
    request: Request[Any, Any, Any], organisation: FromPath[UUID], data: JSONBody[NameAsked]
) -> Response[bytes]:
    """Let people find it by another name too."""
    deployment: Deployment = request.app.state.deployment
    with reading(request, newest(request)) as reader:
        _require_keeper(reader, organisation, "alias-added")
        deployment.organisation_names.add(organisation, data.name)
        return told(_names(reader, organisation))


@post(
    "/organisations/{organisation:str}/aliases/remove",
    opt=needs(Permission.CHANGE_TREE) | WITHOUT_KEY,
    dto=Strict[NameAsked],
    return_dto=None,
    status_code=200,
    sync_to_thread=True,
    responses=answers(Names),
    tags=["organisations"],
)
def remove_alias(
    request: Request[Any, Any, Any], organisation: FromPath[UUID], data: JSONBody[NameAsked]
) -> Response[bytes]:
    """Let it no longer be found by another name, or by one from before."""
    deployment: Deployment = request.app.state.deployment
    with reading(request, newest(request)) as reader:
        _require_keeper(reader, organisation, "alias-removed")
        deployment.organisation_names.remove(organisation, data.name)
        return told(_names(reader, organisation))


@post(
    "/organisations/{organisation:str}/rename",
    opt=needs(Permission.CHANGE_TREE) | WITHOUT_KEY,
    dto=Strict[NameAsked],
    return_dto=None,
    status_code=200,
    sync_to_thread=True,
    responses=answers(Names),
    tags=["organisations"],
)
def rename_organisation(
    request: Request[Any, Any, Any], organisation: FromPath[UUID], data: JSONBody[NameAsked]
) -> Response[bytes]:
    """Call it so from today on. What it was called until yesterday is kept, and still found."""
    deployment: Deployment = request.app.state.deployment
    with reading(request, newest(request)) as reader:
        _require_keeper(reader, organisation, "renamed")
        deployment.organisation_names.rename(organisation, data.name, reader.today - timedelta(days=1))
        return told(_names(reader, organisation))


def _require_keeper(reader: Reader, organisation: UUID, change: str) -> None:
    require_over_tree(reader, Permission.CHANGE_TREE, organisation)
    if people.organisation(reader.connection, organisation) is None:
        raise UnknownId
    deployment = reader.deployment
    facts = {"setting": "organisation-name", "change": change}
    deployment.audit_log.record(
        "settings_changed", deployment.clock.now(), actor=reader.member, subject=organisation, facts=facts
    )


def _names(reader: Reader, organisation: UUID) -> Names:
    aliases = reader.deployment.organisation_names.aliases([organisation])
    return Names(reader.texts([organisation])[organisation], aliases.get(organisation, []))


HANDLERS = [add_alias, remove_alias, rename_organisation]
