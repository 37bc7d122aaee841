"""Fitting requests about activities, visits, devices and hours that were written in."""

from datetime import timedelta
from typing import Any

from house import NOON, Gathering, close, draft, gathering, past_gathering, rule, visit
from scanning import card_code, register, row, send

from ledger.application.visits import CLOSE_VISIT, MARK_NO_SHOW, CloseVisit, MarkAsNoShow
from ledger.kernel.ids import ActivityId, SessionId
from qr.tokens import KioskCode, step_at

from .town import Body, Fitting, Village

REASON = {"reason": "other"}
PICTURE = b"%PDF-1.7 a list with signatures "


def about_activities(village: Village) -> dict[str, Fitting]:
    """From the draft to the tally, and the code at the door."""
    house, place = village.house, {"organisation": village.community}
    published, left, shown = draft(house), gathering(house), gathering(house, poster_check_in=True)
    village.did("staff", f"/v1/activities/{published.activity}/publish")
    village.did("resident", f"/v1/activities/{left.activity}/sign-ups", {"session": str(left.session)})
    tallied = past_gathering(house, rules=[str(rule(house))])
    visit(house, tallied, village.people["neighbour"])
    close(house, tallied)
    session = {"starts_at": "2026-03-05T01:00:00Z", "ends_at": "2026-03-05T02:00:00Z"}
    plan = {"title": "x", "place": "y", "sessions": [session], **place}
    path = {"activity": shown.activity}
    joined = gathering(house)
    return {
        "list_activities": Fitting("resident", query=place | {"day": "2026-03-04"}),
        "draft_activity": Fitting("staff", body=plan),
        "publish_activity": Fitting("staff", {"activity": draft(house).activity}),
        "open_activity": Fitting("staff", {"activity": published.activity}),
        "close_activity": Fitting("staff", {"activity": gathering(house).activity}),
        "cancel_activity": Fitting("staff", {"activity": draft(house).activity}, REASON),
        "list_sign_ups": Fitting("staff", path, query={"session": shown.session}),
        "sign_up": Fitting("resident", {"activity": joined.activity}, {"session": str(joined.session)}),
        "withdraw_sign_up": Fitting("resident", {"activity": left.activity}, {"session": str(left.session)}),
        "get_activity": Fitting("resident", path),
        "list_attendances": Fitting("staff", path, query={"session": shown.session}),
        "get_activity_code": Fitting("staff", path),
        "get_activity_code_svg": Fitting("staff", path),
        "get_activity_code_png": Fitting("staff", path),
        "get_poster": Fitting("staff", path),
        "tally_activity": Fitting("staff", {"activity": tallied.activity}),
    }


def about_visits(village: Village) -> dict[str, Fitting]:
    """What is put right about who was where."""
    house, resident = village.house, village.people["resident"]

    def visited() -> tuple[dict[str, Any], Body, Gathering]:
        at = past_gathering(house)
        visit(house, at, resident)
        return {"activity": at.activity}, {"session": str(at.session), "member": str(resident)}, at

    now = gathering(house)
    undone, own = {"activity": now.activity}, {"session": str(now.session)}
    token = house.code(KioskCode(now.activity, step_at(NOON)))
    village.did("resident", "/v1/check-ins", {"token": token, "direction": "in"})
    came, door = gathering(house), gathering(house)
    annulled, corrected, disputed, decided = (visited() for _ in range(4))
    village.did("resident", f"/v1/activities/{decided[0]['activity']}/attendances/dispute", _own(decided[1]))
    times = _times(corrected[2])
    kiosk = house.code(KioskCode(came.activity, step_at(NOON)))
    scan = {"activity": str(door.activity), "token": card_code(house, resident), "direction": "in"}
    return {
        "check_in": Fitting("neighbour", body={"token": kiosk, "direction": "in"}),
        "scan_member": Fitting("staff", body=scan),
        "confirm_visit": _forgotten(village),
        "undo_scan": Fitting("resident", undone, own),
        "annul_visit": Fitting("staff", annulled[0], annulled[1] | REASON),
        "correct_visit": Fitting("staff", corrected[0], corrected[1] | REASON | times),
        "excuse_absence": _absent(village),
        "dispute_visit": Fitting("resident", disputed[0], _own(disputed[1])),
        "decide_dispute": Fitting("staff", decided[0], decided[1] | REASON | {"outcome": "rejected"}),
    }


