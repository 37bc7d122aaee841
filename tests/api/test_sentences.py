"""Every refusal is told, in both languages, in plain words; nothing is told that cannot happen."""

import importlib
import pkgutil
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import api
import ledger
import qr
from api import refusal_docs
from api.languages import CATALOG, english
from api.sentences import FAULT_STATUSES, FAULTS, REFUSALS, STATUSES, TOLD, detail, sentence
from api.sentences.readable import readable
from api.sentences.told import Told
from ledger.kernel.refusal import Refusal, all_refusals

ROOT = Path(api.__file__).parents[1]
METHODS = [("api/**.py", "python"), ("api/**.html", "jinja2")]
KEYWORDS = {"marked": None, "said": None, "_": None, "gettext": None}
PLACEHOLDER = re.compile(r"{(\w+)}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
NOT_IMPORTABLE = {"ledger.store.migrations.env"}


@pytest.fixture(scope="module")
def refusals() -> dict[str, type[Refusal]]:
    """All there are, once every module was read."""
    for root in (api, ledger, qr):
        for module in pkgutil.walk_packages(root.__path__, f"{root.__name__}."):
            if module.name not in NOT_IMPORTABLE and not module.name.startswith("ledger.store.migrations.versions"):
                importlib.import_module(module.name)
    return {one.code: one for one in all_refusals() if one.__module__.split(".")[0] in {"api", "ledger", "qr"}}


@pytest.fixture(scope="module")
def used_sentences() -> set[str]:
    """Every Chinese sentence in code and templates that is marked for translation."""
    found = extract_from_dir(ROOT, method_map=METHODS, keywords=KEYWORDS)
    return {
        one for _file, _line, message, _comments, _context in found for one in _texts(message) if CHINESE.search(one)
    }


def _texts(message: object) -> list[str]:
    return [message] if isinstance(message, str) else [one for one in message if isinstance(one, str)]  # type: ignore[attr-defined]


def test_every_refusal_has_a_status_and_a_sentence_and_nothing_else_has(refusals: dict[str, type[Refusal]]) -> None:
    assert REFUSALS.keys() == refusals.keys()
    assert STATUSES.keys() == refusals.keys()
    assert FAULTS.keys() == FAULT_STATUSES.keys()
    assert not FAULTS.keys() & refusals.keys()


def test_codes_are_unique(refusals: dict[str, type[Refusal]]) -> None:
    codes = [one.code for one in set(all_refusals()) if one.__module__.split(".")[0] in {"api", "ledger", "qr"}]

    assert len(codes) == len(set(codes))


def test_statuses_are_those_of_refusals() -> None:
    assert set(STATUSES.values()) <= {401, 403, 404, 409, 422, 429}


def test_details_speak_only_of_facts_that_the_refusal_has(refusals: dict[str, type[Refusal]]) -> None:
    for code, told in TOLD.items():
        asked = set(PLACEHOLDER.findall(told.detail or ""))
        assert asked <= set(refusals[code].__dataclass_fields__), code
        assert not PLACEHOLDER.search(told.sentence), code


def test_every_sentence_has_an_english_one(used_sentences: set[str]) -> None:
    missing = sorted(one for one in used_sentences if english().gettext(one) == one)

    assert not missing


def test_the_catalog_holds_no_sentence_that_nobody_says(used_sentences: set[str]) -> None:
    with CATALOG.open("rb") as source:
        kept = {str(message.id) for message in read_po(source) if message.id}

    assert not sorted(kept - used_sentences)


def test_both_languages_name_the_same_facts(used_sentences: set[str]) -> None:
    for one in used_sentences:
        assert sorted(PLACEHOLDER.findall(one)) == sorted(PLACEHOLDER.findall(english().gettext(one))), one


def test_english_sentences_hold_no_chinese(used_sentences: set[str]) -> None:
    assert not [one for one in used_sentences if CHINESE.search(english().gettext(one))]


@pytest.mark.parametrize("told", [*TOLD.values()], ids=[*TOLD])
def test_sentences_are_short_and_end(told: Told) -> None:
    assert told.sentence.endswith("。")
    assert len(told.sentence) <= 40


def test_details_show_facts_on_the_communitys_clock_and_in_words() -> None:
    facts = {"seen_at": "2026-03-04T00:00:00Z", "opens_at": "2026-03-04T01:30:00Z"}

    assert detail("too-early", facts, "zh-CN") == "2026年3月4日 09:30 起可以签到。"
    assert detail("too-early", facts, "en") == "Checking in begins at 4 Mar 2026 09:30."
    assert detail("activity-not-open", {"stage": "draft"}, "zh-CN") == "现在是草稿。"
    assert detail("activity-not-open", {"stage": "draft"}, "en") == "It is a draft."


def test_details_are_left_out_where_there_is_nothing_to_add() -> None:
    assert detail("own-role", {"role": "staff"}, "en") is None
    assert detail("rule-version-unknown", {"asked": 3, "newest": None}, "en") is None
    assert detail("no-such-code", {}, "en") is None


def test_an_unknown_code_is_told_as_a_request_that_cannot_be_understood() -> None:
    assert sentence("no-such-code", "en") == "The request cannot be understood. Check it and send it again."


@pytest.mark.parametrize(
    ("value", "chinese", "in_english"),
    [
        (7, "7", "7"),
        ("2026-01-02", "2026年1月2日", "2 Jan 2026"),
        (date(2026, 1, 2), "2026年1月2日", "2 Jan 2026"),
        (datetime(2025, 12, 31, 16, 5, tzinfo=UTC), "2026年1月1日 00:05", "1 Jan 2026 00:05"),
        ("handed_over", "已领走", "handed over"),
        ("f3b1", "f3b1", "f3b1"),
    ],
)
def test_facts_are_readable(value: object, chinese: str, in_english: str) -> None:
    assert readable(value, "zh-CN") == chinese
    assert readable(value, "en") == in_english


def test_the_written_list_of_codes_is_that_of_the_code() -> None:
    assert refusal_docs.drift(ROOT / "docs" / "refusals.md") == []


def test_a_list_of_codes_that_was_edited_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "refusals.md"

    assert refusal_docs.drift(file) == ["refusals.md"]
    refusal_docs.write(file)
    assert refusal_docs.drift(file) == []
    file.write_text(file.read_text(encoding="utf-8").replace("409", "400", 1), encoding="utf-8")
    assert refusal_docs.drift(file) == ["refusals.md"]
