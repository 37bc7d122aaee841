"""Everything one process works with, opened once and closed once. Only `api.wiring` builds it; handlers only use it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection

from api.settings import Settings
from api.token_ring import TokenRing
from ledger.application.short_messages import MessageCarrier
from ledger.kernel.calendar import WorkingDays
from ledger.kernel.clock import Clock
from ledger.kernel.ids import MemberId
from ledger.store.audit_heads import AuditHeads
from ledger.store.audit_log import AuditEntry, AuditKind, AuditLog, Wanted
from ledger.store.checkpoints import Checkpoints
from ledger.store.clock_watch import ClockWatch
from ledger.store.codec import UnknownEvent, UnreadableEvent
from ledger.store.credential_refusals import PasswordWrong, PinNotSet, PinWrong, RecoveryCodeWrong, TotpWrong
from ledger.store.credential_rows import CredentialKind
from ledger.store.credentials import Credentials, totp_address
from ledger.store.directory import Directory, Picture
from ledger.store.directory.import_keys import ImportKeys
from ledger.store.directory.organisation_names import Alias, OrganisationNames
from ledger.store.directory.personal import (
    PERSONAL_FIELDS,
    PHOTO,
    SENSITIVE,
    PersonalFieldWrong,
    all_spelt,
    born_on,
    spelt,
)
from ledger.store.directory.picture_bytes import PHOTO_BYTES_MAX, plain_picture
from ledger.store.directory.subject_keys import MemberErased
from ledger.store.erasing import Erasing
from ledger.store.erasure_wishes import DUE_WORKING_DAYS, ErasureWishes, Wish
from ledger.store.faults import DATABASE_FAULTS, code_of
from ledger.store.feed import LogFeed
from ledger.store.finding import Finder, NotReady
from ledger.store.guessable import PASSWORD_CHARACTERS_MIN
from ledger.store.legal_holds import HoldInForce, HoldReason, LegalHolds
from ledger.store.limits import (
    BAD_TOKENS,
    CODES_BY_MESSAGE,
    MESSAGES_FROM_A_PLACE,
    REDEMPTIONS,
    SELF_CHECK_INS,
    SIGN_IN,
    Limits,
    LocalLimits,
    Rate,
)
from ledger.store.orphans import Orphans
from ledger.store.outbox import Outbox
from ledger.store.refusals_seen import Noted, RefusalsSeen
from ledger.store.sessions import LONGEST as SESSION_LONGEST
from ledger.store.sessions import SessionInfo, SessionKind, Sessions
from ledger.store.sign_in_codes import LIVES as CODE_LIVES
from ledger.store.sign_in_codes import CodeNotValid, SignInCodes, TooManyTries
from ledger.store.sign_in_codes import Purpose as CodePurpose
from ledger.store.slip_requests import SlipRequests
from ledger.store.writer import Writer
from projections.engine import Engine
from qr.keys import TokenKeys

__all__ = [
    "BAD_TOKENS",
    "CODES_BY_MESSAGE",
    "CODE_LIVES",
    "DATABASE_FAULTS",
    "DUE_WORKING_DAYS",
    "MESSAGES_FROM_A_PLACE",
    "PASSWORD_CHARACTERS_MIN",
    "PERSONAL_FIELDS",
    "PHOTO",
    "PHOTO_BYTES_MAX",
    "REDEMPTIONS",
    "SELF_CHECK_INS",
    "SENSITIVE",
    "SESSION_LONGEST",
    "SIGN_IN",
    "UNREADABLE",
    "WRONG_SECRETS",
    "Alias",
    "AuditEntry",
    "AuditKind",
    "CodeNotValid",
    "CodePurpose",
    "CredentialKind",
    "Deployment",
    "Finder",
    "HoldInForce",
    "HoldReason",
    "MemberErased",
    "NotReady",
    "Noted",
    "PersonalFieldWrong",
    "Picture",
    "PinNotSet",
    "PinWrong",
    "Rate",
    "SessionInfo",
    "SessionKind",
    "TooManyTries",
    "Wanted",
    "Wish",
    "all_spelt",
    "born_on",
    "code_of",
    "plain_picture",
    "spelt",
    "totp_address",
]

WRONG_SECRETS = (PinWrong, PinNotSet, PasswordWrong, TotpWrong, RecoveryCodeWrong)
"""What somebody who signs in may get wrong; all of it is answered alike."""

UNREADABLE = (UnknownEvent, UnreadableEvent)
"""An event is there, and this release cannot read it."""

FIGURES_WAIT_SECONDS = 2.0
"""How long a reader who names a position is kept waiting: our default, well above the usual 0.3 s."""


class Deployment(Struct, frozen=True):
    """The parts by name. views: opens a read-only connection to the read models. rows_about: what directory and state
    hold about somebody beside the fields, by table.

    carrier: takes short messages to phones; outbox: the folder of those that wait, unused where another carries them.
    """

    settings: Settings
    clock: Clock
    calendar: WorkingDays
    ledger: Writer
    checkpoints: Checkpoints
    clock_watch: ClockWatch
    feed: LogFeed
    figures: Engine
    directory: Directory
    organisation_names: OrganisationNames
    finder: Finder
    erasing: Erasing
    erasure_wishes: ErasureWishes
    legal_holds: LegalHolds
    orphans: Orphans
    rows_about: Callable[[MemberId], dict[str, list[dict[str, Any]]]]
    import_keys: ImportKeys
    audit_log: AuditLog
    audit_heads: AuditHeads
    refusals_seen: RefusalsSeen
    sessions: Sessions
    sign_in_codes: SignInCodes
    credentials: Credentials
    limits: Limits
    local_limits: LocalLimits
    token_ring: TokenRing
    slip_requests: SlipRequests
    carrier: MessageCarrier
    outbox: Outbox
    views: Callable[[], AbstractContextManager[Connection]]
    close: Callable[[], None]

    @property
    def tokens(self) -> TokenKeys:
        """The keys of printed and shown codes, as they are now."""
        return self.token_ring.ring

    def caught_up(self, position: int) -> bool:
        """Whether the read models have reached `position`, waiting at most `FIGURES_WAIT_SECONDS`."""
        return self.figures.wait_for(position, timeout=FIGURES_WAIT_SECONDS)

    def stale_tables(self, position: int) -> frozenset[str] | None:
        """As `caught_up`, but the tables of read models that are parked before `position` do not count and are named.

        None where another one does not reach it in time.
        """
        if self.caught_up(position):
            return frozenset()
        parked = {one.name for one in self.figures.parked() if one.position < position}
        others = [name for name in self.figures.names if name not in parked]
        if not parked or not self.figures.wait_for(position, timeout=FIGURES_WAIT_SECONDS, names=others):
            return None
        return self.figures.tables_of(parked)
