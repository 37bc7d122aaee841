"""Personal fields as they are shown before anybody has said what for: enough to know whether it is the right one."""

import re
from typing import Final

from ledger.application.masking import mask_name

HIDDEN: Final = "****"
PHONE_SHOWN: Final = (3, 4)
"""138****5678, as bills and receipts in China show it. Shorter numbers show their last two digits alone."""
_SHORT_PHONE: Final = 9
IDENTITY_SHOWN: Final = (6, 2)
"""The place and the last two characters: not the birthday, and not the four digits that people are asked for."""

_DOWN_TO_COMMUNITY: Final = re.compile(r"^.*?(?:社区|居委会|村(?!路|巷))")
_DOWN_TO_STREET: Final = re.compile(r"^.*?(?:街道|[镇乡县区市](?!路|街|巷))")


def masked(field: str, text: str) -> str:
    """`text` of the personal `field` as everybody sees it who may know of the person. Empty stays empty."""
    return _WAYS.get(field, _hidden)(text) if text else ""


def _phone(text: str) -> str:
    if len(text) < _SHORT_PHONE:
        return HIDDEN + text[-2:]
    first, last = PHONE_SHOWN
    return text[:first] + HIDDEN + text[-last:]


def _identity_number(text: str) -> str:
    first, last = IDENTITY_SHOWN
    return text[:first] + HIDDEN + text[-last:]


def _address(text: str) -> str:
    """Down to the community; without one in it, down to the street, town or county; else nothing."""
    found = _DOWN_TO_COMMUNITY.match(text) or _DOWN_TO_STREET.match(text)
    return (found.group() if found else "") + HIDDEN


def _number(text: str) -> str:
    return text


def _hidden(_text: str) -> str:
    return HIDDEN


_WAYS: Final = {
    "name": mask_name,
    "phone": _phone,
    "identity_number": _identity_number,
    "address": _address,
    "member_number": _number,
}
