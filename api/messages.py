"""Short messages to members: looked up in the directory, signed with the programme's name, handed to the carrier.

A warning is sent after what it warns of was done, which stays done where nobody carries the warning: that is logged.
"""

from typing import Final

import structlog

from api.deployment import CredentialKind, Deployment
from api.languages import marked, said
from ledger.application.short_messages import NotCarried, Purpose, ShortMessage
from ledger.kernel.ids import MemberId

log = structlog.get_logger("linli.messages")

_CHANGED: Final[dict[CredentialKind, str]] = {
    "pin": marked("您的密码刚刚改过，以前的登录都结束了。不是您改的，请马上告诉社区。"),
    "password": marked("您的口令刚刚改过，以前的登录都结束了。不是您改的，请马上告诉管理员。"),
    "totp": marked("您的动态码刚刚换过，以前的登录都结束了。不是您换的，请马上告诉管理员。"),
}
_OTHER_PHONE: Final = marked("您在社区登记的手机号刚刚换成了别的。不是您要换的，请马上告诉社区。")


def message_to(
    deployment: Deployment, member: MemberId, purpose: Purpose, text: str, *, phone: str | None = None
) -> bool:
    """Send `text` to the phone that the directory knows of `member`, or to `phone`, such as the one from before.

    False where no phone is known. Raises NotCarried.
    """
    number = phone or deployment.directory.read([member], "phone").get(member)
    if not number:
        return False
    signed = f"【{deployment.settings.programme}】{text}"
    deployment.carrier.send(ShortMessage(member, number, signed, purpose, deployment.clock.now()))
    return True


def warn_of_change(deployment: Deployment, member: MemberId, changed: CredentialKind, language: str) -> None:
    """Tell the person's phone that what they sign in with was changed."""
    if changed in _CHANGED:
        _warn(deployment, member, "pin_changed", said(_CHANGED[changed], language))


def warn_of_other_phone(deployment: Deployment, member: MemberId, old_phone: str) -> None:
    """Tell the old number, in Chinese, that another one took its place: who changed it may be somebody else."""
    _warn(deployment, member, "phone_changed", said(_OTHER_PHONE, "zh-CN"), phone=old_phone)


def _warn(deployment: Deployment, member: MemberId, purpose: Purpose, text: str, *, phone: str | None = None) -> None:
    try:
        message_to(deployment, member, purpose, text, phone=phone)
    except NotCarried:
        log.error("warning not carried", purpose=purpose)
