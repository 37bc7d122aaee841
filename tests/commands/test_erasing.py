"""`linli erase`, `linli keys rotate`, and what `restore` does with the erasure list, as an administrator types them."""

import sqlite3
from contextlib import closing
from pathlib import Path
from shutil import copytree
from uuid import UUID, uuid4

import pytest

from api.deployment import Deployment
from api.settings import Settings
from api.wiring import open_deployment
from ledger.application.leaving import LEAVE_MEMBERSHIP, LeaveMembership
from ledger.application.members import REGISTER_MEMBER, VERIFY_MEMBER, RegisterMember, VerifyMember
from ledger.application.ports import Call, CommandKey, Refused
from ledger.kernel.ids import SYSTEM, MemberId, OrganisationId
from ledger.store.erasure_list import ErasureListFault
from ledger.store.key_files import KeyFault
from projections import people
from tests.commands.conftest import Terminal

COMMUNITY = "210922100013"


def run(deployment: Deployment, use_case: object, asked: object, actor: MemberId = SYSTEM) -> None:
    call = Call(use_case, asked, actor, CommandKey("test", str(uuid4()), b""), deployment.clock.now())  # type: ignore[arg-type]
    answer = deployment.ledger.submit(call, lane="front").result(timeout=10)
    assert not isinstance(answer.result, Refused), answer.result


@pytest.fixture
def member(imported: Terminal) -> MemberId:
    """Somebody with the number 2, who is still a member."""
    assert imported.run("admin", "create", "--name", "王演示", "--organisation", COMMUNITY).exit_code == 0
    deployment = open_deployment(Settings(imported.home))
    home = deployment.directory.organisation_of_code(COMMUNITY)
    assert home is not None
    (founder,) = deployment.directory.find("member_number", "1")
    member = MemberId(uuid4())
    deployment.directory.write(member, {"name": "张三", "phone": "13800138000"})
    deployment.directory.number_members([member])
    deployment.ledger.start()
    run(deployment, REGISTER_MEMBER, RegisterMember(member, OrganisationId(home)), MemberId(founder))
    run(deployment, VERIFY_MEMBER, VerifyMember(member, "known-in-person"), MemberId(founder))
    deployment.ledger.stop()
    deployment.close()
    return member


@pytest.fixture
def gone(imported: Terminal, member: MemberId) -> MemberId:
    """The same, having left."""
    deployment = open_deployment(Settings(imported.home))
    deployment.ledger.start()
    run(deployment, LEAVE_MEMBERSHIP, LeaveMembership("dormant"), member)
    deployment.ledger.stop()
    deployment.close()
    return member


def names(home: Path, member: UUID) -> int:
    with closing(sqlite3.connect(home / "directory.db")) as connection:
        return connection.execute("SELECT count(*) FROM fields WHERE subject = ?", (member.bytes,)).fetchone()[0]


def test_who_has_left_is_erased_by_number_and_again_by_id(imported: Terminal, gone: MemberId) -> None:
    looked = imported.run("erase", "2", "--dry-run")
    still_there = names(imported.home, gone)

    done = imported.run("erase", "2")
    again = imported.run("erase", str(gone))

    assert "资料 3 项" in looked.output
    assert "没有改动" in looked.output
    assert still_there == 3
    assert (done.exit_code, again.exit_code) == (0, 0)
    assert done.output.endswith("已清除。清除名单第 1 条，积分账目没有变。\n")
    assert names(imported.home, gone) == 0
    assert imported.run("verify").exit_code == 0
    assert imported.run("erase", "2").output == "没有居民编号 2。\n"


def test_a_member_is_refused_with_one_line(imported: Terminal, member: MemberId) -> None:
    result = imported.run("erase", "2")

    assert result.exit_code == 1
    assert "还没有退出" in result.output
    assert names(imported.home, member) == 3


