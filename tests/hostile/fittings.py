"""All fitting requests, and how one is sent."""

from itertools import count
from typing import Any

from .fitting_directory import about_directory
from .fitting_erasing import about_erasing
from .fitting_goods import about_awards, about_exchanges, about_goods, about_tasks
from .fitting_hours import about_activities, about_devices, about_sheets, about_visits
from .fitting_members import about_memberships
from .fitting_people import about_accounts, about_people
from .fitting_sign_in import about_sign_in
from .fitting_slips import about_slips
from .fitting_teams import about_teams
from .fitting_trees import about_trees
from .fitting_trust import about_trust
from .town import Fitting, Village

_SUBJECTS = (
    about_people,
    about_memberships,
    about_teams,
    about_accounts,
    about_directory,
    about_activities,
    about_visits,
    about_devices,
    about_sheets,
    about_awards,
    about_goods,
    about_exchanges,
    about_tasks,
    about_trust,
    about_trees,
    about_slips,
    about_sign_in,
    about_erasing,
)
_keys = count(1)


def fittings(village: Village) -> dict[str, Fitting]:
    """For each operation, by its name, a request of its own that succeeds once; the figures know of all they need."""
    found = {name: fitting for subject in _SUBJECTS for name, fitting in subject(village).items()}
    village.house.deployment.caught_up(village.house.position())
    return found


def headers_of(village: Village, name: str | None) -> dict[str, str]:
    """Those of a request by `name`, with a key that nobody used."""
    signed_in = village.person(name).headers() if name else {}
    return signed_in | {"Idempotency-Key": f"hostile-{next(_keys)}"}


def filled(path: str, ids: Any) -> str:
    """`path` with what `ids` has for each of its parameters."""
    return path.format(**ids)
