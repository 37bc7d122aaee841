"""What is told when not a rule said no, but the request could not be read or the machine could not do it."""

from api.languages import marked
from api.sentences.told import Told

TOLD: dict[str, Told] = {
    "bad-request": Told(400, marked("请求看不懂，请核对后再发。")),
    "malformed-body": Told(400, marked("内容不是正确的 JSON，请核对后再发。")),
    "invalid-body": Told(400, marked("内容里有一项不对，请核对后再发。")),
    "bad-query": Told(400, marked("网址里的参数不对，请核对。")),
    "bad-cursor": Told(400, marked("翻页的标记不对，请从第一页开始。")),
    "idempotency-key-required": Told(400, marked("缺少 Idempotency-Key，请加上再发。")),
    "step-up-needed": Told(403, marked("请先再确认一次是您本人：输入动态码、口令或密码，再办这件事。")),
    "unknown-host": Told(421, marked("这个网址不是我们的，请核对地址。")),
    "https-needed": Told(403, marked("这里的连接没有加密，不能登录。请告诉管理员。")),
    "cross-origin": Told(403, marked("请求来自别的网站，没有办理。")),
    "no-such-path": Told(404, marked("没有这个网址。")),
    "method-not-allowed": Told(405, marked("这个网址不能这样用。")),
    "body-too-large": Told(413, marked("内容太大，请分开来发。")),
    "json-only": Told(415, marked("请用 JSON 发送内容。")),
    "picture-only": Told(415, marked("只收照片（JPEG、PNG）或 PDF，请换一个文件。")),
    "picture-not-genuine": Told(422, marked("文件内容和它的类型对不上，请换一个文件。")),
    "idempotency-key-reused": Told(422, marked("这个 Idempotency-Key 用过了，内容却不一样，请换一个。")),
    "too-many-attempts": Told(429, marked("做得太快了，请过一会儿再试。")),
    "internal": Told(500, marked("我们这边出了错，请把编号告诉工作人员。")),
    "public-url-required": Told(503, marked("还没有设置对外网址，不能打印，请找管理员。")),
    "print-extra-missing": Told(503, marked("这台服务器没有装打印的组件，请找管理员。")),
    "ledger-busy": Told(503, marked("现在很忙，请稍等再试。什么都没有改变。")),
    "figures-behind": Told(503, marked("数据还在更新，请稍等再看。")),
    "search-not-ready": Told(503, marked("查找还在准备，请过几秒再试。")),
    "database-unavailable": Told(503, marked("现在连不上数据，请稍等再试。")),
    "storage-read-only": Told(503, marked("现在只能看，不能改，请稍等再试。什么都没有改变。")),
    "clock-wrong": Told(503, marked("这台服务器的时钟不对，暂时不能登记，请稍等再试。什么都没有改变。")),
    "outcome-unknown": Told(503, marked("连接断了，不知道办成了没有。请再发一次同样的请求，不会重复办理。")),
    "record-unreadable": Told(503, marked("这条记录读不出来，已经告诉管理员。什么都没有改变。")),
    "storage-full": Told(507, marked("服务器的空间满了，暂时不能登记，请稍等再试。什么都没有改变。")),
}