def test_nobody_has_such_an_id(imported: Terminal) -> None:
    result = imported.run("erase", str(uuid4()))

    assert result.exit_code == 1
    assert "没有这位居民" in result.output


def test_a_restored_older_copy_is_erased_before_it_is_served(
    imported: Terminal, gone: MemberId, tmp_path: Path
) -> None:
    # given a copy from before the erasure
    imported.run("backup", tmp_path / "saved.tar")
    imported.run("erase", "2")
    elsewhere = Terminal(tmp_path / "elsewhere")

    # when it is restored where the list is known
    restored = imported.run("restore", tmp_path / "saved.tar", elsewhere.home)
    copytree(imported.home / "keys", elsewhere.home / "keys")

    # then the person is gone already, and nothing is served without the list
    assert "名单 1 人" in restored.output
    assert names(elsewhere.home, gone) == 0
    with pytest.raises(ErasureListFault, match="the erasure list is missing"):
        elsewhere.run("sweep")
    copytree(imported.home / "erasures", elsewhere.home / "erasures")
    assert elsewhere.run("sweep").exit_code == 0


def test_a_copy_restored_far_away_is_erased_by_its_start(imported: Terminal, gone: MemberId, tmp_path: Path) -> None:
    imported.run("backup", tmp_path / "saved.tar")
    imported.run("erase", "2")
    elsewhere = Terminal(tmp_path / "elsewhere")

    restored = elsewhere.run("restore", tmp_path / "saved.tar", elsewhere.home)
    there = names(elsewhere.home, gone)
    for folder in ("keys", "erasures"):
        copytree(imported.home / folder, elsewhere.home / folder)
    assert elsewhere.run("sweep").exit_code == 0

    assert "没有清除名单" in restored.output
    assert (there, names(elsewhere.home, gone)) == (3, 0)


def test_the_list_can_lie_elsewhere(imported: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (imported.home / "erasures").rename(tmp_path / "other disk")
    monkeypatch.setenv("LINLI_ERASURES", str(tmp_path / "other disk"))

    assert imported.run("sweep").exit_code == 0
    assert not (imported.home / "erasures").exists()


def test_keys_are_rotated_after_a_look(imported: Terminal, member: MemberId) -> None:
    looked = imported.run("keys", "rotate", "directory", "--dry-run")
    before = (imported.home / "keys" / "directory.key").read_text()

    done = imported.run("keys", "rotate", "directory")

    assert "新钥匙的编号 2" in looked.output
    assert before != (imported.home / "keys" / "directory.key").read_text()
    assert "旧钥匙已销毁" in done.output
    deployment = open_deployment(Settings(imported.home))
    assert deployment.directory.read([member], "name") == {member: "张三"}
    kinds = [entry.kind for entry in deployment.audit_log.page(0, 100)]
    deployment.close()
    assert kinds.count("keys_rotated") == 1


def test_token_keys_are_rotated(imported: Terminal) -> None:
    looked = imported.run("keys", "rotate", "tokens", "--dry-run")
    done = imported.run("keys", "rotate", "tokens")

    assert "钥匙是 1" in looked.output
    assert "钥匙 2 签发" in done.output


def test_the_key_file_of_another_time_stops_the_start(imported: Terminal) -> None:
    file = imported.home / "keys" / "directory.key"
    before = file.read_text()
    imported.run("keys", "rotate", "directory")
    file.unlink()
    file.write_text(before)
    file.chmod(0o400)

    with pytest.raises(KeyFault, match="put the file of that time back"):
        imported.run("sweep")


def test_read_models_keep_the_nameless_member(imported: Terminal, gone: MemberId) -> None:
    imported.run("erase", "2")

    deployment = open_deployment(Settings(imported.home))
    deployment.figures.prepare()
    deployment.figures.catch_up()
    with deployment.views() as connection:
        row = people.member(connection, gone)
    deployment.close()

    assert row is not None
    assert row.status == "left"
