"""What is kept of a person, shown, read and corrected: the same conditions and the same witness for pages and programs.

Whatever is not the person's own is shown masked. The sensitive fields are read for a purpose, and the audit log has
taken down who reads what of whom before a value leaves the directory; where it cannot, no value is given.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final, Literal, NamedTuple

from litestar import Request

from api.deployment import PERSONAL_FIELDS, PHOTO, SENSITIVE, Deployment, Picture, Rate, all_spelt
from api.identity import NotAllowed, require_step_up
from api.messages import warn_of_other_phone
from api.readers import Reader
from ledger.application.authority import ALLOWED, Permission
from ledger.application.masked_details import masked
from ledger.kernel.clock import business_day
from ledger.kernel.ids import MemberId
from ledger.kernel.refusal import Refusal
from projections import people
from projections.people import MemberRow

Purpose = Literal["contact", "identity-check", "delivery", "emergency", "correction", "audit"]
SensitiveField = Literal["phone", "identity_number", "address", "birth_date"]

READS: Final = Rate(60, 60 * 60)
"""People whose sensitive fields one reader may read in an hour: our default, a counter's busiest."""
UNUSUAL: Final = Rate(30, 60 * 60)
"""From so many on each reading is marked in the audit log, for whoever looks through it."""
_ONCE_AN_HOUR: Final = Rate(1, 60 * 60)
MASKED_NUMBER: Final = "member_number"


@dataclass(eq=False)
class TooManyReads(Refusal):
    """One reader has read the files of so many people that it is no longer usual. Who is in need can be called."""

    code: ClassVar[str] = "too-many-reads"
    remembered: ClassVar[bool] = False

    people_max: int
    retry_after_seconds: int


@dataclass(eq=False)
class BasisNeeded(Refusal):
    """Staff who correct somebody's details say what they saw."""

    code: ClassVar[str] = "basis-needed"
    remembered: ClassVar[bool] = False


@dataclass(eq=False)
class NothingToCorrect(Refusal):
    """No field was given, or one both to be written and to be taken away, or the name to be taken away."""

    code: ClassVar[str] = "nothing-to-correct"
    remembered: ClassVar[bool] = False


class Correction(NamedTuple):
    """Fields to be written as they were typed, fields of which nothing is to be kept, and what staff saw (a code)."""

    typed: Mapping[str, str]
    gone: Collection[str]
    basis: str | None


def shown(reader: Reader, member: MemberId) -> dict[str, str]:
    """What is kept of `member` by field: masked, but for the reader's own. What does not open is left out."""
    known = reader.deployment.directory.known([member], [*PERSONAL_FIELDS, MASKED_NUMBER]).texts.get(member, {})
    return known if member == reader.member else {field: masked(field, text) for field, text in known.items()}


def read_sensitive(reader: Reader, row: MemberRow, fields: Sequence[str], purpose: Purpose) -> dict[str, str]:
    """`fields` of the member in full, once the audit log has it; those of which nothing is kept are left out.

    The caller may read them there. Refuses with LegalHold and TooManyReads.
    """
    _witness_reading(reader, row, fields, purpose)
    known = reader.deployment.directory.known([row.member], fields).texts.get(row.member, {})
    return {field: known[field] for field in fields if field in known}


def read_photo(reader: Reader, row: MemberRow, purpose: Purpose) -> Picture | None:
    """As `read_sensitive`, for the photo; None where there is none."""
    _witness_reading(reader, row, [PHOTO], purpose)
    return reader.deployment.directory.photo(MemberId(row.member))


def require_sensitive(reader: Reader, member: MemberId) -> MemberRow:
    """The row of somebody else whose sensitive fields the reader may read. Raises NotAllowed, UnknownId."""
    if not any(role.role in ALLOWED[Permission.READ_SENSITIVE] for role in reader.roles):
        raise NotAllowed
    return reader.require_over_member(member, Permission.READ_SENSITIVE)


def require_correctable(reader: Reader, member: MemberId, fields: Collection[str]) -> MemberRow:
    """The row of `member`, whose `fields` the reader may correct: of their own the phone, the address and the photo, of
    others where they may change details. Raises NotAllowed, UnknownId.
    """
    if member != reader.member:
        if not any(role.role in ALLOWED[Permission.CHANGE_DETAILS] for role in reader.roles):
            raise NotAllowed
    elif not all(field == PHOTO or PERSONAL_FIELDS[field].own for field in fields):
        raise NotAllowed
    return reader.require_over_member(member, Permission.CHANGE_DETAILS)


