"""What is told about scanning devices, the scans they send and their review; and what became of a scan that counted."""

from api.languages import marked
from api.sentences.told import Told

TOLD: dict[str, Told] = {
    "device-already-registered": Told(409, marked("这台设备已经登记过了。")),
    "device-revoked": Told(409, marked("这台设备已经停用，扫码要由工作人员核对。")),
    "sequence-reused": Told(
        409, marked("这个序号已经用过，这次扫码没有记上，请给它一个新的序号。"), marked("序号是 {sequence}。")
    ),
    "clock-out-of-tolerance": Told(
        409,
        marked("设备的时钟不准，请先对时；扫码要由工作人员核对。"),
        marked("差了 {off_seconds} 秒，最多可以差 {allowed_minutes} 分钟。"),
    ),
    "seen-in-future": Told(422, marked("扫码时间还没有到，请核对时间。")),
    "code-not-readable": Told(422, marked("扫到的不是居民卡，也不是手机上的居民码。")),
    "code-of-nobody": Told(409, marked("找不到这个码是谁的，要由工作人员核对。")),
    "code-of-other-time": Told(
        409,
        marked("手机上的码和扫码时间对不上，要由工作人员核对。"),
        marked("这个码从 {shown_from} 显示到 {valid_until}。"),
    ),
    "scan-not-for-review": Told(409, marked("这次扫码已经记上，不用核对。")),
    "scan-already-reviewed": Told(409, marked("这次扫码已经有人核对过。"), marked("结果是{decision}。")),
    "own-scan-review": Told(403, marked("不能核对自己或家里人的扫码，请另一位工作人员来办。")),
    "scan-of-nobody": Told(409, marked("不知道扫的是谁，只能不采纳；时长请由两个人用登记表补记。")),
}

ANSWERS: dict[str, str] = {
    "checked-in": marked("已签到"),
    "checked-out": marked("已签退"),
    "already-in": marked("已经签到过了"),
    "already-out": marked("已经签退过了"),
    "scan-noted": marked("已记下，等签到的扫码补上"),
}
"""What the door answered to a scan that counted."""
