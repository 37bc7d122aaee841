"""Leaderboards and care hours."""

from datetime import date
from uuid import UUID, uuid4

from ledger.accounts.account import account_id
from ledger.accounts.commands import CreditLot, OpenAccount
from ledger.kernel.units import Unit
from ledger.membership.events import ConsentGiven, ConsentWithdrawn, OrganisationRegistered
from projections import care_hours, leaderboards
from projections.care_hours import CareMonth, CareTotal
from projections.leaderboards import Place

from .conftest import Told
from .log import Log

STREET, HERE, THERE = uuid4(), uuid4(), uuid4()
MARCH, APRIL = date(2025, 3, 3), date(2025, 4, 2)
ANNA, BAO, CHEN, DAN, EMIN = sorted(uuid4() for _ in range(5))


def town() -> Log:
    """A street with two communities, and everybody but Dan on the boards."""
    log = Log()
    log.happen(STREET, OrganisationRegistered("street", MARCH))
    for place in (HERE, THERE):
        log.happen(place, OrganisationRegistered("community", MARCH, STREET))
    for member in (ANNA, BAO, CHEN, EMIN):
        log.happen(member, ConsentGiven("boards", "1"))
    return log


def credit(
    log: Log, member: UUID, amount: int, *, day: date = MARCH, place: UUID = HERE, unit: Unit = Unit.POINTS
) -> None:
    """Credit `amount` to the member in the books of `place`."""
    account = account_id(member, unit)
    if account not in log.accounts:
        log.act(account, OpenAccount(member, unit, HERE))
    log.act(account, CreditLot(uuid4(), amount, place, uuid4(), day))


def test_equal_members_share_a_place_and_the_next_places_are_skipped(told: Told) -> None:
    # given two who share the second place, and one who is not shown
    log = town()
    for member, amount in ((ANNA, 5), (BAO, 9), (CHEN, 5), (DAN, 7), (EMIN, 1)):
        credit(log, member, amount)

    # when the board is read
    connection = told(log, leaderboards.PROJECTION)
    board = leaderboards.board(connection, HERE, unit=Unit.POINTS, period="2025-03")

    # then ties are stated, only who agreed is listed, and everybody is counted
    assert board.places == (Place(1, 1, BAO, 9), Place(2, 2, ANNA, 5), Place(2, 2, CHEN, 5), Place(4, 1, EMIN, 1))
    assert (board.listed, board.participants) == (4, 5)
    place_of = [
        leaderboards.place_of(connection, HERE, member, unit=Unit.POINTS, period="2025-03") for member in (CHEN, DAN)
    ]
    assert place_of == [Place(2, 2, CHEN, 5), None]
    assert leaderboards.earned(connection, HERE, DAN, unit=Unit.POINTS, period="2025-03") == 7
    top = leaderboards.board(connection, HERE, unit=Unit.POINTS, period="2025-03", limit=2)
    assert ([place.member for place in top.places], top.listed) == ([BAO, ANNA], 4)


def test_points_count_for_the_community_and_the_street_and_for_month_and_year(told: Told) -> None:
    # given credits in two communities and two months
    log = town()
    credit(log, ANNA, 1)
    credit(log, ANNA, 10, place=THERE)
    credit(log, ANNA, 100, day=APRIL)
    connection = told(log, leaderboards.PROJECTION)

    # when each board is asked, then each has its own
    def earned(scope: UUID, period: str) -> int:
        return leaderboards.earned(connection, scope, ANNA, unit=Unit.POINTS, period=period)

    assert [earned(HERE, period) for period in ("2025-03", "2025-04", "2025")] == [1, 100, 101]
    assert [earned(STREET, period) for period in ("2025-03", "2025-04", "2025")] == [11, 100, 111]
    assert earned(THERE, "2025") == 10
    assert leaderboards.board(connection, HERE, unit=Unit.CARE_MINUTES, period="2025").participants == 0


def test_who_takes_the_consent_back_is_no_longer_listed(told: Told) -> None:
    # given a member who was listed
    log = town()
    credit(log, ANNA, 5)
    log.happen(ANNA, ConsentWithdrawn("notices"), ConsentWithdrawn("boards"))

    # when the board is read, then the points count and the member is not shown
    board = leaderboards.board(told(log, leaderboards.PROJECTION), HERE, unit=Unit.POINTS, period="2025")
    assert (board.places, board.listed, board.participants) == ((), 0, 1)


def test_who_agrees_after_earning_is_listed_with_everything_earned_before(told: Told) -> None:
    # given a member who earned in two places and two months, then agreed, and another who agreed from the start
    log = town()
    for amount, day, place in ((5, MARCH, HERE), (7, APRIL, THERE)):
        credit(log, DAN, amount, day=day, place=place)
    credit(log, ANNA, 5)
    log.happen(DAN, ConsentGiven("boards", "1"))

    # when the boards are read
    connection = told(log, leaderboards.PROJECTION)
    here = leaderboards.board(connection, HERE, unit=Unit.POINTS, period="2025-03")
    street = leaderboards.board(connection, STREET, unit=Unit.POINTS, period="2025")

    # then they stand there like everybody else, and places are shared
    assert here.places == (Place(1, 2, ANNA, 5), Place(1, 2, DAN, 5))
    assert street.places == (Place(1, 1, DAN, 12), Place(2, 1, ANNA, 5))
    assert (street.listed, street.participants) == (2, 2)
    assert leaderboards.place_of(connection, STREET, ANNA, unit=Unit.POINTS, period="2025") == Place(2, 1, ANNA, 5)


def test_care_is_counted_by_member_place_and_month_of_credit(told: Told) -> None:
    # given care in two months and points that are no care
    log = town()
    for member, minutes, day in ((ANNA, 60, MARCH), (ANNA, 30, MARCH), (ANNA, 15, APRIL), (BAO, 45, MARCH)):
        credit(log, member, minutes, day=day, unit=Unit.CARE_MINUTES)
    credit(log, ANNA, 9)

    # when it is read
    connection = told(log, care_hours.PROJECTION)

    # then minutes, deeds and people are there
    march, april = CareMonth(ANNA, "2025-03", HERE, 90, 2), CareMonth(ANNA, "2025-04", HERE, 15, 1)
    assert care_hours.of_member(connection, ANNA) == [april, march]
    assert care_hours.of_member(connection, ANNA, year=2024) == []
    assert care_hours.in_month(connection, HERE, "2025-03") == [march, CareMonth(BAO, "2025-03", HERE, 45, 1)]
    assert [row.member for row in care_hours.in_month(connection, HERE, "2025-03", after=ANNA)] == [BAO]
    totals = [CareTotal("2025-03", 135, 3, 2), CareTotal("2025-04", 15, 1, 1)]
    assert care_hours.of_organisation(connection, HERE, year=2025) == totals
