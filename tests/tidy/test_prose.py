"""The prose keeps its shape: decisions short and complete, links that lead somewhere, stored events first."""

import re

import pytest

from .project_tree import ROOT

DECISIONS = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
SECTIONS = ["## Question", "## Options", "## Decision", "## Consequences", "## How we would notice it was wrong"]
LINES_MAX = 60
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)")
PAGES = [
    ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/glossary.md", "docs/operations.md")
]


def test_decisions_are_numbered_without_gaps() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.name)
def test_a_decision_is_one_page_and_says_how_we_would_notice_it_was_wrong(path: object) -> None:
    text = (ROOT / str(path)).read_text(encoding="utf-8")
    headings = [line for line in text.splitlines() if line.startswith("## ")]

    assert headings == SECTIONS
    assert len(text.splitlines()) <= LINES_MAX
    assert re.search(r"\d", text.split(SECTIONS[-1])[1]), "a decision without a number cannot be proved wrong"


@pytest.mark.parametrize("path", [*PAGES, *DECISIONS], ids=lambda path: path.name)
def test_links_lead_somewhere(path: object) -> None:
    page = ROOT / str(path)
    broken = [
        target for target in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / target).exists()
    ]

    assert not broken


def test_stored_events_come_first_in_every_release() -> None:
    releases = re.split(r"^## ", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]

    assert releases
    assert all(re.findall(r"^### (.+)$", release, flags=re.MULTILINE)[:1] == ["Stored events"] for release in releases)
