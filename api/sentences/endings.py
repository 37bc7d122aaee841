"""What is told when leaving, returning, a move, a merge, a guardian or a consent is refused."""

from api.languages import marked
from api.sentences.told import Told

TOLD: dict[str, Told] = {
    "member-merged": Told(409, marked("这份登记已经并到同一个人的另一份登记里，请用那一份。")),
    "own-household-standing": Told(403, marked("不能办自己或者自己家里人的事，请另一位工作人员来办。")),
    "own-standing-proposal": Told(403, marked("提出的人不能自己确认，请另一位工作人员来办。")),
    "has-not-left": Told(409, marked("这个人没有退出，不用恢复。")),
    "return-not-proposed": Told(409, marked("还没有人提出恢复，请先核对是谁，再提出。")),
    "already-deceased": Told(409, marked("这个人已经登记为去世。")),
    "death-already-reported": Told(409, marked("已经有人登记过，请另一位工作人员确认或者撤回。")),
    "death-not-reported": Told(409, marked("没有要确认或者撤回的登记。")),
    "already-at-home": Told(409, marked("这个人的家庭社区就是这里。")),
    "move-day-not-possible": Told(
        422, marked("迁入的日子不对，请改日期。"), marked("不能晚于 {latest}，也不能早于上一次迁入。")
    ),
    "merge-into-itself": Told(422, marked("不能和自己合并，请选另一份登记。")),
    "merge-already-proposed": Told(409, marked("已经有人提出合并，请审核人来定。")),
    "merge-not-proposed": Told(409, marked("没有等待审核的合并或拆分。")),
    "own-merge": Told(403, marked("涉及自己或者自己家里人的合并，请另一位工作人员来办。")),
    "not-merged": Told(409, marked("这份登记没有合并过。")),
    "guardian-needed": Told(409, marked("未满十四周岁，请先登记监护人。")),
    "guardian-decides": Told(403, marked("未满十四周岁，要由监护人来同意或者撤回。")),
    "guardian-unfit": Told(422, marked("这个人不能做监护人，请另选一位。")),
    "own-guardianship": Told(403, marked("不能登记或者结束自己的监护，请另一位工作人员来办。")),
    "guardian-already-named": Told(409, marked("已经有监护人，请先结束原来的。")),
    "no-guardian": Told(409, marked("没有登记监护人。")),
    "unknown-consent-text": Told(422, marked("没有这个同意书版本，请用现在的文本。")),
    "too-much-open": Told(
        409,
        marked("还没办完的事太多，请先取消一些再办。"),
        marked("兑换 {redemptions} 笔，报名 {places} 个，任务 {tasks} 个，最多 {open_max} 件。"),
    ),
    "still-held": Told(409, marked("刚刚又有兑换占用了积分，请再办一次。"), marked("占用 {held}。")),
    "balance-not-settled": Told(
        409, marked("还有没用完的，请先用完，或者选捐出、保留。"), marked("余额 {posted}，还有 {coming} 笔没有到账。")
    ),
}
