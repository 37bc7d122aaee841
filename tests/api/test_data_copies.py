"""A copy of everything held about somebody: complete, nobody else's, asked for anew, and written down."""

from uuid import UUID

from api_town import People, Town
from sqlalchemy import LargeBinary

from api.data_copies import DIRECTLY, LEFT_OUT, OFFICE, SHOWN
from api.deployment import Deployment
from ledger.kernel.clock import FixedClock
from ledger.store.audit_tables import AUDIT
from ledger.store.directory.tables import DIRECTORY
from ledger.store.id_type import Id
from ledger.store.personal_rows import TABLES as COPIED
from ledger.store.state_tables import STATE
from projections.catalog import PROJECTIONS

THINGS = frozenset(
    {"account", "activity", "adjustment", "attached_to", "attendance", "award", "batch", "card", "claim", "device"}
    | {"fund", "handed_reward", "hold", "home", "household", "lot", "merchant", "organisation", "parent", "programme"}
    | {"proposal", "reason", "redemption", "reward", "role_id", "rule", "scan", "scope", "session", "sheet", "source"}
    | {
        "escalated_to",
        "scopes",
        "stream",
        "successor",
        "survivor",
        "merged_from",
        "task",
        "team",
        "transit_by",
        "usage",
        "waits_in",
        "rules",
    }
)
"""Columns of ids that name no other person: everything else with an id does."""
NOT_ABOUT_PEOPLE = frozenset({"directory.division_codes", "directory.sequences"})


def view_tables() -> dict[str, set[str]]:
    """The columns that may name a person, by read model."""
    return {
        table.name: {one.name for one in table.table.c if "UUID" in str(table.row.__annotations__[one.name])} - THINGS
        for projection in PROJECTIONS
        for table in projection.tables
    }


def test_every_column_of_a_read_model_that_names_a_person_has_its_place() -> None:
    missing: dict[str, set[str]] = {}
    for name, columns in view_tables().items():
        shown = SHOWN.get(name)
        placed = {*(shown.about + shown.others if shown else ()), *OFFICE.get(name, ())}
        placed |= {column for column in columns if f"views.{name}.{column}" in LEFT_OUT}
        left = set() if f"views.{name}" in LEFT_OUT else columns - placed
        if left:
            missing[name] = left
    assert missing == {}


def test_every_table_beside_the_read_models_is_in_the_file_or_left_out_with_a_reason() -> None:
    stores = {"directory": DIRECTORY, "state": STATE, "audit": AUDIT}
    named = {f"{store}.{name}" for store, made in stores.items() for name in made.tables}

    assert named - DIRECTLY - LEFT_OUT.keys() - NOT_ABOUT_PEOPLE == set()
    assert {name.partition(".")[2] for name in DIRECTLY} >= COPIED
    assert any(isinstance(one.type, Id | LargeBinary) for one in DIRECTORY.tables["fields"].c)


def test_a_member_gets_everything_and_nothing_of_others(signed_in: People, town: Town, deployment: Deployment) -> None:
    # given
    staff = signed_in(town.staff)
    body = {"name": "周丽华", "home": str(town.community), "phone": "13811112222"}
    member = staff.post("/v1/members", body).json()["member"]
    staff.post(f"/v1/members/{member}/verify", {"basis": "known-in-person"})
    adjustment = {"member": member, "unit": "points", "kind": "adjustment", "amount": 5, "reason": "entry-mistake"}
    staff.post("/v1/adjustments", adjustment)
    position = staff.post(f"/v1/members/{member}/cards").headers["ledger-position"]
    deployment.caught_up(int(position))

    # when
    answer = signed_in(UUID(member), "member").get("/v1/me/file")  # type: ignore[arg-type]

    # then
    file = answer.json()
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment")
    assert file["fields"] == {"name": "周丽华", "phone": "13811112222", "member_number": "1"}
    assert [row["status"] for row in file["records"]["members"]] == ["verified"]
    assert len(file["records"]["cards"]) == 1
    assert [session["kind"] for session in file["signing_in"]["sessions"]] == ["member"]
    assert file["names"][str(town.community)] == "向阳社区"
    assert [entry["kind"] for entry in file["read_by"]][-1] == "personal_file_read"
    assert "林晓" not in answer.text
    assert str(town.staff) not in answer.text


def test_the_files_of_an_hour_are_counted(signed_in: People, town: Town) -> None:
    resident = signed_in(town.resident, "member")

    statuses = [resident.get("/v1/me/file").status_code for _ in range(4)]

    assert statuses == [200, 200, 200, 429]


def test_it_is_asked_again_who_wants_the_file(signed_in: People, town: Town, clock: FixedClock) -> None:
    resident = signed_in(town.resident, "member")
    clock.at = clock.at.replace(minute=6)

    answer = resident.get("/v1/me/file")

    assert (answer.status_code, answer.json()["code"]) == (403, "step-up-needed")


def test_staff_hand_a_file_over_and_the_person_can_see_it(
    signed_in: People, town: Town, deployment: Deployment
) -> None:
    given = signed_in(town.staff).get(f"/v1/members/{town.resident}/file", basis="asked-in-person")

    assert given.json()["fields"]["name"] == "张秀英"
    last = deployment.audit_log.page(0, 100, subject=town.resident)[-1]
    assert (last.kind, last.actor, last.facts) == ("personal_file_read", town.staff, {"basis": "asked-in-person"})
    seen = signed_in(town.resident, "member").get("/v1/me/file").json()["read_by"]
    assert ("personal_file_read", "林*") in [(entry["kind"], entry["by"]) for entry in seen]


def test_files_of_others_need_the_permission_and_a_basis(signed_in: People, town: Town) -> None:
    path = f"/v1/members/{town.resident}/file"

    assert signed_in(town.neighbour).get(path, basis="doorstep").status_code == 403
    assert signed_in(town.stranger).get(path, basis="doorstep").status_code == 404
    assert signed_in(town.staff).get(path).status_code == 400


def test_what_somebody_did_in_an_office_is_counted_and_not_shown(
    signed_in: People, town: Town, deployment: Deployment
) -> None:
    body = {
        "member": str(town.resident),
        "unit": "points",
        "kind": "adjustment",
        "amount": 5,
        "reason": "entry-mistake",
    }
    made = signed_in(town.staff).post("/v1/adjustments", body)
    assert made.status_code == 201, made.text
    deployment.caught_up(int(made.headers["ledger-position"]))

    file = signed_in(town.staff).get("/v1/me/file")

    assert file.json()["office"]["adjustments.proposed_by"] == 1
    assert str(town.resident) not in file.text
