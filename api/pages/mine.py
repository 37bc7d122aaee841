"""`/me`: what a person has, what is on its way, what expires, why, and the codes that are theirs to show."""

from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from litestar import HttpMethod, Request, Response, route
from litestar.params import FromPath
from markupsafe import Markup

from api.deployment import Deployment
from api.identity import SIGNED_IN, SignInNeeded, UnknownId, needs, proof_of
from api.languages import marked, said
from api.pages.amounts import amount, near_day
from api.pages.history import falling_due, last_lines, on_notice
from api.pages.places import my_places
from api.pages.rendering import language_of, page
from api.readers import Reader, reading
from api.sentences.readable import instant
from api.sentences.words import WORDS
from ledger.kernel.clock import business_day
from ledger.kernel.units import Unit
from projections import balances, lots, people, redemptions
from projections.balances import Balance
from qr import rendering
from qr.links import printed_link
from qr.tokens import LiveMemberCode, Token, Voucher, seconds_until_next_step, sign, step_at

_FIGURES: Final = ("balances", "lots", "statement", "awards", "redemptions", "activity_roll")
_PATIENCE_SECONDS: Final = 0.5
"""How long the page waits for figures that are a moment behind before it says so."""
_REDEMPTIONS_SHOWN: Final = 20
_GET: Final = [HttpMethod.GET, HttpMethod.HEAD]
_UNIT_NAMES: Final = {Unit.PARTY_POINTS: marked("党员积分")}


class _Sum(NamedTuple):
    """What an account has in words. owed: how much is missing to nothing, empty where it is not below."""

    name: str
    available: str
    owed: str
    held: str


class _Redemption(NamedTuple):
    """Something that was asked for. url: where its code can be shown, empty until it lies ready."""

    goods: str
    pieces: int
    state: str
    until: str
    url: str


@route("/me", http_method=_GET, opt=needs(SIGNED_IN), sync_to_thread=True)
def me(request: Request[Any, Any, Any]) -> Response[str]:
    """Everything of one's own on one page."""
    deployment: Deployment = request.app.state.deployment
    language = language_of(request)
    is_current, as_of = _standing(deployment)
    with reading(request) as reader:
        row = people.member(reader.connection, reader.member)
        accounts = {one.unit: one for one in balances.of_owner(reader.connection, reader.member)}
        home = row.home if row else None
        facts = {
            "name": reader.names([reader.member])[reader.member],
            "community": reader.texts([home])[home] if home else "",
            "points": _sum(reader, accounts.get(Unit.POINTS), Unit.POINTS, language),
            "others": [_sum(reader, one, unit, language) for unit, one in accounts.items() if unit != Unit.POINTS],
            "on_notice": on_notice(reader, language),
            "falling_due": falling_due(reader, language),
            "redemptions": _redemptions(reader, language),
            "places": my_places(reader, language, now=deployment.clock.now()),
            "lines": last_lines(reader, language),
            "code": _picture(deployment, _live_code(request)),
            "as_of": instant(as_of, language),
            "is_current": is_current,
        }
    return page(request, "me.html", facts)


@route("/me/code", http_method=_GET, opt=needs(SIGNED_IN), sync_to_thread=True)
def my_code(request: Request[Any, Any, Any]) -> Response[str]:
    """One's own code, large; the page brings the next one by itself."""
    deployment: Deployment = request.app.state.deployment
    language = language_of(request)
    facts = {
        "heading": said(marked("我的码"), language),
        "line": said(marked("给工作人员扫这个码。它自己会换新。"), language),
        "code": _picture(deployment, _live_code(request)),
        "refresh_seconds": max(2, seconds_until_next_step(deployment.clock.now())),
    }
    return page(request, "code.html", facts)


@route("/me/vouchers/{redemption:uuid}", http_method=_GET, opt=needs(SIGNED_IN), sync_to_thread=True)
def my_voucher(request: Request[Any, Any, Any], redemption: FromPath[UUID]) -> Response[str]:
    """The code for goods that lie ready; only its owner can open it."""
    deployment: Deployment = request.app.state.deployment
    language = language_of(request)
    with reading(request) as reader:
        row = redemptions.redemption(reader.connection, redemption)
        if row is None or row.member != reader.member or row.status != "ready":
            raise UnknownId
        goods = reader.texts([row.reward])[row.reward]
    facts = {
        "heading": said(marked("{goods}，{pieces} 件"), language, goods=goods, pieces=row.pieces),
        "line": said(marked("领东西时给工作人员扫这个码。"), language),
        "code": _picture(deployment, Voucher(redemption)),
        "refresh_seconds": None,
    }
    return page(request, "code.html", facts)


def _standing(deployment: Deployment) -> tuple[bool, datetime]:
    """Whether the figures contain all that has happened, and as of when they are true."""
    now = deployment.clock.now()
    if deployment.figures.wait_for(deployment.feed.position(), timeout=_PATIENCE_SECONDS, names=_FIGURES):
        return True, now
    standings = deployment.figures.standings()
    known = [one.as_of for name in _FIGURES if (one := standings.get(name)) and one.as_of]
    return False, min(known, default=now)


def _sum(reader: Reader, account: Balance | None, unit: Unit, language: str) -> _Sum:
    available = lots.available(reader.connection, reader.member, unit, day=reader.today)
    missing = account.owed if account else 0
    settings = reader.deployment.settings
    name = settings.care_programme if unit is Unit.CARE_MINUTES else said(_UNIT_NAMES.get(unit, ""), language)
    owed = said(marked("还需 {amount}"), language, amount=amount(missing, unit, language)) if missing else ""
    held = amount(account.held, unit, language) if account and account.held else ""
    return _Sum(name, amount(available, unit, language), owed, held)


def _redemptions(reader: Reader, language: str) -> list[_Redemption]:
    """What was asked for and is not over."""
    found = redemptions.of_member(reader.connection, reader.member, limit=_REDEMPTIONS_SHOWN)
    waiting = [one for one in found if one.status in ("requested", "approved", "ready")]
    goods = reader.texts([one.reward for one in waiting])
    return [
        _Redemption(
            goods[one.reward],
            one.pieces,
            said(WORDS[one.status], language),
            near_day(business_day(one.lapses_at), reader.today, language),
            f"/me/vouchers/{one.redemption}" if one.status == "ready" else "",
        )
        for one in waiting
    ]


def _live_code(request: Request[Any, Any, Any]) -> LiveMemberCode:
    deployment: Deployment = request.app.state.deployment
    now = deployment.clock.now()
    device = deployment.sessions.device_of(proof_of(request).token_hash, now)
    if device is None:
        raise SignInNeeded
    return LiveMemberCode(device, step_at(now))


def _picture(deployment: Deployment, token: Token) -> Markup:
    # Markup: drawn by ourselves from a signed token, so there is nothing in it to escape.
    return Markup(rendering.svg(printed_link(sign(token, deployment.tokens), deployment.settings.origin)))


HANDLERS: Final = [me, my_code, my_voucher]
