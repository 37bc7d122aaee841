"""Signing in with what one knows: a member's PIN, or the password and authenticator of staff; and showing it again."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from litestar import Request, Response, post
from litestar.params import JSONBody
from msgspec import Meta, Struct

from api.answers import answers, told
from api.decoding import Strict
from api.identity import PUBLIC, SIGNED_IN, WITHOUT_KEY, needs
from api.sign_ins import SecondFactor, SignedIn, sign_in_as_staff, sign_in_with_pin, step_up
from ledger.kernel.refusal import Refusal


@dataclass(eq=False)
class OneProofOnly(Refusal):
    """Of several things that one may show, exactly one is shown."""

    code: ClassVar[str] = "one-proof-only"
    remembered: ClassVar[bool] = False


AccountName = Annotated[str, Meta(min_length=1, max_length=1024)]
Secret = Annotated[str, Meta(min_length=1, max_length=512)]
ShortCode = Annotated[str, Meta(min_length=1, max_length=64)]


class PinSignIn(Struct, frozen=True, forbid_unknown_fields=True):
    """account: the member number, a telephone number that nobody else has, or what the code on the card says."""

    account: AccountName
    pin: ShortCode


class StaffSignIn(Struct, frozen=True, forbid_unknown_fields=True):
    """account: the member number or telephone number. With it either a code of the authenticator or a recovery code."""

    account: AccountName
    password: Secret
    totp: ShortCode | None = None
    recovery_code: ShortCode | None = None


class StepUp(Struct, frozen=True, forbid_unknown_fields=True):
    """Exactly one of the three. A PIN is enough only for who has no role."""

    password: Secret | None = None
    totp: ShortCode | None = None
    pin: ShortCode | None = None


def _signing_in(path: str, needed: Any, body: type[Struct]) -> Any:
    return post(
        path,
        opt=needs(needed) | WITHOUT_KEY,
        dto=Strict[body],  # pyright: ignore[reportInvalidTypeForm] - the parameter is the type
        return_dto=None,
        sync_to_thread=True,
        responses=answers(SignedIn, 201),
        tags=["sessions"],
    )


@_signing_in("/sessions/pin", PUBLIC, PinSignIn)
def sign_in_by_pin(request: Request[Any, Any, Any], data: JSONBody[PinSignIn]) -> Response[bytes]:
    """Open a member's session. After five wrong tries the next must wait for up to 15 minutes.

    An account that nobody has, a wrong PIN and one that was never set are answered alike.
    """
    return told(sign_in_with_pin(request, data.account, data.pin), status=201)


@_signing_in("/sessions/password", PUBLIC, StaffSignIn)
def sign_in_by_password(request: Request[Any, Any, Any], data: JSONBody[StaffSignIn]) -> Response[bytes]:
    """Open a session of staff. Tries are counted and answered as for a PIN."""
    _one_of(data.totp, data.recovery_code)
    second = SecondFactor(data.totp or "", data.recovery_code or "")
    return told(sign_in_as_staff(request, data.account, data.password, second), status=201)


@_signing_in("/sessions/step-up", SIGNED_IN, StepUp)
def step_up_session(request: Request[Any, Any, Any], data: JSONBody[StepUp]) -> Response[bytes]:
    """Show again who one is: for five minutes what answered `step-up-needed` is open.

    The token that was sent ends; the session goes on under the one that is answered.
    """
    _one_of(data.password, data.totp, data.pin)
    again = step_up(request, password=data.password or "", totp=data.totp or "", pin=data.pin or "")
    return told(again, status=201)


def _one_of(*given: str | None) -> None:
    if sum(one is not None for one in given) != 1:
        raise OneProofOnly


HANDLERS = [sign_in_by_pin, sign_in_by_password, step_up_session]
