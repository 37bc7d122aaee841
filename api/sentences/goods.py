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
        409, marked("这件换得够多了，请过些时候再来。"), marked("{per}{period}最多 {allowed} 件，已经 {used} 件。")
    ),
    "limits-repeated": Told(422, marked("同一种限量写了两次，请只留一个。")),
    "price-day-over": Told(422, marked("新价的日子已经过去，请另选一天。"), marked("今天是 {today}。")),
    "price-changed": Told(
        409, marked("所需积分变了，请看过新的再申请。"), marked("现在要 {total}，原来是 {expected}。")
    ),
    "proposal-gone": Told(409, marked("这个提议已经办过、收回或换了新的，请刷新再看。")),
    "own-proposal": Told(403, marked("这是您自己提的，请另一位工作人员来审核。")),
    "more-than-set-aside": Told(422, marked("超过留好的件数，不能多发。"), marked("最多 {allowed} 件。")),
    "more-than-handed-over": Told(422, marked("退回的比领走的多，请核对件数。"), marked("最多 {allowed} 件。")),
    "pieces-past-use-by": Told(
        409, marked("留好的货过了保质期，请换别的或作废。"), marked("还能发 {fresh} 件，要 {asked} 件。")
    ),
    "exchanges-reached": Told(
        409, marked("这个季度的兑换次数用完了，请下个季度再来。"), marked("{per}每季度最多 {allowed} 次。")
    ),
    "fund-already-open": Told(409, marked("这个基金已经建好。")),
    "fund-not-open": Told(404, marked("没有这个基金。")),
    "cap-out-of-bounds": Told(
        422, marked("每月的上限太小或太大，请改一改。"), marked("可以是 {smallest} 到 {largest}。")
    ),
    "fund-cap-reached": Told(
        409,
        marked("这个月的基金用完了，请下个月再来，或换别的。"),
        marked("每月 {allowed}，已用 {used}，这次要 {asked}。"),
    ),
    "nothing-to-return": Told(409, marked("这次兑换没有可以退的东西。"), marked("现在是{state}。")),
    "return-too-late": Told(409, marked("退货的日子已经过了。"), marked("可以退到 {until}。")),
    "return-still-possible": Told(409, marked("退货的日子还没有过。"), marked("可以退到 {until}。")),
    "substitute-too-dear": Told(
        409, marked("换的东西超过留好的积分，请换便宜些的。"), marked("最多 {held}，要 {total}。")
    ),
    "counter-total-too-large": Told(
        409, marked("当面兑换只能换小件，这次请先申请。"), marked("最多 {allowed}，要 {total}。")
    ),
    "witness-needed": Told(409, marked("只有卡还不行，请本人出示手机码，或请另一位工作人员作证。")),
    "witness-not-fit": Told(403, marked("这位不能作证，请另一位工作人员来。")),
    "recheck-not-open": Told(409, marked("这次兑换不用复核，或已经复核过。")),
    "took-part": Told(403, marked("这次兑换您经手过，请另一位来复核。")),
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
