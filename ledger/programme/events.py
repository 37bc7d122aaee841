"""What can have happened to a programme's settings. Permanent: read in ten years."""

from datetime import date

from msgspec import Struct

from ledger.kernel.decider import Event
from ledger.kernel.ids import MemberId, OrganisationId


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """What a community decided for its programme. Stored whole in an event, so that a default that changes here later
    never changes what was published. Days are days of 24 hours unless they are called working days.

    hold_days: goods asked for and not handed over lapse after so long. grace_days: points that come back after their
    expiry may be spent for so long. return_days: how long after they were handed over goods may come back, 0: not at
    all. confirm_days: how long after the out a leader may confirm a stay. undo_minutes: how long whoever scanned may
    undo a scan. clock_tolerance_minutes: how far a device's clock may be off before its scans wait for review.

    Totals in points: other_keeper_above: a redemption above it is handed over by somebody else than its approver.
    counter_total_max: most that is exchanged at the counter in one act. automatic_approval_total_max: redemptions up to
    it need no approver, 0: none. two_approvers_above: awards, adjustments and reversals above it need two approvers,
    each counted in its own unit: 500 are 500 points, or 500 minutes of care. debt_max: most a reversal may leave a
    member owing. counter_recheck_percent: share of what nobody approved that somebody else looks at later.

    freeze_days_max: longest freeze by an approver. objection_working_days: working days to decide an objection.
    gifts_allowed: whether members may give points to each other; gift_year_max: most a member gives in a calendar year.
    manual_week_minutes_max: most minutes one author enters by hand in a week (Monday to Sunday);
    paper_week_minutes_max: the same of paper sheets, None: nothing was said, and our default holds.
    exchanges_per_member_quarter, exchanges_per_household_quarter: most redemptions in a calendar quarter, None for no
    limit. expiry_notice_days: so many days before its expiry a lot is announced, longest first.
    opening_notice_working_days: so many working days a balance from another book is shown before it counts, 0: not at
    all, None: nothing was said, and our default holds; until when it is shown stands in the event that begins it.
    slip_by_two_above: who has more than this in points gets a new way to sign in from two members of staff together,
    None: nothing was said, and `other_keeper_above` holds for it.
    """

    hold_days: int = 7
    grace_days: int = 7
    confirm_days: int = 3
    undo_minutes: int = 15
    clock_tolerance_minutes: int = 5
    other_keeper_above: int = 100
    counter_total_max: int = 100
    automatic_approval_total_max: int = 0
    two_approvers_above: int = 500
    debt_max: int = 100
    counter_recheck_percent: int = 5
    freeze_days_max: int = 15
    objection_working_days: int = 5
    gifts_allowed: bool = False
    gift_year_max: int = 200
    manual_week_minutes_max: int = 600
    exchanges_per_member_quarter: int | None = None
    exchanges_per_household_quarter: int | None = None
    expiry_notice_days: tuple[int, ...] = (30, 7)
    return_days: int = 7
    opening_notice_working_days: int | None = None
    slip_by_two_above: int | None = None
    paper_week_minutes_max: int | None = None


class SettingsDrafted(Event, frozen=True):
    """A version of the settings was written. version counts from 1; it holds only once it is published.

    organisation: the node whose programme it is; those below it follow it unless they publish their own.
    """

    organisation: OrganisationId
    version: int
    settings: Settings
    drafted_by: MemberId


class SettingsPublished(Event, frozen=True):
    """Somebody else agreed: the version holds from the community's day `valid_from` on, until a later version's day."""

    version: int
    valid_from: date
    approved_by: MemberId


ProgrammeEvent = SettingsDrafted | SettingsPublished
