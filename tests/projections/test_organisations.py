"""The trees as read models show them: on a day, and when all that was decided has come."""

from datetime import timedelta
from uuid import UUID

from ledger.application.node_places import Placement
from ledger.kernel.clock import business_day
from ledger.kernel.ids import OrganisationId
from ledger.membership.events import OrganisationEnded, OrganisationMoved, OrganisationRegistered
from projections import organisations

from .conftest import Told
from .log import START, Log

TODAY = business_day(START)
SOON, BEFORE = TODAY + timedelta(days=30), TODAY + timedelta(days=29)
STREET, OTHER_STREET, HOME, NEXT, MERGED, GRID = (OrganisationId(UUID(int=number)) for number in range(1, 7))


def two_streets() -> Log:
    """A street with two communities, one of which has a grid, and a street with none."""
    log = Log()
    log.happen(STREET, OrganisationRegistered("street", TODAY, division_code="210922100000"))
    log.happen(OTHER_STREET, OrganisationRegistered("street", TODAY))
    log.happen(HOME, OrganisationRegistered("community", TODAY, STREET))
    log.happen(NEXT, OrganisationRegistered("community", TODAY, STREET))
    log.happen(GRID, OrganisationRegistered("grid", TODAY, HOME))
    return log


def ids(rows: list[organisations.OrganisationRow]) -> list[UUID]:
    return [row.organisation for row in rows]


def test_the_tree_is_read_downwards_and_upwards(told: Told) -> None:
    # given a street with two communities
    connection = told(two_streets(), organisations.PROJECTION)

    # when it is read, then both directions agree
    assert ids(organisations.organisations_below(connection, None)) == [STREET, OTHER_STREET]
    assert ids(organisations.organisations_below(connection, STREET)) == [HOME, NEXT]
    assert ids(organisations.organisations_below(connection, STREET, after=HOME)) == [NEXT]
    assert ids(organisations.line_of(connection, GRID)) == [GRID, HOME, STREET]
    street = organisations.organisation(connection, STREET)
    assert street
    assert (street.level, street.division_code) == ("street", "210922100000")
    assert organisations.line_of(connection, MERGED) == []


def test_a_node_lies_where_it_was_put_for_the_day(told: Told) -> None:
    # given a community that lies below another street from a day on
    log = two_streets()
    log.happen(HOME, OrganisationMoved(OTHER_STREET, SOON))
    connection = told(log, organisations.PROJECTION)

    # when the tree is read on the day before and on that day, then only the second shows the move
    shown = [
        [ids(organisations.organisations_below(connection, street, day=day)) for street in (STREET, OTHER_STREET)]
        for day in (BEFORE, SOON)
    ]
    assert shown == [[[HOME, NEXT], []], [[NEXT], [HOME]]]
    assert ids(organisations.line_of(connection, GRID, BEFORE)) == [GRID, HOME, STREET]
    assert ids(organisations.line_of(connection, GRID, SOON)) == [GRID, HOME, OTHER_STREET]
    moved = organisations.organisation(connection, HOME)
    assert moved
    assert moved.moves == [Placement(OTHER_STREET, SOON)]


def test_what_lay_below_a_merged_node_lies_below_its_successor(told: Told) -> None:
    # given two communities that become one
    log = two_streets()
    log.happen(MERGED, OrganisationRegistered("community", SOON, STREET))
    for one in (HOME, NEXT):
        log.happen(one, OrganisationEnded(BEFORE, "re-cut", (MERGED,)))
    connection = told(log, organisations.PROJECTION)

    # when it is read on both days, then the grid is found below the successor from then on
    assert ids(organisations.organisations_below(connection, STREET, day=BEFORE)) == [HOME, NEXT]
    assert ids(organisations.organisations_below(connection, STREET, day=SOON)) == [MERGED]
    assert ids(organisations.organisations_below(connection, MERGED, day=SOON)) == [GRID]
    assert ids(organisations.line_of(connection, GRID, SOON)) == [GRID, HOME, MERGED, STREET]
    assert set(organisations.ever_below(connection, MERGED)) == {MERGED, HOME, NEXT, GRID}


def test_what_lay_below_a_split_node_stays_its_own(told: Told) -> None:
    # given a community split in two, whose grid nobody placed
    log = two_streets()
    log.happen(MERGED, OrganisationRegistered("community", SOON, STREET))
    log.happen(HOME, OrganisationEnded(BEFORE, "re-cut", (MERGED, NEXT)))
    connection = told(log, organisations.PROJECTION)

    # when it is read afterwards, then the grid is still below it, and it below the street, though it counts no more
    assert ids(organisations.organisations_below(connection, STREET, day=SOON)) == [NEXT, MERGED]
    assert ids(organisations.organisations_below(connection, HOME, day=SOON)) == [GRID]
    assert ids(organisations.line_of(connection, GRID, SOON)) == [GRID, HOME, STREET]
