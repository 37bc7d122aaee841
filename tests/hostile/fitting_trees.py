"""Fitting requests about the trees: cutting them anew, names, and seats."""

from uuid import UUID

from .town import Fitting, Village

SOON = "2026-04-01"
SPAN = {"from": "2026-01-01", "until": "2026-03-31"}
RECUT = {"effective_from": SOON, "reason": "re-cut"}


def about_trees(village: Village) -> dict[str, Fitting]:
    """Nodes below the community, each of its own operation."""
    community = village.community
    moved, merged, split, ended, taken, named, other = (_node(village) for _ in range(7))
    building = _node(village, "building", str(moved))
    new = {"name": "新网格", "parent": community}
    village.did("founder", f"/v1/organisations/{named}/aliases", {"name": "老名字"})
    merge = RECUT | {"others": [str(taken)], "successor": new, "into": None}  # exactly one of the two
    return {
        "move_organisation": Fitting(
            "founder", {"organisation": building}, {"parent": str(other), "effective_from": SOON}
        ),
        "merge_organisations": Fitting("founder", {"organisation": merged}, merge),
        "split_organisation": Fitting(
            "founder", {"organisation": split}, RECUT | {"successors": [new, new | {"name": "又一网格"}]}
        ),
        "end_organisation": Fitting("founder", {"organisation": ended}, {"last_day": SOON, "reason": "dissolved"}),
        "add_alias": Fitting("founder", {"organisation": other}, {"name": "小名"}),
        "remove_alias": Fitting("founder", {"organisation": named}, {"name": "老名字"}),
        "rename_organisation": Fitting("founder", {"organisation": other}, {"name": "新名字"}),
        "get_participation": Fitting("staff", query={"organisation": community, **SPAN}),
        "list_participation_facts": Fitting("staff", query={"organisation": community, "tree": "as_now", **SPAN}),
        **_seats(village, moved),
    }


def _seats(village: Village, grid: UUID) -> dict[str, Fitting]:
    resident, sitting = village.people["resident"], village.newcomer()
    seat = {"organisation": str(grid), "from_day": "2026-03-01"}
    for member in (resident, sitting):
        village.did("staff", f"/v1/members/{member}/seats", seat)
    return {
        "take_seat": Fitting("staff", {"member": village.newcomer()}, seat),
        "leave_seat": Fitting("staff", {"member": sitting}, {"organisation": str(grid), "last_day": "2026-03-03"}),
        "get_seats": Fitting("resident", {"member": "me"}),
        "list_sitters": Fitting("staff", {"organisation": grid}, query={"on": "2026-03-02"}),
    }


def _node(village: Village, level: str = "grid", parent: str | None = None) -> UUID:
    asked = {
        "name": "网格",
        "level": level,
        "parent": parent or village.community,
        "effective_from": "2026-01-01",
    }
    return village.made("founder", "/v1/organisations", asked, "organisation")
