"""Where a node of a tree stands on which day, for read models, so that nobody reckons it a second time.

Only what was decided is handed on here, never what may be asked.
"""

from ledger.membership.placement import Placement, above_on, has_ended, parent_on

__all__ = ["Placement", "above_on", "has_ended", "parent_on"]
