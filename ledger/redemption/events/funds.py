"""What can have happened to a fund, to what was asked of it in a month, and to the exchanges of a quarter."""

from ledger.kernel.decider import Event
from ledger.kernel.ids import FundId, MemberId, OrganisationId, ProposalId, RedemptionId


class FundOpened(Event, frozen=True):
    """The fund exists and is kept by `organisation`; it pays for rewards there and below. It has no cap yet."""

    organisation: OrganisationId
    opened_by: MemberId


class FundCapProposed(Event, frozen=True):
    """A monthly cap in points (None: none) awaits approval; it takes an older proposal's place."""

    proposal: ProposalId
    monthly_cap: int | None
    proposed_by: MemberId


class FundCapSet(Event, frozen=True):
    """From now on redemptions of one month may cost the fund `monthly_cap` points, None for any number."""

    proposal: ProposalId
    monthly_cap: int | None
    approved_by: MemberId


class FundCapDeclined(Event, frozen=True):
    """The proposed cap is not set."""

    proposal: ProposalId
    declined_by: MemberId


class FundPointsReserved(Event, frozen=True):
    """The redemption was asked for in `month` (`YYYY-MM`) and may cost `fund` so many points."""

    redemption: RedemptionId
    fund: FundId
    month: str
    points: int


class FundPointsReleased(Event, frozen=True):
    """So many of the redemption's points do not burden the month after all."""

    redemption: RedemptionId
    points: int


class ExchangeCounted(Event, frozen=True):
    """The redemption counts as one exchange of the member's, or household's, quarter."""

    redemption: RedemptionId


class ExchangeUncounted(Event, frozen=True):
    """It no longer counts: it ended without goods."""

    redemption: RedemptionId


FundEvent = FundOpened | FundCapProposed | FundCapSet | FundCapDeclined
FundUsageEvent = FundPointsReserved | FundPointsReleased
ExchangesEvent = ExchangeCounted | ExchangeUncounted
