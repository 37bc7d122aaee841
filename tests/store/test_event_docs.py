"""The schemas of the stored events are written down, and say when they are no longer true."""

import json
from pathlib import Path

from ledger.store.catalog import CATALOG
from ledger.store.event_docs import documents, drift, write

COMMITTED = Path(__file__).parents[2] / "docs" / "events"


def test_the_committed_schemas_are_what_the_code_says() -> None:
    assert drift(COMMITTED) == []


def test_drift_names_what_is_missing_changed_or_superfluous(tmp_path: Path) -> None:
    folder = tmp_path / "events"
    assert drift(folder) == sorted(documents())

    write(folder)
    assert drift(folder) == []

    (folder / "recorded.json").unlink()
    (folder / "README.md").write_text("something else")
    (folder / "accounts.gone.1.json").write_text("{}")
    assert drift(folder) == ["README.md", "accounts.gone.1.json", "recorded.json"]

    write(folder)
    assert drift(folder) == []


def test_every_reference_inside_a_schema_can_be_followed() -> None:
    for name, text in documents().items():
        if name.endswith(".json"):
            schema = json.loads(text)
            used = {part.split('"')[0] for part in text.split('"#/$defs/')[1:]}
            assert used == set(schema.get("$defs", {})), name


def test_the_index_tells_what_each_event_says() -> None:
    index = documents()["README.md"]

    assert all(f"| [`{name}`]({name}.json) | " in index for name in CATALOG.types)
