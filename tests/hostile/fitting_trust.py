"""Fitting requests about who watches whom: the audit log, and freezes that one person asks for."""

from .town import Fitting, Village


def about_trust(village: Village) -> dict[str, Fitting]:
    """What the audit log shows, and freezes until somebody decides."""
    asked = {"unit": "points", "direction": "in", "until": "2026-03-15", "reason": "under-review"}
    declined = village.newcomer()
    village.did("staff", f"/v1/members/{declined}/freezes/propose", asked)
    return {
        "list_audit_entries": Fitting("auditor", query={"after": 0, "limit": 20}),
        "propose_freeze": Fitting("staff", {"member": village.newcomer()}, asked),
        "decline_freeze": Fitting("approver", {"member": declined}, {"unit": "points", "reason": "no-grounds"}),
        "list_freeze_proposals": Fitting("approver", query={"organisation": village.community}),
    }
