"""What people sign in with: staff by password and authenticator (or a recovery code), members by a PIN.

Tries are counted before anything is looked at, over all workers, and an account that does not exist costs and answers
as one that does. What is kept here tells nobody a secret: hashes and digests, sealed under the person's own key.
"""

import base64
import hmac
import secrets
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final, Literal, NamedTuple
from uuid import UUID

import msgspec
from pyotp import random_base32
from pyotp.totp import TOTP

from ledger.application.ports import LedgerBusy
from ledger.kernel.ids import MemberId
from ledger.kernel.typed_by_hand import ALPHABET, as_typed
from ledger.store.credential_refusals import (
    PasswordGuessable,
    PasswordLength,
    PasswordWrong,
    PinGuessable,
    PinMalformed,
    PinNotSet,
    PinWrong,
    RecoveryCodeWrong,
    TotpNotBegun,
    TotpWrong,
)
from ledger.store.credential_rows import CredentialKind, CredentialRows, Kept
from ledger.store.databases import Databases
from ledger.store.directory import Directory
from ledger.store.guessable import (
    OWN_FIELDS,
    PASSWORD_CHARACTERS_MAX,
    PASSWORD_CHARACTERS_MIN,
    PIN_DIGITS,
    is_guessable_password,
    is_guessable_pin,
    plain,
)
from ledger.store.keys import Keys
from ledger.store.limits import SIGN_IN, Limits
from ledger.store.sign_in_codes import TooManyTries
from ledger.store.slow_hash import SHIPPED, Cost, SlowHash

RECOVERY_CODES: Final = 10
RECOVERY_CHARACTERS: Final = 10
"""4e13 codes: five tries in fifteen minutes do not find one of ten in a lifetime."""
TOTP_SECONDS: Final = 30
STEPS_AROUND: Final = 1
"""Codes of the period before and after count too: clocks of telephones differ, and typing takes time."""

Purpose = Literal["sign-in", "step-up"]
"""What tries are counted for. Who guesses from outside cannot keep somebody who is signed in from a step-up."""


class HeldCredential(NamedTuple):
    """That something is set. changed: aware UTC. left: of recovery codes, how many were not used; None for others."""

    kind: CredentialKind
    changed: datetime
    left: int | None


