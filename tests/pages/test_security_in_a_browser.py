"""Signing in, slips and authenticators in Chromium with scripts off: readable, large enough, the pictures decode."""

import io
import re

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page

from . import test_in_a_browser as rooms
from .house import person

pytestmark = pytest.mark.browser

browser, site = rooms.browser, rooms.site
PATHS: dict[str, tuple[str, str | None]] = {
    "sign in": ("/sign-in", None),
    "forgotten": ("/forgotten-pin", None),
    "activate": ("/activate", None),
    "activate from a slip": ("/activate/ACDEFGHJKLMN", None),
    "security": ("/me/security", "ann"),
    "security of staff": ("/me/security", "staff"),
    "PIN": ("/me/security/pin", "ann"),
    "password": ("/me/security/password", "staff"),
    "authenticator": ("/me/security/totp", "staff"),
    "recovery codes": ("/me/security/recovery-codes", "staff"),
    "step-up": ("/step-up?next=/me/security/pin", "ann"),
    "step-up of staff": ("/step-up?next=/me/security/totp", "staff"),
    "slips": ("/staff/slips", "staff"),
}


def require_readable(page: Page, *, doubled: bool = True) -> None:
    found = page.evaluate(rooms.MEASURED)
    assert found["spills"] == found["small_targets"] == found["small_text"] == found["faint_text"] == []
    assert len(found["main_actions"]) <= 1
    if doubled:
        page.evaluate("document.documentElement.style.fontSize = '40px'")
        assert page.evaluate(rooms.MEASURED)["spills"] == []
        page.evaluate("document.documentElement.style.fontSize = ''")


def scanned(page: Page) -> str:
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(page.screenshot(full_page=True))))
    return found.text


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("name", PATHS)
def test_every_page_is_large_enough_on_a_small_phone_and_a_wide_screen(
    site: rooms.Site, name: str, language: str
) -> None:
    path, who = PATHS[name]
    page = site.open(f"{path}{'&' if '?' in path else '?'}language={language}", who)
    try:
        require_readable(page)
        for details in page.locator("summary").all():
            details.click()
        require_readable(page)
        page.set_viewport_size({"width": 1280, "height": 800})
        require_readable(page, doubled=False)
    finally:
        page.context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_the_authenticators_picture_says_what_stands_below_it(site: rooms.Site, width: int) -> None:
    page = site.open("/me/security/totp", "staff", width=width)
    try:
        page.get_by_role("button", name="显示二维码").click()
        require_readable(page, doubled=width == 360)
        address = scanned(page)
        typed = "".join(page.locator(".letters span").all_inner_texts())
    finally:
        page.context.close()

    assert address.startswith("otpauth://totp/")
    assert f"secret={typed}&" in f"{address}&"
    assert re.fullmatch(r"[A-Z2-7]{32}", typed)


@pytest.mark.parametrize("width", [360, 1280])
def test_a_slip_is_readable_scans_and_prints_as_one_small_sheet(site: rooms.Site, width: int) -> None:
    number = site.house.deployment.directory.number_members([person("ben")])[person("ben")]
    page = site.open("/staff/slips", "staff", width=width)
    try:
        page.get_by_label("会员号").fill(str(number))
        page.get_by_role("button", name="发激活条").click()
        require_readable(page, doubled=width == 360)
        link, code = scanned(page), "".join(page.locator(".letters span").all_inner_texts())
        page.emulate_media(media="print")
        shown_on_paper = [page.locator(one).is_visible() for one in ("header.top", "a.unprinted", ".paper")]
        sheets = page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") if width == 1280 else 1
    finally:
        page.context.close()

    assert link.endswith(f"/activate/{code}")
    assert shown_on_paper == [False, False, True]
    assert sheets == 1


def test_ten_recovery_codes_can_be_read_and_printed(site: rooms.Site) -> None:
    page = site.open("/me/security/recovery-codes", "staff")
    try:
        page.get_by_role("button", name="做十个恢复码").click()
        require_readable(page)
        codes = page.locator("ol.letters li").all_inner_texts()
    finally:
        page.context.close()

    assert len(set(codes)) == 10


def test_somebody_activates_and_signs_in_by_pin_with_scripts_off(site: rooms.Site) -> None:
    house = site.house
    code = house.deployment.sign_in_codes.issue(person("ben"), "activation", house.clock.now())
    number = house.deployment.directory.number_members([person("ben")])[person("ben")]
    page = site.open(f"/activate/{code}")
    try:
        page.get_by_role("button", name="下一步：设密码").click()
        page.get_by_label("新密码").fill("481926")
        page.get_by_label("再输一次").fill("481926")
        page.get_by_role("button", name="就用这个密码").click()
        page.goto(f"{site.url}/me/security")
        page.get_by_role("button", name="退出登录").click()
        page.goto(f"{site.url}/sign-in?next=/me")
        page.locator("#who").fill(str(number))
        page.locator("#pin").fill("481926")
        page.get_by_role("button", name="用密码登录").click()
        assert page.get_by_role("heading", name="李福海，您好").is_visible()
    finally:
        page.context.close()


def test_axe_finds_nothing_to_complain_of_here_either(site: rooms.Site) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    for name, (path, who) in PATHS.items():
        page = site.open(path, who, java_script_enabled=True)
        try:
            for details in page.locator("summary").all():
                details.click()
            results = axe.run(page)
        finally:
            page.context.close()
        assert results.violations_count == 0, f"{name}: {results.generate_report()}"
