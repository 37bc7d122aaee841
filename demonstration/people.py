"""Synthetic people: names drawn from common characters by a seeded generator. Nobody here exists."""

import random
from collections.abc import Iterator

from msgspec import Struct

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜"
    "范江傅钟卢汪戴崔任陆廖姚方金邱夏谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚"
)
DOUBLE_SURNAMES = ("欧阳", "司马", "上官", "诸葛")
FIRST = "秀桂玉淑凤春国建志文德明永金长福振海洪兰丽红艳晓小雨思子佳俊宇浩嘉欣雅静慧"
SECOND = "英兰珍华芳梅芝荣琴霞军平强斌林生山祥发才民峰涛伟杰磊鹏超辉龙宁婷洁雪琳悦涵轩阳晨"
STREETS = ("老城街", "人民大街", "东风路", "站前街", "中华路", "建设街", "西环路", "文化路")


class Person(Struct, frozen=True):
    """A synthetic resident: what the directory keeps about a real one. community: index of the home community."""

    name: str
    phone: str
    address: str
    community: int


def people(seed: int, *, communities: int, each: int) -> Iterator[Person]:
    """`each` residents for each of `communities` communities, the same for the same seed.

    Phone numbers use the prefix 100, which no operator in China has given to subscribers.
    """
    draw = random.Random(seed)
    for community in range(communities):
        for number in range(each):
            place = f"{draw.choice(STREETS)}{draw.randint(1, 180)}号"
            flat = f"{draw.randint(1, 6)}单元{draw.randint(101, 699)}室"
            yield Person(_name(draw), f"100{community:02d}{number:06d}", place + flat, community)


def _name(draw: random.Random) -> str:
    surname = draw.choice(DOUBLE_SURNAMES) if draw.random() < 0.01 else draw.choice(SURNAMES)
    given = draw.choice(FIRST) + (draw.choice(SECOND) if draw.random() < 0.8 else "")
    return surname + given
