"""What is told before lots expire: so many days ahead as the programme sets, each lot once a notice."""

from typing import Final

from ledger.accounts.account import ACCOUNT
from ledger.accounts.commands import AnnounceExpiry as Announce
from ledger.accounts.events import ExpiryAnnounced
from ledger.application.authority import UnknownId, require_system
from ledger.application.programme import settings_of
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import AccountId, MemberId


class AnnounceExpiry(Request, frozen=True):
    """Tell the account's owner which lots fall due soon: whatever a notice is due of today and was not yet given."""

    account: AccountId


def _announce(work: Work, request: AnnounceExpiry) -> Outcome:
    """Of a lot within several notices only the nearest is given."""
    require_system(work)
    keeper = work.state(ACCOUNT, request.account).keeper
    if keeper is None:
        raise UnknownId(request.account)
    before = len(work.pending)
    nearer = 0
    for days in sorted(set(settings_of(work, keeper.organisation).expiry_notice_days)):
        work.act(ACCOUNT, request.account, Announce(days, nearer, work.today))
        nearer = days
    told = [one.event for one in work.pending[before:] if isinstance(one.event, ExpiryAnnounced)]
    return Outcome(
        "expiry-announced" if told else "nothing-to-announce",
        ids={"account": request.account},
        figures={"lots": sum(len(event.lots) for event in told)},
    )


def _reads(request: AnnounceExpiry, actor: MemberId) -> tuple[Stream, ...]:  # noqa: ARG001 - a hint's signature
    return (Stream(ACCOUNT, request.account),)


ANNOUNCE_EXPIRY: Final = UseCase[AnnounceExpiry]("accounts.announce_expiry", _announce, _reads)
