"""What is told when what is stated of a person cannot be kept, or may not be read."""

from api.languages import marked
from api.sentences.told import Told

TOLD: dict[str, Told] = {
    "personal-field-wrong": Told(422, marked("有一项个人资料填得不对，请核对后再填。"), marked("请看{field}：{problem}。")),
}
