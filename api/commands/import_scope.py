"""Where a list of members belongs and who imports it, as far as the read models tell; the ledger decides again."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection

from api.commands.people import DIVISION_CODE
from api.commands.speech import stop
from api.deployment import Deployment
from api.imports.members import Scope
from api.languages import marked
from ledger.application.permissions import ALLOWED, Permission
from ledger.kernel.clock import business_day
from ledger.kernel.ids import MemberId, OrganisationId
from projections import organisations, people


def organisation_of(deployment: Deployment, given: str) -> OrganisationId:
    """The organisation with this division code or name; ends the command where there is none, or are several."""
    if DIVISION_CODE.fullmatch(given):
        known = deployment.directory.organisation_of_code(given)
        found = [known] if known else []
    else:
        with deployment.views() as connection:
            every = [row.organisation for row in organisations.every_organisation(connection)]
        names = deployment.directory.read(every, "name")
        found = [OrganisationId(one) for one, name in names.items() if name == given.strip()]
    if not found:
        stop(marked("没有叫“{name}”的组织，请写它的区划代码。"), name=given)
    if len(found) > 1:
        stop(marked("有 {count} 个组织叫“{name}”，请写它的区划代码。"), count=len(found), name=given)
    return found[0]


def actor_of(deployment: Deployment, organisation: OrganisationId, given: str | None) -> MemberId:
    """Whoever has the member number `given`, or the one administrator over `organisation`; else ends the command."""
    if given is not None:
        numbered = deployment.directory.find("member_number", given)
        if not numbered:
            stop(marked("没有居民编号 {number}。"), number=given)
        return MemberId(numbered[0])
    today = business_day(deployment.clock.now())
    with deployment.views() as connection:
        line = organisations.line_of(connection, organisation, today)
        held = [role for node in line for role in people.roles_in(connection, node.organisation, day=today)]
    found = {role.member for role in held if role.role == "administrator"}
    if len(found) != 1:
        stop(marked("这里有 {count} 位管理员，请用 --as 写明由谁导入。"), count=len(found))
    return MemberId(found.pop())


def require_may(
    deployment: Deployment, actor: MemberId, organisation: OrganisationId, needed: Iterable[Permission]
) -> None:
    """Ends the command where the actor's roles do not allow it: better before fifty thousand rows than at each."""
    today = business_day(deployment.clock.now())
    with deployment.views() as connection:
        line = {node.organisation for node in organisations.line_of(connection, organisation, today)}
        roles = {one.role for one in people.roles_of(connection, actor, day=today) if one.organisation in line}
    for permission in needed:
        if not roles & ALLOWED[permission]:
            stop(marked("由谁导入的这位没有这里的权限：{permission}"), permission=permission.value)


def scope_of(deployment: Deployment, organisation: OrganisationId, actor: MemberId) -> Scope:
    """The organisation with all that counts below it today, by name and by code."""
    today = business_day(deployment.clock.now())
    with deployment.views() as connection:
        below = organisations.ever_below(connection, organisation)
        counting = {one: row for one, row in below.items() if _counts(connection, row, organisation, today)}
        importer = people.member(connection, actor)
    names = deployment.directory.read(counting, "name")
    places: dict[str, OrganisationId | None] = {}
    for one in counting:
        name = names.get(one, "")
        places[name] = None if name in places else OrganisationId(one)
    codes = {row.division_code: OrganisationId(one) for one, row in counting.items() if row.division_code}
    return Scope(organisation, {**places, **codes}, importer.household if importer else None)


def _counts(connection: Connection, row: Any, top: OrganisationId, today: date) -> bool:
    if row.effective_from > today or (row.last_day is not None and row.last_day < today):
        return False
    return any(node.organisation == top for node in organisations.line_of(connection, row.organisation, today))
