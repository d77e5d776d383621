"""Calls and loops in which a program stays, so that what it has printed is not written yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lightship.regex import regex
from lightship.rules.python.python_output_buffered.blocks import last_name

if TYPE_CHECKING:
    import ast

_CALLS = frozenset(
    """consume idle infinity_polling launch loop_forever mainloop poll polling run
    run_app run_forever run_polling run_until_disconnected serve
    serve_forever sleep start start_consuming start_polling start_server
    wait_for_termination""".split()
)
# `asyncio.run(main())` stays as long as what it runs
_ENDS_ITSELF = frozenset({"anyio", "asyncio", "subprocess", "trio", "os", "path"})
_STREAM = regex(r"(?i)consum|listen|stream|subscri|poll")


def stays(node: ast.AST) -> bool:
    """Whether it is `while True`, a loop over what a broker sends, or `app.run()`.

    A loop that compares something ends by itself: `while left > 0`.
    """
    import ast  # noqa: PLC0415 - few files print

    if isinstance(node, ast.While):
        return not isinstance(node.test, ast.Compare | ast.BoolOp)
    if isinstance(node, ast.For | ast.AsyncFor):
        return _STREAM.search(ast.unparse(node.iter)) is not None
    if not isinstance(node, ast.Call):
        return False
    if last_name(node) not in _CALLS:
        return False
    called = node.func
    if not isinstance(called, ast.Attribute):
        return True

    base = called.value
    if isinstance(base, ast.Constant):
        return False
    names = {inner.id for inner in ast.walk(base) if isinstance(inner, ast.Name)}
    return _ENDS_ITSELF.isdisjoint(names)
