"""One person registered twice: while some join the two, others ask for goods in the duplicate's name."""

from collections import Counter

from ledger.accounts.account import ACCOUNT
from ledger.application.merges import APPROVE_MERGE, PROPOSE_MERGE, ApproveMerge, ProposeMerge
from ledger.application.ports import Answer, Refused
from ledger.application.redemptions import REQUEST_REDEMPTION, RequestRedemption
from ledger.application.winding_up import OpenThings
from ledger.application.work import Outcome
from ledger.kernel.ids import RedemptionId
from ledger.membership.member import MEMBER
from ledger.redemption.redemption import REDEMPTION
from ledger.store.databases import Databases

from . import stored
from .crew import PROCESSES, Crew, ask_together
from .town import POINTS_A_DEED, TODAY, Town, call, purse

PRICE = 5


def test_a_merge_and_the_duplicates_redemption_never_both_hold_the_points(
    databases: Databases, crew: Crew, town: Town
) -> None:
    reward = town.listed(stock=200, price=PRICE)
    pairs = list(zip(town.residents[3::2], town.residents[4::2], strict=False))
    for duplicate, survivor in pairs:
        # given a merge that somebody proposed
        town.do(PROPOSE_MERGE, ProposeMerge(duplicate, survivor, "same-identity-card"), town.clerk)
        before = stored.head(databases)

        # when four processes approve it while four ask for goods for the duplicate
        asking = (REQUEST_REDEMPTION, RequestRedemption(reward, 1), duplicate)
        joining = (APPROVE_MERGE, ApproveMerge(duplicate), town.approver)
        calls = [[call(*(asking, joining)[process % 2])] for process in range(PROCESSES)]
        answers: list[Answer] = [got for (got,) in crew.everyone(ask_together, calls)]

        # then either the merge came first and nobody gets anything, or it saw what was held and waits for that
        done = [one for one in answers if isinstance(one.result, Outcome)]
        codes = Counter(one.result.code for one in answers)
        assert codes["member-merged"] in (0, PROCESSES // 2 + 1), codes
        assert set(codes) <= {"member-merged", "merge-not-proposed", "still-held", "redemption-requested"}
        assert (codes["still-held"] > 0) == (codes["redemption-requested"] > 0)
        assert len(stored.commands(databases, after=before)) == len(done)
        if codes["still-held"]:
            asked = tuple(RedemptionId(one.result.ids["redemption"]) for one in done if isinstance(one.result, Outcome))
            town.do(APPROVE_MERGE, ApproveMerge(duplicate, OpenThings(asked)), town.approver)
            assert {stored.state(databases, REDEMPTION, one).status for one in asked} == {"cancelled"}

        # and in the end the points are the survivor's, all of them and once
        assert stored.state(databases, MEMBER, duplicate).status == "merged"
        assert stored.state(databases, ACCOUNT, purse(duplicate)).posted == 0
        assert stored.state(databases, ACCOUNT, purse(survivor)).available(TODAY) == 2 * POINTS_A_DEED
        refused = town.ask(REQUEST_REDEMPTION, RequestRedemption(reward, 1), duplicate)
        assert isinstance(refused, Refused)
        assert refused.code == "member-merged"
    stored.require_sound(databases)
