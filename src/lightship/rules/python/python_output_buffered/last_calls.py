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


def _last_calls(statements: Sequence[ast.stmt]) -> Iterator[ast.Call]:
    """Those of the print statements that a block ends with, and the call before them."""
    import ast  # noqa: PLC0415 - as above

    for statement in reversed(statements):
        if not isinstance(statement, ast.Expr) or not isinstance(
            statement.value, ast.Call
        ):
            return
        yield statement.value
        if _called(statement.value) != "print":
            return


def _called(call: ast.Call) -> str:
    """The function that is called: `main` of `main()`, `sys.exit(main())`, `run(main())`."""
    import ast  # noqa: PLC0415 - as above

    if len(call.args) == 1 and isinstance(call.args[0], ast.Call):
        is_print = isinstance(call.func, ast.Name) and call.func.id == "print"
        if not is_print:
            return _called(call.args[0])
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _names(node: ast.AST) -> list[str]:
    import ast  # noqa: PLC0415 - as above

    return [inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)]
