"""Which statements of a block run whenever the block does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ast


def run_by(statements: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Those that run, and those in loops, `with` and `try`; nothing under a condition.

    `if __name__ == "__main__"` is none: the caller has left it away where it does not hold.
    """
    import ast  # noqa: PLC0415 - few files print

    waiting = list(reversed(statements))
    while waiting:
        statement = waiting.pop()
        yield statement
        if isinstance(statement, ast.Return | ast.Raise):
            return
        waiting += reversed(_inner(statement))


def _inner(statement: ast.stmt) -> list[ast.stmt]:
    import ast  # noqa: PLC0415 - as above

    if isinstance(statement, ast.Try):
        return [*statement.body, *statement.orelse, *statement.finalbody]
    loops = (ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith)
    if isinstance(statement, loops) or is_for_main(statement):
        inner: list[ast.stmt] = statement.body  # type: ignore[attr-defined]
        return _until_left(inner)
    return []


def _until_left(statements: list[ast.stmt]) -> list[ast.stmt]:
    """A block without what stands after `break`, `continue`, `return` or `raise` in it."""
    import ast  # noqa: PLC0415 - as above

    ends = (ast.Break, ast.Continue, ast.Return, ast.Raise)
    for at, statement in enumerate(statements):
        if isinstance(statement, ends):
            return statements[:at]
    return statements


def is_for_main(statement: ast.stmt) -> bool:
    """Whether it is `if __name__ == "__main__"`."""
    import ast  # noqa: PLC0415 - as above

    if not isinstance(statement, ast.If):
        return False
    nodes = ast.walk(statement.test)
    return any(isinstance(node, ast.Name) and node.id == "__name__" for node in nodes)


def own_nodes(statement: ast.stmt) -> Iterator[ast.AST]:
    """A statement's own expressions, without statements in it and lambdas, which run later."""
    import ast  # noqa: PLC0415 - as above

    later = (ast.stmt, ast.Lambda, ast.ExceptHandler, ast.match_case)
    waiting: list[ast.AST] = [statement]
    for node in waiting:  # which grows while it is read
        yield node
        inner = ast.iter_child_nodes(node)
        waiting += [child for child in inner if not isinstance(child, later)]


def last_name(node: ast.expr) -> str:
    """`get` for `@app.get("/")`."""
    import ast  # noqa: PLC0415 - as above

    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
