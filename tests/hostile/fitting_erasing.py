"""Fitting requests about being forgotten, about holds, and about copies of what is held."""

from typing import Any
from uuid import UUID

from ledger.kernel.ids import MemberId

from .town import Fitting, Village

HOLD = {"reason": "investigation"}


def about_erasing(village: Village) -> dict[str, Fitting]:
    """Each about somebody of its own."""
    held = village.newcomer()
    village.did("auditor", f"/v1/members/{held}/legal-hold", HOLD)
    here = {"organisation": village.community}
    return {
        "erase_member": Fitting("founder", {"member": _gone(village)}, {"reason": "asked"}),
        "wish_to_be_erased": Fitting("resident"),
        "withdraw_wish": Fitting("resident"),
        "list_wishes": Fitting("founder", query=here),
        "set_legal_hold": Fitting("auditor", {"member": village.newcomer()}, HOLD),
        "lift_legal_hold": Fitting("auditor", {"member": held}, {"reason": "case-closed"}),
        "list_legal_holds": Fitting("auditor", query=here),
        "get_own_file": Fitting("resident"),
        "get_file_of_member": Fitting("staff", {"member": village.newcomer()}, query={"basis": "asked-in-person"}),
    }


def _gone(village: Village) -> UUID:
    """Somebody who left."""
    member = MemberId(village.newcomer())
    answer: Any = village.house.person(member, "member").post("/v1/members/me/leave", {"balance": "dormant"})
    assert answer.status_code == 200, answer.text
    return member
