"""Functions of the started file that nothing calls, by their place in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ast

# They run until the program ends: `app.run()`, `loop.run_forever()`
_BLOCKING = frozenset(
    """infinity_polling mainloop run run_forever run_polling serve serve_forever
    start_polling""".split()
)
_ENDS_ITSELF = frozenset({"asyncio", "subprocess"})


def reached(statements: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Those at the top of the file whose `__name__` is `__main__` that are reached, or called.

    Without what stands after the call that the program stays in, and without definitions that
    another one of the same name replaces before anything names them.
    """
    kept = list(_until_blocked(statements))
    return [item for at, item in enumerate(kept) if not _is_replaced(kept, at)]


def _until_blocked(statements: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in statements:
        yield statement
        if _blocks(statement):
            return


def _blocks(statement: ast.stmt) -> bool:
    """Whether it is `app.run()`, or `if __name__ == "__main__"` that ends so."""
    import ast  # noqa: PLC0415 - few files print

    if isinstance(statement, ast.If):
        is_for_main = "__name__" in _names(statement.test)
        return is_for_main and _blocks(statement.body[-1])
    if not isinstance(statement, ast.Expr):
        return False
    call = statement.value
    if not isinstance(call, ast.Call):
        return False
    called = call.func
    if not isinstance(called, ast.Attribute) or called.attr not in _BLOCKING:
        return False
    return _ENDS_ITSELF.isdisjoint(_names(called))


def _is_replaced(statements: Sequence[ast.stmt], at: int) -> bool:
    """Whether it defines a function again or for the last time, which nothing calls by then."""
    name = _defined(statements[at])
    if not name:
        return False
    places = [place for place, item in enumerate(statements) if _defined(item) == name]
    if len(places) == 1:
        return False

    is_last = at == places[-1]
    until = len(statements)
    if not is_last:
        own = places.index(at)
        until = places[own + 1]
    if _is_named(name, statements[at + 1 : until]):
        return False
    # The last one is what functions find that are called afterwards
    functions = filter(_is_definition, statements)
    return not is_last or not _is_named(name, functions)


def _is_named(name: str, statements: Iterable[ast.stmt]) -> bool:
    return any(name in _names(item) for item in statements)


def _defined(statement: ast.stmt) -> str:
    """The name of a function that only its own name can call; empty for what is handed on."""
    import ast  # noqa: PLC0415 - as above

    if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        return ""
    if statement.decorator_list:
        return ""
    return statement.name


def _is_definition(statement: ast.stmt) -> bool:
    import ast  # noqa: PLC0415 - as above

    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return isinstance(statement, kinds)


def _names(node: ast.AST) -> set[str]:
    import ast  # noqa: PLC0415 - as above

    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
