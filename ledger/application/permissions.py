"""The authority matrix: what there is to be allowed, and which roles allow it. Only data; `authority` asks it.

There is no bypass: an administrator grants roles and registers organisations, and moves no value.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from ledger.membership.events import Role


class Permission(StrEnum):
    """What a role can allow. The values are API."""

    REGISTER_ORGANISATIONS = "register_organisations"
    CHANGE_TREE = "change_tree"
    KEEP_PARTY = "keep_party"
    READ_REPORTS = "read_reports"
    GRANT_ROLES = "grant_roles"
    ISSUE_STAFF_CODES = "issue_staff_codes"
    ISSUE_SIGN_IN_CODES = "issue_sign_in_codes"
    CONFIRM_SLIPS = "confirm_slips"
    REGISTER_MEMBERS = "register_members"
    VERIFY_MEMBERS = "verify_members"
    SUSPEND_MEMBERS = "suspend_members"
    ISSUE_CARDS = "issue_cards"
    MOVE_MEMBERS = "move_members"
    END_MEMBERSHIPS = "end_memberships"
    PROPOSE_MERGES = "propose_merges"
    APPROVE_MERGES = "approve_merges"
    READ_MEMBERS = "read_members"
    CHANGE_DETAILS = "change_details"
    READ_SENSITIVE = "read_sensitive"
    RUN_ACTIVITIES = "run_activities"
    SCAN_OTHERS = "scan_others"
    CONFIRM_VISITS = "confirm_visits"
    CORRECT_VISITS = "correct_visits"
    REGISTER_DEVICES = "register_devices"
    REVIEW_SCANS = "review_scans"
    ENTER_HOURS = "enter_hours"
    APPROVE_HOURS = "approve_hours"
    POST_TASKS = "post_tasks"
    ACCEPT_REPORTS = "accept_reports"
    PROPOSE_AWARDS = "propose_awards"
    APPROVE_AWARDS = "approve_awards"
    PROPOSE_ADJUSTMENTS = "propose_adjustments"
    APPROVE_ADJUSTMENTS = "approve_adjustments"
    FREEZE_ACCOUNTS = "freeze_accounts"
    EXTEND_FREEZES = "extend_freezes"
    PROPOSE_REVERSALS = "propose_reversals"
    DRAFT_RULES = "draft_rules"
    PUBLISH_RULES = "publish_rules"
    LIST_REWARDS = "list_rewards"
    APPROVE_REWARDS = "approve_rewards"
    RECEIVE_STOCK = "receive_stock"
    CONFIRM_STOCK = "confirm_stock"
    APPROVE_REDEMPTIONS = "approve_redemptions"
    PREPARE_REDEMPTIONS = "prepare_redemptions"
    HAND_OVER = "hand_over"
    DRAFT_FUNDS = "draft_funds"
    APPROVE_FUNDS = "approve_funds"
    READ_FUNDS = "read_funds"
    READ_LOG = "read_log"
    READ_AUDIT = "read_audit"
    ERASE_MEMBERS = "erase_members"
    HOLD_MEMBERS = "hold_members"
    EXPORT_PERSONAL_FILES = "export_personal_files"
    PROPOSE_FREEZES = "propose_freezes"
    IMPORT_MEMBERS = "import_members"
    RUN_TEAMS = "run_teams"
    RECORD_SKILLS = "record_skills"


def _roles(*roles: Role) -> frozenset[Role]:
    return frozenset(roles)


ALLOWED: Final[Mapping[Permission, frozenset[Role]]] = {
    Permission.REGISTER_ORGANISATIONS: _roles("administrator"),
    Permission.CHANGE_TREE: _roles("administrator"),
    # Reaches people only through nodes of the party's tree, where a role must be granted for it.
    Permission.KEEP_PARTY: _roles("administrator", "staff"),
    Permission.READ_REPORTS: _roles("staff", "approver", "auditor"),
    Permission.GRANT_ROLES: _roles("administrator"),
    # A code signs somebody in. Whoever could issue one for an approver could approve in the approver's name, so codes
    # for people with roles are the administrator's, and codes for residents the staff's.
    Permission.ISSUE_STAFF_CODES: _roles("administrator"),
    Permission.ISSUE_SIGN_IN_CODES: _roles("staff", "grid_worker"),
    # The second of two who know the person: in a small community the approver may be the only other one there is.
    Permission.CONFIRM_SLIPS: _roles("staff", "grid_worker", "approver"),
    Permission.REGISTER_MEMBERS: _roles("staff", "grid_worker"),
    Permission.VERIFY_MEMBERS: _roles("staff", "grid_worker"),
    Permission.SUSPEND_MEMBERS: _roles("staff", "approver"),
    Permission.ISSUE_CARDS: _roles("staff", "grid_worker"),
    Permission.MOVE_MEMBERS: _roles("staff"),
    # A return and a death take two of these people; a small community may have one clerk and one approver.
    Permission.END_MEMBERSHIPS: _roles("staff", "approver"),
    Permission.PROPOSE_MERGES: _roles("staff"),
    Permission.APPROVE_MERGES: _roles("approver"),
    Permission.READ_MEMBERS: _roles("staff", "grid_worker", "approver"),
    Permission.CHANGE_DETAILS: _roles("staff", "grid_worker"),
    # Never the shelf keeper, who sees a code and goods; auditors read figures.
    Permission.READ_SENSITIVE: _roles("staff", "grid_worker", "approver"),
    Permission.RUN_ACTIVITIES: _roles("staff", "team_leader"),
    Permission.SCAN_OTHERS: _roles("staff", "grid_worker", "team_leader"),
    Permission.CONFIRM_VISITS: _roles("staff", "team_leader"),
    # Annulling, correcting and deciding disputes overrule what was seen at the door, the leader's own word too.
    Permission.CORRECT_VISITS: _roles("staff"),
    Permission.ENTER_HOURS: _roles("staff", "grid_worker", "team_leader"),
    Permission.APPROVE_HOURS: _roles("approver"),
    Permission.REGISTER_DEVICES: _roles("staff"),
    Permission.REVIEW_SCANS: _roles("staff"),
    Permission.POST_TASKS: _roles("staff", "grid_worker"),
    Permission.ACCEPT_REPORTS: _roles("staff", "grid_worker", "team_leader"),
    Permission.PROPOSE_AWARDS: _roles("staff", "grid_worker", "team_leader"),
    Permission.APPROVE_AWARDS: _roles("approver"),
    Permission.PROPOSE_ADJUSTMENTS: _roles("staff"),
    Permission.APPROVE_ADJUSTMENTS: _roles("approver"),
    Permission.FREEZE_ACCOUNTS: _roles("approver"),
    Permission.EXTEND_FREEZES: _roles("auditor"),
    Permission.PROPOSE_REVERSALS: _roles("staff"),
    Permission.DRAFT_RULES: _roles("staff"),
    Permission.PUBLISH_RULES: _roles("approver"),
    Permission.LIST_REWARDS: _roles("staff"),
    Permission.APPROVE_REWARDS: _roles("approver"),
    Permission.RECEIVE_STOCK: _roles("staff", "shelf_keeper"),
    Permission.CONFIRM_STOCK: _roles("staff", "approver"),
    Permission.APPROVE_REDEMPTIONS: _roles("staff", "approver"),
    Permission.PREPARE_REDEMPTIONS: _roles("staff", "shelf_keeper"),
    Permission.HAND_OVER: _roles("shelf_keeper"),
    Permission.DRAFT_FUNDS: _roles("staff"),
    Permission.APPROVE_FUNDS: _roles("approver"),
    Permission.READ_FUNDS: _roles("staff", "approver", "auditor"),
    Permission.READ_LOG: _roles("auditor"),
    Permission.READ_AUDIT: _roles("auditor"),
    # Who holds evidence back from erasing is never who erases.
    Permission.ERASE_MEMBERS: _roles("administrator"),
    Permission.HOLD_MEMBERS: _roles("auditor"),
    Permission.EXPORT_PERSONAL_FILES: _roles("staff"),
    Permission.PROPOSE_FREEZES: _roles("staff"),
    # Balances that come with a list are proposed by it too, and for that the actor must be staff.
    Permission.IMPORT_MEMBERS: _roles("administrator", "staff"),
    Permission.RUN_TEAMS: _roles("staff"),
    Permission.RECORD_SKILLS: _roles("staff"),
}
"""Which roles allow what, within the role's organisation and everything below it."""

OWN_ACTIVITY_ONLY: Final = _roles("team_leader")
"""Roles that reach, of all activities in their scope, only those that name the actor as leader."""
