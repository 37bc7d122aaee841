"""Settings of the village's programme for stories: written by the clerk, published by the approver, in force today."""

from typing import Any

from msgspec.structs import replace
from village import Village

from ledger.application.programme import DRAFT_SETTINGS, PUBLISH_SETTINGS, DraftSettings, PublishSettings
from ledger.kernel.clock import business_day
from ledger.kernel.ids import OrganisationId
from ledger.programme.events import Settings
from ledger.programme.programme import PROGRAMME, programme_id


def set_programme(village: Village, organisation: OrganisationId | None = None, **changes: Any) -> None:
    """Let `changes` hold at the community, or at another place, beside our defaults."""
    place = organisation or village.community
    at_home = place == village.community
    author, publisher = (village.clerk, village.approver) if at_home else (village.eve, village.dan)
    if not at_home:
        village.grant(village.dan, "approver", place)
    village.run(DRAFT_SETTINGS, DraftSettings(place, replace(Settings(), **changes)), author)
    versions = village.ledger.load(PROGRAMME, programme_id(place)).state.versions
    today = business_day(village.now)
    village.run(PUBLISH_SETTINGS, PublishSettings(place, len(versions), today), publisher)
