"""What is told when something about teams or skills is refused."""

from api.languages import marked
from api.sentences.told import Told

TOLD: dict[str, Told] = {
    "team-already-formed": Told(409, marked("这支队伍已经建好了。")),
    "unknown-team": Told(404, marked("没有这支队伍。")),
    "team-disbanded": Told(409, marked("这支队伍已经解散。"), marked("最后一天是 {until_day}。")),
    "already-in-team": Told(409, marked("这个人已经在这支队伍里。")),
    "not-in-team": Told(409, marked("这个人不在这支队伍里，请先加入。")),
    "team-full": Told(409, marked("这支队伍的人数满了，请另建一支。"), marked("最多 {members_max} 人。")),
    "team-term-backwards": Told(
        422, marked("任期的日子不对：不能早于今天，也不能倒过来。"), marked("从 {from_day} 起。")
    ),
    "team-has-no-leader": Told(409, marked("这支队伍现在没有队长。")),
    "own-team-appointment": Told(403, marked("不能任命自己当队长，请另一位工作人员来办。")),
    "own-skill": Told(403, marked("不能给自己登记技能，请另一位工作人员来办。")),
    "skill-passed": Told(422, marked("这项技能已经过期，不能登记。"), marked("有效到 {valid_until}。")),
    "unknown-skill": Told(404, marked("这个人没有登记这项技能。")),
    "skill-missing": Told(409, marked("这件事要有相应的技能，请先到社区登记。"), marked("要有的技能代码是 {skill}。")),
}
