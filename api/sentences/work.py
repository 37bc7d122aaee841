"""What is told when something about a task, its claims or its reports is refused."""

from api.languages import marked
from api.sentences.told import Told

TOLD: dict[str, Told] = {
    "unknown-task": Told(404, marked("没有这个任务。")),
    "task-already-posted": Told(409, marked("这个任务已经发布了。")),
    "task-closed": Told(409, marked("任务已经结束，请看看别的任务。")),
    "no-slot-left": Told(409, marked("人已经够了，请看看别的任务。"), marked("共需要 {slots} 人。")),
    "already-claimed": Told(409, marked("您已经领了这个任务。"), marked("现在是{stage}。")),
    "claim-too-late": Told(409, marked("领任务的时间已过。"), marked("领取到 {claim_until} 为止。")),
    "claim-deadline-not-ahead": Told(
        422, marked("领取截止时间要晚于现在，请改一改。"), marked("您填的是 {claim_until}。")
    ),
    "not-claimed": Told(409, marked("还没有领这个任务，请先领。")),
    "already-reported": Told(
        409, marked("已经报过了，请等工作人员确认。"), marked("报的是 {service_day}，{minutes} 分钟。")
    ),
    "not-reported": Told(409, marked("还没有报完成，没有可以确认的内容。")),
    "report-already-accepted": Told(409, marked("已经确认过了，不能再改。"), marked("{service_day}，{minutes} 分钟。")),
    "own-report": Told(403, marked("不能确认自己的报告，请另一位工作人员来办。")),
    "own-household-report": Told(403, marked("不能确认家里人的报告，请另一位工作人员来办。")),
    "service-day-ahead": Told(
        422, marked("还没做的事不能报，请改日期。"), marked("您填的是 {service_day}，今天是 {today}。")
    ),
    "service-day-before-task": Told(
        422,
        marked("任务发布以前的日子不能报，请改日期。"),
        marked("您填的是 {service_day}，任务是 {posted_on} 发布的。"),
    ),
    "slots-out-of-range": Told(422, marked("人数不对，请改一改。"), marked("可以是 {lowest} 到 {highest} 人。")),
    "planned-minutes-out-of-range": Told(
        422, marked("计划的分钟数不对，请改一改。"), marked("可以是 {lowest} 到 {highest} 分钟。")
    ),
    "reported-minutes-out-of-range": Told(
        422, marked("报的分钟数不对，请改一改。"), marked("可以是 {lowest} 到 {highest} 分钟。")
    ),
    "accepted-minutes-out-of-range": Told(
        422, marked("确认的分钟数不对，不能多过所报的。"), marked("可以是 {lowest} 到 {highest} 分钟。")
    ),
}
