"""The locks hold what pyproject.toml asks for, with hashes, and install from any index: no address, no path."""

import re
import tomllib
from itertools import pairwise

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from .project_tree import ROOT

LOCKS = ("run", "dev", "bench")
PIN = re.compile(r"^(?P<name>[a-z0-9._-]+)==(?P<version>[^\s;]+)", re.MULTILINE)
ADDRESS_OR_PATH = re.compile(r"://|^\s*-|(?:^|\s)\.{0,2}/|file:|@", re.MULTILINE)


def lock_text(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.lock").read_text(encoding="utf-8")


def pins(text: str) -> dict[str, str]:
    return {match["name"]: match["version"] for match in PIN.finditer(text)}


def asked_for(lock: str) -> list[Requirement]:
    """What pyproject.toml names for `lock`: the project and its extras, then the groups."""
    described = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = {"run": (), "dev": ("test", "check"), "bench": ("test", "check", "bench")}[lock]
    lines = list(described["project"]["dependencies"])
    lines += [line for extra in described["project"]["optional-dependencies"].values() for line in extra]
    lines += [line for group in groups for line in described["dependency-groups"][group]]
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address_and_no_path(lock: str) -> None:
    without_hashes = re.sub(r"^\s+--hash=sha256:[0-9a-f]{64}( \\)?$", "", lock_text(lock), flags=re.MULTILINE)

    assert not ADDRESS_OR_PATH.findall(without_hashes)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_carries_a_hash(lock: str) -> None:
    entries = re.split(r"\n(?=[a-z])", lock_text(lock))

    assert entries
    assert not [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_satisfies_what_the_project_asks_for(lock: str) -> None:
    pinned = pins(lock_text(lock))
    unmet = [
        str(one)
        for one in asked_for(lock)
        if one.name.lower() not in pinned or Version(pinned[one.name.lower()]) not in one.specifier
    ]

    assert not unmet, f"run `make lock`: {unmet}"


def test_a_larger_lock_never_changes_a_smaller_ones_version() -> None:
    for smaller, larger in pairwise(LOCKS):
        assert pins(lock_text(smaller)).items() <= pins(lock_text(larger)).items()
