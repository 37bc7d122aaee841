"""The direction of imports as a table, read by ast; import-linter checks the same from its own contracts.

A zone is a part of the house. What may be imported is listed zone by zone; everything else of ours is forbidden.
"""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from .project_tree import SourceFile

OWN_PACKAGES = ("ledger", "projections", "qr", "demonstration", "api")
PARTS_OF_API = {
    "wiring": "wiring",
    "deployment": "wiring",
    "command_line": "command line",
    "commands": "command line",
}
"""Parts of the edge that may know the store: the composition root, the record of what it put together, and commands."""
PARTS_OF_LEDGER = {"kernel", "application", "store"}
INNER = frozenset({"kernel", "context events", "context", "application"})

MAY_IMPORT: dict[str, frozenset[str]] = {
    "ledger": frozenset({"ledger"}),
    "kernel": frozenset({"kernel"}),
    "context events": frozenset({"kernel"}),
    "context": frozenset({"kernel"}),
    "application": INNER,
    "store": INNER | {"store"},
    "projections": frozenset({"kernel", "context events", "application", "projections"}),
    "qr": INNER | {"qr"},
    "demonstration": INNER | {"demonstration", "wiring"},
    "api": INNER | {"projections", "qr", "api", "wiring"},
    "wiring": INNER | {"store", "projections", "qr", "api", "wiring"},
    "command line": INNER | {"store", "projections", "qr", "demonstration", "api", "wiring", "command line"},
}
FRAMEWORKS = frozenset({"eventsourcing", "sqlalchemy", "litestar", "qrcode", "psycopg", "alembic"})
KEPT_FROM_FRAMEWORKS = frozenset({"kernel", "context", "context events", "application"})
KEPT_FROM_SQL = ("api.v1", "api.pages")


class Import(NamedTuple):
    """One imported module or name, in full, and the line it stands on."""

    target: str
    line: int


def module_name(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def zone(module: str) -> str | None:
    """The part of the house that `module` belongs to; None where it is not ours."""
    parts = module.split(".")
    if parts[0] not in OWN_PACKAGES:
        return None
    if parts[0] == "ledger" and len(parts) > 1:
        if parts[1] in PARTS_OF_LEDGER:
            return parts[1]
        return "context events" if len(parts) > 2 and parts[2] == "events" else "context"
    if parts[0] == "api" and len(parts) > 1:
        return PARTS_OF_API.get(parts[1], "api")
    return parts[0]


def context(module: str) -> str | None:
    """`accounts` for `ledger.accounts.events`; None outside the contexts."""
    return module.split(".")[1] if (zone(module) or "").startswith("context") else None


def imports(file: SourceFile) -> Iterator[Import]:
    """Every import of a file, wherever it stands; `from a import b` counts as `a.b`, which may be a module."""
    package = module_name(file.path).split(".")
    if not file.path.endswith("/__init__.py"):
        package = package[:-1]
    for node in ast.walk(ast.parse(file.text)):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*above, *([node.module] if node.module else [])])
            yield from (
                Import(origin if alias.name == "*" else f"{origin}.{alias.name}", node.lineno) for alias in node.names
            )


def is_forbidden(module: str, target: str) -> bool:
    """Whether `module`, one of ours, must not import `target`."""
    here, there = zone(module), zone(target)
    outside = target.split(".")[0]
    if here is None:
        return False
    if there is None:
        kept_from_sql = outside == "sqlalchemy" and module.startswith(KEPT_FROM_SQL)
        return kept_from_sql or (outside in FRAMEWORKS and here in KEPT_FROM_FRAMEWORKS)
    if context(module) and context(target):
        return context(module) != context(target)
    return there not in MAY_IMPORT[here]


def breaches(file: SourceFile) -> Iterator[str]:
    """The imports of `file` that go against the direction, as sentences."""
    module = module_name(file.path)
    for one in imports(file):
        if is_forbidden(module, one.target):
            yield f"{file.path}:{one.line} {module} must not import {one.target}"
