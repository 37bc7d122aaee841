"""What is told when something about an objection to an award, or about taking one back, is refused."""

from api.languages import marked
from api.sentences.told import Told

TOLD: dict[str, Told] = {
    "award-not-on-notice": Told(409, marked("只有公示中的记分可以提异议。"), marked("现在是{state}。")),
    "objection-pending": Told(409, marked("已经有人提了异议，请等处理结果。")),
    "objection-final": Told(409, marked("街道已经作出最后决定，不能再提。")),
    "already-objected": Told(409, marked("您对这条记分提过异议了。")),
    "no-objection-pending": Told(409, marked("没有要处理的异议。"), marked("现在是{state}。")),
    "involved-in-award": Told(403, marked("这条记分与您有关，请另一位审核人来处理异议。")),
    "no-decision-to-escalate": Told(409, marked("没有可以提交街道的处理结果。"), marked("现在是{state}。")),
    "not-yours-to-escalate": Told(403, marked("只有受这个结果影响的一方可以提交街道。")),
    "escalation-too-late": Told(409, marked("提交街道的期限已过。"), marked("期限是 {escalate_until}。")),
    "nowhere-to-escalate": Told(409, marked("社区上面没有登记街道，请找管理员。")),
    "usage-taken-since": Told(409, marked("这段时间或额度后来已经记给了别的服务，不能恢复。")),
    "decision-not-final": Told(
        409, marked("异议的处理结果还可以提交街道，请等期限过去。"), marked("期限是 {escalate_until}。")
    ),
    "award-not-reversible": Told(409, marked("只有公示中或已记上的记分可以撤回。"), marked("现在是{state}。")),
    "reversal-pending": Told(409, marked("有人提出撤回这条记分，请先处理。")),
    "reversal-not-proposed": Told(409, marked("没有要处理的撤回。"), marked("现在是{state}。")),
    "second-approver-needed": Told(403, marked("您已经同意过，还要另一位审核人同意。")),
    "reversal-not-agreed": Told(409, marked("同意撤回的人还不够。")),
}
