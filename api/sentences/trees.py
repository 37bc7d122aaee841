"""What is told when a change to the two trees, or to where people sit in them, is refused."""

from api.languages import marked
from api.sentences.told import Told

TOLD: dict[str, Told] = {
    "unknown-organisation": Told(404, marked("没有这个组织的登记。")),
    "attachment-misplaced": Told(422, marked("只有党组织可以挂靠，而且只能挂靠行政组织，请核对。")),
    "organisation-has-ended": Told(
        409, marked("这个组织已经撤并，不能再用，请选接替它的组织。"), marked("最后一天是 {last_day}。")
    ),
    "tree-change-in-the-past": Told(
        422, marked("过去的日子不能再改，请改日期。"), marked("最早可以从 {earliest} 起，填的是 {wanted}。")
    ),
    "tree-change-out-of-order": Told(
        409, marked("这个组织已经有更晚的变动，请改日期。"), marked("已定的变动从 {latest} 起，填的是 {wanted}。")
    ),
    "successor-of-other-level": Told(
        422, marked("接替的组织级别要一样，请核对。"), marked("原来是{level}，接替的是{successor_level}。")
    ),
    "own-successor": Told(422, marked("组织不能接替自己，也不能接替两次，请核对。")),
    "home-in-party-tree": Told(422, marked("居民的家要选社区或网格，党组织请用“所在支部”。")),
    "not-seated-there": Told(409, marked("这个人不在这个网格或支部里。")),
    "seat-held-then": Told(
        409, marked("日期和这个人原来所在的网格或支部对不上，请改日期。"), marked("原来从 {from_day} 起。")
    ),
    "no-seats-at-this-level": Told(
        422, marked("只能编入网格、微网格、楼栋，或者党支部、党小组。"), marked("选的是{level}。")
    ),
    "seat-outside-home": Told(409, marked("这个网格不在这位居民所属的社区里，请核对。")),
    "name-in-use": Told(409, marked("这个组织已经有这个名称了。")),
    "name-not-there": Told(404, marked("这个组织没有这个名称。")),
}
