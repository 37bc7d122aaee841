"""Who may not decide for whom: read from stored events alone, against lists of who lives with whom."""

from uuid import UUID

from ledger.accounts import events as accounts
from ledger.awards import events as awards
from ledger.kernel.decider import Event
from ledger.kernel.ids import SYSTEM, MemberId
from ledger.redemption import events as redemption

from .people import HOUSEHOLDS, RULEBOOK


def near(one: UUID, other: UUID) -> bool:
    """Whether the two are one person or live together."""
    return one == other or any(one in household and other in household for household in HOUSEHOLDS)


class Conduct:
    """What was proposed and by whom, so that whoever decides on it can be compared."""

    def __init__(self) -> None:
        self.awards: dict[UUID, awards.AwardProposed] = {}
        self.begun: dict[UUID, UUID] = {}
        self.reversals: dict[UUID, awards.ReversalProposed] = {}
        self.agreed: dict[UUID, set[UUID]] = {}
        self.adjustments: dict[UUID, accounts.AdjustmentProposed] = {}
        self.redemptions: dict[UUID, redemption.RedemptionRequested] = {}
        self.proposals: dict[UUID, UUID] = {}
        self.to_adjust: set[UUID] = set()
        self.openings: dict[UUID, str] = {}
        self.to_recheck: set[UUID] = set()
        self.objectors: dict[UUID, UUID] = {}
        self.decided: dict[UUID, tuple[MemberId, ...]] = {}

    def enter(self, stream: UUID, event: Event, actor: UUID) -> None:
        """One more event, brought about by `actor`."""
        match event:
            case awards.AwardProposed():
                self.awards[stream] = event
                assert event.proposed_by != event.member
            case awards.AwardFirstApproved():
                self._award_decided(stream, actor)
                assert stream not in self.begun, "the first of two is one person"
                self.begun[stream] = actor
            case awards.AwardApproved():
                self._award_decided(stream, actor)
                self._award_agreed(stream, actor)
            case awards.AwardRefused():
                self._award_decided(stream, actor)
            case awards.AwardObjected():
                self.objectors[stream] = event.objected_by
            case awards.ObjectionDecided():
                self._objection_decided(stream, event, actor)
            case awards.ObjectionEscalated():
                self.decided.pop(stream)
            case awards.ReversalRefused():
                del self.reversals[stream]
            case awards.ReversalProposed():
                self.reversals[stream], self.agreed[stream] = event, set()
            case awards.ReversalApproved():
                self._reversal_approved(stream, actor)
            case awards.AwardReversed():
                self._award_reversed(stream)
                del self.reversals[stream]
            case _:
                self._of_accounts(stream, event, actor)
                self._of_goods(stream, event, actor)

    def _of_accounts(self, stream: UUID, event: Event, actor: UUID) -> None:
        match event:
            case accounts.AdjustmentProposed():
                self.adjustments[stream], self.agreed[stream] = event, set()
                self.to_adjust.add(stream)
                assert event.amount != 0
            case accounts.AdjustmentApproved():
                asked = self.adjustments[stream]
                assert not near(actor, asked.member), "nobody adjusts for themselves or their household"
                assert actor != asked.proposed_by, "who proposes does not approve"
                assert actor not in self.agreed[stream], "two approvers are two people"
                self.agreed[stream].add(actor)
            case accounts.AdjustmentPosted():
                self._all_agreed(stream)
                is_opening = self.adjustments[stream].kind == "opening_balance"
                assert self.openings.pop(stream, None) == ("on_notice" if is_opening else None), "shown, not stopped"
                self.to_adjust.discard(stream)
            case accounts.AdjustmentRefused():
                self.to_adjust.remove(stream)
            case _:
                self._of_openings(stream, event, actor)

    def _of_openings(self, stream: UUID, event: Event, actor: UUID) -> None:
        match event:
            case accounts.AdjustmentPutOnNotice():
                self._all_agreed(stream)
                self.to_adjust.remove(stream)
                self.openings[stream] = "on_notice"
            case accounts.AdjustmentObjected():
                self.openings[stream], self.objectors[stream] = "objected", event.objected_by
            case accounts.AdjustmentObjectionDecided():
                asked = self.adjustments[stream]
                assert not near(actor, asked.member), "nobody decides for themselves or their household"
                assert not near(actor, self.objectors[stream])
                assert actor not in {asked.proposed_by, *self.agreed[stream]}, "who decides had no part in it"
                self.openings[stream] = "on_notice"
                if event.outcome == "upheld":
                    del self.openings[stream]
            case _:
                pass

    def _all_agreed(self, stream: UUID) -> None:
        needed = 1 + (abs(self.adjustments[stream].amount) > RULEBOOK.two_approvers_above)
        assert len(self.agreed[stream]) == needed, "large adjustments need two"

    def _of_goods(self, stream: UUID, event: Event, actor: UUID) -> None:
        match event:
            case redemption.RedemptionRequested():
                self.redemptions[stream] = event
            case redemption.RedemptionApproved() if event.approved_by == SYSTEM:
                self.to_recheck |= {stream} if event.recheck else set()
            case redemption.RedemptionRechecked():
                asked = self.redemptions[stream]
                assert not near(actor, asked.member), "who looks again took no part"
                assert actor not in {asked.requested_by, asked.witness}, "who looks again took no part"
                self.to_recheck.remove(stream)
            case redemption.RedemptionApproved():
                asked = self.redemptions[stream]
                assert not near(actor, asked.member), "nobody approves for themselves or their household"
                assert actor != asked.requested_by
            case redemption.RedemptionHandedOver() | redemption.RedemptionPartlyHandedOver():
                assert actor != self.redemptions[stream].member, "nobody hands goods over to themselves"
            case redemption.RewardListed() if event.drafted_by is not None:
                assert actor != event.drafted_by, "who writes does not approve"
            case redemption.PriceProposed() | redemption.StockWriteOffProposed() | redemption.FundCapProposed():
                self.proposals[event.proposal] = actor
            case redemption.StockCounted():
                self.proposals[event.proposal] = actor
            case redemption.StockWrittenOff() | redemption.StockCountConfirmed() | redemption.FundCapSet():
                assert actor != self.proposals[event.proposal], "who proposes does not approve"
            case redemption.RewardPriced() if event.proposal is not None:
                assert actor != self.proposals[event.proposal], "who proposes does not approve"
            case _:
                pass

    def _award_decided(self, award: UUID, actor: UUID) -> None:
        proposal = self.awards[award]
        assert not near(actor, proposal.member), "nobody decides for themselves or their household"
        assert actor != proposal.proposed_by, "who proposes does not approve"
        assert actor not in proposal.attested_by

    def _award_agreed(self, award: UUID, actor: UUID) -> None:
        assert self.begun.get(award) != actor, "two approvers are two people"
        needs_two = self.awards[award].amount > RULEBOOK.two_approvers_above
        assert (award in self.begun) == needs_two, "large awards need two, and no others"

    def _objection_decided(self, award: UUID, event: awards.ObjectionDecided, actor: UUID) -> None:
        proposal, objector = self.awards[award], self.objectors[award]
        assert not near(actor, proposal.member), "nobody decides for themselves or their household"
        assert not near(actor, objector)
        assert actor not in {proposal.proposed_by, self.begun.get(award)}, "who decides had no part in it"
        loser = MemberId(objector) if event.outcome == "rejected" else proposal.member
        self.decided[award] = (loser,)

    def _reversal_approved(self, award: UUID, actor: UUID) -> None:
        assert not near(actor, self.awards[award].member)
        assert actor != self.reversals[award].proposed_by, "who proposes does not approve"
        assert actor not in self.agreed[award], "two approvers are two people"
        self.agreed[award].add(actor)

    def _award_reversed(self, award: UUID) -> None:
        needed = 1 + (self.awards[award].amount > RULEBOOK.two_approvers_above)
        assert len(self.agreed[award]) >= needed, "large reversals need two"
