"""Settings are written by one, published by another, and hold from a day on."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from ledger.kernel.decider import fold
from ledger.kernel.ids import MemberId, OrganisationId
from ledger.kernel.refusal import Refusal
from ledger.programme.events import ProgrammeEvent, Settings, SettingsDrafted, SettingsPublished
from ledger.programme.programme import PROGRAMME, DraftSettings, ProgrammeCommand, PublishSettings, in_force
from ledger.programme.refusals import (
    SettingsAlreadyPublished,
    SettingsByDrafter,
    SettingsInThePast,
    SettingsOutOfBounds,
    SettingsVersionUnknown,
)
from ledger.programme.settings import BOUNDS, EXPIRY_NOTICE_DAYS_MAX, EXPIRY_NOTICES_MAX

COMMUNITY = OrganisationId(UUID(int=1))
CLERK, APPROVER = MemberId(UUID(int=3)), MemberId(UUID(int=4))
TODAY = date(2025, 10, 15)
LONGER = replace(Settings(), hold_days=14)


def draft(settings: Settings = LONGER) -> DraftSettings:
    return DraftSettings(COMMUNITY, settings, CLERK)


def publish(number: int = 1, valid_from: date = TODAY, approved_by: MemberId = APPROVER) -> PublishSettings:
    return PublishSettings(number, valid_from, approved_by, TODAY)


def history(*commands: ProgrammeCommand) -> list[ProgrammeEvent]:
    events: list[ProgrammeEvent] = []
    for command in commands:
        events += PROGRAMME.decide(fold(PROGRAMME, events), command)
    return events


def test_settings_are_written_by_one_and_published_by_another() -> None:
    assert history(draft(), publish()) == [
        SettingsDrafted(COMMUNITY, 1, LONGER, CLERK),
        SettingsPublished(1, TODAY, APPROVER),
    ]


def test_a_draft_holds_nowhere_and_a_published_version_from_its_day_on() -> None:
    tomorrow = TODAY + timedelta(days=1)

    assert in_force(fold(PROGRAMME, history(draft())), TODAY) is None
    published = fold(PROGRAMME, history(draft(), publish(valid_from=tomorrow)))
    assert in_force(published, TODAY) is None
    assert in_force(published, tomorrow) == LONGER


def test_of_two_versions_for_one_day_the_newer_holds() -> None:
    shorter = replace(Settings(), hold_days=3)
    state = fold(PROGRAMME, history(draft(), draft(shorter), publish(2), publish(1)))

    assert in_force(state, TODAY) == shorter


@pytest.mark.parametrize(
    ("before", "command", "refusal"),
    [
        ((draft(),), publish(2), SettingsVersionUnknown(2, 1)),
        ((draft(),), publish(0), SettingsVersionUnknown(0, 1)),
        ((draft(), publish()), publish(approved_by=CLERK), SettingsAlreadyPublished(1, TODAY)),
        ((draft(),), publish(approved_by=CLERK), SettingsByDrafter(CLERK)),
        (
            (draft(),),
            publish(valid_from=TODAY - timedelta(days=1)),
            SettingsInThePast(TODAY - timedelta(days=1), TODAY),
        ),
    ],
)
def test_publishing_is_refused_in_this_order(
    before: tuple[ProgrammeCommand, ...], command: PublishSettings, refusal: Refusal
) -> None:
    with pytest.raises(type(refusal)) as refused:
        PROGRAMME.decide(fold(PROGRAMME, history(*before)), command)

    assert refused.value.facts() == refusal.facts()


@pytest.mark.parametrize("bound", BOUNDS)
def test_a_setting_too_small_or_too_large_is_refused(bound: tuple[str, int, int]) -> None:
    field, smallest, largest = bound
    for asked in (smallest - 1, largest + 1):
        with pytest.raises(SettingsOutOfBounds) as refused:
            history(draft(replace(Settings(), **{field: asked})))
        assert refused.value.facts() == {"field": field, "asked": asked, "smallest": smallest, "largest": largest}
    assert history(draft(replace(Settings(), **{field: largest})))


def test_expiry_is_announced_at_most_a_few_times_and_within_a_year() -> None:
    for days in ((0,), (EXPIRY_NOTICE_DAYS_MAX + 1,), tuple(range(1, EXPIRY_NOTICES_MAX + 2))):
        with pytest.raises(SettingsOutOfBounds):
            history(draft(replace(Settings(), expiry_notice_days=days)))


def test_every_number_of_the_settings_has_bounds() -> None:
    unbounded = {"gifts_allowed", "expiry_notice_days"}

    assert {bound.field for bound in BOUNDS} | unbounded == set(Settings.__struct_fields__)
