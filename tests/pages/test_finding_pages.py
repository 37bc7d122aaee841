"""Staff find people and see their files on pages; people see who read theirs."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from ledger.store.directory import Picture

from .house import House, person

SignIn = Callable[[str], TestClient[Litestar]]
ANN = f"/staff/members/{person('ann')}"


@pytest.fixture
def staff(house: House, sign_in: SignIn) -> TestClient[Litestar]:
    """The community's staff; Ann has a telephone and an address."""
    details = {"phone": "13812345678", "address": "老城社区 3 号楼 501", "identity_number": "360426199101010071"}
    house.deployment.directory.write(person("ann"), details)
    house.deployment.finder.make()
    return sign_in("staff")


@pytest.mark.parametrize("query", ["张桂英", "zgy", "guiying", "5678"])
def test_staff_find_somebody_however_they_ask(staff: TestClient[Litestar], query: str) -> None:
    page = staff.post("/staff/members", data={"query": query})
    assert page.status_code == 200
    assert "找到 1 人" in page.text
    assert f'href="{ANN}"' in page.text
    assert "138****5678" in page.text
    assert "13812345678" not in page.text


def test_what_was_typed_stands_again_in_the_box_and_in_no_address(staff: TestClient[Litestar]) -> None:
    page = staff.post("/staff/members", data={"query": '"><b>张'})
    assert 'value="&#34;&gt;&lt;b&gt;张"' in page.text
    assert "query=" not in re.sub(r"<form.*?</form>", "", page.text, flags=re.S)


@pytest.mark.parametrize(
    ("query", "said"), [("z", "写得太少"), ("没有这个人", "没有找到"), ("赵一鸣", "没有找到"), ("", "写得太少")]
)
def test_who_is_not_found_or_asked_for_too_shortly_is_told_so(
    staff: TestClient[Litestar], query: str, said: str
) -> None:
    assert said in staff.post("/staff/members", data={"query": query}).text


def test_a_file_is_masked_until_a_purpose_is_named(staff: TestClient[Litestar], sign_in: SignIn) -> None:
    page = staff.get(ANN).text
    assert "张桂英" in page
    for masked in ("138****5678", "360426****71", "老城社区****"):
        assert masked in page

    read = staff.post(ANN, data={"field": "phone", "purpose": "delivery"})
    assert read.status_code == 200
    assert "13812345678" in read.text
    assert "360426199101010071" not in read.text
    assert "这次查看已经记下，本人看得到。" in read.text

    own = sign_in("ann").get("/me/reads").text
    assert "老城社区居委会，社区工作人员，林**" in own
    assert "送东西上门" in own
    assert "电话" in own
    english = sign_in("ann").get("/me/reads?language=en").text
    assert "to bring something to the door" in english


def test_nobody_read_is_said_in_words(sign_in: SignIn) -> None:
    assert "还没有人看过。" in sign_in("ben").get("/me/reads").text


def test_a_photo_is_shown_alone_and_its_reading_is_recorded(
    house: House, staff: TestClient[Litestar], sign_in: SignIn
) -> None:
    asked = {"field": "photo", "purpose": "identity-check"}
    assert staff.post(ANN, data=asked).status_code == 404
    house.deployment.directory.keep_photo(person("ann"), Picture("image/png", b"picture"))
    photo = staff.post(ANN, data=asked)
    assert (photo.content, photo.headers["content-type"], photo.headers["cache-control"]) == (
        b"picture",
        "image/png",
        "no-store",
    )
    assert "照片" in sign_in("ann").get("/me/reads").text


@pytest.mark.parametrize("who", ["ann", "keeper", "leader"])
def test_who_may_not_read_members_finds_nobody(staff: TestClient[Litestar], sign_in: SignIn, who: str) -> None:
    other = sign_in(who)
    for answer in (
        other.get("/staff/members"),
        other.post("/staff/members", data={"query": "张桂英"}),
        other.get(ANN),
        other.post(ANN, data={"field": "phone", "purpose": "contact"}),
    ):
        assert answer.status_code == 403
        assert "13812345678" not in answer.text


def test_another_communitys_file_is_as_if_there_were_none(staff: TestClient[Litestar]) -> None:
    asked = {"field": "phone", "purpose": "contact"}
    for member in (person("stranger"), uuid4()):
        assert staff.get(f"/staff/members/{member}").status_code == 404
        assert staff.post(f"/staff/members/{member}", data=asked).status_code == 404


@pytest.mark.parametrize(
    "data", [{"field": "phone"}, {"field": "phone", "purpose": "curiosity"}, {"field": "pin", "purpose": "contact"}]
)
def test_a_field_without_a_purpose_of_the_list_is_not_shown(staff: TestClient[Litestar], data: dict[str, str]) -> None:
    assert staff.post(ANN, data=data).status_code == 400


def test_the_pages_are_reached_from_the_first_page(staff: TestClient[Litestar], sign_in: SignIn) -> None:
    assert 'href="/staff/members"' in staff.get("/").text
    assert 'href="/staff/members"' not in sign_in("ann").get("/").text
    assert 'href="/me/reads"' in sign_in("ann").get("/me").text
