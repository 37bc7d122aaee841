"""What asking for goods sets aside in one commit, and what comes back when it ends without goods.

Pieces, points, the fund's month and the quarter's exchanges are reserved together or not at all.
"""

from datetime import timedelta
from uuid import UUID

from ledger.accounts.account import ACCOUNT, account_id
from ledger.accounts.commands import HoldPoints, ReleaseHold
from ledger.application.authority import Permission, UnknownId, line_of, require_active_member, require_for
from ledger.application.programme import settings_of
from ledger.application.work import Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import ExchangesId, FundUsageId, MemberId, OrganisationId, RedemptionId, RewardId
from ledger.membership.member import MEMBER
from ledger.programme.events import Settings
from ledger.redemption.events import CounterBasis, RedemptionRequested, RewardListed
from ledger.redemption.exchanges import EXCHANGES, CountExchange, UncountExchange, Whose, exchanges_id
from ledger.redemption.fund import FUND
from ledger.redemption.fund_usage import FUND_USAGE, ReleaseFundPoints, ReserveFundPoints, fund_usage_id
from ledger.redemption.limits import quarter_of
from ledger.redemption.redemption import REDEMPTION, hold_id
from ledger.redemption.redemption_commands import RequestRedemption
from ledger.redemption.refusals import PriceChanged
from ledger.redemption.reward import REWARD
from ledger.redemption.reward_commands import ReserveStock, ReturnStock


class Wish(Request, frozen=True):
    """What a member wants. expected_total: what the page said it costs, None where nothing was said.

    basis, witness: at the counter only.
    """

    member: MemberId
    reward: RewardId
    pieces: int
    expected_total: int | None = None
    basis: CounterBasis | None = None
    witness: MemberId | None = None


def set_aside(work: Work, redemption: RedemptionId, wish: Wish) -> RedemptionRequested:
    """Ask for it.

    Refuses, in this order, with unknown-id and what bars the member, price-changed, what bars the pieces,
    exchanges-reached, fund-cap-reached, and what bars the points.
    """
    listing = near_listing(work, wish.member, wish.reward)
    price = work.state(REWARD, wish.reward).price_on(work.today)
    total = price * wish.pieces
    if wish.expected_total is not None and wish.expected_total != total:
        raise PriceChanged(wish.expected_total, total)
    settings, account = settings_of(work, listing.organisation), account_id(wish.member, listing.unit)
    reserve_stock(work, redemption, wish)
    exchanges = _count_exchange(work, redemption, wish.member, settings)
    usage = burden_fund(work, redemption, listing, total)
    work.act(ACCOUNT, account, HoldPoints(hold_id(redemption), total, redemption, work.today))
    asked = RedemptionRequested(
        member=wish.member,
        reward=wish.reward,
        organisation=listing.organisation,
        fund=listing.fund,
        unit=listing.unit,
        pieces=wish.pieces,
        price=price,
        total=total,
        account=account,
        hold=hold_id(redemption),
        lapses_at=work.now + timedelta(days=settings.hold_days),
        requested_by=work.actor,
        merchant=listing.merchant,
        fund_usage=usage,
        exchanges=exchanges,
        basis=wish.basis,
        witness=wish.witness,
    )
    work.act(REDEMPTION, redemption, RequestRedemption(asked))
    return asked


def give_back(work: Work, redemption: RedemptionId, asked: RedemptionRequested) -> None:
    """It ended without goods: whatever was set aside comes back."""
    grace_days = settings_of(work, asked.organisation).grace_days
    work.act(REWARD, asked.reward, ReturnStock(redemption))
    work.act(ACCOUNT, asked.account, ReleaseHold(asked.hold, redemption, work.today, grace_days))
    relieve_fund(work, redemption, asked.fund_usage, asked.total)
    for exchanges in asked.exchanges:
        work.act(EXCHANGES, exchanges, UncountExchange(redemption))


def near_listing(work: Work, member: MemberId, reward: RewardId) -> RewardListed:
    """What is listed as `reward`, for a member in good standing at home there, above or below.

    Shelves serve their own people, and those whose account is kept there still: who moved away may spend what they
    have where they earned it. Refuses with UnknownId, and as `require_active_member`.
    """
    listing = work.state(REWARD, reward).listing
    if listing is None:
        raise UnknownId(reward)
    home = require_active_member(work, member).home
    keeper = work.state(ACCOUNT, account_id(member, listing.unit)).keeper
    places = (home, keeper.organisation if keeper else None)
    if not any(_is_on_line(work, place, listing.organisation) for place in places if place is not None):
        raise UnknownId(reward)
    return listing


def _is_on_line(work: Work, a: OrganisationId, b: OrganisationId) -> bool:
    return a == b or b in line_of(work, a) or a in line_of(work, b)


def reserve_stock(work: Work, redemption: RedemptionId, wish: Wish) -> None:
    """Set the pieces aside, within the limits of the member and their household."""
    household = work.state(MEMBER, wish.member).household
    work.act(REWARD, wish.reward, ReserveStock(redemption, wish.pieces, wish.member, work.today, household))


def burden_fund(work: Work, redemption: RedemptionId, listing: RewardListed, total: int) -> FundUsageId | None:
    """Count `total` in the fund's month, within its cap; None where nobody opened the fund, and nothing is counted."""
    fund = work.state(FUND, listing.fund)
    if fund.organisation is None or fund.organisation not in line_of(work, listing.organisation):
        return None
    month = f"{work.today:%Y-%m}"
    usage = fund_usage_id(listing.fund, month)
    work.act(FUND_USAGE, usage, ReserveFundPoints(redemption, listing.fund, month, total, fund.monthly_cap))
    return usage


def relieve_fund(work: Work, redemption: RedemptionId, usage: FundUsageId | None, points: int) -> None:
    """Take `points` of the redemption out of the fund's month, where they were counted."""
    if usage is not None:
        work.act(FUND_USAGE, usage, ReleaseFundPoints(redemption, points))


def asked_for(work: Work, redemption: RedemptionId, permission: Permission) -> RedemptionRequested:
    """What was asked for; the actor must hold `permission` at the shelf it comes from. Refuses as `require_for`."""
    asked = work.state(REDEMPTION, redemption).request
    require_for(work, permission, asked and asked.organisation, redemption)
    return known(work, redemption)


def known(work: Work, redemption: RedemptionId) -> RedemptionRequested:
    """What was asked for; refuses with UnknownId where nothing was."""
    asked = work.state(REDEMPTION, redemption).request
    if asked is None:
        raise UnknownId(redemption)
    return asked


def _count_exchange(
    work: Work, redemption: RedemptionId, member: MemberId, settings: Settings
) -> tuple[ExchangesId, ...]:
    """Count it in the quarters of the member and the household, as far as the programme limits them."""
    quarter, counted = quarter_of(f"{work.today:%Y-%m}"), list[ExchangesId]()
    # Who lives in no household is one of one.
    household: UUID = work.state(MEMBER, member).household or member
    bounds: tuple[tuple[UUID, int | None, Whose], ...] = (
        (member, settings.exchanges_per_member_quarter, "member"),
        (household, settings.exchanges_per_household_quarter, "household"),
    )
    for owner, allowed, per in bounds:
        if allowed is not None:
            exchanges = exchanges_id(owner, per, quarter)
            work.act(EXCHANGES, exchanges, CountExchange(redemption, allowed, per))
            counted.append(exchanges)
    return tuple(counted)
