"""What is told when a code, a sign-in or a permission is refused."""

from api.languages import marked
from api.sentences.told import Told

TOLD: dict[str, Told] = {
    "not-signed-in": Told(401, marked("请先登录。")),
    "code-not-valid": Told(422, marked("登录码不对，或者已经用过、过期。请核对，或者领一个新的。")),
    "too-many-tries": Told(429, marked("试的次数太多，请过一会儿再试。"), marked("请等 {retry_after_seconds} 秒。")),
    "not-permitted": Told(403, marked("您没有办这件事的职务，请找管理员。")),
    "unknown-id": Told(404, marked("没有找到，或者不归您管。")),
    "id-of-another-kind": Told(404, marked("这个编号是别的东西的，请核对。")),
    "member-suspended": Told(403, marked("这位居民已被暂停，请找社区工作人员。")),
    "member-not-verified": Told(403, marked("还没有核实身份，请先到社区服务台核实。")),
    "code-expired": Told(409, marked("码已过期，请扫屏幕上最新的码。")),
    "ticket-expired": Told(409, marked("扫码以后等得太久，请再扫一次。")),
    "typed-code-slip": Told(422, marked("码输错了，请对着屏幕再输一次。")),
    "card-revoked": Told(409, marked("这张卡已作废，请换新卡。")),
    "not-a-code-of-ours": Told(422, marked("这不是我们的码，请扫活动现场的码。")),
}
