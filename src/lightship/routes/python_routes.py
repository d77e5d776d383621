"""Pages of FastAPI, Starlette, Flask, Quart, Sanic and aiohttp, from their syntax trees.

A router or blueprint counts where some module includes it, with the prefixes of both.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from lightship.record import record
from lightship.routes.python_module import PythonModule, argument, literal, words_of
from lightship.routes.route import Route, joined

# What makes an application, whose routes have no prefix, by the last part of its full name
_APPLICATIONS = frozenset(
    "FastAPI Flask Quart Sanic Starlette Bottle Application APIFlask OpenAPI Robyn".split()
)
# What makes a group of routes, and the argument with the prefix
_GROUPS = {
    "APIRouter": "prefix",
    "Blueprint": "url_prefix",
    "APIBlueprint": "url_prefix",
    "Router": "prefix",
    "RouteTableDef": "",
}
_GROUP_ARGUMENTS = {
    "include_router": "prefix",
    "register_blueprint": "url_prefix",
    "blueprint": "url_prefix",
    "add_routes": "",
    "include": "prefix",
}
_BY_GET = frozenset(
    ("get", "route", "api_route", "add_get", "add_url_rule", "add_api_route")
)
_DEEPEST, _MOST_PREFIXES = 5, 3  # groups within groups, and prefixes of one
# Starlette's Route("/x", f) and aiohttp's web.get("/x", f)
_CONSTRUCTORS = frozenset(
    ("starlette.routing.Route", "fastapi.routing.APIRoute", "aiohttp.web.get")
)


@record
class _Group:
    """A router by its full name, and its own prefix; an application needs nobody to include it."""

    name: str
    prefix: str
    is_application: bool


def python_routes(modules: Sequence[PythonModule]) -> Iterator[Route]:
    """The pages by GET that modules state, with all prefixes that are known."""
    groups: dict[str, _Group] = {}
    for module in modules:
        for group in _groups(module):
            groups.setdefault(group.name, group)
    if not groups and not any(map(_has_constructors, modules)):
        return

    prefixes = _prefixes(groups, _included(modules, groups))
    for module in modules:
        for owner, path, line in _stated(module, groups):
            for prefix in prefixes[owner]:
                whole = joined(prefix, path) if prefix.strip("/") else path or "/"
                yield Route(whole, module.path, line)


def _has_constructors(module: PythonModule) -> bool:
    names = module.imported.values()
    return any(name in _CONSTRUCTORS or name == "aiohttp.web" for name in names)


def _groups(module: PythonModule) -> Iterator[_Group]:
    """What assignments bind: applications and routers."""
    for node in module.statements():
        if not isinstance(node, ast.Assign | ast.AnnAssign):
            continue
        if not isinstance(node.value, ast.Call):
            continue
        kind = module.full(node.value.func).rpartition(".")[2]
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            if not isinstance(target, ast.Name):
                continue
            name = f"{module.name}.{target.id}".strip(".")
            if kind in _APPLICATIONS:
                yield _Group(name, "", is_application=True)
            elif kind in _GROUPS:
                given = argument(node.value, _GROUPS[kind])
                prefix = literal(given) if given is not None else ""
                if prefix is not None:
                    yield _Group(name, prefix, is_application=False)


def _included(
    modules: Sequence[PythonModule], groups: Mapping[str, _Group]
) -> dict[str, list[tuple[str, str]]]:
    """Of each group that is included: by which other, and with which prefix more."""
    included: dict[str, list[tuple[str, str]]] = {}
    for module in modules:
        for node in module.statements():
            if not isinstance(node, ast.Call) or not isinstance(
                node.func, ast.Attribute
            ):
                continue
            named = _GROUP_ARGUMENTS.get(node.func.attr)
            if named is None or not node.args:
                continue
            given = argument(node, named)
            prefix = literal(given) if given is not None else ""
            inner = _resolved(module.full(node.args[0]), groups, modules)
            outer = _resolved(module.full(node.func.value), groups, modules)
            if inner and prefix is not None and (inner, prefix) != (outer, ""):
                # An application that a function is given counts as one
                included.setdefault(inner, []).append((outer, prefix))
    return included


def _resolved(
    name: str,
    groups: Mapping[str, _Group],
    modules: Sequence[PythonModule],
    deep: int = 3,
) -> str:
    """The group of a full name, also where a package's `__init__` passes it on; empty for none."""
    if name in groups or not deep:
        return name if name in groups else ""
    home, _, last = name.rpartition(".")
    for module in modules:
        if module.name == home and last in module.imported:
            return _resolved(module.imported[last], groups, modules, deep - 1)
    matches = [each for each in groups if name and each.endswith(f".{name}")]
    return matches[0] if len(matches) == 1 else ""


def _prefixes(
    groups: Mapping[str, _Group], included: Mapping[str, Sequence[tuple[str, str]]]
) -> dict[str, list[str]]:
    """All that may stand before the routes of each group; none where nobody includes it.

    Those of a short chain come first. However groups include one another, each is looked at once
    for every step away from an application.
    """
    found: dict[str, list[str]] = {"": [""]}
    for name, group in groups.items():
        found[name] = [""] if group.is_application else []
    for _ in range(_DEEPEST):
        for inner, includers in included.items():
            group = groups[inner]
            if group.is_application:
                continue
            for outer, prefix in includers:
                if outer != inner:
                    _add(found[inner], found[outer], prefix, group.prefix)
    return found


def _add(known: list[str], above: Sequence[str], *more: str) -> None:
    """Add longer prefixes to those that are known, as long as these are few."""
    for prefix in above:
        whole = joined(prefix, *more)
        if len(known) < _MOST_PREFIXES and whole not in known:
            known.append(whole)


def _stated(
    module: PythonModule, groups: Mapping[str, _Group]
) -> Iterator[tuple[str, str, int]]:
    """Owner, path and line of each route by GET."""
    for node in module.statements():
        if not isinstance(node, ast.Call):
            continue
        called = module.full(node.func)
        first = argument(node, "path", 0)
        if first is None:
            first = argument(node, "rule", 0)
        path = literal(first)
        if path is None or not _answers_get(node):
            continue
        if called in _CONSTRUCTORS:
            yield "", path, node.lineno
        elif isinstance(node.func, ast.Attribute) and node.func.attr in _BY_GET:
            owner = module.full(node.func.value)
            if owner not in groups:
                owner = owner.removesuffix(".router")  # of aiohttp
            if owner in groups:
                yield owner, path, node.lineno


def _answers_get(call: ast.Call) -> bool:
    given = argument(call, "methods")
    if given is None:
        return True
    words = words_of(given)
    return words is not None and "GET" in [word.upper() for word in words]
