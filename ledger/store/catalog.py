"""The closed table of event names: the only way from a stored name to a type, never an import of what was stored.

A name is for ever. A changed event gets the next number; the older name then gets an upcast to the newer one. A name
that is not here is quarantined: read models see that something happened, and no decision is taken on its stream.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ledger.accounts import events as accounts
from ledger.activities import events as activities
from ledger.awards import events as awards
from ledger.kernel.decider import Event
from ledger.membership import events as membership
from ledger.programme import events as programme
from ledger.redemption import events as redemption
from ledger.tasks import events as tasks

NAMES: Mapping[str, type[Event]] = {
    "accounts.account_opened.1": accounts.AccountOpened,
    "accounts.credited.1": accounts.Credited,
    "accounts.held.1": accounts.Held,
    "accounts.hold_released.1": accounts.HoldReleased,
    "accounts.hold_spent.1": accounts.HoldSpent,
    "accounts.spend_returned.1": accounts.SpendReturned,
    "accounts.lots_taken_over.1": accounts.LotsTakenOver,
    "accounts.debited.1": accounts.Debited,
    "accounts.credit_reversed.1": accounts.CreditReversed,
    "accounts.lot_expired.1": accounts.LotExpired,
    "accounts.freeze_proposed.1": accounts.FreezeProposed,
    "accounts.freeze_declined.1": accounts.FreezeDeclined,
    "accounts.account_frozen.1": accounts.AccountFrozen,
    "accounts.freeze_extended.1": accounts.FreezeExtended,
    "accounts.account_unfrozen.1": accounts.AccountUnfrozen,
    "accounts.expiry_announced.1": accounts.ExpiryAnnounced,
    "accounts.carried_forward.1": accounts.CarriedForward,
    "accounts.adjustment_proposed.1": accounts.AdjustmentProposed,
    "accounts.adjustment_approved.1": accounts.AdjustmentApproved,
    "accounts.adjustment_refused.1": accounts.AdjustmentRefused,
    "accounts.adjustment_put_on_notice.1": accounts.AdjustmentPutOnNotice,
    "accounts.adjustment_objected.1": accounts.AdjustmentObjected,
    "accounts.adjustment_objection_decided.1": accounts.AdjustmentObjectionDecided,
    "accounts.adjustment_posted.1": accounts.AdjustmentPosted,
    "accounts.gift_counted.1": accounts.GiftCounted,
    "activities.activity_drafted.1": activities.ActivityDrafted,
    "activities.activity_published.1": activities.ActivityPublished,
    "activities.activity_opened.1": activities.ActivityOpened,
    "activities.activity_closed.1": activities.ActivityClosed,
    "activities.activity_tallied.1": activities.ActivityTallied,
    "activities.activity_cancelled.1": activities.ActivityCancelled,
    "activities.signed_up.1": activities.SignedUp,
    "activities.sign_up_withdrawn.1": activities.SignUpWithdrawn,
    "activities.checked_in.1": activities.CheckedIn,
    "activities.checked_out.1": activities.CheckedOut,
    "activities.automatically_checked_out.1": activities.AutomaticallyCheckedOut,
    "activities.stay_confirmed.1": activities.StayConfirmed,
    "activities.attendance_tallied.1": activities.AttendanceTallied,
    "activities.put_on_waiting_list.1": activities.PutOnWaitingList,
    "activities.promoted_from_waiting_list.1": activities.PromotedFromWaitingList,
    "activities.waiting_list_left.1": activities.WaitingListLeft,
    "activities.scan_noted.1": activities.ScanNoted,
    "activities.visit_annulled.1": activities.VisitAnnulled,
    "activities.visit_corrected.1": activities.VisitCorrected,
    "activities.marked_no_show.1": activities.MarkedNoShow,
    "activities.excused.1": activities.Excused,
    "activities.visit_disputed.1": activities.VisitDisputed,
    "activities.dispute_decided.1": activities.DisputeDecided,
    "activities.hours_entered.1": activities.HoursEntered,
    "activities.sheet_entered.1": activities.SheetEntered,
    "activities.sheet_line_approved.1": activities.SheetLineApproved,
    "activities.sheet_line_refused.1": activities.SheetLineRefused,
    "activities.manual_minutes_reserved.1": activities.ManualMinutesReserved,
    "activities.manual_minutes_released.1": activities.ManualMinutesReleased,
    "activities.device_registered.1": activities.DeviceRegistered,
    "activities.device_revoked.1": activities.DeviceRevoked,
    "activities.scan_recorded.1": activities.ScanRecorded,
    "activities.scan_reviewed.1": activities.ScanReviewed,
    "awards.rule_drafted.1": awards.RuleDrafted,
    "awards.rule_published.1": awards.RulePublished,
    "awards.award_proposed.1": awards.AwardProposed,
    "awards.award_first_approved.1": awards.AwardFirstApproved,
    "awards.award_approved.1": awards.AwardApproved,
    "awards.award_refused.1": awards.AwardRefused,
    "awards.award_credited.1": awards.AwardCredited,
    "awards.award_objected.1": awards.AwardObjected,
    "awards.objection_decided.1": awards.ObjectionDecided,
    "awards.objection_escalated.1": awards.ObjectionEscalated,
    "awards.reversal_proposed.1": awards.ReversalProposed,
    "awards.reversal_approved.1": awards.ReversalApproved,
    "awards.reversal_refused.1": awards.ReversalRefused,
    "awards.award_reversed.1": awards.AwardReversed,
    "awards.usage_reserved.1": awards.UsageReserved,
    "awards.usage_released.1": awards.UsageReleased,
    "membership.organisation_registered.1": membership.OrganisationRegistered,
    "membership.organisation_moved.1": membership.OrganisationMoved,
    "membership.organisation_ended.1": membership.OrganisationEnded,
    "membership.seat_taken.1": membership.SeatTaken,
    "membership.seat_left.1": membership.SeatLeft,
    "membership.member_registered.1": membership.MemberRegistered,
    "membership.member_verified.1": membership.MemberVerified,
    "membership.member_suspended.1": membership.MemberSuspended,
    "membership.member_reinstated.1": membership.MemberReinstated,
    "membership.member_left.1": membership.MemberLeft,
    "membership.death_reported.1": membership.DeathReported,
    "membership.death_report_withdrawn.1": membership.DeathReportWithdrawn,
    "membership.home_moved.1": membership.HomeMoved,
    "membership.member_deceased.1": membership.MemberDeceased,
    "membership.member_returned.1": membership.MemberReturned,
    "membership.return_proposed.1": membership.ReturnProposed,
    "membership.guardian_ended.1": membership.GuardianEnded,
    "membership.guardian_named.1": membership.GuardianNamed,
    "membership.duplicate_let_go.1": membership.DuplicateLetGo,
    "membership.duplicate_taken_in.1": membership.DuplicateTakenIn,
    "membership.member_merged.1": membership.MemberMerged,
    "membership.member_unmerged.1": membership.MemberUnmerged,
    "membership.merge_proposed.1": membership.MergeProposed,
    "membership.merge_refused.1": membership.MergeRefused,
    "membership.unmerge_proposed.1": membership.UnmergeProposed,
    "membership.consent_given.1": membership.ConsentGiven,
    "membership.consent_withdrawn.1": membership.ConsentWithdrawn,
    "membership.card_issued.1": membership.CardIssued,
    "membership.card_revoked.1": membership.CardRevoked,
    "membership.role_granted.1": membership.RoleGranted,
    "membership.role_ended.1": membership.RoleEnded,
    "membership.household_joined.1": membership.HouseholdJoined,
    "membership.household_left.1": membership.HouseholdLeft,
    "membership.household_formed.1": membership.HouseholdFormed,
    "membership.household_member_added.1": membership.HouseholdMemberAdded,
    "membership.household_member_removed.1": membership.HouseholdMemberRemoved,
    "membership.team_formed.1": membership.TeamFormed,
    "membership.team_member_added.1": membership.TeamMemberAdded,
    "membership.team_member_removed.1": membership.TeamMemberRemoved,
    "membership.team_leader_appointed.1": membership.TeamLeaderAppointed,
    "membership.team_leader_ended.1": membership.TeamLeaderEnded,
    "membership.team_disbanded.1": membership.TeamDisbanded,
    "membership.team_joined.1": membership.TeamJoined,
    "membership.team_left.1": membership.TeamLeft,
    "membership.skill_recorded.1": membership.SkillRecorded,
    "membership.skill_withdrawn.1": membership.SkillWithdrawn,
    "programme.settings_drafted.1": programme.SettingsDrafted,
    "programme.settings_published.1": programme.SettingsPublished,
    "redemption.reward_drafted.1": redemption.RewardDrafted,
    "redemption.reward_listed.2": redemption.RewardListed,
    "redemption.price_proposed.1": redemption.PriceProposed,
    "redemption.reward_priced.1": redemption.RewardPriced,
    "redemption.reward_withdrawn.1": redemption.RewardWithdrawn,
    "redemption.proposal_declined.1": redemption.ProposalDeclined,
    "redemption.stock_received.1": redemption.StockReceived,
    "redemption.stock_reserved.1": redemption.StockReserved,
    "redemption.stock_returned.1": redemption.StockReturned,
    "redemption.stock_handed_over.1": redemption.StockHandedOver,
    "redemption.stock_brought_back.1": redemption.StockBroughtBack,
    "redemption.stock_write_off_proposed.1": redemption.StockWriteOffProposed,
    "redemption.stock_written_off.1": redemption.StockWrittenOff,
    "redemption.stock_counted.1": redemption.StockCounted,
    "redemption.stock_count_confirmed.1": redemption.StockCountConfirmed,
    "redemption.fund_opened.1": redemption.FundOpened,
    "redemption.fund_cap_proposed.1": redemption.FundCapProposed,
    "redemption.fund_cap_set.1": redemption.FundCapSet,
    "redemption.fund_cap_declined.1": redemption.FundCapDeclined,
    "redemption.fund_points_reserved.1": redemption.FundPointsReserved,
    "redemption.fund_points_released.1": redemption.FundPointsReleased,
    "redemption.exchange_counted.1": redemption.ExchangeCounted,
    "redemption.exchange_uncounted.1": redemption.ExchangeUncounted,
    "redemption.redemption_requested.1": redemption.RedemptionRequested,
    "redemption.redemption_approved.1": redemption.RedemptionApproved,
    "redemption.redemption_rejected.1": redemption.RedemptionRejected,
    "redemption.redemption_cancelled.1": redemption.RedemptionCancelled,
    "redemption.redemption_voided.1": redemption.RedemptionVoided,
    "redemption.redemption_ready.1": redemption.RedemptionReady,
    "redemption.redemption_handed_over.1": redemption.RedemptionHandedOver,
    "redemption.redemption_partly_handed_over.1": redemption.RedemptionPartlyHandedOver,
    "redemption.redemption_substituted.1": redemption.RedemptionSubstituted,
    "redemption.redemption_returned.1": redemption.RedemptionReturned,
    "redemption.redemption_rechecked.1": redemption.RedemptionRechecked,
    "redemption.redemption_settled.1": redemption.RedemptionSettled,
    "redemption.redemption_lapsed.1": redemption.RedemptionLapsed,
    "tasks.task_posted.1": tasks.TaskPosted,
    "tasks.task_claimed.1": tasks.TaskClaimed,
    "tasks.task_claim_withdrawn.1": tasks.TaskClaimWithdrawn,
    "tasks.task_reported.1": tasks.TaskReported,
    "tasks.task_report_accepted.1": tasks.TaskReportAccepted,
    "tasks.task_report_returned.1": tasks.TaskReportReturned,
    "tasks.task_closed.1": tasks.TaskClosed,
}


class Upcast(NamedTuple):
    """How an older form becomes a newer one: `change` turns the older event's fields into those of the name `to`."""

    to: str
    change: Callable[[dict[str, Any]], dict[str, Any]]


