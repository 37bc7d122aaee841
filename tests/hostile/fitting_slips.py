"""Fitting requests about slips, and codes by short message."""

from itertools import count

from ledger.kernel.ids import MemberId

from .town import Fitting, Village

_typed = count(13_900_000_000)
"""What is typed may be tried three times an hour."""


def about_slips(village: Village) -> dict[str, Fitting]:
    """A slip is asked for, one waits for a second member of staff, and somebody forgot their PIN."""
    house, basis = village.house, {"basis": "identity-card"}
    waits = house.deployment.slip_requests.ask(
        MemberId(village.newcomer()), house.clock.now(), asked_by=village.people["founder"], basis="identity-card"
    )
    return {
        "ask_for_slip": Fitting("staff", {"member": village.newcomer()}, basis),
        "confirm_slip": Fitting("staff", {"slip": waits.id}),
        "list_slips": Fitting("staff", query={"organisation": village.community}),
        "forgot_pin": Fitting(None, body={"who": str(next(_typed))}),
    }
