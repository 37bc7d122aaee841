"""Which refusals a repeated command meets again for seven days, and which are decided anew."""

from importlib import import_module
from pkgutil import walk_packages

import ledger
from ledger.kernel.refusal import all_refusals

WHO_MAY = {
    "not-signed-in",
    "not-permitted",
    "unknown-id",
    "id-of-another-kind",
    "member-suspended",
    "member-merged",
    "member-not-verified",
    "code-not-valid",
    "too-many-tries",
    # What somebody signs in with, or would.
    "pin-wrong",
    "pin-not-set",
    "pin-malformed",
    "pin-guessable",
    "password-wrong",
    "password-length",
    "password-guessable",
    "totp-wrong",
    "totp-not-begun",
    "recovery-code-wrong",
}
NOT_YET = {
    # A scan is a fact: whoever goes back to the page and presses again is there now.
    "too-early",
    "too-late",
    "activity-not-open",
    "not-signed-up",
    "not-checked-in",
    # Service that happened is turned into proposals when it can be, and somebody else still decides.
    "activity-not-closed",
    "visit-still-open",
    "visit-unconfirmed",
    "visit-in-dispute",
    "service-day-ahead",
    "rule-not-in-force",
    # What time alone brings about.
    "visit-not-over",
    "notice-not-over",
    "adjustment-notice-not-over",
    "skill-missing",
    "redemption-not-overdue",
    "return-still-possible",
    "decision-not-final",
    # A device's row is answered by what was kept of it, never by a memory of the answer.
    "sequence-reused",
}

OUTSIDE = {
    # No command of the ledger meets these: what is kept of people is decided beside it, and anew each time.
    "legal-hold",
    "not-under-hold",
    "member-erased",
    "personal-field-wrong",
    "photo-too-large",
    "photo-not-genuine",
    "search-too-short",
}


def test_only_who_may_and_not_yet_are_decided_anew() -> None:
    for module in walk_packages(ledger.__path__, "ledger."):
        if ".migrations" not in module.name:
            import_module(module.name)

    forgotten = {one.code for one in all_refusals() if one.__module__.startswith("ledger.") and not one.remembered}

    assert forgotten == WHO_MAY | NOT_YET | OUTSIDE
