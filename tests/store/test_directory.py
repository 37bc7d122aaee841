"""The directory: what is written is read again, by id or by what a person shows; on both databases."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from ledger.kernel.ids import CardId, MemberId, OrganisationId
from ledger.store.databases import Databases
from ledger.store.directory import Directory
from ledger.store.keys import Keys


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys.create_missing(tmp_path / "secrets")


@pytest.fixture
def directory(databases: Databases, keys: Keys) -> Directory:
    return Directory(databases.directory, databases.directory_read, keys)


def test_fields_are_read_as_they_were_written(directory: Directory) -> None:
    member = uuid4()

    directory.write(member, {"name": "欧阳震华", "phone": "10000000001", "address": "老城街 1 号 🏠"})

    assert directory.read([member], "name") == {member: "欧阳震华"}
    assert directory.read_all(member) == {"name": "欧阳震华", "phone": "10000000001", "address": "老城街 1 号 🏠"}


def test_writing_a_field_again_replaces_it_and_leaves_the_others(directory: Directory) -> None:
    member = uuid4()
    directory.write(member, {"name": "张三", "address": "老城街 1 号"})

    for name in ("张四", "张五"):
        directory.write(member, {"name": name})

    assert directory.read_all(member) == {"name": "张五", "address": "老城街 1 号"}


def test_what_is_not_there_is_left_out(directory: Directory) -> None:
    member, stranger = uuid4(), uuid4()
    directory.write(member, {"name": "张三"})

    assert directory.read([member, stranger, member], "name") == {member: "张三"}
    assert directory.read([member], "phone") == {}
    assert directory.read([], "name") == {}
    assert directory.read_all(stranger) == {}


def test_an_empty_text_is_a_text(directory: Directory) -> None:
    member = uuid4()

    directory.write(member, {"name": "", "phone": ""})

    assert directory.read_all(member) == {"name": "", "phone": ""}
    assert directory.find("phone", "") == ()


def test_many_subjects_are_written_and_read_at_once(directory: Directory) -> None:
    members = [uuid4() for _ in range(2_500)]

    directory.write_many((member, {"name": f"居民{number}"}) for number, member in enumerate(members))
    directory.write_many([])

    assert directory.read(members, "name") == {member: f"居民{number}" for number, member in enumerate(members)}


def test_of_one_field_written_twice_at_once_the_later_counts(directory: Directory) -> None:
    member = uuid4()

    directory.write_many([(member, {"name": "张三", "address": "老城街"}), (member, {"name": "张四"})])

    assert directory.read_all(member) == {"name": "张四", "address": "老城街"}


def test_the_title_of_an_activity_is_under_its_organisations_key(directory: Directory) -> None:
    organisation, activity = uuid4(), uuid4()
    directory.write(organisation, {"name": "老城社区"})

    directory.write(activity, {"title": "清洁家园"}, key_owner=organisation)
    directory.write(activity, {"title": "清洁楼道"}, key_owner=organisation)

    assert directory.read([activity], "title") == {activity: "清洁楼道"}


def test_people_are_found_by_telephone_however_it_is_spelt(directory: Directory) -> None:
    grandmother, grandson, stranger = sorted(uuid4() for _ in range(3))
    directory.write_many([(grandson, {"phone": "138 0013 8000"}), (grandmother, {"phone": "+86 13800138000"})])
    directory.write(stranger, {"phone": "13800138001"})

    for spelling in ("13800138000", "１３８００１３８０００", "0086-138-0013-8000", "(138) 0013 8000"):
        assert directory.find("phone", spelling) == (grandmother, grandson)


def test_a_person_is_found_by_identity_number_in_either_case(directory: Directory) -> None:
    member = uuid4()
    directory.write(member, {"identity_number": "21092219490307001x"})

    assert directory.find("identity_number", "210922 19490307 001X") == (member,)
    assert directory.find("phone", "21092219490307001x") == ()


def test_a_changed_telephone_is_no_longer_found(directory: Directory) -> None:
    member = uuid4()
    directory.write(member, {"phone": "13800138000"})

    directory.write(member, {"phone": "13900139000"})

    assert directory.find("phone", "13800138000") == ()
    assert directory.find("phone", "13900139000") == (member,)


def test_what_cannot_be_looked_up_is_said_to_be_so(directory: Directory) -> None:
    with pytest.raises(KeyError):
        directory.find("name", "张三")


def test_members_are_numbered_in_order_and_keep_their_number(directory: Directory) -> None:
    first, second, third = (MemberId(uuid4()) for _ in range(3))

    assert directory.number_members([first, second, first]) == {first: 1, second: 2}
    assert directory.number_members([third, first]) == {third: 3, first: 1}
    assert directory.number_members([]) == {}
    assert directory.find("member_number", "0003") == (third,)


def test_members_numbered_at_once_get_different_numbers(databases: Databases, keys: Keys) -> None:
    workers = [Directory(databases.directory, databases.directory_read, keys) for _ in range(4)]
    groups = [[MemberId(uuid4()) for _ in range(3)] for _ in range(12)]

    with ThreadPoolExecutor(4) as threads:
        given = list(threads.map(lambda number: workers[number % 4].number_members(groups[number]), range(12)))

    assert sorted(number for numbers in given for number in numbers.values()) == list(range(1, 37))


def test_writers_of_one_subject_at_once_leave_something_readable(databases: Databases, keys: Keys) -> None:
    workers = [Directory(databases.directory, databases.directory_read, keys) for _ in range(4)]
    members = [uuid4() for _ in range(20)]

    def write(number: int) -> None:
        ordered = members if number % 2 else members[::-1]
        workers[number % 4].write_many((member, {"name": f"{number}", "phone": f"{number}"}) for member in ordered)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(12)))

    left = workers[0].read(members, "name")
    assert len(set(left.values())) == 1
    assert workers[0].read(members, "phone") == left
    assert set(workers[0].find("phone", left[members[0]])) == set(members)


def test_cards_lead_to_their_members(directory: Directory) -> None:
    member, other = MemberId(uuid4()), MemberId(uuid4())
    first, second, third = (CardId(uuid4()) for _ in range(3))

    directory.bind_card(first, member)
    directory.bind_cards({second: member, third: other})
    directory.bind_card(first, other)
    directory.bind_cards({})

    assert directory.member_of_card(first) == member
    assert directory.member_of_card(uuid4()) is None
    assert directory.members_of_cards([first, third, uuid4(), first]) == {first: member, third: other}
    assert directory.cards_of([member]) == {first: member, second: member}


def test_a_known_division_code_keeps_its_organisation(directory: Directory) -> None:
    codes = {f"2109221{number:05d}": OrganisationId(uuid4()) for number in range(1_500)}
    directory.bind_division_codes(codes)

    again = {code: OrganisationId(uuid4()) for code in codes} | {"210000000000": OrganisationId(UUID(int=7))}
    directory.bind_division_codes(again)
    directory.bind_division_codes({})

    assert directory.organisation_ids([*codes, "999999999999"]) == codes
    assert directory.organisation_of_code("210000000000") == UUID(int=7)
    assert directory.organisation_of_code("999999999999") is None
