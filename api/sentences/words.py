"""The words people read for the code words that stand in facts: stages, states, levels."""

from api.languages import marked

WORDS: dict[str, str] = {
    "draft": marked("草稿"),
    "published": marked("已发布"),
    "open": marked("开放"),
    "closed": marked("已结束"),
    "tallied": marked("已核算"),
    "cancelled": marked("已取消"),
    "proposed": marked("待审核"),
    "approved": marked("已通过"),
    "refused": marked("未通过"),
    "credited": marked("已记上"),
    "requested": marked("已申请"),
    "rejected": marked("未通过"),
    "ready": marked("可以领取"),
    "handed_over": marked("已领走"),
    "lapsed": marked("已过期"),
    "claimed": marked("已领"),
    "reported": marked("已报"),
    "accepted": marked("已确认"),
    "finished": marked("已完成"),
    "withdrawn": marked("已退出"),
    "province": marked("省"),
    "city": marked("市"),
    "county": marked("县"),
    "street": marked("街道"),
    "community": marked("社区"),
    "grid": marked("网格"),
    "micro_grid": marked("微网格"),
    "building": marked("楼栋"),
}
