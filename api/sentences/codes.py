"""What is told when a code, a sign-in or a permission is refused."""

from api.languages import marked
from api.sentences.told import Told

TOLD: dict[str, Told] = {
    "not-signed-in": Told(401, marked("请先登录。")),
    "code-not-valid": Told(422, marked("登录码不对，或者已经用过、过期。请核对，或者领一个新的。")),
    "sign-in-refused": Told(422, marked("没有登录成功：账号或密码不对。请核对后再试。")),
    "one-proof-only": Told(422, marked("请只填一种：动态码、备用码、口令或密码。")),
    "staff-sign-in-needed": Told(403, marked("您有职务，请用口令和动态码登录。")),
    "too-many-tries": Told(429, marked("试的次数太多，请过一会儿再试。"), marked("请等 {retry_after_seconds} 秒。")),
    "pin-wrong": Told(422, marked("密码不对，请再输一次。")),
    "pin-not-set": Told(422, marked("这位居民还没有设置密码。")),
    "pin-malformed": Told(422, marked("密码的位数不对，请重新输入。"), marked("应为 {digits} 位数字。")),
    "pin-guessable": Told(422, marked("这个密码太容易猜到，请换一个，不要用生日、电话或连着的数字。")),
    "password-wrong": Told(422, marked("口令不对，请再输一次。")),
    "password-length": Told(
        422,
        marked("口令太短或者太长，请换一个。"),
        marked("请用 {characters_min} 到 {characters_max} 个字符。"),
    ),
    "password-guessable": Told(422, marked("这个口令太容易猜到，请换一个，可以用几个不相干的词。")),
    "totp-wrong": Told(422, marked("动态码不对，或者已经用过。请等下一个再输。")),
    "totp-not-begun": Told(409, marked("还没有开始设置动态码，请从头来。")),
    "recovery-code-wrong": Told(422, marked("备用码不对，或者已经用过。请换一个。")),
    "not-permitted": Told(403, marked("您没有办这件事的职务，请找管理员。")),
    "unknown-id": Told(404, marked("没有找到，或者不归您管。")),
    "id-of-another-kind": Told(404, marked("这个编号是别的东西的，请核对。")),
    "member-suspended": Told(403, marked("这位居民已被暂停，请找社区工作人员。")),
    "member-not-verified": Told(403, marked("还没有核实身份，请先到社区服务台核实。")),
    "code-expired": Told(409, marked("码已过期，请扫屏幕上最新的码。")),
    "ticket-expired": Told(409, marked("扫码以后等得太久，请再扫一次。")),
    "typed-code-slip": Told(422, marked("码输错了，请对着屏幕再输一次。")),
    "card-revoked": Told(409, marked("这张卡已作废，请换新卡。")),
    "card-replaced": Told(409, marked("这张旧卡已作废，已经发了新卡，请用新卡。捡到的旧卡请交回社区。")),
    "not-a-code-of-ours": Told(422, marked("这不是我们的码，请扫活动现场的码。")),
}
