"""Every code a program or person can be answered with: its HTTP status and its sentence, Chinese first.

A rule's refusal stands here exactly once; a test proves that none is missing and none is left over.
"""

from collections.abc import Mapping
from typing import Any

from api.languages import said
from api.sentences import (
    balances,
    codes,
    devices,
    disputes,
    endings,
    erasing,
    faults,
    gatherings,
    goods,
    hours,
    people,
    personal,
    points,
    slips,
    teams,
    trees,
    work,
)
from api.sentences.readable import readable
from api.sentences.told import Told as Told

GROUPS: dict[str, dict[str, Told]] = {
    "Codes, sign-in and permission": codes.TOLD,
    "Activation slips and short messages": slips.TOLD,
    "Members and organisations": people.TOLD,
    "Leaving, returning, merging and guardians": endings.TOLD,
    "The two trees and seats in them": trees.TOLD,
    "What is kept of a person": personal.TOLD,
    "Erasure and legal holds": erasing.TOLD,
    "Activities": gatherings.TOLD,
    "Scanning devices": devices.TOLD,
    "Hours that no scan recorded": hours.TOLD,
    "Tasks": work.TOLD,
    "Teams and skills": teams.TOLD,
    "Rules, awards and accounts": points.TOLD,
    "Objections and reversals": disputes.TOLD,
    "Corrections, gifts and freezes": balances.TOLD,
    "Rewards and what they are exchanged for": goods.TOLD,
}
TOLD: dict[str, Told] = {code: told for group in GROUPS.values() for code, told in group.items()}
"""By the code of the refusal."""

REFUSALS: dict[str, str] = {code: told.sentence for code, told in TOLD.items()}
STATUSES: dict[str, int] = {code: told.status for code, told in TOLD.items()}
FAULTS: dict[str, str] = {code: told.sentence for code, told in faults.TOLD.items()}
FAULT_STATUSES: dict[str, int] = {code: told.status for code, told in faults.TOLD.items()}


def sentence(code: str, language: str) -> str:
    """What to tell a person about `code`; an unknown code is told as a request that cannot be understood."""
    return said(REFUSALS.get(code) or FAULTS.get(code) or FAULTS["bad-request"], language)


def detail(code: str, facts: Mapping[str, Any], language: str) -> str | None:
    """What the facts of this refusal add, in words; None where they add nothing or one that is needed is missing."""
    told = TOLD.get(code)
    if told is None or told.detail is None:
        return None
    words = {name: readable(value, language) for name, value in facts.items() if value is not None}
    try:
        return said(told.detail, language, **words)
    except KeyError:
        return None
