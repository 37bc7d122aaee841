"""The project's own files: what git tracks or would track, as paths relative to the root and as text."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
SKIPPED_PARTS = {".git", ".venv", "__pycache__", "node_modules", "var", "build", "dist"}


class SourceFile(NamedTuple):
    """A text file. path: relative to the root, with forward slashes."""

    path: str
    text: str


def own_files() -> list[Path]:
    """Relative paths of the files that belong to the project, in order: what git knows, or else what lies there."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
        found = [Path(line) for line in listed]
    except (OSError, subprocess.CalledProcessError):
        found = [path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file()]
    return sorted(path for path in found if not SKIPPED_PARTS & set(path.parts) and (ROOT / path).is_file())


def text_files() -> Iterator[SourceFile]:
    """Every own file that is text; pictures and the like are passed over."""
    for path in own_files():
        try:
            yield SourceFile(path.as_posix(), (ROOT / path).read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            continue


def python_files() -> list[SourceFile]:
    """Every own Python file."""
    return [file for file in text_files() if file.path.endswith(".py")]
