"""What is told when what is stated of a person cannot be kept, or may not be read."""

from api.languages import marked
from api.sentences.told import Told

TOLD: dict[str, Told] = {
    "personal-field-wrong": Told(
        422, marked("有一项个人资料填得不对，请核对后再填。"), marked("请看{field}：{problem}。")
    ),
    "search-too-short": Told(422, marked("写得太少，找到的人太多，请再多写一点。")),
    "too-many-reads": Told(429, marked("一小时内看的人太多了，请过一会儿再看，或请同事来办。")),
    "basis-needed": Told(422, marked("请注明依据：看了什么证件或材料。")),
    "nothing-to-correct": Told(422, marked("没有要改的内容，请核对。")),
    "photo-not-genuine": Told(422, marked("这个文件不是完整的照片，请用 JPEG、PNG 或 WebP。")),
    "photo-too-large": Told(422, marked("照片太大了，请缩小到 2 MiB 以内。")),
}
