"""What can have happened to accounts, corrections of their balances, and gifts. Permanent: read in ten years.

Every entry of an account names its counter-account, so that per unit the sum of all accounts and counter-accounts is 0
at every commit. Amounts are positive whole numbers of the account's unit; days are the community's days.
"""

from ledger.accounts.events.adjustments import AdjustmentApproved as AdjustmentApproved
from ledger.accounts.events.adjustments import AdjustmentEvent as AdjustmentEvent
from ledger.accounts.events.adjustments import AdjustmentKind as AdjustmentKind
from ledger.accounts.events.adjustments import AdjustmentObjected as AdjustmentObjected
from ledger.accounts.events.adjustments import AdjustmentObjectionDecided as AdjustmentObjectionDecided
from ledger.accounts.events.adjustments import AdjustmentPosted as AdjustmentPosted
from ledger.accounts.events.adjustments import AdjustmentProposed as AdjustmentProposed
from ledger.accounts.events.adjustments import AdjustmentPutOnNotice as AdjustmentPutOnNotice
from ledger.accounts.events.adjustments import AdjustmentRefused as AdjustmentRefused
from ledger.accounts.events.adjustments import GiftCounted as GiftCounted
from ledger.accounts.events.adjustments import ObjectionOutcome as ObjectionOutcome
from ledger.accounts.events.entries import AccountEvent as AccountEvent
from ledger.accounts.events.entries import AccountOpened as AccountOpened
from ledger.accounts.events.entries import Announced as Announced
from ledger.accounts.events.entries import CarriedForward as CarriedForward
from ledger.accounts.events.entries import Counter as Counter
from ledger.accounts.events.entries import CounterKind as CounterKind
from ledger.accounts.events.entries import Credited as Credited
from ledger.accounts.events.entries import CreditReversed as CreditReversed
from ledger.accounts.events.entries import Debited as Debited
from ledger.accounts.events.entries import Expired as Expired
from ledger.accounts.events.entries import ExpiryAnnounced as ExpiryAnnounced
from ledger.accounts.events.entries import Held as Held
from ledger.accounts.events.entries import Hold as Hold
from ledger.accounts.events.entries import HoldReleased as HoldReleased
from ledger.accounts.events.entries import HoldSpent as HoldSpent
from ledger.accounts.events.entries import Lot as Lot
from ledger.accounts.events.entries import LotExpired as LotExpired
from ledger.accounts.events.entries import LotsTakenOver as LotsTakenOver
from ledger.accounts.events.entries import SpendReturned as SpendReturned
from ledger.accounts.events.entries import Take as Take
from ledger.accounts.events.entries import WrittenOff as WrittenOff
from ledger.accounts.events.freezes import AccountFrozen as AccountFrozen
from ledger.accounts.events.freezes import AccountUnfrozen as AccountUnfrozen
from ledger.accounts.events.freezes import Freeze as Freeze
from ledger.accounts.events.freezes import FreezeAsked as FreezeAsked
from ledger.accounts.events.freezes import FreezeDeclined as FreezeDeclined
from ledger.accounts.events.freezes import FreezeDirection as FreezeDirection
from ledger.accounts.events.freezes import FreezeExtended as FreezeExtended
from ledger.accounts.events.freezes import FreezeProposed as FreezeProposed
