"""What a script calls last, before it ends and writes all that it has printed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ast


def calls_at_exit(tree: ast.Module) -> Iterator[ast.Call]:
    """The calls at the end of `if __name__ == "__main__"`, and of the function called there last.

    Of a function that only this calls: `print("done")` at the end of main().
    """
    import ast  # noqa: PLC0415 - few files print

    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.If) or "__name__" not in _names(last.test):
        return
    calls = list(_last_calls(last.body))
    yield from calls
    if not calls:
        return
    called = _called(calls[-1])
    if _names(tree).count(called) != 1:
        return
    for statement in tree.body:
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if statement.name == called:
            yield from _last_calls(statement.body)
            yield from _before_returns(statement)


def _before_returns(function: ast.AST) -> Iterator[ast.Call]:
    """What is printed directly before a `return` of the function with which the program ends."""
    import ast  # noqa: PLC0415 - as above

    for node in _own_nodes(function):
        for block in ("body", "orelse", "finalbody"):
            statements = getattr(node, block, None)
            if not isinstance(statements, list) or not statements:
                continue
            if isinstance(statements[-1], ast.Return):
                yield from _last_calls(statements[:-1])


def _own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    """A function and what is in it, but for functions and classes in it."""
    import ast  # noqa: PLC0415 - as above

    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    waiting = [function]
    for node in waiting:  # which grows while it is read
        yield node
        inner = ast.iter_child_nodes(node)
        waiting += [child for child in inner if not isinstance(child, kinds)]


def _last_calls(statements: Sequence[ast.stmt]) -> Iterator[ast.Call]:
    """Those of the print statements that a block ends with, and the call before them."""
    import ast  # noqa: PLC0415 - as above

    for statement in reversed(statements):
        if not isinstance(statement, ast.Expr):
            return
        call = statement.value
        if not isinstance(call, ast.Call):
            return
        yield call
        if _called(call) != "print":
            return


def _called(call: ast.Call) -> str:
    """The function that is called: `main` of `main()`, `sys.exit(main())`, `run(main())`."""
    import ast  # noqa: PLC0415 - as above

    name = ""
    if isinstance(call.func, ast.Name):
        name = call.func.id
    if name != "print" and len(call.args) == 1:
        inner = call.args[0]
        if isinstance(inner, ast.Call):
            return _called(inner)
    return name


def _names(node: ast.AST) -> list[str]:
    import ast  # noqa: PLC0415 - as above

    return [inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)]
