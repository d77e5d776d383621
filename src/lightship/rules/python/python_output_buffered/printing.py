"""Which file of a program prints into the buffer of standard output, and stays in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from posixpath import dirname
from typing import TYPE_CHECKING, TypeGuard

from lightship.context.files import Context
from lightship.pyproject.data_files import python
from lightship.regex import regex
from lightship.rules.python.python_output_buffered.blocks import last_name, own_nodes
from lightship.rules.python.python_output_buffered.last_calls import calls_at_exit
from lightship.rules.python.python_output_buffered.python_run import RunFiles
from lightship.rules.python.python_output_buffered.sure_code import SureCode

if TYPE_CHECKING:
    import ast

_PRINT = regex(r"(?<![\w.])print\(")
# What matters stands in its log, which is not buffered
_LOGS = regex(
    r"(?m)^[ \t]*(?:import|from)[ \t]+(?:logging|loguru|structlog)\b"
    r"|\bget_?[lL]ogger\("
)
# A program runs it now and then, and ends or starts again afterwards
_UPDATER = regex(r"(?:^|/)(?:(?:self|auto)_?)?updat(?:e|er)\.py$")
# Who empties the buffer by hand knows where it has to be
_FLUSHES = regex(r"\b(?:sys\.)?stdout\.flush\(")
_EXITS = frozenset({"exit", "quit"})


def printing_file(context: Context, files: RunFiles, *, is_server: bool) -> str | None:
    """The first file that prints without flushing, in code that always runs; None where none does.

    None, too, where the program ends by itself: a server does not, nor a program with a loop. A
    file that logs prints but banners beside that.
    """
    printing = list(_may_print(context, files))
    if not printing:
        return None

    trees: dict[str, ast.Module] = {}
    for path in files.paths:
        tree = python(context, path)
        if tree is not None:
            trees[path] = tree
    code = SureCode(files, trees)
    if not (is_server or code.goes_on):
        return None

    package = dirname(files.main)
    if package and _writes_errors_alone(code.statements, package):
        # What a library prints beside that is not what people look for in its log
        printing = [path for path in printing if path.startswith(f"{package}/")]
    at_exit = _calls_at_exit(files, trees)
    for path in printing:
        if path not in code.statements:
            continue
        last_words = at_exit | set(_last_words_in(trees[path]))
        for call in _prints(code.statements[path]):
            if call not in last_words and _is_buffered(call):
                return path
    return None


def _may_print(context: Context, files: RunFiles) -> Iterator[str]:
    """The files with a print in them that neither log nor flush, nor update the program."""
    starts = "\n".join(context.read(path) or "" for path in files.starts)
    is_logging = _LOGS.search(starts) is not None
    for path in files.paths:
        text = context.read(path) or ""
        if not _PRINT.search(text) or _LOGS.search(text) or _FLUSHES.search(text):
            continue
        if not (is_logging and _UPDATER.search(path)):
            yield path


def _calls_at_exit(files: RunFiles, trees: Mapping[str, ast.Module]) -> set[ast.AST]:
    """What the files that are started call last."""
    calls: set[ast.AST] = set()
    for path in files.starts:
        if path in trees:
            calls.update(calls_at_exit(trees[path]))
    return calls


def _writes_errors_alone(
    statements: Mapping[str, Sequence[ast.stmt]], package: str
) -> bool:
    """Whether the package that is started prints, and only to where no buffer is: with `file=`."""
    is_printing = False
    for path, own in statements.items():
        if not path.startswith(f"{package}/"):
            continue
        for call in _prints(own):
            if _is_buffered(call):
                return False
            is_printing = True
    return is_printing


def _prints(statements: Sequence[ast.stmt]) -> Iterator[ast.Call]:
    for statement in statements:
        yield from filter(_is_print, own_nodes(statement))


def _last_words_in(tree: ast.Module) -> Iterator[ast.AST]:
    """All calls of a file that are the last before it ends the program."""
    import ast  # noqa: PLC0415 - few files print

    for node in ast.walk(tree):
        for block in ("body", "orelse", "finalbody"):
            statements = getattr(node, block, None)
            if isinstance(statements, list):
                yield from _last_words(statements)


def _last_words(statements: list[ast.stmt]) -> Iterator[ast.AST]:
    """The calls at the end of a block that raises or exits: what they print is written then."""
    import ast  # noqa: PLC0415 - as above

    if not statements or not _ends(statements[-1]):
        return
    for statement in reversed(statements[:-1]):
        if not isinstance(statement, ast.Expr):
            return
        yield statement.value


def _ends(statement: ast.stmt) -> bool:
    """Whether it is `raise`, `exit()` or `sys.exit()`."""
    import ast  # noqa: PLC0415 - as above

    if isinstance(statement, ast.Raise):
        return True
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return False
    return last_name(statement.value) in _EXITS


def _is_print(node: ast.AST) -> TypeGuard[ast.Call]:
    import ast  # noqa: PLC0415 - as above

    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        return False
    return node.func.id == "print"


def _is_buffered(call: ast.Call) -> bool:
    # Given by name they say where it goes, or that it goes at once
    return not any(keyword.arg in ("file", "flush") for keyword in call.keywords)
