"""Fitting requests about signing in, and about what one signs in with."""

from pyotp.totp import TOTP
from signing import PASSWORD, PIN, with_password, with_pin

from ledger.kernel.ids import MemberId
from ledger.store.sessions import token_hash

from .town import Fitting, Village


def about_sign_in(village: Village) -> dict[str, Fitting]:
    """Somebody has a PIN, somebody a password and recovery codes, and somebody's authenticator waits for a code."""
    deployment, now = village.house.deployment, village.house.clock.now()
    for name in ("with a pin", "confirming"):
        village.people[name] = MemberId(village.newcomer())
    with_secrets = MemberId(village.newcomer())
    number, (other, _) = with_pin(deployment, village.people["with a pin"]), with_password(deployment, with_secrets)
    recovery = deployment.credentials.new_recovery_codes(with_secrets, now)[0]
    elsewhere = deployment.sessions.open(village.people["with a pin"], "member", now)
    session = deployment.sessions.device_of(token_hash(elsewhere), now)
    by_password = {"account": other, "password": PASSWORD, "recovery_code": recovery}
    return {
        "sign_in_by_pin": Fitting(None, body={"account": number, "pin": PIN}),
        "sign_in_by_password": Fitting(None, body=by_password),
        "step_up_session": Fitting("with a pin", body={"pin": PIN}),
        "list_own_sessions": Fitting("resident"),
        "end_own_session": Fitting("with a pin", {"session": session}),
        **_setting(village),
    }


def _setting(village: Village) -> dict[str, Fitting]:
    deployment, now = village.house.deployment, village.house.clock.now()
    secret = deployment.credentials.begin_totp(village.people["confirming"], now)
    return {
        "list_own_credentials": Fitting("resident"),
        "set_pin": Fitting("resident", body={"pin": PIN}),
        "set_password": Fitting("resident", body={"password": PASSWORD}),
        "begin_totp": Fitting("resident"),
        "confirm_totp": Fitting("confirming", body={"code": TOTP(secret).at(now)}),
        "new_recovery_codes": Fitting("resident"),
    }
