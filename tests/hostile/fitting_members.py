"""Fitting requests about leaving, returning, deaths, moves, merges, guardians and cards that are replaced."""

from uuid import UUID

from .town import Fitting, Village

SEEN = {"basis": "identity-card"}
REASON = {"reason": "other"}


def about_memberships(village: Village) -> dict[str, Fitting]:
    """Each about somebody of its own, at the step before."""
    gone, back, dead, dying, alive = (village.newcomer() for _ in range(5))
    for member in (gone, back):
        village.did("staff", f"/v1/members/{member}/leave", {"balance": "dormant"})
    village.did("staff", f"/v1/members/{back}/return", SEEN)
    for member in (dead, alive):
        village.did("staff", f"/v1/members/{member}/death", SEEN)
    return {
        "leave_membership": Fitting("staff", {"member": village.newcomer()}, {"balance": "dormant"}),
        "propose_return": Fitting("staff", {"member": gone}, SEEN),
        "approve_return": Fitting("approver", {"member": back}),
        "report_death": Fitting("staff", {"member": dying}, SEEN),
        "confirm_death": Fitting("approver", {"member": dead}),
        "withdraw_death_report": Fitting("staff", {"member": alive}),
        "move_home": _move_home(village),
        "list_member_proposals": Fitting("staff", query={"organisation": village.community}),
        "list_done_for": Fitting("resident", {"member": "me"}),
        **_merges(village),
        **_children(village),
    }


def _merges(village: Village) -> dict[str, Fitting]:
    """A merge at each step, each of two newcomers."""
    stays = village.newcomer()
    asked = {"survivor": str(stays), "basis": "same-identity-card"}
    waits, refused, merged, parting = (village.newcomer() for _ in range(4))
    for member in (waits, refused, merged, parting):
        village.did("staff", f"/v1/members/{member}/merge", asked)
    for member in (merged, parting):
        village.did("approver", f"/v1/members/{member}/merge/approve")
    village.did("staff", f"/v1/members/{parting}/unmerge", SEEN)
    return {
        "list_duplicates": Fitting("staff", query={"organisation": village.community}),
        "propose_merge": Fitting("staff", {"member": village.newcomer()}, asked),
        "approve_merge": Fitting("approver", {"member": waits}),
        "refuse_merge": Fitting("approver", {"member": refused}, REASON),
        "propose_unmerge": Fitting("staff", {"member": merged}, SEEN),
        "approve_unmerge": Fitting("approver", {"member": parting}),
    }


def _children(village: Village) -> dict[str, Fitting]:
    guarded, resident = village.newcomer(), str(village.people["resident"])
    named = {"guardian": str(village.newcomer()), "basis": "household-register"}
    village.did("staff", f"/v1/members/{guarded}/guardian", named)
    return {
        "list_consent_texts": Fitting("resident"),
        "list_consents": Fitting("staff", {"member": resident}),
        "name_guardian": Fitting("staff", {"member": village.newcomer()}, named),
        "end_guardian": Fitting("staff", {"member": guarded}, REASON),
        "replace_card": Fitting("staff", {"member": village.newcomer()}, {"reason": "lost"}),
        "lose_cards": Fitting("staff", {"member": _with_card(village)}, {}),
    }


def _with_card(village: Village) -> UUID:
    member = village.newcomer()
    village.did("staff", f"/v1/members/{member}/cards")
    return member


def _move_home(village: Village) -> Fitting:
    """Of somebody from next door who has their card with them."""
    asked = {"name": "搬来的", "home": str(village.house.town.other_community)}
    member = UUID(village.did("stranger", "/v1/members", asked).json()["member"])
    card = village.did("stranger", f"/v1/members/{member}/cards").json()["link"]
    return Fitting("staff", {"member": member}, {"home": village.community, "from_day": "2026-03-01", "code": card})
