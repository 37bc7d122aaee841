"""A visit as its events make it, for read models: nobody reckons a second time when the member was there.

Only what events mean is handed on here, never what may be asked.
"""

from ledger.activities.attendance import attendance_id as visit_of
from ledger.activities.attendance_state import AttendanceState as VisitState
from ledger.activities.attendance_state import evolve as visit_after
from ledger.activities.stays import Out

__all__ = ["Out", "VisitState", "visit_after", "visit_of"]
