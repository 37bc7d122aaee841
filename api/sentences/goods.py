"""What is told when something about rewards or what they are exchanged for is refused."""

from api.languages import marked
from api.sentences.told import Told

TOLD: dict[str, Told] = {
    "reward-already-listed": Told(409, marked("这件物品已经上架。")),
    "reward-not-listed": Told(404, marked("没有这件物品。")),
    "reward-withdrawn": Told(409, marked("这件物品已经下架，请换别的。")),
    "price-out-of-bounds": Told(
        422, marked("所需积分太多或太少，请改一改。"), marked("每件可以是 {smallest} 到 {largest}。")
    ),
    "pieces-out-of-bounds": Told(
        422, marked("件数太多或太少，请改一改。"), marked("可以是 {smallest} 到 {largest} 件。")
    ),
    "unit-not-exchangeable": Told(409, marked("这种积分不能换物品。")),
    "stock-past-use-by": Told(422, marked("已经过了保质期，不能上架。"), marked("保质期到 {use_by}。")),
    "out-of-stock": Told(
        409, marked("货不够了，请少换几件，或者换别的。"), marked("还有 {free} 件，您要 {asked} 件。")
    ),
    "limit-reached": Told(
        409, marked("这个月换得够多了，请下个月再来。"), marked("每月最多 {allowed} 件，已经 {used} 件。")
    ),
    "stock-already-reserved": Told(409, marked("货已经留好了。")),
    "stock-not-reserved": Told(409, marked("没有留出的货，可能已经退回或领走。")),
    "redemption-already-requested": Told(409, marked("这次兑换已经申请过了。")),
    "redemption-unknown": Told(404, marked("没有这次兑换。")),
    "redemption-in-other-state": Told(
        409, marked("现在还不能办这一步，请先看看进度。"), marked("现在是{state}，要先到{needed}。")
    ),
    "redemption-finished": Told(409, marked("这次兑换已经办完，不能再改。"), marked("现在是{state}。")),
    "redemption-overdue": Told(409, marked("这次兑换已经过期，请重新申请。"), marked("{lapses_at} 到期。")),
    "redemption-not-overdue": Told(409, marked("这次兑换还没有到期。"), marked("要到 {lapses_at} 才到期。")),
    "requester-cannot-approve": Told(403, marked("这次兑换是您代为申请的，请另一位工作人员来批准。")),
    "own-redemption": Told(403, marked("不能办理自己或家里人的兑换，请另一位工作人员来办。")),
    "approver-cannot-hand-over": Told(
        403, marked("这次兑换较大，审核人不能自己发货，请另一位来发。"), marked("超过 {allowed} 就要两个人。")
    ),
    "already-handed-over": Told(409, marked("东西已经领走了，请不要再发。"), marked("{handed_over_at} 领走。")),
}
