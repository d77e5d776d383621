"""All pages that a project's code states, and its health page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build
from lightship.context.files import Context, FileKind
from lightship.pyproject.data_files import LONGEST_PYTHON, python
from lightship.pyproject.manifest_text import text_of
from lightship.regex import regex
from lightship.routes.django_routes import django_routes
from lightship.routes.node_routes import ENDINGS, node_routes
from lightship.routes.python_module import PythonModule
from lightship.routes.python_routes import python_routes
from lightship.routes.route import Route, may_be_asked

# What health pages are usually called, the most usual first
HEALTH_PAGES = ("/health", "/healthz", "/api/health", "/ready", "/livez")
_HEALTH = regex(r"health|ready|live|ping|status|alive")
_URL = regex(
    r"https?://(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])"
    r"(?::([0-9]{1,5}))?(/[^\s'\"|;&)]*)?"
)
_MOST_FILES = 300
_MOST_TEXT = 4 << 20  # characters of all of them
_DEEPEST = 6  # directories
_PASSED_BY = frozenset(
    """tests test testing docs doc examples example migrations node_modules site-packages dist
    build scripts benchmarks static vendor e2e spec __tests__ fixtures""".split()
)
_MARKS = (
    "route",
    ".get(",
    "urlpatterns",
    "ROOT_URLCONF",
    "APIRouter",
    "Blueprint",
    "Route(",
)


def find_routes(context: Context) -> list[Route]:
    """The pages without parameters that code of Python and Node states, once, short ones first.

    None of tests, examples and what is installed.
    """
    modules: list[PythonModule] = []
    routes: list[Route] = []
    left = _MOST_TEXT
    for path in _candidates(context):
        text = text_of(context, path)
        left -= len(text)
        if left < 0:
            break
        if path.endswith(ENDINGS):
            routes += node_routes(path, text)
        elif _may_matter(text):
            tree = python(context, path)
            if tree is not None:
                modules.append(PythonModule.of(path, _name(path), tree))

    routes += python_routes(modules)
    routes += django_routes(modules)
    return _once(routes)


def _may_matter(text: str) -> bool:
    """A package that passes a router on has no mark, and is short."""
    if len(text) > LONGEST_PYTHON:
        return False
    return any(mark in text for mark in _MARKS) or (
        len(text) < 2_000 and "import" in text
    )


def _name(path: str) -> str:
    parts = path.removesuffix(".py").split("/")
    if parts[-1] == "__init__" and len(parts) > 1:
        parts.pop()
    if parts[0] == "src" and len(parts) > 1:
        del parts[0]
    return ".".join(parts)


def _candidates(context: Context) -> list[str]:
    """Modules and scripts of the program, the least deep first."""
    found: list[tuple[int, str]] = []
    for file in context.files:
        if not file.path.endswith((".py", *ENDINGS)) or file.kind is not FileKind.FILE:
            continue
        *above, name = file.path.split("/")
        is_apart = any(part.startswith(".") or part in _PASSED_BY for part in above)
        is_test = name.startswith("test_") or ".test." in name or ".spec." in name
        if not is_apart and not is_test and len(above) <= _DEEPEST:
            found.append((len(above), file.path))
    return [path for _, path in sorted(found)[:_MOST_FILES]]


def _once(routes: Sequence[Route]) -> list[Route]:
    found: dict[str, Route] = {}
    for route in sorted(routes, key=_order):
        if may_be_asked(route.path):
            found.setdefault(route.path, route)
    return list(found.values())


def _order(route: Route) -> tuple[int, int, str]:
    return route.path.count("/"), len(route.path), route.path


def health_routes(build: Build) -> Iterator[tuple[Route, int]]:
    """What the HEALTHCHECK asks, and the port; 0 where it is not written."""
    for instruction in build.each("HEALTHCHECK"):
        text = instruction.span.of(build.dockerfile.text)
        for match in _URL.finditer(text):
            path = match[2] or "/"
            if may_be_asked(path):
                place = build.dockerfile.lines.line(instruction.span.start)
                yield Route(path, "HEALTHCHECK", place), int(match[1] or 0)


def is_health_page(path: str) -> bool:
    """Whether a path is called as health pages are."""
    return _HEALTH.search(path.lower()) is not None
