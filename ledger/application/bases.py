"""On what basis staff act in somebody's name: the codes there are, and which use cases act so.

A person without a phone can do everything by card and staff; each such event records for whom and on what basis.
"""

from collections.abc import Mapping
from typing import Final, Literal

Basis = Literal[
    "asked-in-person",
    "asked-by-telephone",
    "card-shown",
    "doorstep",
    "guardian",
    "known-in-person",
    "live-code",
    "read-aloud",
    "signed-paper",
]
"""What showed that the person wanted it. `guardian`: who decides for a child did it."""

SourceOfBasis = Literal["stated", "shown"]

FOR_OTHERS: Final[Mapping[str, SourceOfBasis]] = {
    "activities.excuse_absence": "stated",
    "activities.sign_up": "stated",
    "activities.withdraw_sign_up": "stated",
    "activities.scan_member": "shown",
    "activities.scan_card": "shown",
    "members.give_consent": "stated",
    "members.withdraw_consent": "stated",
    "members.leave": "stated",
    "members.lose_cards": "stated",
    "members.move_home": "stated",
    "redemptions.request": "stated",
    "redemptions.cancel": "stated",
    "redemptions.exchange_at_counter": "shown",
    "tasks.claim": "stated",
    "tasks.withdraw_claim": "stated",
    "tasks.report": "stated",
}
"""The use cases that do something in another's name. stated: staff say the basis. shown: what was scanned is it."""
