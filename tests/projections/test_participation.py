"""The report of taking part: what adds up whatever was cut anew, and where each fact is found then and now."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import product
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from ledger.application.recutting import (
    MERGE_ORGANISATIONS,
    MOVE_ORGANISATION,
    SPLIT_ORGANISATION,
    MergeOrganisations,
    MoveOrganisation,
    SplitOrganisation,
    Successor,
)
from ledger.application.seats import SEAT_MEMBER, SeatMember
from ledger.kernel.ids import OrganisationId
from projections import organisations
from projections.participation import Asked, Figures, Participation, Span, facts, participation
from projections.tree_paths import Reading, TreePaths

from .conftest import Told as TellAll
from .recut_towns import PROJECTIONS, Done, RecutTown

READINGS: tuple[Reading, ...] = get_args(Reading)
DAY = timedelta(days=1)
RECUTS = given(seed=st.integers(0, 2**32), deeds=st.integers(0, 120), reading=st.sampled_from(READINGS))


def whole(town: RecutTown) -> Span:
    return Span(town.today - 400 * DAY, town.today + 10 * DAY)


def asked(connection: Connection, town: RecutTown, top: OrganisationId, reading: Reading) -> Asked:
    return Asked(TreePaths(connection, top, town.today), whole(town), reading)


def added(parts: Iterable[Figures]) -> tuple[int, int, int]:
    figures = list(parts)
    return (
        sum(one.attendances for one in figures),
        sum(one.minutes for one in figures),
        sum(one.points for one in figures),
    )


@settings(max_examples=25, deadline=None)
@RECUTS
def test_children_and_own_add_up_to_the_node_in_both_readings(seed: int, deeds: int, reading: Reading) -> None:
    # given a town that was cut anew at random
    town = RecutTown(seed).live(deeds)
    with town.told() as connection:
        for top in town.nodes:
            # when any node is reported
            found = participation(connection, asked(connection, town, top, reading))
            parts = [found.own, *found.children.values()]

            # then its parts add up to it, people count once, and a child tells of itself what was told of it (then:
            # that and what was done while it lay elsewhere)
            assert added(parts) == added([found.total])
            members = [part.members for part in parts]
            assert max(members) <= found.total.members <= sum(members)
            for child, figures in found.children.items():
                again = participation(connection, asked(connection, town, child, reading))
                assert again.total == figures if reading == "as_now" else again.total.minutes >= figures.minutes


@settings(max_examples=25, deadline=None)
@RECUTS
def test_each_fact_counts_where_the_ledger_says_the_node_stood(seed: int, deeds: int, reading: Reading) -> None:
    # given a town cut anew at random, where nobody sits in what a split node was split into
    town = RecutTown(seed).live(deeds)
    with town.told() as connection:
        for top in town.nodes:
            expected = [
                fact
                for fact in town.done
                if top in town.line(fact.node, fact.day if reading == "as_then" else town.today)
            ]
            if reading == "as_now" and any(town.is_split(node) for node in town.nodes):
                continue

            # when a node is reported, then its total is what its facts come to
            found = participation(connection, asked(connection, town, top, reading))
            assert found.total == counted(expected)


@settings(max_examples=10, deadline=None)
@RECUTS
def test_every_figure_is_opened_down_to_its_facts(seed: int, deeds: int, reading: Reading) -> None:
    town = RecutTown(seed).live(deeds)
    with town.told() as connection:
        for top in town.nodes:
            here = asked(connection, town, top, reading)
            total = participation(connection, here).total
            every = list(facts(connection, here, after=None))

            assert sum(fact.kind == "attendance" for fact in every) == total.attendances
            assert len({fact.member for fact in every}) == total.members
            placed = participation(connection, here)
            for part, figures in {top: placed.own, **placed.children}.items():
                there = facts(connection, here, after=None, part=part)
                assert sum(fact.kind == "attendance" for fact in there) == figures.attendances
            half = len(every) // 2
            last = (every[half].kind, every[half].id) if every else None
            assert list(facts(connection, here, after=last)) == every[half + 1 :]


def test_both_databases_count_the_same(told: TellAll) -> None:
    # given a town that was cut anew, in memory and in the database
    town = RecutTown(11).live(150)
    stored = told(town.log, *PROJECTIONS)
    with town.told() as connection:
        for top, reading in product(town.nodes, READINGS):
            # when both are asked, then they answer alike
            asks = [asked(one, town, top, reading) for one in (connection, stored)]
            assert participation(connection, asks[0]) == participation(stored, asks[1])
            here, there = (
                list(facts(one, ask, after=None)) for one, ask in zip((connection, stored), asks, strict=True)
            )
            assert here == there
    assert any(node.moves for node in organisations.every_organisation(stored))
    assert any(len(node.successors) == 1 for node in organisations.every_organisation(stored))
    assert any(len(node.successors) == 2 for node in organisations.every_organisation(stored))


def counted(done: list[Done]) -> Figures:
    days = {fact.member: {one.day for one in done if one.member == fact.member} for fact in done}
    visits = sum(fact.is_visit for fact in done)
    minutes, points = sum(fact.minutes for fact in done), sum(fact.points for fact in done)
    return Figures(len(days), visits, minutes, points, sum(len(found) > 1 for found in days.values()))


class Told(RecutTown):
    """A town in which nothing happens by chance; one visit at the first grid today."""

    def __init__(self) -> None:
        super().__init__(1)
        self.home, self.other, _ = self.communities
        self.grid = self.nodes[self.nodes.index(self.home) + 3]
        self.grids = [node for node in self.nodes if node not in {self.street, *self.communities}]
        self.here = self.grids[0]
        self.random.choice = lambda options: self.here if options is self.nodes else options[0]  # type: ignore[method-assign]
        self.random.randrange = lambda *_: 0  # type: ignore[method-assign]
        self.random.random = lambda: 0.9  # type: ignore[method-assign]
        self.members.insert(0, self._member())
        self._visit()
        self.now += timedelta(days=9)

    def report(self, top: OrganisationId, reading: Reading) -> Participation:
        with self.told() as connection:
            return participation(connection, asked(connection, self, top, reading))


def test_what_happened_before_a_move_counts_then_at_the_old_place_and_now_at_the_new() -> None:
    town = Told()
    town.run(MOVE_ORGANISATION, MoveOrganisation(town.here, town.other, town.today))

    then, now = (town.report(town.street, reading).children for reading in READINGS)

    assert {child: one.attendances for child, one in then.items()} == {town.home: 1}
    assert {child: one.attendances for child, one in now.items()} == {town.other: 1}


def test_what_happened_before_a_merger_counts_now_as_the_successors_own() -> None:
    town, successor = Told(), OrganisationId(Told().id())
    ending = (town.home, town.other)
    town.run(
        MERGE_ORGANISATIONS,
        MergeOrganisations(ending, Successor(successor, town.street), town.today, "re-cut"),
    )

    assert list(town.report(town.street, "as_then").children) == [town.home]
    assert list(town.report(town.street, "as_now").children) == [successor]
    assert list(town.report(successor, "as_now").children) == [town.here]
    assert town.report(successor, "as_then").total == Figures()


def test_what_happened_before_a_split_stays_the_old_nodes_but_for_whom_sits_in_a_new_one() -> None:
    town = Told()
    north, south = (OrganisationId(town.id()) for _ in range(2))
    followed = Successor(north, town.home), Successor(south, town.home)
    town.run(SPLIT_ORGANISATION, SplitOrganisation(town.here, followed, town.today, "re-cut"))
    before = town.report(town.home, "as_now").children
    town.run(SEAT_MEMBER, SeatMember(town.done[0].member, south, town.today))

    assert (list(before), list(town.report(town.home, "as_now").children)) == ([town.here], [south])
    assert list(town.report(town.home, "as_then").children) == [town.here]
