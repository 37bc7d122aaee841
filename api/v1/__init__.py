"""The JSON interface, one file a resource. Paths are written without `/v1`, below which they all stand."""

from typing import Any

from api.v1 import (
    adjustments,
    audit_log,
    boards,
    card_sheets,
    cards,
    credentials,
    figures,
    forgotten_pins,
    freezes,
    gifts,
    households,
    members,
    opening_balances,
    organisations,
    own_sessions,
    programme,
    sessions,
    sign_ins,
    slips,
    standing,
)

HANDLERS: list[Any] = [
    *sessions.HANDLERS,
    *sign_ins.HANDLERS,
    *own_sessions.HANDLERS,
    *credentials.HANDLERS,
    *slips.HANDLERS,
    *forgotten_pins.HANDLERS,
    *organisations.HANDLERS,
    *members.HANDLERS,
    *standing.HANDLERS,
    *cards.HANDLERS,
    *card_sheets.HANDLERS,
    *households.HANDLERS,
    *figures.HANDLERS,
    *adjustments.HANDLERS,
    *opening_balances.HANDLERS,
    *gifts.HANDLERS,
    *freezes.HANDLERS,
    *boards.HANDLERS,
    *programme.HANDLERS,
    *audit_log.HANDLERS,
]