def _forgotten(village: Village) -> Fitting:
    """Who went home this morning without a word."""
    start, resident = NOON - timedelta(hours=4), village.people["resident"]
    session = {"starts_at": start.isoformat(), "ends_at": (NOON - timedelta(hours=2)).isoformat()}
    at = gathering(village.house, sessions=[session])._replace(start=start)
    visit(village.house, at, resident, minutes=None)
    village.ran(CLOSE_VISIT, CloseVisit(ActivityId(at.activity), SessionId(at.session), resident), at=NOON)
    whom = {"session": str(at.session), "member": str(resident)}
    return Fitting("staff", {"activity": at.activity}, whom | {"out_at": _times(at)["out_at"]})


def _absent(village: Village) -> Fitting:
    at, resident = gathering(village.house), village.people["resident"]
    village.did("resident", f"/v1/activities/{at.activity}/sign-ups", {"session": str(at.session)})
    asked = MarkAsNoShow(ActivityId(at.activity), SessionId(at.session), resident)
    village.ran(MARK_NO_SHOW, asked, at=NOON + timedelta(days=1))
    body = {"session": str(at.session), "member": str(resident)}
    return Fitting("staff", {"activity": at.activity}, body | REASON)


def _own(body: Body) -> Body:
    return {"session": body["session"]} | REASON


def _times(at: Gathering) -> dict[str, str]:
    return {"in_at": at.start.isoformat(), "out_at": (at.start + timedelta(minutes=30)).isoformat()}


def about_devices(village: Village) -> dict[str, Fitting]:
    """Devices and what they scanned."""
    house, place, staff = village.house, {"organisation": village.community}, village.person("staff")
    at, device, asking = gathering(house), register(house, staff), register(house, staff)
    rows = send(staff, device, *(row(number, at, "FORGED") for number in (1, 2))).json()["rows"]
    scans = [one["scan"] for one in rows]
    batch = {"device": str(asking), "sent_at": NOON.isoformat(), "rows": [row(1, at, "FORGED")]}
    review = {"decision": "dismiss", "reason": "other"}
    return {
        "list_devices": Fitting("staff", query=place),
        "register_device": Fitting("staff", body={"name": "x", **place}),
        "revoke_device": Fitting("staff", {"device": register(house, staff)}, REASON),
        "get_device": Fitting("staff", {"device": device}),
        "record_scans": Fitting("staff", body=batch),
        "list_device_scans": Fitting("staff", query=place),
        "get_device_scan": Fitting("staff", {"scan": scans[0]}),
        "review_device_scan": Fitting("staff", {"scan": scans[1]}, review),
    }


def about_sheets(village: Village) -> dict[str, Fitting]:
    """Lists on paper, and hours without one."""
    place = {"organisation": village.community}
    staff = village.person("staff")
    headers = staff.headers() | {"Content-Type": "application/pdf"}
    kept = staff.client.post("/v1/evidence", params=place, content=PICTURE, headers=headers).json()["evidence"]
    shown, approved, refused = (_entered(village, "/v1/sheets", kept) for _ in range(3))
    hours, none = (_entered(village, "/v1/manual-hours", kept) for _ in range(2))
    return {
        "keep_evidence": Fitting("staff", query=place, body=PICTURE + b"two", media_type="application/pdf"),
        "get_evidence": Fitting("approver", {"digest": kept}),
        "list_sheets": Fitting("approver", query=place),
        "enter_sheet": Fitting("staff", body=_lines(village, kept)),
        "approve_sheet": Fitting("approver", {"sheet": approved}, {}),
        "refuse_sheet": Fitting("approver", {"sheet": refused}, REASON),
        "get_sheet": Fitting("approver", {"sheet": shown}),
        "propose_manual_hours": Fitting("staff", body=_lines(village, kept) | REASON),
        "approve_manual_hours": Fitting("approver", {"sheet": hours}, {}),
        "refuse_manual_hours": Fitting("approver", {"sheet": none}, REASON),
    }


def _entered(village: Village, path: str, evidence: str) -> Any:
    more = REASON if path == "/v1/manual-hours" else {}
    return village.made("staff", path, _lines(village, evidence) | more, "sheet")


def _lines(village: Village, evidence: str) -> Body:
    at = past_gathering(village.house)
    close(village.house, at)
    line = {"member": str(village.people["neighbour"]), **_times(at)}
    return {"activity": str(at.activity), "session": str(at.session), "evidence": evidence, "lines": [line]}
