"""Frameworks and servers by the names of their distributions, and where a project makes its
application.

An application is an object at the top of a module, `app = FastAPI()`, or a function that returns a
new one. It is found in the syntax tree; no module is imported.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lightship.context.files import Context, FileKind
from lightship.pyproject.data_files import LONGEST_PYTHON, python
from lightship.record import record

if TYPE_CHECKING:
    import ast

FRAMEWORKS = {
    "streamlit": "",
    "gradio": "",
    "chainlit": "",
    "dash": "wsgi",
    "django": "wsgi",
    "fastapi": "asgi",
    "litestar": "asgi",
    "quart": "asgi",
    "flask": "wsgi",
    "sanic": "asgi",
    "blacksheep": "asgi",
    "connexion": "asgi",
    "starlette": "asgi",
    "falcon": "wsgi",
    "bottle": "wsgi",
    "pyramid": "wsgi",
    "aiohttp": "",
    "tornado": "",
    "celery": "",
    "dramatiq": "",
    "rq": "",
    "huey": "",
    "scrapy": "",
}
"""Each framework that is known, what says most of a project first, and the interface that its
servers speak.
"""
SERVERS = frozenset(
    """gunicorn uvicorn hypercorn granian daphne waitress uwsgi pyuwsgi cheroot gevent
    bjoern meinheld mod-wsgi""".split()
)
# What makes an application, by its full name: framework and interface
_MAKERS = {
    "fastapi.FastAPI": ("fastapi", "asgi"),
    "starlette.applications.Starlette": ("starlette", "asgi"),
    "litestar.Litestar": ("litestar", "asgi"),
    "quart.Quart": ("quart", "asgi"),
    "sanic.Sanic": ("sanic", "asgi"),
    "blacksheep.Application": ("blacksheep", "asgi"),
    "connexion.AsyncApp": ("connexion", "asgi"),
    "connexion.FlaskApp": ("connexion", "asgi"),
    "django.core.asgi.get_asgi_application": ("django", "asgi"),
    "django.core.wsgi.get_wsgi_application": ("django", "wsgi"),
    "falcon.asgi.App": ("falcon", "asgi"),
    "falcon.App": ("falcon", "wsgi"),
    "falcon.API": ("falcon", "wsgi"),
    "flask.Flask": ("flask", "wsgi"),
    "dash.Dash": ("dash", "wsgi"),
    "bottle.Bottle": ("bottle", "wsgi"),
    "celery.Celery": ("celery", "celery"),
}
_WORDS = tuple({name.rpartition(".")[2] for name in _MAKERS})
_NAMES = """main app application server wsgi asgi api web run service __init__ __main__
    celery celery_app tasks worker factory""".split()
_PASSED_BY = frozenset(
    "tests test docs doc examples example migrations site-packages scripts benchmarks".split()
)
_DEEPEST = 4  # directories
_MOST_FILES = 40
_MOST_TEXT = 1 << 20


@record
class Application:
    """`target` is what a server is given: `app.main:app`.

    With `is_factory`, a function that returns it.

    `interface` is asgi, wsgi or celery; `file` is the module's path from the root of the context.
    """

    target: str
    framework: str
    interface: str
    file: str
    is_factory: bool = False


def find_applications(context: Context, directory: str) -> Iterator[Application]:
    """Those in the modules of usual names near the top, the least deep first."""
    left = _MOST_TEXT
    for path in _candidates(context, directory):
        text = context.read(path) or ""
        if not any(word in text for word in _WORDS) or len(text) > min(
            left, LONGEST_PYTHON
        ):
            continue
        left -= len(text)
        tree = python(context, path)
        if tree is not None:
            yield from _applications(tree, path, directory)


def _candidates(context: Context, directory: str) -> list[str]:
    prefix = f"{directory}/" if directory else ""
    found: list[tuple[int, int, str]] = []
    for file in context.files:
        if (
            not file.path.endswith(".py")
            or not file.path.startswith(prefix)
            or file.kind is not FileKind.FILE
        ):
            continue
        *above, name = file.path[len(prefix) :].split("/")
        stem = name.removesuffix(".py")
        hidden = any(part.startswith(".") or part in _PASSED_BY for part in above)
        if stem in _NAMES and len(above) <= _DEEPEST and not hidden:
            found.append(
                (len(above) - (above[:1] == ["src"]), _NAMES.index(stem), file.path)
            )
    return [path for *_, path in sorted(found)[:_MOST_FILES]]


def module_of(path: str, directory: str = "") -> str:
    """The name that a module is imported by, from the project's directory, or from its `src`."""
    inner = path.removeprefix(f"{directory}/" if directory else "").removesuffix(".py")
    parts = inner.split("/")
    parts = parts[1:] if parts[0] == "src" and len(parts) > 1 else parts
    parts = parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts
    return ".".join(parts)


def _applications(tree: ast.Module, path: str, directory: str) -> Iterator[Application]:
    import ast  # noqa: PLC0415

    names = _imports(tree)
    module = module_of(path, directory)
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and (
            made := _maker(node.value, names)
        ):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    yield Application(f"{module}:{target.id}", *made, path)
        elif isinstance(node, ast.FunctionDef) and (made := _made_by(node, names)):
            yield Application(f"{module}:{node.name}", *made, path, is_factory=True)


def _made_by(
    function: ast.FunctionDef,
    names: dict[str, str],
) -> tuple[str, str] | None:
    """What a function that is called without arguments makes and returns."""
    import ast  # noqa: PLC0415

    args = function.args
    wanted = (
        len(args.args)
        + len(args.posonlyargs)
        - len(args.defaults)
        + args.kw_defaults.count(None)
    )
    if (
        wanted
        or function.name.startswith("_")
        or not any(isinstance(node, ast.Return) for node in function.body)
    ):
        return None
    made = (
        _maker(node.value, names)
        for node in function.body
        if isinstance(node, ast.Assign | ast.Return)
    )
    return next((each for each in made if each), None)


def _imports(tree: ast.Module) -> dict[str, str]:
    """Each name that the module's imports bind, with its full name."""
    import ast  # noqa: PLC0415

    found: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {
                alias.asname or alias.name: f"{node.module}.{alias.name}"
                for alias in node.names
            }
        elif isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.partition(".")[0]
                found[alias.asname or first] = alias.name if alias.asname else first
    return found


def _maker(value: ast.expr | None, names: dict[str, str]) -> tuple[str, str] | None:
    """What a call makes, if it makes an application."""
    import ast  # noqa: PLC0415

    if not isinstance(value, ast.Call):
        return None
    parts: list[str] = []
    called: ast.expr = value.func
    while isinstance(called, ast.Attribute):
        parts.append(called.attr)
        called = called.value
    if not isinstance(called, ast.Name):
        return None
    full = ".".join([names.get(called.id, called.id), *reversed(parts)])
    return _MAKERS.get(full)
