"""What is told about erasing people, and about holds under which nothing may be erased."""

from api.languages import marked
from api.sentences.told import Told

TOLD: dict[str, Told] = {
    "still-a-member": Told(409, marked("这位居民还没有退出，不能清除个人资料。请先办理退出。")),
    "legal-hold": Told(409, marked("这位居民的资料正在依法封存，现在只能保存，不能查看、改动或清除。")),
    "not-under-hold": Told(409, marked("这位居民的资料没有封存。")),
    "member-erased": Told(409, marked("这位居民的个人资料已经清除，不能再登记。")),
}
