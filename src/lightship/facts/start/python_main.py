"""The server that a script in Python starts by itself: `app.run()` of Flask, `uvicorn.run()`.

It is read from the syntax tree. Defaults: flask/app.py and quart/app.py (`run`: host 127.0.0.1),
uvicorn/main.py (`run`: host 127.0.0.1).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from lightship.context.files import Context
from lightship.pyproject.data_files import python
from lightship.record import record

if TYPE_CHECKING:
    import ast

_LOOPBACK = "127.0.0.1"
_FRAMEWORKS = frozenset({"Flask", "Quart"})
_MARKS = ("Flask", "Quart", "uvicorn")
# Calls that start a server for production: which of the two runs is then decided by the script
_OTHERS = frozenset({"serve", "WSGIServer", "StandaloneApplication", "serve_forever"})


@record
class Serving:
    """What a script serves.

    `server` is Flask, Quart or uvicorn, and `host` None where it is not known. `debug` says that
    the debugger or the reloader is on.
    """

    server: str
    host: str | None
    debug: bool


def serving(context: Context, path: str) -> Serving | None:
    """What the script at `path` serves; None where that is unknown, or more than one thing."""
    text = context.read(path) or ""
    if ".run(" not in text:
        return None
    if not any(mark in text for mark in _MARKS):
        return None

    tree = python(context, path)
    if tree is None:
        return None
    if _starts_another(tree):
        return None
    servings = list(_servings(tree))
    if len(servings) != 1:
        return None
    return servings[0]


def _calls(tree: ast.Module) -> Iterator[ast.Call]:
    import ast  # noqa: PLC0415

    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node


def _name_of(function: ast.expr) -> str:
    """The last name of what is called: `Flask` for `Flask()` and for `flask.Flask()`."""
    import ast  # noqa: PLC0415

    if isinstance(function, ast.Name):
        return function.id
    if isinstance(function, ast.Attribute):
        return function.attr
    return ""


def _starts_another(tree: ast.Module) -> bool:
    """`if PRODUCTION: waitress.serve(app)`, and `app.run()` otherwise."""
    for call in _calls(tree):
        name = _name_of(call.func)
        if name in _OTHERS:
            return True
    return False


def _servings(tree: ast.Module) -> Iterator[Serving]:
    import ast  # noqa: PLC0415

    servers = _applications(tree)
    servers.setdefault("uvicorn", "uvicorn")
    for call in _calls(tree):
        function = call.func
        if not isinstance(function, ast.Attribute):
            continue
        if function.attr != "run":
            continue
        owner = function.value
        if not isinstance(owner, ast.Name):
            continue
        server = servers.get(owner.id)
        if server is not None:
            yield _serving(call, server)


def _applications(tree: ast.Module) -> dict[str, str]:
    """The names that applications are bound to, with what makes them."""
    import ast  # noqa: PLC0415

    applications: dict[str, str] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign):
            continue
        value = node.value
        if not isinstance(value, ast.Call):
            continue
        framework = _name_of(value.func)
        if framework not in _FRAMEWORKS:
            continue
        for target in node.targets:
            if isinstance(target, ast.Name):
                applications[target.id] = framework
    return applications


def _serving(call: ast.Call, server: str) -> Serving:
    named: dict[str | None, object] = {}
    for keyword in call.keywords:
        value = _constant(keyword.value)
        named[keyword.arg] = value

    if server == "uvicorn":
        host = _host_of_uvicorn(call, named)
        debug = named.get("reload")
    else:
        host = _host_of_framework(call, named)
        debug = named.get("debug")

    if not isinstance(host, str):
        host = None
    return Serving(server, host, debug is True)


def _host_of_uvicorn(call: ast.Call, named: Mapping[str | None, object]) -> object:
    if "uds" in named:
        return None
    if "fd" in named:
        return None
    return _named_host(call, named)


def _host_of_framework(call: ast.Call, named: Mapping[str | None, object]) -> object:
    """`run(host, port, debug)` of Flask and Quart."""
    if not call.args:
        return _named_host(call, named)
    first = call.args[0]
    return _constant(first)


def _named_host(call: ast.Call, named: Mapping[str | None, object]) -> object:
    if "host" in named:
        return named["host"]
    if _is_hidden(call):
        return None
    return _LOOPBACK


def _constant(value: ast.expr) -> object:
    import ast  # noqa: PLC0415

    if not isinstance(value, ast.Constant):
        return None
    return value.value


def _is_hidden(call: ast.Call) -> bool:
    """Whether `*settings` or `**settings` may hold any argument."""
    import ast  # noqa: PLC0415

    for keyword in call.keywords:
        if keyword.arg is None:
            return True
    return any(isinstance(argument, ast.Starred) for argument in call.args)
