"""What is told when something at an activity, at its door or about a visit is refused."""

from api.languages import marked
from api.sentences.told import Told

TOLD: dict[str, Told] = {
    "unknown-activity": Told(404, marked("没有这个活动。")),
    "unknown-session": Told(404, marked("这个活动没有这一场。")),
    "activity-already-drafted": Told(409, marked("这个活动已经建好了。"), marked("现在是{stage}。")),
    "activity-not-draft": Told(409, marked("只有草稿才能发布。"), marked("现在是{stage}。")),
    "activity-not-published": Told(409, marked("活动还没有发布，请先发布。"), marked("现在是{stage}。")),
    "activity-not-open": Told(409, marked("活动没有开放，请找活动负责人。"), marked("现在是{stage}。")),
    "activity-not-closed": Told(409, marked("请先结束活动，再核算。"), marked("现在是{stage}。")),
    "activity-under-way": Told(409, marked("活动已经开始，只能结束，不能取消。"), marked("现在是{stage}。")),
    "sessions-out-of-range": Told(
        422, marked("场次的数目不对，请改一改。"), marked("可以有 {lowest} 到 {highest} 场。")
    ),
    "session-named-twice": Told(422, marked("有两场用了同一个编号，请改一改。")),
    "session-times-not-possible": Told(
        422, marked("这一场的时间不对，请核对开始和结束。"), marked("每场最长 {hours_max} 小时，结束要晚于开始。")
    ),
    "session-margins-out-of-range": Told(
        422, marked("提前和推后的分钟数不对，请改一改。"), marked("可以是 0 到 {highest} 分钟。")
    ),
    "capacity-out-of-range": Told(
        422, marked("名额数不对，请改一改。"), marked("可以是 {lowest} 到 {highest} 人；不限就不填。")
    ),
    "session-full": Told(409, marked("名额和候补都满了，请看看别的场次。"), marked("共 {capacity} 个名额。")),
    "session-over": Told(409, marked("这一场已经结束。"), marked("{ended_at} 结束。")),
    "sign-up-not-possible": Told(409, marked("现在不能报名。"), marked("活动现在是{stage}。")),
    "not-signed-up": Told(409, marked("您没有报名这一场，请先报名。")),
    "poster-not-allowed": Told(409, marked("海报上的码不能签到，请扫门口屏幕上的码。")),
    "too-early": Told(409, marked("还没到签到时间，请晚点再扫。"), marked("{opens_at} 起可以签到。")),
    "too-late": Told(409, marked("签到时间已过，请找活动负责人。"), marked("签到到 {closed_at} 为止。")),
    "not-checked-in": Told(409, marked("还没有签到，请先签到。")),
    "visit-still-open": Told(409, marked("这个人还没有签退，请先签退。"), marked("{in_at} 签到。")),
    "visit-not-over": Told(409, marked("这一场还没有结束，请等结束后再办。"), marked("{closes_at} 结束。")),
    "visit-unconfirmed": Told(409, marked("离开时间还没有确认，请负责人先确认。"), marked("{out_at} 离开。")),
    "nothing-to-confirm": Told(409, marked("离开时间已经有了，不用再确认。"), marked("{out_at} 离开。")),
    "own-visit": Told(403, marked("不能办自己或家里人的这件事，请另一位负责人来办。")),
    "confirmation-too-late": Told(409, marked("确认的期限已过。"), marked("期限是 {confirm_until}。")),
    "out-outside-visit": Told(422, marked("离开时间不对，请核对。"), marked("应在 {earliest} 到 {latest} 之间。")),
    "visit-already-tallied": Told(
        409, marked("这次参加已经记了积分，要改请先追回积分。"), marked("按 {minutes_seen} 分钟核算。")
    ),
    "visit-award-undecided": Told(
        409, marked("这次参加的积分还在审核，请先退回积分，再来改。"), marked("按 {minutes_seen} 分钟核算。")
    ),
    "not-your-scan": Told(403, marked("只有扫码的人或那台设备能撤销，请找工作人员来办。")),
    "undo-too-late": Told(409, marked("撤销的时间已过，请找工作人员来办。"), marked("{until} 之前可以撤销。")),
    "correction-outside-session": Told(
        422, marked("时间不对，请核对。"), marked("应在 {earliest} 到 {latest} 之间，离开要晚于到达。")
    ),
    "visit-took-place": Told(409, marked("这个人来过，不用请假。"), marked("{in_at} 签到。")),
    "excuse-too-late": Told(409, marked("活动已经开始，请假请找负责人。"), marked("{starts_at} 开始。")),
    "visit-in-dispute": Told(409, marked("这次参加有异议，请先处理异议。")),
    "visit-not-disputed": Told(409, marked("这次参加没有待处理的异议。")),
    "dispute-already-decided": Told(409, marked("这个异议已经处理过了，不能再提。"), marked("结果：{outcome}。")),
    "involved-in-visit": Told(403, marked("扫过码或作过证的人不能处理这个异议，请另一位工作人员来办。")),
    "own-scan": Told(403, marked("不能扫自己，请扫门口的码，或者请别人来扫。")),
}
