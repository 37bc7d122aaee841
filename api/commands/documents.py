"""`linli docs`: what is generated from the code, written or compared."""

from pathlib import Path

import click

from api import refusal_docs
from api.commands.speech import REFUSED, tell
from api.languages import marked
from ledger.store import event_docs

DOCS = Path(__file__).parents[2] / "docs"


@click.command()
@click.option("--check", is_flag=True, help="只比较，不写 / compare only")
def docs(check: bool) -> None:
    """生成 docs/events 与 docs/refusals.md / Write the generated documents."""
    if not check:
        event_docs.write(DOCS / "events")
        refusal_docs.write(DOCS / "refusals.md")
        return
    stale = event_docs.drift(DOCS / "events") + refusal_docs.drift(DOCS / "refusals.md")
    for name in stale:
        tell(marked("{name} 与代码不一致，请运行 linli docs。"), name=name)
    if stale:
        raise SystemExit(REFUSED)
