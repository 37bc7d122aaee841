"""Fitting requests about who watches: the audit log."""

from .town import Fitting, Village


def about_trust(village: Village) -> dict[str, Fitting]:
    """What the audit log shows."""
    return {"list_audit_entries": Fitting("auditor", query={"after": 0, "limit": 20})}
