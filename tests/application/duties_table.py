"""For every use case: who decides, and why nobody else has to. Written by hand; a test holds it total.

`decides`: it lets value move, or gives the power to, and is nobody's own affair. The others say in a word
why one person may do it.
"""

from typing import Final

DECIDES: Final = """
accounts.freeze accounts.unfreeze accounts.extend_freeze accounts.decline_freeze activities.approve_sheet_lines
activities.refuse_sheet_lines adjustments.approve adjustments.decide_objection adjustments.refuse awards.accept_report
awards.approve awards.approve_reversal awards.decide_objection awards.refuse awards.refuse_reversal devices.accept_scan
devices.dismiss_scan funds.set_cap members.approve_merge members.approve_return members.approve_unmerge
members.confirm_death members.grant_role members.verify programme.publish_settings redemptions.approve
redemptions.exchange_at_counter redemptions.hand_over redemptions.recheck redemptions.reject redemptions.return_goods
redemptions.substitute rewards.approve rewards.approve_price rewards.approve_write_off rewards.confirm_count
rules.publish
"""

PROPOSES: Final = """
accounts.propose_freeze activities.enter_sheet adjustments.object adjustments.propose awards.escalate_objection
awards.finish_tally awards.object awards.propose_reversal awards.tally_visits funds.decline_cap funds.propose_cap
members.import members.propose_merge members.propose_return members.propose_unmerge members.refuse_merge
members.report_death members.withdraw_death_report programme.draft_settings rewards.count_stock
rewards.decline_proposal rewards.draft rewards.propose_price rewards.propose_write_off rules.draft rules.draft_version
"""
"""Somebody else decides before anything moves, or nothing moves at all."""

OWN: Final = """
activities.check_in activities.dispute_visit activities.sign_up activities.withdraw_sign_up gifts.give
redemptions.cancel redemptions.request tasks.claim tasks.report tasks.withdraw_claim
"""
"""The member's own, or asked for them; what follows from it somebody else decides."""

RECORDS: Final = """
activities.annul_visit activities.cancel activities.close activities.confirm_out activities.correct_visit
activities.decide_dispute activities.draft activities.excuse_absence activities.open activities.publish
activities.record_device_scan activities.scan_card activities.scan_member activities.undo_scan devices.register
devices.revoke funds.open members.end_guardian members.end_role members.form_household members.give_consent
members.issue_card members.join_household members.leave members.leave_household members.lose_cards members.move_home
members.name_guardian members.register members.reinstate members.replace_card members.revoke_card members.seat
members.suspend members.unseat members.withdraw_consent organisations.end organisations.merge organisations.move
organisations.register organisations.split redemptions.make_ready redemptions.void rewards.receive_stock
rewards.withdraw skills.record skills.withdraw tasks.close tasks.post tasks.return_report teams.add
teams.appoint_leader teams.disband teams.end_leader teams.form teams.remove
"""
"""A fact that moves nothing by itself. Who recorded a visit does not decide on its award; who made a household, never
their own; what is received or set aside is counted and confirmed by another."""

TIME: Final = """
accounts.announce_expiry accounts.carry_forward accounts.expire_lot activities.close_visit activities.mark_no_show
adjustments.post awards.credit redemptions.lapse redemptions.settle members.found_administrator
"""
"""Only the system: what time causes once two agreed, and the first administrator on the command line."""

GROUPS: Final = {"decides": DECIDES, "proposes": PROPOSES, "own": OWN, "records": RECORDS, "time": TIME}
TABLE: Final = {name: group for group, names in GROUPS.items() for name in names.split()}
