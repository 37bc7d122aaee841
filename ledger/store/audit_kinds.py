"""What the audit log records, and how long each kind is kept."""

from collections.abc import Mapping
from typing import Final, Literal, get_args

AuditKind = Literal[
    "signed_in",
    "sign_in_failed",
    "signed_out",
    "stepped_up",
    "step_up_failed",
    "credential_changed",
    "recovery_code_used",
    "code_asked",
    "code_issued",
    "personal_fields_read",
    "personal_fields_changed",
    "personal_file_read",
    "searched",
    "exported",
    "audit_read",
    "refused",
    "keys_rotated",
    "erased",
    "erasure_refused",
    "legal_hold_set",
    "legal_hold_lifted",
    "settings_changed",
    "restored",
    "imported",
]

KINDS: Final[tuple[AuditKind, ...]] = get_args(AuditKind)

NETWORK_LOG_DAYS: Final = 184
"""The Cybersecurity Law asks that network logs be kept for no less than six months (article 21 item 3 in the text of
2017). Six months have up to 184 days; nothing asks for longer, so it is not kept for longer."""

PROCESSING_RECORD_DAYS: Final = 1_096
"""The Personal Information Protection Law, article 56, asks for three years; three years have up to 1 096 days."""

_NETWORK_LOG: Final = frozenset[AuditKind](
    ("signed_in", "sign_in_failed", "signed_out", "stepped_up", "step_up_failed", "searched", "refused")
)

KEPT_DAYS: Final[Mapping[AuditKind, int]] = {
    kind: NETWORK_LOG_DAYS if kind in _NETWORK_LOG else PROCESSING_RECORD_DAYS for kind in KINDS
}
"""Whole days from the one on which an entry was written; every kind has its row by making."""