def _with_limits(fields: dict[str, Any]) -> dict[str, Any]:
    """A limit per member and month stood by itself before there were others."""
    others = {name: value for name, value in fields.items() if name != "pieces_per_member_month"}
    pieces = fields.get("pieces_per_member_month")
    if pieces is None:
        return others
    return others | {"limits": ({"per": "member", "pieces": pieces, "period": "month"},)}


UPCASTS: Mapping[str, Upcast] = {"redemption.reward_listed.1": Upcast("redemption.reward_listed.2", _with_limits)}


class Catalog:
    """Looks names up by type and types by name; older names lead to today's type through their upcasts."""

    def __init__(self, names: Mapping[str, type[Event]], upcasts: Mapping[str, Upcast]) -> None:
        self.types = dict(names)
        self.upcasts = dict(upcasts)
        self.names = {kind: name for name, kind in self.types.items()}
        if len(self.names) != len(self.types) or self.types.keys() & self.upcasts.keys():
            raise ValueError("every event type has one name, and a name is either today's or an older one")
        for name in self.upcasts:
            self.path(name)

    def path(self, name: str) -> tuple[str, tuple[Upcast, ...]] | None:
        """Today's name for `name` and the upcasts that lead there, oldest first; None for a name not in the catalog."""
        steps: tuple[Upcast, ...] = ()
        while (step := self.upcasts.get(name)) is not None and len(steps) <= len(self.upcasts):
            name, steps = step.to, (*steps, step)
        if name in self.types:
            return name, steps
        if steps:
            raise ValueError(f"the upcasts lead to {name}, which is no event's name")
        return None


CATALOG = Catalog(NAMES, UPCASTS)
