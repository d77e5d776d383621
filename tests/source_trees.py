"""The modules of lightship as Python reads them; `ast.walk` takes five times as long as parsing them does."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import lightship

SOURCE = Path(lightship.__file__).parent
_BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def statements(tree: ast.Module) -> Iterator[ast.stmt]:
    """All statements, those inside of others too."""
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.stmt):
            yield node
        for block in _BLOCKS:
            inside = getattr(node, block, ())
            if isinstance(inside, list):
                waiting += inside


def nodes(tree: ast.AST, but: Callable[[ast.AST], bool]) -> Iterator[ast.AST]:
    """As `ast.walk`, in another order and without what is inside of those that `but` is true of."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if but(node):
            continue
        yield node
        for name in node._fields:
            inside = getattr(node, name, None)
            if isinstance(inside, ast.AST):
                waiting.append(inside)
            elif isinstance(inside, list):
                waiting += [item for item in inside if isinstance(item, ast.AST)]


@cache
def imported_packages() -> dict[str, Path]:
    """What lightship imports anywhere, by the first part of its name, and a module that does."""
    packages: dict[str, Path] = {}
    for path in SOURCE.rglob("*.py"):
        for node in statements(tree_of(path)):
            if isinstance(node, ast.Import):
                names = [item.name for item in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
            else:
                continue
            packages |= {name.partition(".")[0]: path for name in names}
    return packages
