"""The columns of a list of members, by the headings that clerks give them, and what each may hold."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

from api.deployment import SENSITIVE
from api.imports.tables import CELL_CHARACTERS_MAX, Problem, Unreadable
from ledger.application.masked_details import masked

HEADINGS: Final[Mapping[str, str]] = {
    "name": "姓名 名字 居民姓名 志愿者姓名 name fullname",
    "phone": "电话 手机 手机号 手机号码 联系电话 电话号码 联系方式 phone mobile telephone",
    "identity_number": "身份证号 身份证 身份证号码 证件号码 公民身份号码 identitynumber idnumber idcard",
    "address": "住址 地址 家庭住址 家庭地址 详细地址 居住地址 address",
    "birth_date": "出生日期 出生年月日 生日 birthdate dateofbirth birthday",
    "former_number": "原编号 编号 会员编号 志愿者编号 居民编号 存折号 formernumber oldnumber membernumber number",
    "community": "社区 所在社区 所属社区 组织 community organisation organization",
    "grid": "网格 所在网格 所属网格 网格编码 grid",
    "household": "户 户号 家庭 家庭编号 家庭户 household family",
    "opening_balance": "结余 积分结余 原有积分 期初积分 现有积分 积分 openingbalance balance points",
    "consent": "同意书版本 同意书 知情同意 consent consentversion",
    "joined": "加入日期 注册日期 入会日期 登记日期 datejoined joined registered",
}
"""The headings of each column, as `plain` makes them."""
COLUMN_OF: Final = {heading: column for column, headings in HEADINGS.items() for heading in headings.split()}
HIDDEN: Final = SENSITIVE | {"household"}
"""Never written in full on a terminal or into a report: a household is often labelled with its address."""
SHARED: Final = frozenset({"community", "grid", "household", "address", "consent", "joined"})
"""What several rows may have in common, so that a merged cell says it of each of them."""
TEMPLATE: Final = (
    "姓名",
    "手机号",
    "身份证号",
    "出生日期",
    "住址",
    "原编号",
    "网格",
    "户号",
    "积分结余",
    "同意书版本",
    "加入日期",
)


def plain(heading: str) -> str:
    """A heading without spaces, marks and what stands in brackets: `手机号（必填）*` is 手机号."""
    usual = unicodedata.normalize("NFKC", heading).casefold()
    return re.sub(r"\([^)]*\)|[\s_*:\-]", "", usual)


def is_heading(cells: Sequence[str]) -> bool:
    """Whether a row is the heading of a list of members: it has the name and at least one more column we know."""
    found = {COLUMN_OF[plain(cell)] for cell in cells if plain(cell) in COLUMN_OF}
    return "name" in found and len(found) > 1


def columns_of(heading: Sequence[str], row: int) -> tuple[dict[str, int], list[str]]:
    """The place of each column we know, and the headings that we do not. Raises Unreadable: heading-twice."""
    places: dict[str, int] = {}
    unknown: list[str] = []
    for place, cell in enumerate(heading):
        column = COLUMN_OF.get(plain(cell))
        if column is None:
            unknown += [cell] if cell else []
        elif column in places:
            raise Unreadable(Problem(row, heading[places[column]], cell[:CELL_CHARACTERS_MAX], "heading-twice"))
        else:
            places[column] = place
    return places, unknown


def shown(column: str, text: str) -> str:
    """`text` as a report may show it: sensitive columns masked, of a name the surname."""
    if column == "name" or column in HIDDEN:
        return masked(column, text)[:CELL_CHARACTERS_MAX]
    return text[:CELL_CHARACTERS_MAX]
