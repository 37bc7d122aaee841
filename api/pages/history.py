"""What came and what went, and what is on its way: each line with its reason in plain words."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from api.languages import marked, said
from api.pages.amounts import amount, change, near_day
from api.pages.reasons import explained
from api.readers import Reader
from api.sentences.readable import day
from ledger.kernel.clock import business_day
from ledger.kernel.units import Unit
from projections import activity_roll, awards, lots, statement, tasks
from projections.awards import AwardRow
from projections.redemptions import RedemptionRow
from projections.statement import Line, LineKind

LINES_SHOWN: Final = 12
_NOTICES_SHOWN: Final = 20
_DATES_SHOWN: Final = 6
_WHAT: Final[Mapping[LineKind, str]] = {
    "expired": marked("到期，不能再用"),
    "returned": marked("退回了东西"),
    "reversed": marked("更正：这次记分已撤回"),
    "adjusted": marked("工作人员更正"),
    "opening_balance": marked("原来的结余"),
    "gift_received": marked("别人送的"),
    "gift_given": marked("送给别人"),
    "donated": marked("捐出"),
    "merged_in": marked("从另一份登记并入"),
    "merged_out": marked("并到另一份登记"),
}
"""Lines that need no more words than these."""
_FAR_AHEAD: Final = timedelta(days=100 * 365)


class Entry(NamedTuple):
    """A line: what it is, when, how much, and why. is_less: something went."""

    what: str
    when: str
    much: str
    why: str
    is_less: bool = False


class Falling(NamedTuple):
    """How much falls due on a day. told: when its owner was told so, empty where that is still to come."""

    when: str
    much: str
    told: str = ""


def last_lines(reader: Reader, language: str) -> list[Entry]:
    """The newest lines of the reader's statement, newest first."""
    found = statement.of_owner(reader.connection, reader.member, limit=LINES_SHOWN)
    titles = _titles(reader, [one.award for one in found if one.award])
    goods = reader.texts(
        _once(one.redemption.handed_reward or one.redemption.reward for one in found if one.redemption)
    )
    return [_entry(one, titles, goods, language) for one in found]


def on_notice(reader: Reader, language: str) -> list[Entry]:
    """What was approved and waits out its public notice, with the day from which it can be used, or what stops it."""
    connection, member = reader.connection, reader.member
    found = awards.of_member(connection, member, status="objected", limit=_NOTICES_SHOWN)
    found += awards.of_member(connection, member, status="on_notice", limit=_NOTICES_SHOWN - len(found))
    titles = _titles(reader, found)
    return [_notice(one, titles, language, today=reader.today) for one in found]


def falling_due(reader: Reader, language: str) -> list[Falling]:
    """What expires and when, soonest first: the first few dates, each with all that falls due on it, then the rest."""
    today = reader.today
    found = lots.expiring(reader.connection, reader.member, day=today, until=today + _FAR_AHEAD)
    dated: Counter[tuple[date, Unit]] = Counter()
    for one in found:
        dated[one.expires_on, one.unit] += one.amount
    in_order = sorted(dated.items())
    later: Counter[Unit] = Counter()
    for (_, unit), much in in_order[_DATES_SHOWN:]:
        later[unit] += much
    told = _told(reader, language)
    shown = [
        Falling(near_day(on, today, language), amount(much, unit, language), told.get((on, unit), ""))
        for (on, unit), much in in_order
    ]
    rest = [Falling(said(marked("再往后"), language), amount(much, unit, language)) for unit, much in later.items()]
    return shown[:_DATES_SHOWN] + rest


def _told(reader: Reader, language: str) -> dict[tuple[date, Unit], str]:
    """By the day on which lots fall due and their unit: when the newest notice of it was given."""
    newest: dict[tuple[date, Unit], date] = {}
    for one in lots.announced(reader.connection, reader.member, day=reader.today):
        due = one.expires_on, one.unit
        newest[due] = max(one.told_on, newest.get(due, one.told_on))
    sentence = marked("{day}提醒过")
    return {due: said(sentence, language, day=near_day(on, reader.today, language)) for due, on in newest.items()}


def _entry(line: Line, titles: dict[UUID, str], goods: dict[UUID, str], language: str) -> Entry:
    entry = line.entry
    much, when = change(entry.amount, entry.unit, language), day(entry.on_day, language)
    match entry.kind:
        case "credited":
            return _credit(line.award, titles, language, much=much, when=when)
        case "redeemed":
            what = _exchanged(line.redemption, goods, language)
            return Entry(what, when, much, "", is_less=True)
        case _:
            why = _deed_and_day(line.award, titles, language) if line.award else ""
            return Entry(said(_WHAT[entry.kind], language), when, much, why, is_less=entry.amount < 0)


def _deed_and_day(award: AwardRow, titles: dict[UUID, str], language: str) -> str:
    """Which deed it is that points were taken back for: somebody may have done the like many times."""
    deed, on_day = _deed(award, titles, language), day(award.service_day, language)
    return said(marked("这一次：{deed}，{day}"), language, deed=deed, day=on_day)


def _credit(award: AwardRow | None, titles: dict[UUID, str], language: str, *, much: str, when: str) -> Entry:
    if award is None:
        return Entry(said(marked("记上"), language), when, much, "")
    why = explained(award.explanation, award.unit, language)
    return Entry(_deed(award, titles, language), day(award.service_day, language), much, why)


def _exchanged(redemption: RedemptionRow | None, goods: dict[UUID, str], language: str) -> str:
    if redemption is None:
        return said(marked("换了东西"), language)
    name = goods.get(redemption.handed_reward or redemption.reward, "")
    pieces = redemption.handed_pieces or redemption.pieces
    return said(marked("换了 {goods}，{pieces} 件"), language, goods=name, pieces=pieces)


def _notice(award: AwardRow, titles: dict[UUID, str], language: str, *, today: date) -> Entry:
    if award.status == "objected":
        when = said(marked("有人提了异议，正在核实"), language)
    elif award.due_at is None:
        when = said(marked("正在核对，先不能用"), language)
    else:
        usable = business_day(award.due_at)
        when = said(marked("公示后 {day}起能用"), language, day=near_day(usable, today, language))
    why = explained(award.explanation, award.unit, language)
    return Entry(_deed(award, titles, language), when, change(award.amount, award.unit, language), why)


DEEDS: Final = {
    "attendance": marked("参加 {title}"),
    "paper_sheet": marked("参加 {title}（按签到表录入）"),
    "manual_hours": marked("参加 {title}（手工补录）"),
    "task": marked("完成 {title}"),
}
"""What was not scanned is marked wherever it shows."""


def _deed(award: AwardRow, titles: dict[UUID, str], language: str) -> str:
    title = titles.get(award.award) or said(marked("志愿服务"), language)
    return said(DEEDS[award.source_kind], language, title=title)


def _titles(reader: Reader, found: Iterable[AwardRow]) -> dict[UUID, str]:
    """The title of the activity or task behind each award, where it is known."""
    subjects = {award.award: subject for award in found if (subject := _subject(reader, award))}
    texts = reader.texts(_once(subjects.values()), "title")
    return {award: texts[subject] for award, subject in subjects.items() if texts.get(subject)}


def _subject(reader: Reader, award: AwardRow) -> UUID | None:
    if award.source_kind != "task":
        visit = activity_roll.attendance(reader.connection, award.source)
        return visit.activity if visit else None
    claim = tasks.claim(reader.connection, award.source)
    return claim.task if claim else None


def _once(ids: Iterable[UUID]) -> list[UUID]:
    return list(dict.fromkeys(ids))
