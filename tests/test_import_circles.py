"""No modules import one another, for types or for anything else."""

from __future__ import annotations

import grimp


def circles(graph: grimp.ImportGraph) -> list[list[str]]:
    """Modules that import one another, however long the way round is (Tarjan's strongly connected components)."""
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    waiting: list[str] = []
    found: list[list[str]] = []

    def visit(module: str) -> None:
        order[module] = lowest[module] = len(order)
        waiting.append(module)
        for imported in sorted(graph.find_modules_directly_imported_by(module)):
            if imported not in order:
                visit(imported)
                lowest[module] = min(lowest[module], lowest[imported])
            elif imported in waiting:
                lowest[module] = min(lowest[module], order[imported])

        if lowest[module] == order[module]:
            start = waiting.index(module)
            if len(waiting) > start + 1:
                found.append(sorted(waiting[start:]))
            del waiting[start:]

    for module in sorted(graph.modules):
        if module not in order:
            visit(module)
    return found


def test_no_modules_import_one_another():
    graph = grimp.build_graph("lightship", cache_dir=None)
    assert circles(graph) == []


def test_a_circle_would_be_found():
    graph = grimp.ImportGraph()
    for importer, imported in (("a", "b"), ("b", "c"), ("c", "a"), ("c", "d")):
        graph.add_import(importer=importer, imported=imported)
    assert circles(graph) == [["a", "b", "c"]]
