"""Sheets of member cards to print and cut: the newest good card of each member of a community, page by page."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath

from api.deployment import Deployment
from api.identity import needs
from api.readers import Page, after, next_url, reading
from api.v1.members import NUMBER
from api.v1.printing import printed
from ledger.application.authority import Permission
from projections import people
from qr.links import printed_link
from qr.printing.member_cards import CardText, member_cards_pdf
from qr.tokens import MemberCard, sign


@get(
    "/organisations/{organisation:str}/cards.pdf",
    opt=needs(Permission.ISSUE_CARDS),
    sync_to_thread=True,
    media_type="application/pdf",
    responses={204: ResponseSpec(data_container=None, description="Nobody on this page has a card.")},
    tags=["members"],
)
def get_card_sheet(
    request: Request[Any, Any, Any], organisation: FromPath[UUID], page: NamedDependency[Page]
) -> Response[bytes]:
    """The cards of who is at home in a community, ten a page, names masked; members without a card are left out."""
    deployment: Deployment = request.app.state.deployment
    settings = deployment.settings
    with reading(request, page.min_position) as reader:
        reader.require(Permission.ISSUE_CARDS, organisation)
        rows = people.members_of(reader.connection, organisation, after=after(page.cursor, UUID), limit=page.limit)
        newest = {card.member: card.card for card in people.cards_of(reader.connection, [row.member for row in rows])}
        names, numbers = reader.names(newest), reader.texts(newest, NUMBER)
        home = reader.texts([organisation])[organisation]
    cards = [
        CardText(
            programme=settings.programme,
            name=names[member],
            number=numbers[member],
            link=printed_link(sign(MemberCard(card), deployment.tokens), settings.origin),
            return_to=home,
        )
        for member, card in newest.items()
    ]
    response = printed(request, lambda: member_cards_pdf(cards)) if cards else Response(b"", status_code=204)
    further = next_url(request, rows, page.limit, rows[-1].member if rows else None)
    if further:
        response.headers["Link"] = f'<{further}>; rel="next"'
    return response


HANDLERS = [get_card_sheet]
