"""The rules of style that can be measured. Each takes a file and yields findings; none of them knows about the disk.

The limits come from the house style: the trees we admire keep to them, and a reader can hold a file of this size.
"""

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterator
from typing import NamedTuple

from .project_tree import SourceFile

FUNCTION_LINES_MAX = 40
FILE_LINES_MAX = 300
TEST_FILE_LINES_MAX = 400
PARAMETERS_MAX = 5

BANNED_NAMES = frozenset({"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"})
BANNED_CLASS_WORDS = re.compile(r"(Utils?|Helpers?|Common|Manager|Misc)(?=[A-Z]|$)|^Base[A-Z]|Base$")
UNFINISHED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK")) + r")\b")
MACHINE_PATH = re.compile(
    r"(?<![\w.:/~}\])-])/(?:" + "|".join(("wo" + "rk", "ho" + "me", "ro" + "ot", "Us" + "ers", "tm" + "p")) + r")/\w"
)
FINANCE_WORDS = ("银行", "存款", "利息")
PAGES_OF_THE_PRODUCT = ("api/", "qr/", "demonstration/")

AnyFunction = ast.FunctionDef | ast.AsyncFunctionDef


class Finding(NamedTuple):
    """A breach. place: `path` or `path:qualified.name`; figure: what was measured, 1 where nothing is counted."""

    rule: str
    place: str
    figure: int


Rule = Callable[[SourceFile], Iterator[Finding]]


def is_test(path: str) -> bool:
    return path.startswith("tests/")


def functions(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, AnyFunction]]:
    """Every function with its qualified name, nested ones too."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, AnyFunction | ast.ClassDef):
            name = f"{prefix}{node.name}"
            if not isinstance(node, ast.ClassDef):
                yield name, node
            yield from functions(node, f"{name}.")
        else:
            yield from functions(node, prefix)


def docstring_lines(node: AnyFunction) -> int:
    first = node.body[0]
    is_text = (
        isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    )
    return (first.end_lineno or first.lineno) - first.lineno + 1 if is_text else 0


def long_functions(file: SourceFile) -> Iterator[Finding]:
    for name, node in functions(ast.parse(file.text)):
        lines = (node.end_lineno or node.lineno) - node.lineno + 1 - docstring_lines(node)
        if lines > FUNCTION_LINES_MAX:
            yield Finding("function-length", f"{file.path}:{name}", lines)


def long_files(file: SourceFile) -> Iterator[Finding]:
    lines = file.text.count("\n")
    if lines > (TEST_FILE_LINES_MAX if is_test(file.path) else FILE_LINES_MAX):
        yield Finding("file-length", file.path, lines)


def many_parameters(file: SourceFile) -> Iterator[Finding]:
    """Tests are exempt: there a parameter is a fixture."""
    if is_test(file.path):
        return
    for name, node in functions(ast.parse(file.text)):
        given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        count = sum(parameter.arg not in {"self", "cls"} for parameter in given)
        if count > PARAMETERS_MAX:
            yield Finding("parameters", f"{file.path}:{name}", count)


def missing_module_docstrings(file: SourceFile) -> Iterator[Finding]:
    """A module says in one to four sentences what it is for; an empty `__init__.py` has nothing to say."""
    if file.text.strip() and not ast.get_docstring(ast.parse(file.text)):
        yield Finding("module-docstring", file.path, 1)


def banned_file_names(file: SourceFile) -> Iterator[Finding]:
    """A file or folder named for what it is, not for what was left over."""
    for part in file.path.split("/"):
        if part.lower().split(".")[0] in BANNED_NAMES:
            yield Finding("banned-name", file.path, 1)


def banned_class_names(file: SourceFile) -> Iterator[Finding]:
    for node in ast.walk(ast.parse(file.text)):
        if isinstance(node, ast.ClassDef) and BANNED_CLASS_WORDS.search(node.name):
            yield Finding("banned-name", f"{file.path}:{node.name}", 1)


def unfinished_notes(file: SourceFile) -> Iterator[Finding]:
    """Work left over belongs in the plan, not in a comment."""
    for token in tokenize.generate_tokens(io.StringIO(file.text).readline):
        if token.type == tokenize.COMMENT and UNFINISHED.search(token.string):
            yield Finding("unfinished-note", f"{file.path}:{token.start[0]}", 1)


def machine_paths(file: SourceFile) -> Iterator[Finding]:
    """A path of somebody's machine means nothing on another."""
    found = len(MACHINE_PATH.findall(file.text))
    if found:
        yield Finding("machine-path", file.path, found)


def finance_words(file: SourceFile) -> Iterator[Finding]:
    """Points are no money, and nothing a person sees may sound as if they were."""
    found = sum(file.text.count(word) for word in FINANCE_WORDS)
    if found and file.path.startswith(PAGES_OF_THE_PRODUCT):
        yield Finding("finance-word", file.path, found)


PYTHON_RULES: tuple[Rule, ...] = (
    long_functions,
    long_files,
    many_parameters,
    missing_module_docstrings,
    banned_class_names,
    unfinished_notes,
)
TEXT_RULES: tuple[Rule, ...] = (banned_file_names, machine_paths, finance_words)


def findings(file: SourceFile) -> Iterator[Finding]:
    """All breaches in one file."""
    for rule in TEXT_RULES + (PYTHON_RULES if file.path.endswith(".py") else ()):
        yield from rule(file)