def ask_again(request: Request[Any, Any, Any], member: MemberId, fields: Collection[str]) -> None:
    """Ask `member`, who changes their own `fields`, again who they are before another telephone is theirs: a forgotten
    PIN is set anew by a message to it, so an unlocked phone would be enough to keep an account. Who has nothing yet to
    show it with passes. Raises StepUpNeeded.
    """
    deployment: Deployment = request.app.state.deployment
    if "phone" in fields and deployment.credentials.has(member):
        require_step_up(request)


def correct(reader: Reader, row: MemberRow, correction: Correction) -> list[str]:
    """Correct what is kept of the member; the fields that were. What stood there before is kept nowhere, but for the
    old telephone, which is told that another took its place.

    The caller asked `require_correctable`. Refuses with NothingToCorrect, BasisNeeded, PersonalFieldWrong, LegalHold.
    """
    deployment, typed, gone = reader.deployment, correction.typed, set(correction.gone)
    if not (typed or gone) or gone & typed.keys() or "name" in gone:
        raise NothingToCorrect
    now = deployment.clock.now()
    texts = all_spelt(typed, business_day(now))
    fields = [field for field in PERSONAL_FIELDS if field in texts or field in gone]
    witness_change(reader, row, fields, correction.basis)
    old_phone = deployment.directory.read([row.member], "phone").get(row.member)
    deployment.directory.correct(row.member, texts, gone)
    if "phone" in fields and old_phone and texts.get("phone") != old_phone:
        warn_of_other_phone(deployment, MemberId(row.member), old_phone)
    return fields


def witness_change(reader: Reader, row: MemberRow, fields: Sequence[str], basis: str | None) -> None:
    """Take down who changes which fields of whom, never a value. Refuses with BasisNeeded, LegalHold."""
    deployment = reader.deployment
    deployment.legal_holds.require_free(row.member)
    facts = {"fields": "/".join(fields), "by": "self" if row.member == reader.member else "staff"}
    if row.member != reader.member:
        if basis is None:
            raise BasisNeeded
        facts["basis"] = basis
    deployment.audit_log.record(
        "personal_fields_changed",
        deployment.clock.now(),
        actor=reader.member,
        subject=row.member,
        facts=facts,
    )


def _witness_reading(reader: Reader, row: MemberRow, fields: Sequence[str], purpose: Purpose) -> None:
    deployment, now = reader.deployment, reader.deployment.clock.now()
    deployment.legal_holds.require_free(row.member)
    facts: dict[str, str | int] = {"fields": "/".join(fields), "purpose": purpose}
    if _is_unusual(deployment, reader.member, row.member, now):
        facts["unusual"] = "yes"
    role = _role(reader, row)
    if role is not None:
        facts |= {"role": role.role, "organisation": str(role.organisation)}
    deployment.audit_log.record("personal_fields_read", now, actor=reader.member, subject=row.member, facts=facts)


def _is_unusual(deployment: Deployment, reader: MemberId, member: object, now: datetime) -> bool:
    """Count this person once an hour. Refuses with TooManyReads, told to the audit log once an hour."""
    limits = deployment.limits
    if limits.hit(f"sensitive:{reader} {member}", _ONCE_AN_HOUR, now) is not None:
        return False
    wait = limits.hit(f"sensitive:{reader}", READS, now)
    if wait is None:
        return limits.hit(f"unusual:{reader}", UNUSUAL, now) is not None
    limits.give_back(f"sensitive:{reader} {member}", _ONCE_AN_HOUR, now)
    if limits.hit(f"sensitive-told:{reader}", _ONCE_AN_HOUR, now) is None:
        facts = {"code": TooManyReads.code, "people": READS.limit}
        deployment.audit_log.record("refused", now, actor=reader, facts=facts)
    raise TooManyReads(READS.limit, wait)


def _role(reader: Reader, row: MemberRow) -> people.RoleRow | None:
    """By which of their roles they read: the person will see it."""
    line = {node.organisation for node in people.line_of(reader.connection, row.home)}
    allowing = (role for role in reader.roles if role.role in ALLOWED[Permission.READ_SENSITIVE])
    return next((role for role in allowing if role.organisation in line), None)


SENSITIVE_FIELDS: Final = tuple(field for field in PERSONAL_FIELDS if field in SENSITIVE)
"""What can be asked for by name; the photo is asked for apart."""
