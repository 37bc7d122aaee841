"""`linli admin create`: the first administrator, who signs in with a one-time code and has no default password."""

import re
from typing import Any
from uuid import uuid4

import click

from api.commands.speech import stop, tell
from api.deployment import Deployment
from api.languages import marked
from api.settings import from_environment
from api.wiring import open_deployment
from ledger.application.members import FOUND_ADMINISTRATOR, FoundAdministrator
from ledger.application.organisations import REGISTER_ORGANISATION, RegisterOrganisation
from ledger.application.ports import Call, CommandKey, Refused
from ledger.application.work import UseCase
from ledger.kernel.clock import business_day
from ledger.kernel.ids import SYSTEM, MemberId, OrganisationId
from ledger.store.sign_in_codes import spaced

DIVISION_CODE = re.compile(r"\d{12}")


@click.group()
def admin() -> None:
    """管理员 / Administrators."""


@admin.command()
@click.option("--name", required=True, help="姓名 / name")
@click.option("--organisation", required=True, help="12 位区划代码，或新社区的名称 / division code, or a new name")
def create(name: str, organisation: str) -> None:
    """新建第一位管理员，给出一次性登录码 / Make the first administrator and print a one-time code."""
    settings = from_environment()
    deployment = open_deployment(settings)
    deployment.ledger.start()
    try:
        node = _organisation(deployment, organisation)
        member = MemberId(uuid4())
        deployment.directory.write(member, {"name": name})
        number = deployment.directory.number_members([member])[member]
        _run(deployment, FOUND_ADMINISTRATOR, FoundAdministrator(member, node))
        code = deployment.sign_in_codes.issue(member, "staff", deployment.clock.now())
    finally:
        deployment.ledger.stop()
        deployment.close()
    tell(marked("管理员 {name} 已建立，居民编号 {number}。"), name=name, number=number)
    tell(marked("一次性登录码：{code}（10 分钟内在 {url} 输入）"), code=spaced(code), url=f"{settings.origin}/sign-in")


@admin.command()
@click.option("--number", required=True, help="居民编号 / member number")
def code(number: str) -> None:
    """给已有的工作人员一个新的一次性登录码 / A new one-time code for somebody who has a role."""
    settings = from_environment()
    deployment = open_deployment(settings)
    try:
        found = deployment.directory.find("member_number", number)
        if not found:
            stop(marked("没有居民编号 {number}。"), number=number)
        issued = deployment.sign_in_codes.issue(MemberId(found[0]), "staff", deployment.clock.now())
    finally:
        deployment.close()
    tell(
        marked("一次性登录码：{code}（10 分钟内在 {url} 输入）"), code=spaced(issued), url=f"{settings.origin}/sign-in"
    )


def _organisation(deployment: Deployment, given: str) -> OrganisationId:
    if DIVISION_CODE.fullmatch(given):
        known = deployment.directory.organisation_of_code(given)
        if known is None:
            stop(marked("没有代码为 {code} 的组织，请先运行 linli import organisations。"), code=given)
        return known
    organisation = OrganisationId(uuid4())
    deployment.directory.write(organisation, {"name": given})
    today = business_day(deployment.clock.now())
    _run(deployment, REGISTER_ORGANISATION, RegisterOrganisation(organisation, "community", today))
    return organisation


def _run(deployment: Deployment, use_case: UseCase[Any], asked: object) -> None:
    key = CommandKey("linli admin create", str(uuid4()), b"")
    answer = deployment.ledger.submit(Call(use_case, asked, SYSTEM, key, deployment.clock.now()), lane="front").result()
    if isinstance(answer.result, Refused):
        stop(marked("被拒绝：{code} {facts}"), code=answer.result.code, facts=answer.result.facts)
