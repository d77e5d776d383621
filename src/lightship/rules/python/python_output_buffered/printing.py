"""Whether a file of Python prints into the buffer of standard output."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lightship.context.files import Context
from lightship.pyproject.data_files import python
from lightship.regex import regex

if TYPE_CHECKING:
    import ast

_PRINT = regex(r"(?<![\w.])print\(")


def prints(context: Context, path: str, is_main: bool) -> bool:
    """Whether it calls `print` without flushing; standard error has no buffer.

    What stands below `if __name__ == "__main__"` runs only in the main file.
    """
    text = context.read(path) or ""
    if _PRINT.search(text) is None:
        return False
    tree = python(context, path)
    if tree is None:
        return False
    return any(_is_buffered(call) for call in _calls(tree, is_main))


def _calls(tree: ast.Module, is_main: bool) -> Iterator[ast.Call]:
    import ast  # noqa: PLC0415 - few files print

    for statement in tree.body:
        is_for_main = isinstance(statement, ast.If) and "__name__" in _names(statement)
        if is_for_main and not is_main:
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Call):
                yield node


def _names(statement: ast.If) -> set[str]:
    """The variables that the condition names."""
    import ast  # noqa: PLC0415 - as above

    nodes = ast.walk(statement.test)
    return {node.id for node in nodes if isinstance(node, ast.Name)}


def _is_buffered(call: ast.Call) -> bool:
    import ast  # noqa: PLC0415 - as above

    if not isinstance(call.func, ast.Name) or call.func.id != "print":
        return False
    # Given by name they say where it goes, or that it goes at once
    return not any(keyword.arg in ("file", "flush") for keyword in call.keywords)
