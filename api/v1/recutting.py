"""Cutting a tree anew: administrators move, merge, split and end organisations, from a day on."""

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from api.answers import written
from api.calls import submit
from api.decoding import MalformedBody
from api.identity import UnknownId
from api.readers import newest, reading
from api.v1.body_fields import Title
from api.v1.commanding import commanding
from api.v1.organisations import DivisionCode, allow_over_tree, refuse_taken_code
from api.v1.texts import new_id, write_texts
from ledger.application.authority import Permission
from ledger.application.recutting import (
    END_ORGANISATION,
    MERGE_ORGANISATIONS,
    MOVE_ORGANISATION,
    SPLIT_ORGANISATION,
    EndOrganisation,
    MergeOrganisations,
    MoveOrganisation,
    SplitOrganisation,
    Successor,
)
from ledger.application.vocabulary import Reason
from ledger.kernel.ids import OrganisationId, derived
from ledger.membership.placement import parent_on
from projections import people

OTHERS_MAX = 50
SUCCESSORS_MAX = 20
CHILDREN_MAX = 200


class MoveAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """parent: the node right above from the day effective_from on, today at the earliest."""

    parent: UUID
    effective_from: date


class SuccessorAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """A new node of the level of what ends. parent: left out, the node that the old one lies below.

    children: nodes that lie below it from then on.
    """

    name: Title
    parent: UUID | None = None
    division_code: DivisionCode | None = None
    children: Annotated[tuple[UUID, ...], Meta(max_length=CHILDREN_MAX)] = ()


class MergeAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """others: nodes that end with the one named in the path. Either into, a node that is there already, or successor,
    a new one. effective_from: the successor's first day, today at the earliest. reason: a code.
    """

    effective_from: date
    reason: Reason
    others: Annotated[tuple[UUID, ...], Meta(max_length=OTHERS_MAX)] = ()
    into: UUID | None = None
    successor: SuccessorAsked | None = None


class SplitAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """successors: new nodes. effective_from: their first day, today at the earliest. reason: a code."""

    effective_from: date
    reason: Reason
    successors: Annotated[tuple[SuccessorAsked, ...], Meta(min_length=2, max_length=SUCCESSORS_MAX)]


class EndAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """last_day: the last on which it counts, yesterday at the earliest. reason: a code."""

    last_day: date
    reason: Reason


@commanding("/organisations/{organisation:str}/move", Permission.CHANGE_TREE, "organisations", body=MoveAsked)
async def move_organisation(
    request: Request[Any, Any, Any], organisation: FromPath[UUID], data: JSONBody[MoveAsked]
) -> Response[bytes]:
    """Put it below another node from a day on. What happened before stays where it was."""
    asked = MoveOrganisation(OrganisationId(organisation), OrganisationId(data.parent), data.effective_from)
    return written(await submit(request, MOVE_ORGANISATION, asked))


@commanding("/organisations/{organisation:str}/merge", Permission.CHANGE_TREE, "organisations", body=MergeAsked)
async def merge_organisations(
    request: Request[Any, Any, Any], organisation: FromPath[UUID], data: JSONBody[MergeAsked]
) -> Response[bytes]:
    """Let it and others end and one successor follow, in one step. What lay below them lies below the successor, and
    who was at home in them is at home there, without a word about each.
    """
    if (data.into is None) == (data.successor is None):
        raise MalformedBody("invalid-body", 400, "send exactly one of into and successor")
    ending = tuple(OrganisationId(one) for one in (organisation, *data.others))
    new = () if data.successor is None else (data.successor,)
    (successor,) = await _successors(request, organisation, data.effective_from, new) or [_into(data.into)]
    merge = MergeOrganisations(ending, successor, data.effective_from, data.reason)
    answer = await submit(request, MERGE_ORGANISATIONS, merge)
    await _bind_codes(request, [successor])
    return written(answer)


@commanding("/organisations/{organisation:str}/split", Permission.CHANGE_TREE, "organisations", body=SplitAsked)
async def split_organisation(
    request: Request[Any, Any, Any], organisation: FromPath[UUID], data: JSONBody[SplitAsked]
) -> Response[bytes]:
    """Let it end and several successors follow, in one step. What nobody placed stays the old one's own, for whoever
    acts for the nodes above.
    """
    successors = await _successors(request, organisation, data.effective_from, data.successors)
    split = SplitOrganisation(OrganisationId(organisation), tuple(successors), data.effective_from, data.reason)
    answer = await submit(request, SPLIT_ORGANISATION, split)
    await _bind_codes(request, successors)
    return written(answer)


@commanding("/organisations/{organisation:str}/end", Permission.CHANGE_TREE, "organisations", body=EndAsked)
async def end_organisation(
    request: Request[Any, Any, Any], organisation: FromPath[UUID], data: JSONBody[EndAsked]
) -> Response[bytes]:
    """Let it count no longer than a day, with nothing to follow it."""
    asked = EndOrganisation(OrganisationId(organisation), data.last_day, data.reason)
    return written(await submit(request, END_ORGANISATION, asked))


async def _successors(
    request: Request[Any, Any, Any], organisation: UUID, day: date, asked: Sequence[SuccessorAsked]
) -> list[Successor]:
    """The new nodes with their ids; what they are called is in the directory afterwards."""
    if not asked:
        return []
    above = await asyncio.to_thread(_parent, request, organisation, day)
    parents = [one.parent or above for one in asked]
    await asyncio.to_thread(allow_over_tree, request, Permission.CHANGE_TREE, [organisation, *set(parents)])
    command = (await new_id(request, "successor")).command
    made: list[Successor] = []
    for place, (one, parent) in enumerate(zip(asked, parents, strict=True), start=1):
        successor = OrganisationId(derived(command, f"successor/{place}"))
        await asyncio.to_thread(refuse_taken_code, request, successor, one.division_code)
        await write_texts(request, successor, {"name": one.name}, organisation=successor)
        children = tuple(OrganisationId(child) for child in one.children)
        made.append(Successor(successor, OrganisationId(parent), one.division_code, children))
    return made


def _parent(request: Request[Any, Any, Any], organisation: UUID, day: date) -> UUID:
    """What the node lies below on `day`. Raises UnknownId where there is none, MalformedBody at the top of a tree."""
    with reading(request, newest(request)) as reader:
        row = people.organisation(reader.connection, organisation)
    if row is None:
        raise UnknownId
    parent = parent_on(row, day)
    if parent is None:
        raise MalformedBody("invalid-body", 400, "the top of a tree is followed by a node that is there already")
    return parent


def _into(organisation: UUID | None) -> Successor:
    if organisation is None:
        raise AssertionError("neither an old nor a new node follows")
    return Successor(OrganisationId(organisation))


async def _bind_codes(request: Request[Any, Any, Any], successors: Sequence[Successor]) -> None:
    codes = {one.division_code: one.organisation for one in successors if one.division_code}
    if codes:
        await asyncio.to_thread(request.app.state.deployment.directory.bind_division_codes, codes)


HANDLERS = [move_organisation, merge_organisations, split_organisation, end_organisation]
