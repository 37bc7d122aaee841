"""What is told when something about rules, awards or an account is refused."""

from api.languages import marked
from api.sentences.told import Told

TOLD: dict[str, Told] = {
    "rule-version-unknown": Told(404, marked("规则没有这个版本。"), marked("最新的是第 {newest} 版。")),
    "rule-version-already-published": Told(
        409, marked("这个版本已经公布，不能再改，请另拟一版。"), marked("从 {valid_from} 起有效。")
    ),
    "rule-not-in-force": Told(
        409, marked("那一天没有生效的规则，请先公布规则。"), marked("服务日期是 {service_day}。")
    ),
    "rule-of-another-organisation": Told(409, marked("这条规则属于别的组织，请另拟一条。")),
    "drafter-cannot-publish": Told(403, marked("谁拟的规则，谁不能公布，请另一位审核人来办。")),
    "valid-from-passed": Told(422, marked("不能改过去的日子，请改生效日期。"), marked("最早可以从 {earliest} 起。")),
    "terms-out-of-bounds": Told(
        422,
        marked("规则里有一个数太大或太小，请改一改。"),
        marked("{field} 可以是 {smallest} 到 {largest}，您填的是 {asked}。"),
    ),
    "settings-version-unknown": Told(404, marked("办法没有这个版本。"), marked("最新的是第 {newest} 版。")),
    "settings-already-published": Told(
        409, marked("这个版本已经公布，不能再改，请另拟一版。"), marked("从 {valid_from} 起有效。")
    ),
    "settings-by-drafter": Told(403, marked("谁拟的办法，谁不能公布，请另一位审核人来办。")),
    "settings-in-the-past": Told(
        422, marked("办法只能从今天或以后生效，请改生效日期。"), marked("最早可以从 {earliest} 起。")
    ),
    "settings-out-of-bounds": Told(
        422,
        marked("办法里有一个数太大或太小，请改一改。"),
        marked("{field} 可以是 {smallest} 到 {largest}，您填的是 {asked}。"),
    ),
    "award-unknown": Told(404, marked("没有这条记分。")),
    "award-already-proposed": Told(409, marked("这件事已经记过分了。")),
    "award-already-decided": Told(409, marked("这条记分已经有结果，不能再改。"), marked("结果是{state}。")),
    "award-not-approved": Told(409, marked("这条记分还没有通过。"), marked("现在是{state}。")),
    "notice-not-over": Told(409, marked("公示还没有结束，请等公示期满。"), marked("公示到 {notice_until}。")),
    "proposer-cannot-approve": Told(403, marked("谁提出的，谁不能审核，请另一位审核人来办。")),
    "own-household-or-self": Told(403, marked("不能审核自己或家里人的记分，请另一位审核人来办。")),
    "usage-already-reserved": Told(409, marked("这条记分的额度已经留好。")),
    "usage-not-reserved": Told(409, marked("这条记分没有留出的额度。")),
    "lines-out-of-bounds": Told(
        422,
        marked("一次的条数太多或太少，请分开来办。"),
        marked("一次可以有 {smallest} 到 {largest} 条，您给了 {asked} 条。"),
    ),
    "account-already-open": Told(409, marked("这个积分账户已经有了。")),
    "account-not-open": Told(409, marked("这个积分账户还没有。")),
    "amount-out-of-bounds": Told(
        422, marked("数目太大或太小，请改一改。"), marked("可以是 {smallest} 到 {largest}，您填的是 {asked}。")
    ),
    "insufficient-points": Told(
        409, marked("积分不够，请少换一些，或者多攒一些再来。"), marked("需要 {asked}，现在能用 {available}。")
    ),
    "hold-already-open": Told(409, marked("这些积分已经留出来了。")),
    "hold-unknown": Told(409, marked("没有留出的积分，可能已经退回或用掉。")),
    "lot-already-credited": Told(409, marked("这笔积分已经记上了。")),
    "lot-already-due": Told(409, marked("这笔积分已经过期，不能记上。"), marked("{expires_on} 到期。")),
}
