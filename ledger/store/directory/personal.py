"""What is kept of a person, as data: each field, how it is spelt once it is checked, and who may know it.

Import, registration, correction, download and erasure all go by this list. It knows no tables and no keys.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final, NamedTuple

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from ledger.kernel.refusal import Refusal
from ledger.store.directory.look_up import USUAL_SPELLING

NAME_CHARACTERS_MAX: Final = 60
"""Names of the Uyghur and of foreigners in full; the longest on an identity card are near 30."""
ADDRESS_CHARACTERS_MAX: Final = 200
TYPED_CHARACTERS_MAX: Final = 40
"""A number or a day with all its spaces and hyphens: what is longer is none."""
PHONE_DIGITS: Final = range(5, 16)
"""From a short service number to the 15 digits of ITU-T E.164."""
BORN_FROM: Final = date(1900, 1, 1)
"""Nobody alive was born before; an older day is a slip of the pen."""

_FORBIDDEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""Control characters, line ends, and marks that turn round what stands beside them."""


@dataclass(eq=False)
class PersonalFieldWrong(Refusal):
    """What was given for one personal field cannot be right. The value itself is never told.

    field: its name in PERSONAL_FIELDS. problem: one of PROBLEMS.
    """

    code: ClassVar[str] = "personal-field-wrong"
    remembered: ClassVar[bool] = False

    field: str
    problem: str


PROBLEMS: Final = (
    "empty",
    "too-long",
    "forbidden-character",
    "not-a-phone",
    "not-an-identity-number",
    "wrong-check-digit",
    "not-a-day",
    "day-not-plausible",
)


class PersonalField(NamedTuple):
    """One field that people state in text.

    check: gives the spelling that is kept of a stripped text, on the community's day; raises PersonalFieldWrong.
    characters_max: of what is typed. own: the person may correct it without the staff.
    """

    name: str
    check: Callable[[str, date], str]
    characters_max: int
    own: bool = False


def spelt(field: str, text: str, today: date) -> str:
    """`text` as it is kept in `field` of PERSONAL_FIELDS. today: on the community's calendar.

    Raises PersonalFieldWrong; KeyError for a field that nobody states (the photo, the member number).
    """
    found = PERSONAL_FIELDS[field]
    stripped = text.strip()
    if not stripped:
        raise PersonalFieldWrong(field, "empty")
    if len(stripped) > found.characters_max:
        raise PersonalFieldWrong(field, "too-long")
    if _FORBIDDEN.search(stripped) or not _is_unicode(stripped):
        raise PersonalFieldWrong(field, "forbidden-character")
    return found.check(stripped, today)


def all_spelt(texts: Mapping[str, str | None], today: date) -> dict[str, str]:
    """The fields of `texts` that were given (not None), each as `spelt` keeps it, in the order of PERSONAL_FIELDS."""
    given = {field: text for field, text in texts.items() if text is not None}
    return {field: spelt(field, given[field], today) for field in PERSONAL_FIELDS if field in given}


def born_on(identity_number: str) -> date:
    """The day of birth that a checked identity number names."""
    return ric.get_birth_date(identity_number)


def _as_written(text: str, _today: date) -> str:
    return " ".join(text.split())


def _phone(text: str, _today: date) -> str:
    """Digits only, without 86 before a number at home; any other country keeps its `+`."""
    plain = unicodedata.normalize("NFKC", text)
    digits = USUAL_SPELLING["phone"](plain)
    if not re.fullmatch(r"[+(]?[0-9][0-9 ()-]*", plain) or len(digits) not in PHONE_DIGITS:
        raise PersonalFieldWrong("phone", "not-a-phone")
    is_abroad = plain.startswith("+") and digits == re.sub(r"\D", "", plain)
    return f"+{digits}" if is_abroad else digits


def _identity_number(text: str, today: date) -> str:
    """The 18 characters of GB 11643. The place in the first six is not held against a list: codes of counties change
    faster than cards, and residents of Hong Kong, Macao and Taiwan (81 to 83) and foreigners (9) stand in none."""
    number = USUAL_SPELLING["identity_number"](unicodedata.normalize("NFKC", text))
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise PersonalFieldWrong("identity_number", "not-an-identity-number")
    if ric.calc_check_digit(number) != number[-1]:
        raise PersonalFieldWrong("identity_number", "wrong-check-digit")
    try:
        _require_plausible("identity_number", ric.get_birth_date(number), today)
    except ValidationError:
        raise PersonalFieldWrong("identity_number", "day-not-plausible") from None
    return number


def _birth_date(text: str, today: date) -> str:
    plain = unicodedata.normalize("NFKC", text)
    try:
        day = date.fromisoformat(plain if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", plain) else "")
    except ValueError:
        raise PersonalFieldWrong("birth_date", "not-a-day") from None
    _require_plausible("birth_date", day, today)
    return day.isoformat()


def _require_plausible(field: str, day: date, today: date) -> None:
    if not BORN_FROM <= day <= today:
        raise PersonalFieldWrong(field, "day-not-plausible")


def _is_unicode(text: str) -> bool:
    """Half of a surrogate pair is no character and cannot be stored."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


PERSONAL_FIELDS: Final[Mapping[str, PersonalField]] = {
    field.name: field
    for field in (
        PersonalField("name", _as_written, NAME_CHARACTERS_MAX),
        PersonalField("phone", _phone, TYPED_CHARACTERS_MAX, own=True),
        PersonalField("identity_number", _identity_number, TYPED_CHARACTERS_MAX),
        PersonalField("address", _as_written, ADDRESS_CHARACTERS_MAX, own=True),
        PersonalField("birth_date", _birth_date, TYPED_CHARACTERS_MAX),
    )
}
"""What is stated of a person, by name: the columns of an import, the fields of a file, the lines of a download."""

MEMBER_NUMBER: Final = "member_number"
"""Given by us, not stated; kept among the same fields."""
PHOTO: Final = "photo"
"""A sealed picture beside the fields, under the same key."""

SENSITIVE: Final = frozenset({"phone", "identity_number", "address", "birth_date", PHOTO})
"""Shown masked; read in full only for a purpose that is logged. The name is masked too, but tells staff whom they
serve, so it needs no purpose where they may read members."""
