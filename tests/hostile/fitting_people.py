"""Fitting requests about people and accounts, and about what stands over all of them."""

from .town import Fitting, Village

REASON = {"reason": "other"}
_DETAILS = {"phone": "13800000000", "identity_number": "360426199101010071", "address": "x", "birth_date": "1991-01-01"}


def about_people(village: Village) -> dict[str, Fitting]:
    """Sessions, organisations, members, roles, cards and households."""
    community, resident = village.community, str(village.people["resident"])
    suspended, consenting, helping = village.newcomer(), village.newcomer(), village.newcomer()
    village.did("staff", f"/v1/members/{suspended}/suspend", REASON)
    village.did("staff", f"/v1/members/{consenting}/consents", {"purpose": "boards", "text_version": "1"})
    asked = {"member": str(village.newcomer()), "purpose": "activation"}
    code = village.did("staff", "/v1/sign-in-codes", asked).json()["code"]
    role = {"role": "team_leader", "organisation": community, "from_day": "2026-03-01"}
    granted = village.made("founder", f"/v1/members/{helping}/roles", role, "role")
    unseen = village.did("staff", "/v1/members", {"name": "没见过的", "home": community}).json()["member"]
    below = {"name": "x", "level": "grid", "parent": community, "effective_from": "2026-03-01"}
    return {
        "sign_in": Fitting(None, body={"code": code}),
        "sign_out": Fitting("resident"),
        "me": Fitting("resident"),
        "issue_sign_in_code": Fitting("staff", body={"member": str(village.newcomer()), "purpose": "activation"}),
        "list_organisations": Fitting("resident"),
        "register_organisation": Fitting("founder", body=below),
        "get_organisation": Fitting("resident", {"organisation": community}),
        "list_members": Fitting("staff", query={"organisation": community}),
        "register_member": Fitting("staff", body={"name": "甲", "home": community} | _DETAILS),
        "get_member": Fitting("staff", {"member": resident}),
        "verify_member": Fitting("staff", {"member": unseen}, {"basis": "known-in-person"}),
        "suspend_member": Fitting("staff", {"member": village.newcomer()}, REASON),
        "reinstate_member": Fitting("staff", {"member": suspended}),
        "give_consent": Fitting("staff", {"member": village.newcomer()}, {"purpose": "boards", "text_version": "1"}),
        "withdraw_consent": Fitting("staff", {"member": consenting}, {"purpose": "boards"}),
        "grant_role": Fitting("founder", {"member": village.newcomer()}, role),
        "end_role": Fitting("founder", {"member": helping, "role": granted}),
        "list_events": Fitting("auditor", query={"after": 5, "limit": 20}),
        "live": Fitting(None),
        "ready": Fitting(None),
        **_cards(village),
        **_households(village),
    }


def _cards(village: Village) -> dict[str, Fitting]:
    resident = str(village.people["resident"])
    cards = [village.did("staff", f"/v1/members/{resident}/cards").json()["card"] for _ in range(2)]
    return {
        "issue_card": Fitting("staff", {"member": village.newcomer()}),
        "revoke_card": Fitting("staff", {"member": resident, "card": cards[0]}, REASON),
        "get_card_picture": Fitting("resident", {"member": "me", "picture_name": f"{cards[1]}.svg"}),
        "get_my_code_svg": Fitting("resident"),
        "get_my_code_png": Fitting("resident"),
        "get_card_sheet": Fitting("staff", {"organisation": village.community}),
    }


def _households(village: Village) -> dict[str, Fitting]:
    community, leaving = village.community, str(village.newcomer())
    form = {"organisation": community, "members": [str(village.newcomer())]}
    household = village.made("staff", "/v1/households", form | {"members": [leaving]}, "household")
    return {
        "form_household": Fitting("staff", body=form),
        "join_household": Fitting("staff", {"household": household}, {"member": str(village.newcomer())}),
        "leave_household": Fitting("staff", {"household": household, "member": leaving}),
    }


