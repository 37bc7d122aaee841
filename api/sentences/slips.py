"""What is told about activation slips and codes by short message."""

from api.languages import marked
from api.sentences.told import Told

TOLD: dict[str, Told] = {
    "slip-by-two": Told(409, marked("这位居民的分比较多，要两位工作人员一起发激活条。")),
    "own-slip": Told(403, marked("要另一位工作人员来确认；发的人和确认的人都不能是这位居民的家人。")),
    "slip-over": Told(409, marked("这张激活条已经确认过，或者等得太久了，请重新发。")),
    "typed-differently": Told(422, marked("两次输入的不一样，请再输一次。")),
    "message-not-carried": Told(409, marked("现在发不出短信，请带证件到社区服务台。")),
}
