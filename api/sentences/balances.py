"""What is told when a correction, a gift or a freeze of an account is refused."""

from api.languages import marked
from api.sentences.told import Told

TOLD: dict[str, Told] = {
    "points-owed": Told(409, marked("有一笔记分被撤回，补上以前不能用。"), marked("还需 {owed}。")),
    "account-frozen": Told(409, marked("账户已冻结，现在办不了，请问工作人员。"), marked("冻结到 {until}。")),
    "account-already-frozen": Told(409, marked("账户已经冻结。"), marked("冻结到 {until}。")),
    "freeze-not-proposed": Told(409, marked("没有等待决定的冻结提议。")),
    "own-freeze-proposal": Told(403, marked("不能批准自己提议的冻结，请另一位审核人来办。")),
    "freeze-by-another": Told(403, marked("上一次也是您冻结的：没有别人的提议，请另一位审核人来办。")),
    "account-not-frozen": Told(409, marked("账户没有冻结。")),
    "freeze-out-of-bounds": Told(
        422, marked("冻结的最后一天太早或太晚，请改一改。"), marked("可以是 {earliest} 到 {latest}。")
    ),
    "credit-already-reversed": Told(409, marked("这笔记分已经撤回，不能再撤一次。")),
    "adjustment-unknown": Told(404, marked("没有这条更正。")),
    "adjustment-already-proposed": Told(409, marked("这条更正已经提出过了。")),
    "adjustment-already-decided": Told(409, marked("这条更正已经有结果，不能再改。"), marked("结果是{status}。")),
    "adjustment-for-own-household": Told(403, marked("不能更正自己或家里人的积分，请另一位同事来办。")),
    "adjustment-by-proposer": Told(403, marked("谁提出的更正，谁不能审核，请另一位审核人来办。")),
    "adjustment-approved-by-you": Told(409, marked("您已经同意过，还要另一位审核人同意。")),
    "adjustment-not-on-notice": Told(409, marked("这笔结余不在公示中。"), marked("现在是{status}。")),
    "adjustment-notice-not-over": Told(
        409, marked("这笔结余的公示还没有结束，请等公示期满。"), marked("公示到 {notice_until}。")
    ),
    "adjustment-objection-pending": Told(409, marked("已经有人对这笔结余提出异议，请等处理结果。")),
    "adjustment-objected-by-you": Told(409, marked("您已经对这笔结余提出过异议。")),
    "no-adjustment-objection": Told(409, marked("这笔结余没有待处理的异议。"), marked("现在是{status}。")),
    "involved-in-adjustment": Told(403, marked("参与过这笔结余的人不能处理异议，请另一位审核人来办。")),
    "freeze-of-own-household": Told(403, marked("不能冻结或解冻自己或家里人的账户，请另一位同事来办。")),
    "gifts-not-allowed": Told(403, marked("本社区的积分不能送人。")),
    "gift-to-oneself": Told(422, marked("不能送给自己。")),
    "gift-cannot-be-received": Told(409, marked("对方现在不能收，请改天再送。")),
    "gift-limit-reached": Told(
        409, marked("今年送出的已经到了上限。"), marked("一年可以送 {limit}，今年已送 {given}，这次要送 {asked}。")
    ),
}
