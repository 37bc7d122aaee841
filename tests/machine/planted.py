"""Bugs as somebody could have written them, one for each kind of promise; the machine must notice every one.

Each replaces one function of the product by a wrong one. None of them raises: what they do wrong is what is stored.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from msgspec.structs import replace

from ledger.accounts import entries, lots
from ledger.accounts.account import ACCOUNT
from ledger.accounts.commands import CreditLot, ReleaseHold
from ledger.accounts.events import Credited, HoldReleased, Lot, Take
from ledger.application import adjustments, approving, gifts, redemptions
from ledger.application.ports import Notice
from ledger.programme.events import Settings
from ledger.redemption import redemption, redemption_state, reward
from ledger.redemption.events import StockReserved
from ledger.redemption.redemption_state import Redemption
from ledger.redemption.reward_commands import ReserveStock
from ledger.redemption.reward_state import Reward
from ledger.store.cache import Loaded, StateCache
from projections import balances
from projections.rows import Rowset


class Bug(NamedTuple):
    """What is wrong, and where: `name` of `owner` (or the entry `name`, of a mapping) is replaced by `instead`."""

    what: str
    owner: Any
    name: Any
    instead: Any


def _left_as_it_was(free: tuple[Lot, ...], takes: tuple[Take, ...]) -> tuple[Lot, ...]:
    return free


def _newest_first(free: tuple[Lot, ...], amount: int, today: date) -> tuple[Take, ...]:
    return RIGHT_CHOOSE(tuple(reversed(free)), amount, today)


def _never_due(part: Lot | Take, today: date) -> bool:
    return False


def _grace_always(take: Take, today: date, grace_days: int) -> Take:
    return RIGHT_GRACE(
        replace(take, original_expiry=None, expires_on=take.original_expiry or take.expires_on), today, grace_days
    )


def _all_parts(free: tuple[Lot, ...], lot: object, today: date) -> tuple[Lot, ...]:
    return tuple(part for part in free if part.lot == lot)


def _debt_forgotten(state: Any, command: CreditLot) -> tuple[Any, ...]:
    (credited,) = RIGHT_CREDIT(state, command)
    assert isinstance(credited, Credited)
    return (replace(credited, filled=None),)


def _reserved_unseen(state: Reward, command: ReserveStock) -> StockReserved:
    return StockReserved(
        command.redemption, command.pieces, command.member, f"{command.today:%Y-%m}", command.household
    )


def _nobody_is_near(work: object, one: object, other: object) -> bool:
    return False


def _any_state_will_do(state: object, *needed: object) -> None:
    return None


def _one_is_enough(work: object, organisation: object) -> Settings:
    return Settings(two_approvers_above=1_000_000)


def _lost_on_the_way(work: object, gift: object, request: object, gone: object) -> None:
    return None


def _only_the_points(work: Any, redemption_id: Any, asked: Any) -> None:
    """Forgets the shelf."""
    work.act(
        ACCOUNT,
        asked.account,
        ReleaseHold(asked.hold, redemption_id, work.today, 7),
    )


def _still_in_hand(state: Redemption, event: object) -> Redemption:
    return state


def _first_is_kept(cache: StateCache, states: Mapping[int, Loaded]) -> None:
    for stream, loaded in states.items():
        cache._states.setdefault(stream, loaded)  # pyright: ignore[reportPrivateUsage] - the bug is in there


def _release_unseen(rows: Rowset, notice: Notice, event: object) -> None:
    return None


RIGHT_CHOOSE: Callable[..., Any] = lots.choose
RIGHT_GRACE: Callable[..., Any] = lots._with_grace  # pyright: ignore[reportPrivateUsage] - the right one of a wrong one
RIGHT_CREDIT: Callable[..., Any] = entries.credit

BUGS = (
    Bug("what is held stays free as well", lots, "without", _left_as_it_was),
    Bug("the lot that lasts longest is spent first", lots, "choose", _newest_first),
    Bug("what has expired can be spent", lots, "is_due", _never_due),
    Bug("days of grace are given again and again", lots, "_with_grace", _grace_always),
    Bug("a lot expires before its day", lots, "due_parts", _all_parts),
    Bug("a debt is forgotten when points come in", entries, "credit", _debt_forgotten),
    Bug("more is set aside than lies on the shelf", reward, "reserve", _reserved_unseen),
    Bug("a redemption that ended gives back its points and not its pieces", redemptions, "give_back", _only_the_points),
    Bug("one of the household approves", redemptions, "same_household", _nobody_is_near),
    Bug("what was rejected can still be handed over", redemption, "_must_be", _any_state_will_do),
    Bug("what came back can be brought back again", redemption_state, "_after_return", _still_in_hand),
    Bug("a large adjustment needs one approver", adjustments, "settings_of", _one_is_enough),
    Bug("a large award needs one approver", approving, "settings_of", _one_is_enough),
    Bug("a gift is lost on its way", gifts, "_credit", _lost_on_the_way),
    Bug("the writer decides on what it remembered first", StateCache, "keep", _first_is_kept),
    Bug("a read model misses what was released", balances.PROJECTION.handlers, HoldReleased, _release_unseen),
)
