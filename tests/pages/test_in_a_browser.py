"""The pages in Chromium with scripts off: at 360 px and at double text nothing spills, all can be hit and scanned."""

import io
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from api.identity import COOKIE_OVER_HTTP
from qr import tokens
from qr.links import token_in
from qr.tokens import KioskCode, LiveMemberCode, MemberCard, Poster, Token, Voucher, sign, step_at

from .house import ACTIVITY, CARD, House, person, redemption
from .serving import served

pytestmark = pytest.mark.browser

MEASURED = (Path(__file__).parent / "measuring.js").read_text(encoding="utf-8")
BUT_FOR_TURNING_CODES = {"rules": {"meta-refresh": {"enabled": False}}}
"""A page whose code turns has to bring the next one, and with scripts off it can only come as a whole."""
SCREEN = f"/staff/activities/{ACTIVITY}/kiosk"


class Site(NamedTuple):
    """The served house, its address, a browser, and a redemption that lies ready."""

    house: House
    url: str
    browser: Browser
    voucher: str

    def code(self, token: Token) -> str:
        return "/Q/" + sign(token, self.house.deployment.tokens)

    def open(self, path: str, who: str | None = None, *, width: int = 360, **more: Any) -> Page:
        """A page in a fresh browser profile, with scripts off."""
        settings = {"viewport": {"width": width, "height": 780}, "java_script_enabled": False, "locale": "zh-CN"} | more
        context = self.browser.new_context(**settings)
        if who:
            context.add_cookies([{"name": COOKIE_OVER_HTTP, "value": self.house.token(who), "url": self.url}])
        page = context.new_page()
        page.goto(self.url + path)
        return page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        (pytest.fail if os.environ.get("LINLI_CI") == "1" else pytest.skip)("no Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        # Without a sandbox of its own, which Chromium cannot set up for root; it opens nothing but our own pages.
        chromium = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def site(browser: Browser, furnished_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One house for all: these stories change little, and each scans with a person of its own."""
    home = tmp_path_factory.mktemp("served") / "home"
    shutil.copytree(furnished_home, home)
    house = House(home)
    try:
        with served(house) as url:
            yield Site(house, url, browser, str(redemption(house)))
    finally:
        house.deployment.close()


def _paths(site: Site) -> dict[str, tuple[str, str | None]]:
    kiosk = KioskCode(ACTIVITY, step_at(site.house.clock.now()))
    voucher = Voucher(redemption=UUID(site.voucher))
    return {
        "entry": ("/", None),
        "entry of a member": ("/", "ann"),
        "entry of a leader": ("/", "leader"),
        "entry of a keeper": ("/", "keeper"),
        "sign in": ("/sign-in", None),
        "screen": (SCREEN, "leader"),
        "own page": ("/me", "ann"),
        "own page, new": ("/me", "ben"),
        "own code": ("/me/code", "ann"),
        "own voucher": (f"/me/vouchers/{site.voucher}", "ann"),
        "typed code": ("/typed", "ann"),
        "finding people": ("/staff/members", "staff"),
        "a file": (f"/staff/members/{person('ann')}", "staff"),
        "own reads": ("/me/reads", "ann"),
        "landing of a stranger": (site.code(kiosk), None),
        "landing": (site.code(kiosk), "stranger"),
        "poster": (site.code(Poster(ACTIVITY)), "stranger"),
        "card": (site.code(MemberCard(CARD)), "leader"),
        "card for others": (site.code(MemberCard(CARD)), "stranger"),
        "voucher": (site.code(voucher), "keeper"),
        "expired": (site.code(KioskCode(ACTIVITY, kiosk.step - 9)), "ann"),
        "not ours": ("/Q/ABCDEFGH", None),
    }


NAMES = (
    *("entry", "entry of a member", "entry of a leader", "entry of a keeper", "sign in", "screen", "own page"),
    *("own page, new", "own code", "own voucher", "typed code", "landing of a stranger", "landing", "poster", "card"),
    *("card for others", "voucher", "expired", "not ours", "finding people", "a file", "own reads"),
)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_a_small_phone_shows_everything_large_enough_and_readable(site: Site, name: str, language: str) -> None:
    path, who = _paths(site)[name]
    page = site.open(f"{path}?language={language}", who)
    try:
        found = page.evaluate(MEASURED)
        page.evaluate("document.documentElement.style.fontSize = '40px'")
        doubled = page.evaluate(MEASURED)
    finally:
        page.context.close()

    assert found["spills"] == []
    assert found["small_targets"] == []
    assert found["small_text"] == []
    assert found["faint_text"] == []
    assert len(found["main_actions"]) <= 1
    assert doubled["spills"] == []


def test_the_measure_notices_what_is_wrong(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 780})
    page.set_content(
        "<p style='width: 500px; font-size: 20px'>wide</p><a style='font-size: 12px; color: #aaa' href='/'>faint</a>"
    )

    found = page.evaluate(MEASURED)
    page.close()

    assert found["spills"]
    assert found["small_targets"] == found["small_text"] == ["a. faint"]
    assert found["faint_text"]


@pytest.mark.parametrize("width", [820, 1280, 1920])
@pytest.mark.parametrize("name", ["screen", "own page", "landing", "entry of a leader"])
def test_wide_screens_show_everything_too(site: Site, name: str, width: int) -> None:
    path, who = _paths(site)[name]
    page = site.open(path, who, width=width)
    try:
        found = page.evaluate(MEASURED)
    finally:
        page.context.close()

    assert found["spills"] == found["small_text"] == found["faint_text"] == []


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize(
    ("path", "who", "kind"),
    [(SCREEN, "leader", KioskCode), ("/me", "ann", LiveMemberCode), ("/me/code", "ann", LiveMemberCode)],
)
def test_the_codes_on_the_pages_can_be_scanned(site: Site, path: str, who: str, kind: type, width: int) -> None:
    assert isinstance(_scanned(site, path, who, width=width), kind)


def test_the_code_of_a_voucher_can_be_scanned(site: Site) -> None:
    token = _scanned(site, f"/me/vouchers/{site.voucher}", "ann", width=360)

    assert isinstance(token, Voucher)
    assert str(token.redemption) == site.voucher


def test_somebody_signs_in_scans_and_checks_in_and_out_with_scripts_off(site: Site) -> None:
    house = site.house
    code = house.deployment.sign_in_codes.issue(person("ben"), "activation", house.clock.now())
    landing = site.code(KioskCode(ACTIVITY, step_at(house.clock.now())))
    page = site.open(landing)
    try:
        page.get_by_role("link", name="去登录").click()
        page.get_by_label("登录码").fill(code)
        page.get_by_role("button", name="登录", exact=True).click()
        assert page.url == site.url + landing
        page.get_by_role("button", name="我来了，签到").click()
        assert page.get_by_role("heading", name="已签到").is_visible()
        house.settle()
        page.goto(site.url + landing)
        page.get_by_role("button", name="我走了，签退").click()
        assert page.get_by_role("heading", name="已签退").is_visible()
        page.get_by_role("link", name="看我的积分").click()
        assert page.get_by_role("heading", name="李福海，您好").is_visible()
    finally:
        page.context.close()


def test_axe_finds_nothing_to_complain_of(site: Site) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    for name, (path, who) in _paths(site).items():
        page = site.open(path, who, java_script_enabled=True)
        try:
            results = axe.run(page, options=BUT_FOR_TURNING_CODES)
        finally:
            page.context.close()
        assert results.violations_count == 0, f"{name}: {results.generate_report()}"


def _scanned(site: Site, path: str, who: str, *, width: int) -> Token:
    page = site.open(path, who, width=width)
    try:
        picture = Image.open(io.BytesIO(page.screenshot(full_page=True)))
    finally:
        page.context.close()
    (found,) = zxingcpp.read_barcodes(picture)
    return tokens.read(token_in(found.text), site.house.deployment.tokens)
