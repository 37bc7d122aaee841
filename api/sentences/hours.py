"""What is told when something about a paper sheet, manual hours or the picture behind them is refused."""

from api.languages import marked
from api.sentences.told import Told

TOLD: dict[str, Told] = {
    "sheet-unknown": Told(404, marked("没有这张签到表。")),
    "sheet-already-entered": Told(409, marked("这张签到表已经录入，漏掉的人请另录一张。")),
    "evidence-required": Told(422, marked("请先上传签到表的照片，再录入时间。")),
    "evidence-not-kept": Told(422, marked("没有找到这张照片，请先上传到这个社区。")),
    "reason-required": Told(422, marked("手工补录要写明原因，请选一个原因。")),
    "member-twice-on-sheet": Told(422, marked("同一个人在表上出现了两次，请核对。")),
    "hours-outside-session": Told(
        422,
        marked("有人的时间不在这一场之内，或者比这一场还长，请核对。"),
        marked("应在 {earliest} 到 {latest} 之间，最长 {minutes_max} 分钟。"),
    ),
    "own-hours": Told(403, marked("不能给自己或家里人录入、审核时间，请另一位来办。")),
    "enterer-cannot-decide": Told(403, marked("谁录入的，谁不能审核，请另一位审核人来办。")),
    "line-not-on-sheet": Told(404, marked("这张表上没有这个人。")),
    "line-already-decided": Told(409, marked("这一行已经有结果，不能再改。"), marked("结果是{state}。")),
    "visit-already-recorded": Told(409, marked("这个人这一场已经有签到记录，不能再算一次。"), marked("{in_at} 签到。")),
    "week-minutes-used-up": Told(
        409,
        marked("您这一周手工补录的时间满了，请另一位工作人员来录。"),
        marked("每周最多 {allowed} 分钟，已经录了 {used} 分钟，这次是 {asked} 分钟。"),
    ),
    "week-minutes-not-reserved": Told(409, marked("这张表没有占用那么多补录时间。")),
}
