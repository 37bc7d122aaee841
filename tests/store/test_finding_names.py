"""Names found by any part, by their sound, by the end of a telephone and by number: the index against plain search."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.store.finding.name_index import NameIndex, Person
from ledger.store.finding.pinyin import plain, syllables
from ledger.store.finding.queries import Query, SearchTooShort, understood

HOME, ELSEWHERE = uuid4(), uuid4()


def person(name: str, phone: str = "", number: str = "", home: UUID = HOME) -> Person:
    return Person(uuid4(), home, name, phone, number)


def found(people: Sequence[Person], typed: str, *, limit: int = 50, scope: Sequence[UUID] = (HOME,)) -> list[str]:
    names = {one.member: one.name for one in people}
    return [names[hit.member] for hit in NameIndex(people).find(understood(typed), scope, limit)]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("单田芳", "shantianfang"),
        ("单田芳", "dan"),
        ("曾国强", "zeng"),
        ("仇英", "qiuying"),
        ("解晓东", "xiexiaodong"),
        ("解晓东", "xxd"),
        ("欧阳娜娜", "ouyang"),
        ("欧阳娜娜", "oynn"),
        ("万俟长乐", "moqichangle"),
        ("尉迟恭", "yuchi"),
        ("吕布", "lvbu"),
        ("吕布", "lubu"),
        ("吕布", "lyubu"),
        ("张行", "zhangxing"),
        ("张行", "zhanghang"),
        ("朱重八", "zhuchong"),
        ("张晓明", "zhangxm"),
        ("张晓明", "zxiaom"),
        ("张晓明", "zhxm"),
        ("张晓明", "xiaoming"),
        ("张晓明", "XIAO MING"),
        ("张晓明", "ming"),
        ("张晓明", "晓"),
        ("张晓明", "张xm"),
        ("张晓明", "晓m"),
        ("阿依古丽·买买提", "买买提"),
        ("阿依古丽·买买提", "古丽 买买"),
        ("阿依古丽·买买提", "aygl"),
        ("Anna Müller", "muller"),
        ("Anna Müller", "nna"),
        ("李Anna", "lianna"),
    ],
)
def test_a_name_is_found_by_any_part_and_by_every_way_it_sounds(name: str, typed: str) -> None:
    assert found([person("王伟"), person(name)], typed) == [name]


@pytest.mark.parametrize("typed", ["zhangsan", "gxm", "xiaomingg", "hangxiao", "zm", "明晓"])
def test_what_only_nearly_sounds_so_is_not_found(typed: str) -> None:
    assert found([person("张晓明")], typed) == []


@pytest.mark.parametrize("typed", ["5678", "12345678", "345 678", "１３８ 1234-5678"])
def test_a_telephone_is_found_by_its_last_digits(typed: str) -> None:
    people = [person("张三", phone="13812345678"), person("李四", phone="13956780000")]
    assert found(people, typed) == ["张三"]


def test_a_member_number_is_found_whole_and_before_any_telephone() -> None:
    people = [person("张三", phone="13811111234"), person("李四", number="1234"), person("王五", number="12345")]
    assert found(people, "1234") == ["李四", "张三"]
    assert found(people, "01234") == ["李四"]
    assert found(people, "123") == []


def test_who_begins_so_comes_first_and_the_shortest_name_before_all() -> None:
    people = [person(name) for name in ("王小芳", "芳菲", "王芳", "王芳芳", "方芳")]
    assert found(people, "王芳") == ["王芳", "王芳芳"]
    assert found(people, "芳")[0] == "芳菲"
    assert found(people, "fang")[:2] == ["方芳", "芳菲"]


def test_nobody_outside_is_found_even_where_everybody_inside_is_worse() -> None:
    people = [person("张三", home=ELSEWHERE), person("李张三")]
    assert found(people, "张三", limit=1) == ["李张三"]
    assert found(people, "张三", scope=()) == []


@pytest.mark.parametrize("typed", ["z", "", " ", "·", "?", "Z "])
def test_too_little_is_refused(typed: str) -> None:
    with pytest.raises(SearchTooShort):
        understood(typed)


@pytest.mark.parametrize("typed", ["张%", "'; drop table", "\x00zh", "zh\u202e", "٣٤٥٦", "👩‍👩‍👧", "𠮷野"])
def test_whatever_else_is_typed_does_no_harm(typed: str) -> None:
    try:
        assert isinstance(understood(typed), Query)
        found([person("张三")], typed)
    except SearchTooShort:
        pass


NAMES = st.lists(st.text("张单解曾吕长乐明晓芳aé·", min_size=1, max_size=4), min_size=1, max_size=8)


def abbreviates(typed: str, sounds: Sequence[tuple[str, ...]]) -> bool:
    """Said plainly: letter by letter, of each sound at least the first letter."""
    if not typed:
        return True
    return bool(sounds) and any(
        typed[:used] == one[:used] and abbreviates(typed[used:], sounds[1:] if len(typed) > used else ())
        for one in sounds[0]
        for used in range(1, min(len(one), len(typed)) + 1)
    )


@given(names=NAMES, typed=st.text("zhangsexicluomdf", min_size=2, max_size=6))
def test_the_index_finds_by_sound_just_who_plain_search_finds(names: list[str], typed: str) -> None:
    people = [person(name) for name in names]
    wanted = [
        name
        for name in names
        if typed in plain(name) or any(abbreviates(typed, syllables(name)[at:]) for at in range(len(syllables(name))))
    ]
    assert sorted(found(people, typed)) == sorted(wanted)


@given(names=NAMES, typed=st.text("张单解曾吕长乐明晓芳", min_size=1, max_size=3))
def test_the_index_finds_by_characters_just_whose_name_holds_them(names: list[str], typed: str) -> None:
    people = [person(name) for name in names]
    assert sorted(found(people, typed)) == sorted(name for name in names if typed in plain(name))


def test_a_name_of_many_readings_makes_no_more_entries_than_stated() -> None:
    assert found([person("单解曾长乐朴行盖" * 3)], "danjie") != []
