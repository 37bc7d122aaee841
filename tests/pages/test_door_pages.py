"""Stories of the code on the screen: looking changes nothing, pressing happens once, every answer is told apart."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from ledger.activities.events import Session
from ledger.application.activities import (
    CLOSE_ACTIVITY,
    DRAFT_ACTIVITY,
    OPEN_ACTIVITY,
    PUBLISH_ACTIVITY,
    CloseActivity,
    DraftActivity,
    OpenActivity,
    PublishActivity,
)
from ledger.application.members import SUSPEND_MEMBER, SuspendMember
from ledger.kernel.ids import ActivityId, SessionId
from qr.tokens import KioskCode, Poster, sign, step_at

from .forms import Form, answer_of, forms, main_form, press, send
from .house import ACTIVITY, COMMUNITY, NAMES, NOON, House, named, person

SignIn = Callable[[str], TestClient[Litestar]]


def screen_code(house: House, activity: ActivityId = ACTIVITY) -> str:
    """The address in the code on the screen now."""
    return "/Q/" + sign(KioskCode(activity, step_at(house.clock.now())), house.deployment.tokens)


def poster(house: House, activity: ActivityId = ACTIVITY) -> str:
    return "/Q/" + sign(Poster(activity), house.deployment.tokens)


def another_activity(house: House, name: str, *, starts_in: timedelta = timedelta(), **terms: object) -> ActivityId:
    """An open activity of two hours."""
    activity, start = ActivityId(named(name)), NOON + starts_in
    meeting = Session(SessionId(named(f"session of {name}")), start, start + timedelta(hours=2))
    asked = DraftActivity(activity, COMMUNITY, person("leader"), (meeting,), (), **terms)  # type: ignore[arg-type]
    house.do(DRAFT_ACTIVITY, asked, person("staff"))
    house.do(PUBLISH_ACTIVITY, PublishActivity(activity), person("staff"))
    house.do(OPEN_ACTIVITY, OpenActivity(activity), person("staff"))
    house.settle()
    return activity


def test_a_stranger_sees_what_and_where_and_the_way_to_sign_in(house: House, client: TestClient[Litestar]) -> None:
    here = screen_code(house)

    page = client.get(here)

    assert page.status_code == 200
    assert "清洁家园志愿日" in page.text
    assert "社区广场" in page.text
    assert f"/sign-in?next={here}" in page.text
    assert not forms(page)
    assert not any(name in page.text for name in NAMES.values())


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_a_hundred_times_changes_nothing(house: House, sign_in: SignIn, method: str) -> None:
    client, before = sign_in("ann"), house.position

    for number in range(100):
        path = (screen_code(house), poster(house), "/me", "/")[number % 4]
        answer = client.request(method, path, headers={"Sec-Purpose": "prefetch"})
        assert answer.status_code == 200

    assert house.position == before


def test_head_sends_no_page(house: House, sign_in: SignIn) -> None:
    assert sign_in("ann").head(screen_code(house)).content == b""


def test_one_press_checks_in_and_the_next_scan_offers_the_way_out(house: House, sign_in: SignIn) -> None:
    client = sign_in("ben")

    checked_in = press(client, main_form(client.get(screen_code(house))))
    house.settle()
    inside = client.get(screen_code(house))
    checked_out = press(client, main_form(inside))
    house.settle()

    assert answer_of(checked_in) == "checked-in"
    assert "14:20" in checked_in.text
    assert [form.fields["direction"] for form in forms(inside)] == ["out", "in"]
    assert answer_of(checked_out) == "checked-out"
    (back,) = forms(client.get(screen_code(house)))
    assert (back.word, back.fields["direction"]) == ("我又回来了，签到", "in")


def test_a_link_in_small_letters_is_the_same_code(house: House, sign_in: SignIn) -> None:
    client = sign_in("ben")

    page = client.get(screen_code(house).lower())

    assert main_form(page).action == screen_code(house)


def test_pressing_twice_happens_once(house: House, sign_in: SignIn) -> None:
    client = sign_in("ben")
    form = main_form(client.get(screen_code(house)))

    first = press(client, form)
    position = house.position
    again = press(client, form)

    assert answer_of(first) == answer_of(again) == "checked-in"
    assert house.position == position


def test_two_open_pages_check_in_once_and_the_second_tells_the_first_time(house: House, sign_in: SignIn) -> None:
    client = sign_in("ben")
    one, other = main_form(client.get(screen_code(house))), main_form(client.get(screen_code(house)))

    press(client, one)
    house.wait(seconds=90)
    second = press(client, other)

    assert one.fields["idempotency_key"] != other.fields["idempotency_key"]
    assert answer_of(second) == "already-in"
    assert "14:20" in second.text


def test_the_time_of_seeing_counts_however_slowly_the_page_is_read(house: House, sign_in: SignIn) -> None:
    client = sign_in("ben")
    form = main_form(client.get(screen_code(house)))
    house.wait(minutes=4)

    told = press(client, form)

    assert answer_of(told) == "checked-in"
    assert "14:20" in told.text


def test_a_page_left_open_for_six_minutes_asks_for_another_scan(house: House, sign_in: SignIn) -> None:
    client, before = sign_in("ben"), house.position
    form = main_form(client.get(screen_code(house)))
    house.wait(minutes=6)

    told = press(client, form)

    assert answer_of(told) == "ticket-expired"
    assert house.position == before


def test_a_ticket_is_good_in_its_own_session_only(house: House, sign_in: SignIn) -> None:
    form = main_form(sign_in("ben").get(screen_code(house)))

    told = press(sign_in("ann"), form)

    assert answer_of(told) == "not-a-code-of-ours"


def test_a_ticket_is_good_at_its_own_activity_only(house: House, sign_in: SignIn) -> None:
    client, other = sign_in("ben"), another_activity(house, "reading")
    form = main_form(client.get(screen_code(house)))

    told = press(client, form._replace(action=screen_code(house, other)))

    assert answer_of(told) == "not-a-code-of-ours"


def test_an_old_code_asks_for_the_new_one_on_the_screen(house: House, sign_in: SignIn) -> None:
    here = screen_code(house)
    house.wait(seconds=31)

    told = sign_in("ben").get(here)

    assert answer_of(told) == "code-expired"
    assert "请扫屏幕上的新码" in told.text


@pytest.mark.parametrize("token", ["AAAA", "%E7%A0%81", "<script>", "A" * 600])
def test_a_foreign_code_is_told_as_none_of_ours(client: TestClient[Litestar], token: str) -> None:
    told = client.get(f"/Q/{token}")

    assert answer_of(told) == "not-a-code-of-ours"
    assert "<script" not in told.text


def test_coming_too_early_is_told_with_the_time_to_come_back(house: House, sign_in: SignIn) -> None:
    client = sign_in("ben")
    early = another_activity(house, "early", starts_in=timedelta(hours=3))

    told = press(client, main_form(client.get(screen_code(house, early))))

    assert answer_of(told) == "too-early"
    assert "17:05" in told.text


def test_coming_too_late_is_told(house: House, sign_in: SignIn) -> None:
    house.wait(hours=2)

    client = sign_in("ben")
    told = press(client, main_form(client.get(screen_code(house))))

    assert answer_of(told) == "too-late"


def test_who_has_no_place_signs_up_and_then_checks_in_from_the_same_scan(house: House, sign_in: SignIn) -> None:
    client, listed = sign_in("ben"), another_activity(house, "listed", sign_up_required=True)

    told = press(client, main_form(client.get(screen_code(house, listed))))
    signed_up = press(client, main_form(told))
    checked_in = press(client, main_form(signed_up))

    assert [answer_of(one) for one in (told, signed_up, checked_in)] == ["not-signed-up", "signed-up", "checked-in"]


def test_who_finds_a_session_full_is_told_their_place_on_the_waiting_list(house: House, sign_in: SignIn) -> None:
    small = another_activity(house, "small", sign_up_required=True, capacity=1)
    client = sign_in("ann")
    press(client, main_form(client.get(poster(house, small))))

    client = sign_in("ben")
    told = press(client, main_form(client.get(poster(house, small))))

    assert answer_of(told) == "session-full"
    assert "候补第 1 位" in told.text
    mine = client.get("/me").text
    assert "我报名的活动" in mine
    assert "候补第 1 位" in mine


def test_leaving_without_having_come_is_told_and_offers_to_check_in(house: House, sign_in: SignIn) -> None:
    client = sign_in("ben")

    told = press(client, main_form(client.get(screen_code(house))), direction="out")
    checked_in = press(client, main_form(told))

    assert answer_of(told) == "not-checked-in"
    assert answer_of(checked_in) == "checked-in"


def test_a_page_after_a_refusal_carries_a_new_key(house: House, sign_in: SignIn) -> None:
    house.do(CLOSE_ACTIVITY, CloseActivity(ACTIVITY), person("staff"))
    client = sign_in("ben")
    form = main_form(client.get(screen_code(house)))

    told = press(client, form)

    assert answer_of(told) == "not-open"
    assert main_form(told).fields["idempotency_key"] != form.fields["idempotency_key"]
    assert main_form(told).fields["ticket"] == form.fields["ticket"]


def test_a_suspended_member_is_sent_to_the_staff(house: House, sign_in: SignIn) -> None:
    house.do(SUSPEND_MEMBER, SuspendMember(person("ben"), "under-review"), person("staff"))
    client = sign_in("ben")

    told = press(client, main_form(client.get(screen_code(house))))

    assert answer_of(told) == "member-suspended"
    assert told.status_code == 403


def test_a_busy_ledger_offers_the_same_press_again(house: House, sign_in: SignIn) -> None:
    client = sign_in("ben")
    form = main_form(client.get(screen_code(house)))
    house.deployment.ledger.stop()

    told = press(client, form)

    assert answer_of(told) == "busy"
    assert told.status_code == 503
    assert main_form(told)._replace(word=form.word) == form


def test_pressing_again_and_again_is_slowed_down(house: House, sign_in: SignIn) -> None:
    client = sign_in("ben")

    pages = [main_form(client.get(screen_code(house))) for _ in range(7)]
    told = [press(client, form) for form in pages]

    assert answer_of(told[-1]) == "slow-down"
    assert told[-1].status_code == 429


def test_a_session_that_ended_leads_to_signing_in_and_back(house: House, sign_in: SignIn) -> None:
    client = sign_in("ben")
    form = main_form(client.get(screen_code(house)))
    house.deployment.sessions.close_all(person("ben"))

    told = press(client, form)

    assert told.status_code == 303
    assert told.headers["location"] == "/sign-in?next=" + form.action.replace("/", "%2F")


def test_the_poster_signs_up_and_checks_nobody_in(house: House, sign_in: SignIn) -> None:
    client = sign_in("ben")
    page = client.get(poster(house))

    signed_up = press(client, main_form(page))
    house.settle()
    told = send(client, poster(house), direction="in", idempotency_key="a-key-of-my-own")

    assert main_form(page).word == "报名"
    assert answer_of(signed_up) == "signed-up"
    assert not forms(client.get(poster(house)))
    assert answer_of(told) == "refused"


def test_the_poster_checks_in_where_that_is_allowed(house: House, sign_in: SignIn) -> None:
    client, allowed = sign_in("ben"), another_activity(house, "allowed", poster_check_in=True)

    told = press(client, main_form(client.get(poster(house, allowed))))

    assert answer_of(told) == "checked-in"


def _from_elsewhere(client: TestClient[Litestar], form: Form, **headers: str) -> int:
    sent = "&".join(f"{name}={value}" for name, value in form.fields.items())
    given = {"content-type": "application/x-www-form-urlencoded"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return client.post(form.action, content=sent, headers=given).status_code


def test_only_our_own_forms_are_taken(house: House, sign_in: SignIn) -> None:
    client, before = sign_in("ben"), house.position
    form = main_form(client.get(screen_code(house)))

    assert _from_elsewhere(client, form, sec_fetch_site="cross-site") == 403
    assert _from_elsewhere(client, form, origin="https://elsewhere.example") == 403
    assert _from_elsewhere(client, form, content_type="application/json") == 415
    assert _from_elsewhere(client, form, content_type="multipart/form-data; boundary=x") == 415
    assert press(client, form, surname="x").status_code == 400
    assert press(client, form, idempotency_key="short").status_code == 400
    assert press(client, form, direction="up").status_code == 400
    assert press(client, form, ticket="A" * 5000).status_code == 413
    assert house.position == before