class Credentials:
    """Credentials of all members. Instants (`now`) are aware. Safe to use from several threads and processes."""

    def __init__(
        self, databases: Databases, keys: Keys, directory: Directory, limits: Limits, *, cost: Cost = SHIPPED
    ) -> None:
        self._rows = CredentialRows(databases.directory, databases.directory_read, keys)
        self._keys = keys
        self._directory = directory
        self._limits = limits
        self._slow = SlowHash(cost)

    def nobody(self, typed: str) -> MemberId:
        """A made-up member for an account name that nobody has: checked like a real one, always in vain.

        The same name gives the same one, so that its tries are counted as those of a real account are.
        """
        digest = hmac.digest(self._keys.limits, plain(typed).encode("utf-8", "replace"), "sha256")
        return MemberId(UUID(bytes=digest[:16]))

    def has(self, member: MemberId) -> frozenset[CredentialKind]:
        """What `member` has set."""
        return frozenset(one.kind for one in self.held(member))

    def held(self, member: MemberId) -> list[HeldCredential]:
        """What `member` has set and since when, by kind."""
        found: list[HeldCredential] = []
        for kind, changed in sorted(self._rows.changed(member).items()):
            if kind != "totp_begun":
                left = len(self._digests_left(member)) if kind == "recovery_codes" else None
                found.append(HeldCredential(kind, datetime.fromtimestamp(changed, UTC), left))
        return found

    def forget(self, member: MemberId) -> None:
        """Delete everything `member` could sign in with."""
        self._rows.delete(member)

    def set_pin(self, member: MemberId, pin: str, now: datetime) -> None:
        """Set the PIN as it was typed. Refuses with PinMalformed, PinGuessable."""
        typed = _digits_typed(pin)
        if len(typed) != PIN_DIGITS or not (typed.isascii() and typed.isdigit()):
            raise PinMalformed(PIN_DIGITS)
        if is_guessable_pin(typed, self._own(member)):
            raise PinGuessable
        self._rows.save(member, "pin", self._slow.hashed(self._peppered(member, typed)), now)

    def check_pin(self, member: MemberId, pin: str, now: datetime, *, purpose: Purpose = "sign-in") -> None:
        """Pass if it is the PIN of `member`. Refuses with TooManyTries, then PinNotSet or PinWrong."""
        typed = _digits_typed(pin)
        with self._one_try(f"{purpose} pin", member, now):
            kept = self._rows.find(member, "pin")
            if not self._matches(member, "pin", kept, self._peppered(member, typed)):
                raise PinWrong if kept else PinNotSet

    def set_password(self, member: MemberId, password: str, now: datetime) -> None:
        """Set the password. Refuses with PasswordLength, PasswordGuessable."""
        typed = plain(password)
        if not PASSWORD_CHARACTERS_MIN <= len(typed) <= PASSWORD_CHARACTERS_MAX:
            raise PasswordLength(PASSWORD_CHARACTERS_MIN, PASSWORD_CHARACTERS_MAX)
        if is_guessable_password(typed, self._own(member)):
            raise PasswordGuessable
        self._rows.save(member, "password", self._slow.hashed(_encoded(typed)), now)

    def check_password(self, member: MemberId, password: str, now: datetime, *, purpose: Purpose = "sign-in") -> None:
        """Pass if it is the password of `member`. Refuses with TooManyTries, then PasswordWrong."""
        with self._one_try(f"{purpose} staff", member, now):
            self._require_password(member, password)

    def begin_totp(self, member: MemberId, now: datetime) -> str:
        """A new secret for an authenticator (base32), which counts once a code of it was confirmed; told only now."""
        secret = random_base32()
        self._rows.save(member, "totp_begun", secret, now)
        return secret

    def confirm_totp(self, member: MemberId, code: str, now: datetime) -> None:
        """Let the authenticator that was begun count from now on, in place of an older one; its code is then used.

        Refuses with TooManyTries, then TotpNotBegun or TotpWrong.
        """
        with self._one_try("confirm totp", member, now):
            begun = self._rows.find(member, "totp_begun")
            if begun is None:
                raise TotpNotBegun
            step = _step_of(begun.text, code, now)
            if step is None or not self._rows.confirm(member, begun, step, now):
                raise TotpWrong

    def check_totp(self, member: MemberId, code: str, now: datetime, *, purpose: Purpose = "sign-in") -> None:
        """Pass if it is a code of the authenticator that was not used; it then is: of any number at once one passes.

        Refuses with TooManyTries, then TotpWrong.
        """
        with self._one_try(f"{purpose} staff", member, now):
            self._require_totp(member, code, now)

    def new_recovery_codes(self, member: MemberId, now: datetime) -> list[str]:
        """Ten new codes for a lost authenticator, told only now; older ones end."""
        codes = ["".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_CHARACTERS)) for _ in range(RECOVERY_CODES)]
        self._rows.save(member, "recovery_codes", _joined(self._digest(member, code) for code in codes), now)
        return codes

    def use_recovery_code(self, member: MemberId, code: str, now: datetime) -> None:
        """Use a code up, as a person typed it. Refuses with TooManyTries, then RecoveryCodeWrong."""
        with self._one_try("sign-in staff", member, now):
            self._use_recovery_code(member, code)

    def check_staff(
        self, member: MemberId, password: str, now: datetime, *, totp: str = "", recovery: str = ""
    ) -> None:
        """Pass if the password and a code of the authenticator, or a recovery code, are those of `member`: one try.

        Nothing is used up where the password is wrong. Refuses with TooManyTries, PasswordWrong, TotpWrong,
        RecoveryCodeWrong.
        """
        with self._one_try("sign-in staff", member, now):
            self._require_password(member, password)
            if recovery:
                self._use_recovery_code(member, recovery)
            else:
                self._require_totp(member, totp, now)

    @contextmanager
    def _one_try(self, what: str, member: MemberId, now: datetime) -> Generator[None]:
        """Counted before anything is looked at, given back when all is right, or nothing could be looked at."""
        key = f"{what}:{member.hex}"
        tried = self._limits.count(key, SIGN_IN, now)
        if tried.wait_seconds is not None:
            raise TooManyTries(tried.wait_seconds, tried.tries == SIGN_IN.limit + 1)
        try:
            yield
        except LedgerBusy:
            self._limits.give_back(key, SIGN_IN, now)
            raise
        self._limits.give_back(key, SIGN_IN, now)

    def _require_password(self, member: MemberId, password: str) -> None:
        typed = plain(password[: PASSWORD_CHARACTERS_MAX * 2])
        if not self._matches(member, "password", self._rows.find(member, "password"), _encoded(typed)):
            raise PasswordWrong

    def _matches(self, member: MemberId, kind: CredentialKind, kept: Kept | None, secret: bytes) -> bool:
        """Slow, and as slow where nothing is kept. A hash of another cost is made anew, as its secret is there now."""
        if not self._slow.matches(kept.text if kept else None, secret):
            return False
        if kept and self._slow.is_outdated(kept.text):
            self._rows.replace(member, kind, kept, text=self._slow.hashed(secret))
        return True

    def _require_totp(self, member: MemberId, code: str, now: datetime) -> None:
        kept = self._rows.find(member, "totp")
        step = _step_of(kept.text if kept else random_base32(), code, now)
        if kept is None or step is None or not self._rows.use_step(member, kept, step):
            raise TotpWrong

    def _use_recovery_code(self, member: MemberId, code: str) -> None:
        wanted = self._digest(member, as_typed(code))
        while kept := self._rows.find(member, "recovery_codes"):
            left = [one for one in _split(kept.text) if not hmac.compare_digest(one, wanted)]
            if len(left) == len(_split(kept.text)):
                break
            # Another code of the person may have been used meanwhile: then look again.
            if self._rows.replace(member, "recovery_codes", kept, text=_joined(left)):
                return
        raise RecoveryCodeWrong

    def _digests_left(self, member: MemberId) -> list[bytes]:
        kept = self._rows.find(member, "recovery_codes")
        return _split(kept.text) if kept else []

    def _own(self, member: MemberId) -> dict[str, str]:
        return {field: self._directory.read([member], field).get(member, "") for field in OWN_FIELDS}

    def _peppered(self, member: MemberId, pin: str) -> bytes:
        """A million PINs are tried in a day by whoever has the hash, so it is no use without a key from a file."""
        return hmac.digest(self._keys.pins, member.bytes + pin.encode("utf-8", "replace"), "sha256")

    def _digest(self, member: MemberId, code: str) -> bytes:
        return hmac.digest(self._keys.recovery_codes, member.bytes + code.encode("utf-8", "replace"), "sha256")


def totp_address(secret: str, *, account: str, issuer: str) -> str:
    """The `otpauth://` address of an authenticator's secret, as its QR code carries it. account: a member number."""
    return TOTP(secret, interval=TOTP_SECONDS).provisioning_uri(name=account, issuer_name=issuer)


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """The period whose code it is, of those that count at `now`; None when it is of none. All of them are compared."""
    typed, authenticator = _digits_typed(code).encode("utf-8", "replace"), TOTP(secret, interval=TOTP_SECONDS)
    this = int(now.timestamp()) // TOTP_SECONDS
    steps = range(this - STEPS_AROUND, this + STEPS_AROUND + 1)
    found = [step for step in steps if hmac.compare_digest(authenticator.generate_otp(step).encode(), typed)]
    return found[-1] if found else None


def _digits_typed(text: str) -> str:
    return "".join(plain(text[:64]).split())


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _joined(digests: Iterable[bytes]) -> str:
    return msgspec.json.encode([base64.b64encode(one).decode() for one in digests]).decode()


def _split(text: str) -> list[bytes]:
    return [base64.b64decode(one) for one in msgspec.json.decode(text, type=list[str])]
