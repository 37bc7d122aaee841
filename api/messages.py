"""Short messages to members: looked up in the directory, signed with the programme's name, handed to the carrier."""

from api.deployment import Deployment
from ledger.application.short_messages import Purpose, ShortMessage
from ledger.kernel.ids import MemberId


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
