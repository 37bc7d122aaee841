"""What one signs in with: PIN, password, authenticator and recovery codes, set by their owner and by nobody else.

A change asks for a step-up, or for the enrolment that a one-time code opened; it ends every other session.
"""

from datetime import datetime
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import JSONBody
from msgspec import Meta, Struct

from api.answers import answers, read, told
from api.decoding import Strict
from api.deployment import CredentialKind, Deployment, totp_address
from api.enrolling import CredentialSet, owner, owner_who_may_set, to_set, went_on
from api.identity import ENROLLING, WITHOUT_KEY, needs
from ledger.kernel.ids import MemberId


class PinBody(Struct, frozen=True, forbid_unknown_fields=True):
    """pin: six digits, none that others would try first."""

    pin: Annotated[str, Meta(min_length=1, max_length=64)]


class PasswordBody(Struct, frozen=True, forbid_unknown_fields=True):
    """password: 10 to 128 characters of any kind."""

    password: Annotated[str, Meta(min_length=1, max_length=512)]


class TotpBody(Struct, frozen=True, forbid_unknown_fields=True):
    """code: the six digits that the authenticator shows."""

    code: Annotated[str, Meta(min_length=1, max_length=64)]


class HeldCredentialView(Struct, frozen=True):
    """Something that is set. left: of recovery codes, how many were not used."""

    kind: CredentialKind
    changed_at: datetime
    left: int | None


class OwnCredentials(Struct, frozen=True):
    """What the caller has set. to_set: what an enrolment still waits for."""

    credentials: list[HeldCredentialView]
    to_set: list[CredentialKind]


class NewTotp(Struct, frozen=True):
    """The secret of an authenticator (base32), told once; address: the same as its QR code carries it."""

    secret: str
    address: str


class RecoveryCodes(Struct, frozen=True):
    """codes: told once, each good once in place of the authenticator's."""

    codes: list[str]


def _setting(path: str, gives: Any, body: type[Struct] | None = None, *, status: int = 200) -> Any:
    reading: dict[str, Any] = {"dto": Strict[body], "return_dto": None} if body else {}  # pyright: ignore[reportGeneralTypeIssues, reportInvalidTypeForm] - the parameter is the type
    return post(
        f"/me/credentials/{path}",
        opt=needs(ENROLLING) | WITHOUT_KEY,
        status_code=status,
        sync_to_thread=True,
        responses=answers(gives, status),
        tags=["credentials"],
        **reading,
    )


@get(
    "/me/credentials",
    opt=needs(ENROLLING),
    sync_to_thread=True,
    responses=answers(OwnCredentials),
    tags=["credentials"],
)
def list_own_credentials(request: Request[Any, Any, Any]) -> Response[bytes]:
    """What the caller has set and since when, never what it is."""
    deployment: Deployment = request.app.state.deployment
    session = owner(request)
    held = [HeldCredentialView(*one) for one in deployment.credentials.held(session.member)]
    return read(request, OwnCredentials(held, to_set(deployment, session)))


@_setting("pin", CredentialSet, PinBody)
def set_pin(request: Request[Any, Any, Any], data: JSONBody[PinBody]) -> Response[bytes]:
    """Set the PIN. Every other session of the caller ends, and this one goes on under a new token."""
    deployment: Deployment = request.app.state.deployment
    session = owner_who_may_set(request)
    deployment.credentials.set_pin(session.member, data.pin, deployment.clock.now())
    return told(went_on(request, session, "pin"))


@_setting("password", CredentialSet, PasswordBody)
def set_password(request: Request[Any, Any, Any], data: JSONBody[PasswordBody]) -> Response[bytes]:
    """Set the password. Every other session of the caller ends."""
    deployment: Deployment = request.app.state.deployment
    session = owner_who_may_set(request)
    deployment.credentials.set_password(session.member, data.password, deployment.clock.now())
    return told(went_on(request, session, "password"))


@_setting("totp", NewTotp, status=201)
def begin_totp(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Begin to set up an authenticator. It counts once a code of it was confirmed; until then an older one does."""
    return told(begun_totp(request, owner_who_may_set(request).member), status=201)


@_setting("totp/confirm", CredentialSet, TotpBody)
def confirm_totp(request: Request[Any, Any, Any], data: JSONBody[TotpBody]) -> Response[bytes]:
    """Show a code of the authenticator that was begun: it counts from now on. Every other session ends."""
    deployment: Deployment = request.app.state.deployment
    session = owner_who_may_set(request)
    deployment.credentials.confirm_totp(session.member, data.code, deployment.clock.now())
    return told(went_on(request, session, "totp"))


@_setting("recovery-codes", RecoveryCodes, status=201)
def new_recovery_codes(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Ten new recovery codes; older ones end."""
    return told(RecoveryCodes(new_codes(request)), status=201)


def begun_totp(request: Request[Any, Any, Any], member: MemberId) -> NewTotp:
    """A new secret for the authenticator of `member`, for programs and pages alike."""
    deployment: Deployment = request.app.state.deployment
    secret = deployment.credentials.begin_totp(member, deployment.clock.now())
    number = deployment.directory.read([member], "member_number").get(member, "")
    return NewTotp(secret, totp_address(secret, account=number, issuer=deployment.settings.programme))


def new_codes(request: Request[Any, Any, Any]) -> list[str]:
    """Ten new recovery codes of the caller, for programs and pages alike. Raises as `owner_who_may_set`."""
    deployment: Deployment = request.app.state.deployment
    now, member = deployment.clock.now(), owner_who_may_set(request).member
    facts = {"credential": "recovery_codes"}
    deployment.audit_log.record("credential_changed", now, actor=member, subject=member, facts=facts)
    return deployment.credentials.new_recovery_codes(member, now)


HANDLERS = [list_own_credentials, set_pin, set_password, begin_totp, confirm_totp, new_recovery_codes]
