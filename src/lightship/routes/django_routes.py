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
_Place = tuple[
    PythonModule, str, tuple[str, ...]
]  # a list, its prefix, what includes it


def django_routes(modules: Sequence[PythonModule]) -> Iterator[Route]:
    """The pages that patterns without parameters state; of the admin its first page."""
    lists = {module.name: module for module in modules if _patterns(module)}
    for module in _roots(modules, lists):
        yield from islice(_below(module, lists), _MOST_ROUTES)


def _roots(
    modules: Sequence[PythonModule], lists: Mapping[str, PythonModule]
) -> list[PythonModule]:
    """The lists that settings name; where none does, those that no other includes."""
    named: list[PythonModule] = []
    for module in modules:
        for node in module.tree.body:
            if not isinstance(node, ast.Assign):
                continue
            names = [each.id for each in node.targets if isinstance(each, ast.Name)]
            text = literal(node.value) or ""
            found = _module(text, lists)
            if "ROOT_URLCONF" in names and found is not None:
                named.append(found)
    if named:
        return list({module.path: module for module in named}.values())

    included: set[str] = set()
    for module in lists.values():
        for call in _patterns(module):
            inner = _included(module, call, lists)
            if inner is not None:
                included.add(inner.path)
    return [module for module in lists.values() if module.path not in included]


def _module(name: str, lists: Mapping[str, PythonModule]) -> PythonModule | None:
    """A module by the name that others have for it, which may begin below the root."""
    if name in lists:
        return lists[name]
    matches = [each for each in lists if name and each.endswith(f".{name}")]
    return lists[matches[0]] if len(matches) == 1 else None


def _patterns(module: PythonModule) -> list[ast.Call]:
    """The calls in `urlpatterns`, and in what is added to it."""
    calls: list[ast.Call] = []
    for node in module.tree.body:
        target: ast.expr | None = None
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
        elif isinstance(node, ast.AugAssign | ast.AnnAssign):
            target = node.target
        if not isinstance(target, ast.Name) or target.id != "urlpatterns":
            continue
        items = _items(node.value)  # type: ignore[attr-defined]  # all three have one
        calls += [item for item in items if isinstance(item, ast.Call)]
    return calls


def _items(node: ast.expr | None) -> list[ast.expr]:
    """Those of a list, and of lists that are added."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return [*_items(node.left), *_items(node.right)]
    return list(node.elts) if isinstance(node, ast.List | ast.Tuple) else []


def _below(root: PythonModule, lists: Mapping[str, PythonModule]) -> Iterator[Route]:
    """The pages of a list and of what it includes, each list once on its way from the root."""
    waiting: list[_Place] = [(root, "/", (root.path,))]
    begun = 1
    for module, prefix, above in waiting:  # which grows meanwhile
        for call in _patterns(module):
            path, view = _stated(module, call, prefix)
            if view is None:
                continue
            inner = _included(module, call, lists)
            is_admin = module.full(view).endswith(_ADMIN)
            if inner is None and (is_admin or not _includes(view)):
                yield Route(path, module.path, call.lineno)
            if inner is None or inner.path in above:
                continue
            if len(above) < _DEEPEST and begun < _MOST_LISTS:
                begun += 1
                waiting.append((inner, path, (*above, inner.path)))


def _stated(
    module: PythonModule, call: ast.Call, prefix: str
) -> tuple[str, ast.expr | None]:
    """The path and the view of a pattern; no view where the pattern is of another kind."""
    kind = module.full(call.func).rpartition(".")[2]
    text = literal(argument(call, "route", 0))
    if kind != "path" or text is None:
        return "", None
    path = joined(prefix, text) if text else prefix
    return path, argument(call, "view", 1)


def _includes(view: ast.expr) -> bool:
    """Whether it stands for further patterns, which are not known."""
    if not isinstance(view, ast.Call):
        return False
    return isinstance(view.func, ast.Name) and view.func.id == "include"


def _included(
    module: PythonModule, call: ast.Call, lists: Mapping[str, PythonModule]
) -> PythonModule | None:
    """The list that a pattern includes: `include("shop.urls")`, or a tuple with that."""
    view = argument(call, "view", 1)
    if view is None or not _includes(view) or not isinstance(view, ast.Call):
        return None
    named = view.args[0] if view.args else None
    if isinstance(named, ast.Tuple) and named.elts:
        named = named.elts[0]
    text = literal(named)
    if text is None and named is not None:
        text = module.full(named)
    return _module(text or "", lists)
