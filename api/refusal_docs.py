"""`docs/refusals.md`: every code with its status, its sentence in both languages and its facts, made from the code."""

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from api import v1, wiring
from api.languages import said
from api.sentences import GROUPS, faults
from api.sentences.told import Told
from ledger.kernel.refusal import Refusal, all_refusals

# Naming them here makes sure that every part of the program which can refuse has been read.
PARTS = (v1, wiring)

HEAD = """# Codes

Written by `linli docs` from the code; not to be edited. Codes are part of the interface: once published, a code keeps
its meaning. A refusal says that a rule said no and that nothing has changed; its facts stand under `facts`.
"""


def render() -> str:
    """The whole document."""
    known = {refusal.code: refusal for refusal in all_refusals()}
    parts = [HEAD]
    for title, told in GROUPS.items():
        parts.append(f"\n## {title}\n\n{_table(told, known)}")
    parts.append(f"\n## Not a rule's\n\n{_table(faults.TOLD, {})}")
    return "".join(parts)


def write(file: Path) -> None:
    """Write the document to `file`."""
    file.write_text(render(), encoding="utf-8")


def drift(file: Path) -> list[str]:
    """The name of `file` where it is not what `write` would make it; nothing where it is."""
    written = file.read_text(encoding="utf-8") if file.exists() else ""
    return [] if written == render() else [file.name]


def _table(told: dict[str, Told], known: dict[str, type[Refusal]]) -> str:
    return "| code | status | sentence | facts |\n| --- | --- | --- | --- |\n" + "".join(_rows(told, known))


def _rows(told: dict[str, Told], known: dict[str, type[Refusal]]) -> Iterator[str]:
    for code, one in sorted(told.items()):
        facts = [f"`{field.name}`" for field in fields(known[code])] if code in known else []
        english = said(one.sentence, "en")
        yield f"| `{code}` | {one.status} | {one.sentence}<br>{english} | {', '.join(facts)} |\n"
