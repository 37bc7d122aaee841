"""What is told when a change to members, households, organisations or roles is refused."""

from api.languages import marked
from api.sentences.told import Told

TOLD: dict[str, Told] = {
    "unknown-member": Told(404, marked("没有这个人的登记。")),
    "member-has-left": Told(409, marked("这位居民已经退出，不能再改。")),
    "already-registered": Told(409, marked("这个人已经登记过了。")),
    "own-verification": Told(403, marked("不能核实自己，请另一位工作人员来办。")),
    "already-verified": Told(409, marked("这个人已经核实过了。")),
    "already-suspended": Told(409, marked("这位居民已经暂停。")),
    "not-suspended": Told(409, marked("这位居民没有被暂停。")),
    "consent-not-given": Told(409, marked("没有可以撤回的同意。")),
    "card-already-issued": Told(409, marked("这张卡已经发给这位居民了。")),
    "card-already-revoked": Told(409, marked("这张卡已经作废，请发一张新卡。")),
    "unknown-card": Told(404, marked("这位居民没有这张卡。")),
    "own-role": Told(403, marked("不能给自己授予职务，请另一位管理员来办。")),
    "own-household-role": Told(403, marked("不能给自己家里人授予职务，请另一位管理员来办。")),
    "role-before-verification": Told(409, marked("请先核实身份，再授予职务。")),
    "role-ends-before-it-starts": Told(
        422, marked("职务的最后一天早于第一天，请改日期。"), marked("第一天 {from_day}，最后一天 {until_day}。")
    ),
    "role-already-held": Told(409, marked("这个人这段时间已经有这个职务了。"), marked("从 {from_day} 起。")),
    "unknown-role": Told(404, marked("这个人没有这个职务，或者已经结束。")),
    "already-in-household": Told(409, marked("这个人已经在一个家庭里，请先从那个家庭退出。")),
    "not-in-household": Told(409, marked("这个人不在任何家庭里。")),
    "household-already-formed": Told(409, marked("这个家庭已经建好了。")),
    "unknown-household": Told(404, marked("没有这个家庭。")),
    "already-lives-here": Told(409, marked("这个人已经在这个家庭里。")),
    "household-full": Told(409, marked("这个家庭的人数满了，请检查名单。"), marked("最多 {members_max} 人。")),
    "does-not-live-here": Told(409, marked("这个人不在这个家庭里。")),
    "own-household-change": Told(403, marked("不能改自己家庭的名单，请另一位工作人员来办。")),
    "organisation-registered-otherwise": Told(
        409, marked("这个组织已经登记，但内容不一样，请核对。"), marked("登记的级别是{level}，从 {effective_from} 起。")
    ),
    "level-not-below-parent": Told(
        422, marked("级别必须低于上级组织，请改级别或上级。"), marked("{level}不能放在{parent_level}下面。")
    ),
    "division-code-taken": Told(409, marked("这个行政区划代码已经属于别的组织，请核对。")),
    "division-code-malformed": Told(422, marked("行政区划代码的位数不对，请核对。"), marked("应为 {digits} 位数字。")),
}
