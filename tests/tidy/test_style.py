"""The project keeps to its own limits, and each rule is shown to catch what it is there to catch."""

from collections import Counter
from pathlib import Path

import pytest

from . import allow_list
from .project_tree import SourceFile, text_files
from .style_rules import Finding, findings

NOTE = "TO" + "DO"
FOLDER = "/" + "work/somebody"
LONG_BODY = "\n".join(f"    x{number} = {number}" for number in range(41))
HEAD = '"""A module."""\n\n'

BAD_FILES = {
    "function-length": SourceFile("ledger/x.py", f"{HEAD}def f() -> None:\n{LONG_BODY}\n"),
    "file-length": SourceFile("ledger/x.py", HEAD + "X = 1\n" * 300),
    "parameters": SourceFile("ledger/x.py", f"{HEAD}def f(a, b, c, *, d, e, g): ...\n"),
    "module-docstring": SourceFile("ledger/x.py", "X = 1\n"),
    "banned-name": SourceFile("ledger/utils.py", HEAD),
    "unfinished-note": SourceFile("ledger/x.py", f"{HEAD}X = 1  # {NOTE}: later\n"),
    "machine-path": SourceFile("docs/x.md", f"See {FOLDER}/notes.\n"),
    "finance-word": SourceFile("api/pages/x.html", "<p>时间银行</p>"),
}

GOOD_FILES = {
    "a method of five parameters besides self": f"{HEAD}class A:\n    def f(self, a, b, c, d, e): ...\n",
    "a long docstring": HEAD + 'def f() -> None:\n    """' + "\n" * 60 + '    """\n',
    "a web address with a path": f'{HEAD}URL = "https://example.org{FOLDER}"\n',
    "an empty file": "",
}


def test_the_project_keeps_to_its_own_limits() -> None:
    found = [finding for file in text_files() for finding in findings(file)]

    problems = allow_list.judge(found, allow_list.read(allow_list.FILE.read_text(encoding="utf-8")))

    assert not problems, "\n" + "\n".join(problems)


def test_the_allow_list_only_shrinks() -> None:
    assert len(allow_list.read(allow_list.FILE.read_text(encoding="utf-8"))) <= allow_list.LENGTH_MAX


@pytest.mark.parametrize("rule", BAD_FILES)
def test_a_rule_catches_what_it_is_there_for(rule: str) -> None:
    assert {finding.rule for finding in findings(BAD_FILES[rule])} == {rule}


@pytest.mark.parametrize("case", GOOD_FILES)
def test_what_is_allowed_is_not_reported(case: str) -> None:
    assert not list(findings(SourceFile("ledger/x.py", GOOD_FILES[case])))


@pytest.mark.parametrize("name", ["AccountManager", "BaseAccount", "StringUtils", "RequestHelper", "AccountBase"])
def test_a_class_is_not_named_for_what_was_left_over(name: str) -> None:
    assert [finding.rule for finding in findings(SourceFile("ledger/x.py", f"{HEAD}class {name}: ...\n"))] == [
        "banned-name"
    ]


def test_finance_words_are_free_where_no_person_sees_them() -> None:
    assert not list(findings(SourceFile("docs/glossary.md", "道德银行")))


def test_an_exception_covers_the_breach_it_measures_and_nothing_larger() -> None:
    breach = Finding("function-length", "ledger/x.py:f", 44)

    assert allow_list.judge([breach], allow_list.read("function-length ledger/x.py:f 44  # a table")) == []
    assert len(allow_list.judge([breach], [breach._replace(figure=43)])) == 2


def test_an_exception_that_is_no_longer_needed_is_reported() -> None:
    assert allow_list.judge([], [Finding("function-length", "ledger/x.py:f", 44)]) == [
        "allowed.txt is too generous: function-length ledger/x.py:f 44"
    ]


def test_no_two_files_of_tests_are_one_module() -> None:
    """A folder without `__init__.py` gives its files no package: a second of that name is not collected at all."""
    tests = Path(__file__).parents[1]
    found = Counter(one.name for one in tests.rglob("test_*.py") if not (one.parent / "__init__.py").exists())

    assert len(found) > 100
    assert [name for name, times in found.items() if times > 1] == []
