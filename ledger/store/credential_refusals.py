"""What is refused about passwords, PINs, codes of an authenticator and recovery codes."""

from dataclasses import dataclass
from typing import ClassVar

from ledger.kernel.refusal import Refusal


@dataclass(eq=False)
class PinWrong(Refusal):
    """The PIN is another one."""

    code: ClassVar[str] = "pin-wrong"
    remembered: ClassVar[bool] = False


@dataclass(eq=False)
class PinNotSet(Refusal):
    """The person has no PIN yet. Never told to somebody who only tries to sign in."""

    code: ClassVar[str] = "pin-not-set"
    remembered: ClassVar[bool] = False


@dataclass(eq=False)
class PinMalformed(Refusal):
    """A PIN has `digits` digits and nothing else."""

    code: ClassVar[str] = "pin-malformed"
    remembered: ClassVar[bool] = False
    digits: int


@dataclass(eq=False)
class PinGuessable(Refusal):
    """Others would try this PIN first: a pattern, a date of birth, the end of a telephone number."""

    code: ClassVar[str] = "pin-guessable"
    remembered: ClassVar[bool] = False


@dataclass(eq=False)
class PasswordWrong(Refusal):
    """The password is another one, or none is set."""

    code: ClassVar[str] = "password-wrong"
    remembered: ClassVar[bool] = False


@dataclass(eq=False)
class PasswordLength(Refusal):
    """A password has from characters_min to characters_max characters."""

    code: ClassVar[str] = "password-length"
    remembered: ClassVar[bool] = False
    characters_min: int
    characters_max: int


@dataclass(eq=False)
class PasswordGuessable(Refusal):
    """Others would try this password first."""

    code: ClassVar[str] = "password-guessable"
    remembered: ClassVar[bool] = False


@dataclass(eq=False)
class TotpWrong(Refusal):
    """The code of the authenticator is another one or was used before, or no authenticator is set up."""

    code: ClassVar[str] = "totp-wrong"
    remembered: ClassVar[bool] = False


@dataclass(eq=False)
class TotpNotBegun(Refusal):
    """No authenticator waits to be confirmed: setting one up begins with its secret."""

    code: ClassVar[str] = "totp-not-begun"
    remembered: ClassVar[bool] = False


@dataclass(eq=False)
class RecoveryCodeWrong(Refusal):
    """The recovery code is none of the person's, or it was used before."""

    code: ClassVar[str] = "recovery-code-wrong"
    remembered: ClassVar[bool] = False
