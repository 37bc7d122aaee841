"""The report of taking part: below a node, by child, as the tree stood then or as it stands now, down to each fact."""

from datetime import date, datetime
from itertools import islice
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery, QueryParameter
from msgspec import Struct

from api.answers import answers, read
from api.decoding import MalformedBody
from api.identity import needs
from api.readers import MinPosition, Page, Reader, after, next_url, reading
from ledger.application.authority import Permission
from ledger.membership.placement import has_ended
from projections import organisations, positions
from projections.participation import Asked, FactKind, Figures, Span, facts, participation
from projections.tree_paths import Reading, TreePaths

SPAN_DAYS_MAX = 366 * 5
READ_FROM = ("organisations", "seats", "activity_roll", "awards")
Since = Annotated[date, QueryParameter(name="from", description="The first day.")]
Until = Annotated[date, QueryParameter(description="The last day, included.")]
Tree = Annotated[
    Reading, QueryParameter(description="Under the parents of each fact's day, or under what is there today.")
]

Part = Annotated[
    UUID | None,
    QueryParameter(description="Only what the report counts in this child, or, the organisation itself, in its own."),
]


class Question(Struct, frozen=True):
    """What is asked: below which organisation, when, and how its tree is read."""

    organisation: UUID
    span: Span
    tree: Reading


class Rate(Struct, frozen=True):
    """`numerator` of `denominator` people; numerator: whose deeds lie on at least two different days."""

    numerator: int
    denominator: int


class Counted(Struct, frozen=True):
    """members: people who came or were credited, once each. attendances: visits. minutes: credited, each deed once.
    points: credited and not taken back. returning: of these members.
    """

    members: int
    attendances: int
    minutes: int
    points: int
    returning: Rate


class ChildCounted(Struct, frozen=True):
    """What counts below one child. ended: it no longer counts today."""

    organisation: UUID
    name: str
    level: str
    ended: bool
    figures: Counted


class AsOf(Struct, frozen=True):
    """Everything up to `position` is in it; at: the time of the event there, None before the first."""

    position: int
    at: datetime | None


class ParticipationReport(Struct, frozen=True):
    """What was done from `since` through `until` below a node. Attendances, minutes and points of own and children add
    up to those of total; people are counted once in each, so that theirs may be more.
    """

    organisation: UUID
    since: date
    until: date
    tree: Reading
    as_of: AsOf
    total: Counted
    own: Counted
    children: list[ChildCounted]


class FactView(Struct, frozen=True):
    """One visit or award that the total counts. organisation: where it was recorded. day: on which it was done."""

    kind: FactKind
    id: UUID
    organisation: UUID
    day: date


class Facts(Struct, frozen=True):
    """One page of facts."""

    items: list[FactView]


def _question(organisation: FromQuery[UUID], since: Since, until: Until, tree: Tree = "as_then") -> Question:
    """Four query parameters in one. 400 for days in the wrong order or too many of them."""
    if not 0 <= (until - since).days < SPAN_DAYS_MAX:
        raise MalformedBody("bad-query", 400, f"until: from the first day on, at most {SPAN_DAYS_MAX} days")
    return Question(organisation, Span(since, until), tree)


ASKED = {"asked": Provide(_question, sync_to_thread=False)}


@get(
    "/reports/participation",
    opt=needs(Permission.READ_REPORTS),
    dependencies=ASKED,
    sync_to_thread=True,
    responses=answers(ParticipationReport),
    tags=["figures"],
)
def get_participation(
    request: Request[Any, Any, Any], asked: NamedDependency[Question], min_position: MinPosition = None
) -> Response[bytes]:
    """Who took part, by child. What is behind a child's figures, the facts of that `part` tell."""
    with reading(request, min_position) as reader:
        found = participation(reader.connection, _asked(reader, asked))
        report = ParticipationReport(
            organisation=asked.organisation,
            since=asked.span.since,
            until=asked.span.until,
            tree=asked.tree,
            as_of=_as_of(reader),
            total=_counted(found.total),
            own=_counted(found.own),
            children=_children(reader, found.children),
        )
    return read(request, report)


@get(
    "/reports/participation/facts",
    opt=needs(Permission.READ_REPORTS),
    dependencies=ASKED,
    sync_to_thread=True,
    responses=answers(Facts),
    tags=["figures"],
)
def list_participation_facts(
    request: Request[Any, Any, Any], page: NamedDependency[Page], asked: NamedDependency[Question], part: Part = None
) -> Response[bytes]:
    """What the report counts, one by one: visits, then awards."""
    with reading(request, page.min_position) as reader:
        last = after(page.cursor, tuple[FactKind, UUID])
        every = facts(reader.connection, _asked(reader, asked), after=last, part=part)
        found = list(islice(every, page.limit))
    items = [FactView(fact.kind, fact.id, fact.organisation, fact.day) for fact in found]
    following = (found[-1].kind, found[-1].id) if found else None
    return read(request, Facts(items), next_url=next_url(request, found, page.limit, following))


def _asked(reader: Reader, question: Question) -> Asked:
    """Raises as `Reader.require` where the reader may not see reports of the organisation."""
    reader.require(Permission.READ_REPORTS, question.organisation)
    paths = TreePaths(reader.connection, question.organisation, reader.today)
    return Asked(paths, question.span, question.tree)


def _children(reader: Reader, figures: dict[UUID, Figures]) -> list[ChildCounted]:
    names = reader.texts(figures)
    rows = sorted(organisations.by_id(reader.connection, list(figures)), key=lambda row: row.organisation)
    return [
        ChildCounted(
            organisation=row.organisation,
            name=names[row.organisation],
            level=row.level,
            ended=has_ended(row, reader.today),
            figures=_counted(figures[row.organisation]),
        )
        for row in rows
    ]


def _counted(figures: Figures) -> Counted:
    return Counted(
        members=figures.members,
        attendances=figures.attendances,
        minutes=figures.minutes,
        points=figures.points,
        returning=Rate(figures.returning, figures.members),
    )


def _as_of(reader: Reader) -> AsOf:
    """That of the read model that is furthest behind."""
    standings = positions.read(reader.connection)
    oldest = min((standings[name] for name in READ_FROM if name in standings), key=lambda one: one.position)
    return AsOf(oldest.position, oldest.as_of)


HANDLERS = [get_participation, list_participation_facts]