def about_accounts(village: Village) -> dict[str, Fitting]:
    """Figures, corrections, gifts and freezes."""
    community, whose = village.community, {"organisation": village.community}
    frozen, thawed = village.newcomer(), village.newcomer()
    freeze = {"unit": "points", "direction": "out", "until": "2026-03-06", "reason": "under-review"}
    for member in (frozen, thawed):
        village.did("approver", f"/v1/members/{member}/freezes", freeze)
    asked = {"kind": "adjustment", "member": str(village.people["resident"]), "unit": "points", "amount": 5, **REASON}
    shown, approved, refused = (village.made("staff", "/v1/adjustments", asked, "adjustment") for _ in range(3))
    longer = {"unit": "points", "until": "2026-03-15", "reason": "not-done"}
    own = {"member": "me"}
    return {
        "get_balances": Fitting("resident", own),
        "get_lots": Fitting("resident", own, query={"unit": "points", "until": "2027-03-31"}),
        "get_statement": Fitting("resident", own, query={"unit": "points"}),
        "list_adjustments": Fitting("staff", query=whose),
        "propose_adjustment": Fitting("staff", body=asked),
        "approve_adjustment": Fitting("approver", {"adjustment": approved}),
        "refuse_adjustment": Fitting("approver", {"adjustment": refused}, REASON),
        "get_adjustment": Fitting("staff", {"adjustment": shown}),
        **_opening_balances(village),
        "give": Fitting("resident", body={"receiver": str(village.people["neighbour"]), "unit": "points", "amount": 1}),
        "freeze_account": Fitting("approver", {"member": village.newcomer()}, freeze),
        "extend_freeze": Fitting("auditor", {"member": frozen}, longer),
        "unfreeze_account": Fitting("approver", {"member": thawed}, {"unit": "points", **REASON}),
        "list_freezes": Fitting("approver", query=whose),
        "get_leaderboard": Fitting("resident", {"board": "points"}, query={"period": "2026", "scope": community}),
        "get_care_hours": Fitting("staff", query={"period": "2026", **whose}),
        **_rules(village),
    }


def _opening_balances(village: Village) -> dict[str, Fitting]:
    """One on public notice, one that somebody objected to, and one that waits for an approver."""
    asked = {"kind": "opening_balance", "unit": "points", "amount": 5, **REASON}
    shown, objected, waits = (
        village.made("staff", "/v1/adjustments", asked | {"member": str(village.newcomer())}, "adjustment")
        for _ in range(3)
    )
    for one in (shown, objected):
        village.did("approver", f"/v1/adjustments/{one}/approve")
    village.did("neighbour", f"/v1/adjustments/{objected}/object", REASON)
    return {
        "approve_adjustments": Fitting("approver", body={"adjustments": [str(waits)]}),
        "object_to_opening_balance": Fitting("resident", {"adjustment": shown}, REASON),
        "decide_opening_objection": Fitting(
            "second_approver", {"adjustment": objected}, {"outcome": "rejected", **REASON}
        ),
    }


def _rules(village: Village) -> dict[str, Fitting]:
    community = village.community
    terms = {"organisation": community, "terms": {"unit": "points", "basis": "per_hour", "rate": 10}}
    rule, drafted = (village.made("staff", "/v1/rules", terms, "rule") for _ in range(2))
    settings = {"settings": {"hold_days": 8}}
    version = village.did("staff", f"/v1/organisations/{community}/settings", settings).json()["figures"]["version"]
    publish = {"version": 1, "valid_from": "2026-04-01"}
    return {
        "list_rules": Fitting("staff", query={"organisation": community}),
        "draft_rule": Fitting("staff", body=terms),
        "draft_rule_version": Fitting("staff", {"rule": rule}, terms),
        "publish_rule": Fitting("approver", {"rule": drafted}, publish),
        "get_rule": Fitting("staff", {"rule": rule}),
        "get_settings": Fitting("resident", {"organisation": community}),
        "draft_settings": Fitting("staff", {"organisation": community}, settings),
        "publish_settings": Fitting("approver", {"organisation": community}, publish | {"version": version}),
    }
