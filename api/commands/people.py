"""`linli admin create`: the first administrator, who signs in with a one-time code and has no default password."""

import re
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import click

from api.commands.speech import stop, tell
from api.deployment import Deployment
from api.languages import marked
from api.settings import Settings, from_environment
from api.wiring import open_deployment
from ledger.application.members import FOUND_ADMINISTRATOR, FoundAdministrator
from ledger.application.organisations import REGISTER_ORGANISATION, RegisterOrganisation
from ledger.application.ports import Call, CommandKey, Refused
from ledger.application.work import UseCase
from ledger.kernel.clock import business_day
from ledger.kernel.ids import SYSTEM, MemberId, OrganisationId
from ledger.store.sign_in_codes import spaced
from projections import people

TEXT_MAX = 60
DIVISION_CODE = re.compile(r"\d{12}")


def _text(_context: click.Context, parameter: click.Parameter, given: str) -> str:
    """What can be kept and read: no blank, no line break, no broken character of another terminal."""
    text = given.strip()
    if not text.isprintable() or not 0 < len(text) <= TEXT_MAX:
        raise click.BadParameter(repr(given), param=parameter)
    return text


@click.group()
def admin() -> None:
    """管理员：新建，发登录码 / Make administrators and let staff sign in."""


@admin.command()
@click.option("--name", required=True, callback=_text, help="姓名 / name")
@click.option(
    "--organisation",
    required=True,
    callback=_text,
    help="12 位区划代码，或社区的名称（没有就新建） / division code, or a community's name (made if there is none)",
)
def create(name: str, organisation: str) -> None:
    """新建第一位管理员，给出一次性登录码 / Make the first administrator and print a one-time code."""
    settings = from_environment()
    with running(settings) as deployment:
        node = _organisation(deployment, organisation)
        member = MemberId(uuid4())
        deployment.directory.write(member, {"name": name})
        number = deployment.directory.number_members([member])[member]
        _run(deployment, FOUND_ADMINISTRATOR, FoundAdministrator(member, node))
        issued = _issued(deployment, member)
    tell(marked("管理员 {name} 已建立，居民编号 {number}。"), name=name, number=number)
    _tell_code(settings, issued)


@admin.command()
@click.option("--number", required=True, callback=_text, help="居民编号 / member number")
def code(number: str) -> None:
    """给已有的工作人员一个新的一次性登录码 / A new one-time code for somebody who has a role."""
    settings = from_environment()
    with running(settings) as deployment:
        found = deployment.directory.find("member_number", number)
        if not found:
            stop(marked("没有居民编号 {number}。"), number=number)
        member = MemberId(found[0])
        with deployment.views() as connection:
            roles = people.roles_of(connection, member, day=business_day(deployment.clock.now()))
        if not roles:
            stop(marked("居民编号 {number} 没有职务，登录码请由社区工作人员发。"), number=number)
        issued = _issued(deployment, member)
    _tell_code(settings, issued)


@contextmanager
def running(settings: Settings) -> Generator[Deployment]:
    """With a writer, and with figures that are up to date."""
    deployment = open_deployment(settings)
    try:
        deployment.figures.prepare()
        deployment.figures.catch_up()
        deployment.ledger.start()
        yield deployment
    finally:
        deployment.ledger.stop()
        deployment.close()


def _issued(deployment: Deployment, member: MemberId) -> str:
    """A one-time code; that somebody at this machine had it made stands in the audit log."""
    now, facts = deployment.clock.now(), {"purpose": "staff", "by": "command"}
    deployment.audit_log.record("code_issued", now, subject=member, facts=facts)
    return deployment.sign_in_codes.issue(member, "staff", now)


def _tell_code(settings: Settings, issued: str) -> None:
    told = marked("一次性登录码：{code}（10 分钟内在 {url} 输入）")
    tell(told, code=spaced(issued), url=f"{settings.origin}/sign-in")


def _organisation(deployment: Deployment, given: str) -> OrganisationId:
    if DIVISION_CODE.fullmatch(given):
        known = deployment.directory.organisation_of_code(given)
        if known is None:
            stop(marked("没有代码为 {code} 的组织，请先运行 linli import organisations。"), code=given)
        return known
    named = _named(deployment, given)
    if len(named) > 1:
        stop(marked("有 {count} 个组织叫“{name}”，请写它的区划代码。"), count=len(named), name=given)
    return named[0] if named else _new_community(deployment, given)


def _named(deployment: Deployment, name: str) -> list[OrganisationId]:
    with deployment.views() as connection:
        known = [row.organisation for row in people.every_organisation(connection)]
    return [OrganisationId(one) for one, text in deployment.directory.read(known, "name").items() if text == name]


def _new_community(deployment: Deployment, name: str) -> OrganisationId:
    organisation = OrganisationId(uuid4())
    deployment.directory.write(organisation, {"name": name})
    today = business_day(deployment.clock.now())
    _run(deployment, REGISTER_ORGANISATION, RegisterOrganisation(organisation, "community", today))
    return organisation


def _run(deployment: Deployment, use_case: UseCase[Any], asked: object) -> None:
    key = CommandKey("linli admin create", str(uuid4()), b"")
    answer = deployment.ledger.submit(Call(use_case, asked, SYSTEM, key, deployment.clock.now()), lane="front").result()
    if isinstance(answer.result, Refused):
        stop(marked("被拒绝：{code} {facts}"), code=answer.result.code, facts=answer.result.facts)
