"""Pages of Django: `urlpatterns` from that of ROOT_URLCONF on, with what it includes."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from lightship.routes.python_module import PythonModule, argument, literal
from lightship.routes.route import Route, joined

_DEEPEST = 5  # includes within includes
_MOST_LISTS, _MOST_ROUTES = 500, 2_000  # of one root
_ADMIN = "admin.site.urls"
_ROOT_SETTING = "ROOT_URLCONF"
_PATTERNS = "urlpatterns"
# Modules with patterns, by their names
_Lists = Mapping[str, PythonModule]
# A list, its prefix, what includes it
_Place = tuple[PythonModule, str, tuple[str, ...]]


def django_routes(modules: Sequence[PythonModule]) -> Iterator[Route]:
    """The pages that patterns without parameters state; of the admin its first page."""
    lists = {module.name: module for module in modules if _patterns(module)}
    for module in _roots(modules, lists):
        routes = _below(module, lists)
        yield from islice(routes, _MOST_ROUTES)


def _roots(modules: Sequence[PythonModule], lists: _Lists) -> list[PythonModule]:
    """The lists that settings name; where none does, those that no other includes."""
    named: dict[str, PythonModule] = {}
    for module in modules:
        for name in _root_names(module):
            root = _module(name, lists)
            if root is not None:
                named[root.path] = root
    if named:
        return list(named.values())

    included: set[str] = set()
    for including in lists.values():
        for call in _patterns(including):
            inner = _included(including, call, lists)
            if inner is not None:
                included.add(inner.path)
    all_lists = lists.values()
    return [module for module in all_lists if module.path not in included]


def _root_names(module: PythonModule) -> Iterator[str]:
    """The modules that settings name as the root of all patterns."""
    for node in module.tree.body:
        if not isinstance(node, ast.Assign):
            continue
        targets = node.targets
        if any(_is_named(target, _ROOT_SETTING) for target in targets):
            yield literal(node.value) or ""


def _module(name: str, lists: _Lists) -> PythonModule | None:
    """A module by the name that others have for it, which may begin below the root."""
    if name in lists:
        return lists[name]
    if not name:
        return None
    matches = [known for known in lists if known.endswith(f".{name}")]
    if len(matches) != 1:
        return None
    return lists[matches[0]]


def _patterns(module: PythonModule) -> list[ast.Call]:
    """The calls in `urlpatterns`, and in what is added to it."""
    calls: list[ast.Call] = []
    for node in module.tree.body:
        target = _only_target(node)
        if target is None or not _is_named(target, _PATTERNS):
            continue
        items = _items(node.value)  # type: ignore[attr-defined]  # all three have one
        calls += [item for item in items if isinstance(item, ast.Call)]
    return calls


def _only_target(node: ast.stmt) -> ast.expr | None:
    """What a statement gives a value, or adds one to."""
    if isinstance(node, ast.AugAssign | ast.AnnAssign):
        return node.target
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        return node.targets[0]
    return None


def _is_named(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _items(node: ast.expr | None) -> list[ast.expr]:
    """Those of a list, and of lists that are added."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left = _items(node.left)
        right = _items(node.right)
        return left + right
    if isinstance(node, ast.List | ast.Tuple):
        return list(node.elts)
    return []


def _below(root: PythonModule, lists: _Lists) -> Iterator[Route]:
    """The pages of a list and of what it includes, each list once on its way from the root."""
    waiting: list[_Place] = [(root, "/", (root.path,))]
    begun = 1
    for module, prefix, above in waiting:  # which grows meanwhile
        for call in _patterns(module):
            path, view = _stated(module, call, prefix)
            if view is None:
                continue

            inner = _included(module, call, lists)
            if inner is None:
                is_admin = module.full(view).endswith(_ADMIN)
                if is_admin or not _includes(view):
                    yield Route(path, module.path, call.lineno)
                continue

            may_go_on = len(above) < _DEEPEST and begun < _MOST_LISTS
            if inner.path not in above and may_go_on:
                begun += 1
                place = (inner, path, (*above, inner.path))
                waiting.append(place)


def _stated(
    module: PythonModule, call: ast.Call, prefix: str
) -> tuple[str, ast.expr | None]:
    """The path and the view of a pattern; no view where the pattern is of another kind."""
    kind = module.full(call.func).rpartition(".")[2]
    text = literal(argument(call, "route", 0))
    if kind != "path" or text is None:
        return "", None
    path = joined(prefix, text) if text else prefix
    view = argument(call, "view", 1)
    return path, view


def _includes(view: ast.expr) -> bool:
    """Whether it stands for further patterns, which are not known."""
    if not isinstance(view, ast.Call):
        return False
    return _is_named(view.func, "include")


def _included(
    module: PythonModule, call: ast.Call, lists: _Lists
) -> PythonModule | None:
    """The list that a pattern includes: `include("shop.urls")`, or a tuple with that."""
    view = argument(call, "view", 1)
    if not isinstance(view, ast.Call) or not _includes(view):
        return None
    named = view.args[0] if view.args else None
    if isinstance(named, ast.Tuple) and named.elts:
        named = named.elts[0]

    text = literal(named)
    if text is None and named is not None:
        text = module.full(named)
    return _module(text or "", lists)
