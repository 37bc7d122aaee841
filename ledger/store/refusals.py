"""What the store itself refuses, before or while a rule is asked."""

from dataclasses import dataclass
from typing import ClassVar

from ledger.kernel.refusal import Refusal


@dataclass(eq=False)
class NotSignedIn(Refusal):
    """The session is unknown, over or closed."""

    code: ClassVar[str] = "not-signed-in"
    remembered: ClassVar[bool] = False


@dataclass(eq=False)
class OtherKind(Refusal):
    """An id names something, but of another kind than the command needs (an activity where a member is asked for)."""

    code: ClassVar[str] = "id-of-another-kind"
    remembered: ClassVar[bool] = False
