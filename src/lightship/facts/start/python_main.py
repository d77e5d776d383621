"""The server that a script in Python starts by itself, by its syntax tree: `app.run()` of Flask, `uvicorn.run()`.

Defaults: flask/app.py and quart/app.py (`run`: host 127.0.0.1), uvicorn/main.py (`run`: host 127.0.0.1).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lightship.context.files import Context
from lightship.pyproject.reading import python
from lightship.record import record

if TYPE_CHECKING:
    import ast

_LOOPBACK = "127.0.0.1"
_FRAMEWORKS = frozenset({"Flask", "Quart"})
# Calls that start a server for production: which of the two runs is then decided by the script
_OTHERS = frozenset({"serve", "WSGIServer", "StandaloneApplication", "serve_forever"})


@record
class Serving:
    """`server` is Flask, Quart or uvicorn; `host` is None where it is not known. `debug` is debugger or reloader."""

    server: str
    host: str | None
    debug: bool
    line: int


def serving(context: Context, path: str) -> Serving | None:
    """What the script at `path` serves; None where that is nothing that is known, or more than one thing."""
    text = context.read(path) or ""
    if ".run(" not in text or not any(
        word in text for word in ("Flask", "Quart", "uvicorn")
    ):
        return None
    tree = python(context, path)
    if tree is None or _starts_another(tree):
        return None
    found = list(_calls(tree))
    return found[0] if len(found) == 1 else None


def _starts_another(tree: ast.Module) -> bool:
    """`if PRODUCTION: waitress.serve(app)`, and `app.run()` otherwise."""
    import ast  # noqa: PLC0415

    called = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return any(
        (isinstance(each, ast.Name) and each.id in _OTHERS)
        or (isinstance(each, ast.Attribute) and each.attr in _OTHERS)
        for each in called
    )


def _calls(tree: ast.Module) -> Iterator[Serving]:
    import ast  # noqa: PLC0415

    applications = _applications(tree)
    for node in ast.walk(tree):
        if not (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "run"
        ):
            continue
        owner = node.func.value
        if isinstance(owner, ast.Name) and (
            server := "uvicorn" if owner.id == "uvicorn" else applications.get(owner.id)
        ):
            yield _serving(node, server)


def _applications(tree: ast.Module) -> dict[str, str]:
    """The names that applications are bound to, with what makes them."""
    import ast  # noqa: PLC0415

    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            made = node.value.func
            name = (
                made.id
                if isinstance(made, ast.Name)
                else made.attr
                if isinstance(made, ast.Attribute)
                else ""
            )
            found |= {
                each.id: name
                for each in node.targets
                if isinstance(each, ast.Name) and name in _FRAMEWORKS
            }
    return found


def _serving(call: ast.Call, server: str) -> Serving:
    import ast  # noqa: PLC0415

    named = {
        each.arg: each.value.value if isinstance(each.value, ast.Constant) else None
        for each in call.keywords
    }
    flag = "reload" if server == "uvicorn" else "debug"
    hidden = None in named or any(
        isinstance(each, ast.Starred) for each in call.args
    )  # **settings, *settings
    host: object = named.get("host", None if hidden else _LOOPBACK)
    if server != "uvicorn" and call.args:  # run(host, port, debug)
        first = call.args[0]
        host = first.value if isinstance(first, ast.Constant) else None
    if server == "uvicorn" and not {"uds", "fd"}.isdisjoint(named):
        host = None
    return Serving(
        server,
        host if isinstance(host, str) else None,
        named.get(flag) is True,
        call.lineno,
    )
