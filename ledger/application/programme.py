"""Use cases of a programme's settings, and the one place that asks what holds where."""

from datetime import date
from typing import Final

from ledger.application.authority import Permission, line_of, require
from ledger.application.placing import require_place
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import MemberId, OrganisationId
from ledger.membership.member import MEMBER
from ledger.programme import programme as steps
from ledger.programme.events import Settings
from ledger.programme.programme import PROGRAMME, in_force, programme_id

DEFAULTS: Final = Settings()


class DraftSettings(Request, frozen=True):
    """Write the next version of the organisation's settings down."""

    organisation: OrganisationId
    settings: Settings


class PublishSettings(Request, frozen=True):
    """Let a version hold from `valid_from` on, today at the earliest; the publisher did not write it."""

    organisation: OrganisationId
    version: int
    valid_from: date


def settings_of(work: Work, organisation: OrganisationId) -> Settings:
    """What holds today at `organisation`: its own settings, else those of the nearest node above it, else ours."""
    for node in line_of(work, organisation):
        held = in_force(work.state(PROGRAMME, programme_id(node)), work.today)
        if held is not None:
            return held
    return DEFAULTS


def _draft(work: Work, request: DraftSettings) -> Outcome:
    require_place(work, Permission.DRAFT_RULES, request.organisation)
    command = steps.DraftSettings(request.organisation, request.settings, work.actor)
    programme = work.act(PROGRAMME, programme_id(request.organisation), command)
    return _outcome("settings-drafted", request.organisation, version=len(programme.versions))


def _publish(work: Work, request: PublishSettings) -> Outcome:
    require(work, Permission.PUBLISH_RULES, request.organisation)
    command = steps.PublishSettings(
        number=request.version, valid_from=request.valid_from, approved_by=work.actor, today=work.today
    )
    work.act(PROGRAMME, programme_id(request.organisation), command)
    return _outcome("settings-published", request.organisation, version=request.version)


def _outcome(code: str, organisation: OrganisationId, *, version: int) -> Outcome:
    return Outcome(code, ids={"organisation": organisation}, figures={"version": version})


def _reads(request: DraftSettings | PublishSettings, actor: MemberId) -> tuple[Stream, ...]:
    return (Stream(MEMBER, actor), Stream(PROGRAMME, programme_id(request.organisation)))


DRAFT_SETTINGS: Final = UseCase[DraftSettings]("programme.draft_settings", _draft, _reads)
PUBLISH_SETTINGS: Final = UseCase[PublishSettings]("programme.publish_settings", _publish, _reads)
