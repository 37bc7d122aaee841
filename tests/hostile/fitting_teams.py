"""Fitting requests about teams and skills."""

from typing import Any
from uuid import UUID

from .town import Fitting, Village

REASON: dict[str, Any] = {"reason": "no-longer-needed"}


def about_teams(village: Village) -> dict[str, Fitting]:
    """A team with a leader, one to be led, one to be left, one to be disbanded; a skill to be withdrawn."""
    led, leaderless, left, ended = (_team(village) for _ in range(4))
    member, other = village.newcomer(), village.newcomer()
    term = {"member": str(member), "from_day": _today(village)}
    for team, who in ((led, member), (leaderless, member), (left, other)):
        village.did("staff", f"/v1/teams/{team}/members", {"member": str(who)})
    village.did("staff", f"/v1/teams/{led}/leader", term)
    skill = {"skill": "first-aid", "basis": "training-certificate"}
    village.did("staff", f"/v1/members/{other}/skills", skill)
    return {
        "form_team": Fitting("staff", body=_form(village)),
        "list_teams": Fitting("resident", query={"organisation": village.community}),
        "get_team": Fitting("resident", {"team": led}),
        "list_team_members": Fitting("staff", {"team": led}),
        "add_to_team": Fitting("staff", {"team": leaderless}, {"member": str(other)}),
        "leave_team": Fitting("staff", {"team": left}, {"member": str(other)}),
        "appoint_team_leader": Fitting("staff", {"team": leaderless}, term),
        "end_team_leader": Fitting("staff", {"team": led}),
        "disband_team": Fitting("staff", {"team": ended}, REASON),
        "list_skills": Fitting("resident", {"member": "me"}),
        "record_skill": Fitting("staff", {"member": member}, skill),
        "withdraw_skill": Fitting("staff", {"member": other, "skill": "first-aid"}, REASON),
    }


def _team(village: Village) -> UUID:
    return village.made("staff", "/v1/teams", _form(village), "team")


def _form(village: Village) -> dict[str, Any]:
    return {"name": "巡逻队", "organisation": village.community, "kind": "patrol"}


def _today(village: Village) -> str:
    return f"{village.house.clock.now():%Y-%m-%d}"
