"""Writes the catalog down for readers outside: one JSON Schema per event name, and one for what is stored around it.

The files are generated and committed; `drift` says where they no longer tell what the code does.
"""

import json
from inspect import cleandoc
from pathlib import Path
from typing import Any

import msgspec

from ledger.kernel.envelope import Recorded
from ledger.store.catalog import CATALOG, Catalog

DIALECT = "https://json-schema.org/draft/2020-12/schema"

INTRODUCTION = """# Stored events

Generated from the code. One file per event name, as JSON Schema; a name never changes its meaning.
The stored bytes of every event are the JSON of [`recorded`](recorded.json), with the event in its field `event`.

| name | what happened |
|---|---|
"""


def write(folder: Path, catalog: Catalog = CATALOG) -> None:
    """Write every file into `folder` and remove what is there but no longer generated."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in drift(folder, catalog):
        path, text = folder / name, documents(catalog).get(name)
        if text is None:
            path.unlink()
        else:
            path.write_text(text, encoding="utf-8")


def drift(folder: Path, catalog: Catalog = CATALOG) -> list[str]:
    """Names of the files in `folder` that are missing, superfluous or not what the code says, sorted."""
    wanted = documents(catalog)
    there = {path.name: path.read_text("utf-8") for path in folder.iterdir()} if folder.is_dir() else {}
    return sorted(name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name))


def documents(catalog: Catalog = CATALOG) -> dict[str, str]:
    """Every file by its name: `README.md`, `recorded.json` and `<event name>.json`."""
    rows = "".join(
        f"| [`{name}`]({name}.json) | {_first_line(kind)} |\n" for name, kind in sorted(catalog.types.items())
    )
    schemas = {f"{name}.json": _schema(name, kind) for name, kind in catalog.types.items()}
    return {"README.md": INTRODUCTION + rows, "recorded.json": _schema("recorded", Recorded), **schemas}


def _schema(name: str, kind: type[msgspec.Struct]) -> str:
    _, parts = msgspec.json.schema_components([kind])
    for part in parts.values():
        part["description"] = cleandoc(part["description"])
    root: dict[str, Any] = parts.pop(kind.__name__)
    head = {"$schema": DIALECT, "$id": name, **root}
    whole = {**head, "$defs": parts} if parts else head
    text = json.dumps(whole, indent=2, ensure_ascii=False).replace("#/components/schemas/", "#/$defs/")
    return text + "\n"


def _first_line(kind: type[msgspec.Struct]) -> str:
    return (kind.__doc__ or "").strip().splitlines()[0]
