"""What things are called, written to the directory before the event that speaks of them.

Ids follow from the command's id, so a retry names the same thing. Texts of an institution lie under its own key.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from litestar import Request

from api.calls import command_key
from api.deployment import Deployment
from api.identity import NotAllowed, SignInNeeded, UnknownId, proof_of
from api.readers import newest, reading
from ledger.application.authority import Permission
from ledger.application.ports import CommandKey, KeyReused
from ledger.kernel.ids import CommandId, MemberId, derived


class NewId(NamedTuple):
    """The id of what the caller is about to make, their own id, and that of the command which makes it."""

    id: UUID
    actor: MemberId
    command: CommandId


class Wording(NamedTuple):
    """What something of `organisation` is called, by field; only who has `permission` there may name things."""

    organisation: UUID
    permission: Permission
    texts: Mapping[str, str]


async def new_id(request: Request[Any, Any, Any], label: str) -> NewId:
    """The id that this request's command gives to the `label` (activity, task, …) it makes."""
    key = await command_key(request)
    return await asyncio.to_thread(_new_id, request, key, label)


async def new_with_texts(request: Request[Any, Any, Any], label: str, wording: Wording) -> NewId:
    """As `new_id`, and what it is called is in the directory afterwards; empty texts are left out.

    Raises NotAllowed and UnknownId as the ledger would. Where it is called something else already, this key came
    before with another body: KeyReused, and nothing is overwritten.
    """
    key = await command_key(request)
    return await asyncio.to_thread(_new_with_texts, request, key, label, wording)


async def write_texts(
    request: Request[Any, Any, Any], subject: UUID, texts: Mapping[str, str], *, organisation: UUID | None = None
) -> None:
    """Write what `subject` is called, under the key of `organisation` (None: its own). The caller may do so.

    KeyReused where it is called something else already.
    """
    deployment: Deployment = request.app.state.deployment
    await asyncio.to_thread(_write, deployment, subject, texts, organisation)


def _new_id(request: Request[Any, Any, Any], key: CommandKey, label: str) -> NewId:
    deployment: Deployment = request.app.state.deployment
    session = deployment.sessions.lookup(proof_of(request).token_hash, deployment.clock.now())
    if session is None:
        raise SignInNeeded
    command = deployment.ledger.command_id(session.member, key)
    return NewId(derived(command, label), session.member, command)


def _new_with_texts(request: Request[Any, Any, Any], key: CommandKey, label: str, wording: Wording) -> NewId:
    new = _new_id(request, key, label)
    try:
        _require(request, wording)
    except (NotAllowed, UnknownId):
        # A role granted a moment ago may not be in the figures yet.
        _require(request, wording, min_position=newest(request))
    _write(request.app.state.deployment, new.id, wording.texts, wording.organisation)
    return new


def _write(deployment: Deployment, subject: UUID, texts: Mapping[str, str], organisation: UUID | None) -> None:
    given = {field: text for field, text in texts.items() if text}
    known = deployment.directory.read_all(subject)
    if not known:
        deployment.directory.write(subject, given, key_owner=organisation)
    elif known != given:
        raise KeyReused


def _require(request: Request[Any, Any, Any], wording: Wording, min_position: int | None = None) -> None:
    with reading(request, min_position) as reader:
        reader.require(wording.permission, wording.organisation)
