"""Pages for people: rendered here, usable with scripts off, on small phones and with large letters.

They ask the same use cases and read models as the JSON interface; they know no SQL and no store.
"""

from typing import Final

from litestar import Router

from api.pages import (
    entry,
    failing,
    finding,
    forgotten,
    kiosk,
    mine,
    own_data,
    own_reads,
    scanned,
    security,
    setting_up,
    signing_in,
    slips,
    stepping_up,
    typed,
)

HANDLERS: Final = [
    Router(
        "/",
        route_handlers=[
            *entry.HANDLERS,
            *signing_in.HANDLERS,
            *forgotten.HANDLERS,
            *slips.HANDLERS,
            *finding.HANDLERS,
            *security.HANDLERS,
            *setting_up.HANDLERS,
            *stepping_up.HANDLERS,
            *scanned.HANDLERS,
            *kiosk.HANDLERS,
            *mine.HANDLERS,
            *own_reads.HANDLERS,
            *own_data.HANDLERS,
            *typed.HANDLERS,
        ],
        exception_handlers=failing.HANDLERS,
        include_in_schema=False,
    )
]
