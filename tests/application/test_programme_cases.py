"""What a community publishes holds there and below, and nowhere else."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from msgspec.structs import replace
from village import Village

from ledger.application.programme import DRAFT_SETTINGS, PUBLISH_SETTINGS, DraftSettings, PublishSettings, settings_of
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.clock import business_day
from ledger.kernel.ids import MemberId, OrganisationId
from ledger.programme.events import Settings

LONGER = replace(Settings(), hold_days=14)


@pytest.fixture
def village() -> Village:
    return Village()


def held(village: Village, organisation: OrganisationId) -> Settings:
    """What use cases find for `organisation`."""
    found: list[Settings] = []

    def look(work: Work, asked: OrganisationId) -> Outcome:
        found.append(settings_of(work, asked))
        return Outcome("looked")

    village.run(UseCase[OrganisationId]("test.look", look, _reads_nothing), organisation, village.clerk, uuid4())
    return found[0]


def _reads_nothing(_asked: OrganisationId, _actor: MemberId) -> tuple[Stream, ...]:
    return ()


def publish(village: Village, settings: Settings, organisation: OrganisationId | None = None) -> None:
    place = organisation or village.community
    village.run(DRAFT_SETTINGS, DraftSettings(place, settings), village.clerk)
    village.run(PUBLISH_SETTINGS, PublishSettings(place, 1, business_day(village.now)), village.approver)


def test_a_community_that_published_nothing_has_our_defaults(village: Village) -> None:
    assert held(village, village.community) == Settings()


def test_what_a_community_publishes_holds_for_it_and_not_next_door(village: Village) -> None:
    publish(village, LONGER)

    assert held(village, village.community) == LONGER
    assert held(village, village.next_door) == Settings()


def test_what_the_street_publishes_holds_for_communities_that_have_nothing_of_their_own(village: Village) -> None:
    village.grant(village.clerk, "staff", village.street)
    village.grant(village.approver, "approver", village.street)
    publish(village, LONGER, village.street)
    publish(village, replace(Settings(), hold_days=3))

    assert held(village, village.next_door) == LONGER
    assert held(village, village.community).hold_days == 3


def test_the_drafter_does_not_publish_and_others_may_neither(village: Village) -> None:
    draft = DraftSettings(village.community, LONGER)
    for actor in (village.ann, village.approver, village.keeper):
        assert village.refusal(DRAFT_SETTINGS, draft, actor).code == "not-permitted"
    village.run(DRAFT_SETTINGS, draft, village.clerk)
    publishing = PublishSettings(village.community, 1, business_day(village.now))

    for actor in (village.ann, village.second_clerk):
        assert village.refusal(PUBLISH_SETTINGS, publishing, actor).code == "not-permitted"
    village.grant(village.clerk, "approver", village.community)
    assert village.refusal(PUBLISH_SETTINGS, publishing, village.clerk).code == "settings-by-drafter"


def test_settings_never_hold_for_days_that_have_passed(village: Village) -> None:
    village.run(DRAFT_SETTINGS, DraftSettings(village.community, LONGER), village.clerk)
    yesterday = business_day(village.now - timedelta(days=1))

    refused = village.refusal(PUBLISH_SETTINGS, PublishSettings(village.community, 1, yesterday), village.approver)

    assert refused.code == "settings-in-the-past"


def test_a_day_is_the_communitys_day(village: Village) -> None:
    village.now = datetime(2025, 10, 15, 16, 30, tzinfo=UTC)
    village.run(DRAFT_SETTINGS, DraftSettings(village.community, LONGER), village.clerk)
    shanghai = business_day(village.now)

    village.run(PUBLISH_SETTINGS, PublishSettings(village.community, 1, shanghai), village.approver)

    assert shanghai.day == 16
    assert held(village, village.community) == LONGER
