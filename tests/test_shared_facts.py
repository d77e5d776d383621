"""facts/ holds what several ask, and tests/facts tests all of it.

An analysis that serves one rule alone stands in that rule's package.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import grimp

import lightship

FACTS, RULES = "lightship.facts.", "lightship.rules."
TESTS = Path(__file__).parent / "facts"


def askers(graph: grimp.ImportGraph, module: str) -> set[str]:
    """The rules, and other modules outside facts/, that ask a module of facts, directly or by others."""
    asking: set[str] = set()
    seen = {module}
    waiting = [module]
    while waiting:
        for importer in graph.find_modules_that_directly_import(waiting.pop()):
            if importer.startswith(RULES):
                theme, rule = importer.split(".")[2:4]
                asking.add(f"{theme}.{rule}")
            elif not importer.startswith(FACTS):
                asking.add(importer)
            elif importer not in seen:
                seen.add(importer)
                waiting.append(importer)
    return asking


def test_every_module_of_facts_serves_more_than_one_rule():
    graph = grimp.build_graph("lightship", cache_dir=None)
    modules = [name for name in graph.modules if name.count(".") > 2]
    facts = [name for name in modules if name.startswith(FACTS)]
    lonely = {}
    for module in facts:
        asking = askers(graph, module)
        if len(asking) < 2:
            lonely[module] = asking
    assert lonely == {}, "move it into the package of the rule that it serves"
    assert len(facts) > 30


def imported(test: Path) -> Iterator[str]:
    """What a file imports: modules and what it takes of them, which may be modules."""
    for node in ast.walk(ast.parse(test.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_every_module_of_facts_has_tests_of_its_own():
    root = Path(lightship.__file__).parent
    modules = {
        ".".join(path.relative_to(root.parent).with_suffix("").parts)
        for path in (root / "facts").rglob("*.py")
        if path.name != "__init__.py"
    }
    tested = {name for test in TESTS.rglob("test_*.py") for name in imported(test)}
    missing = sorted(modules - tested)
    assert missing == [], (
        "write tests/facts/FOLDER/test_*.py that imports its functions and says for a table of "
        "small Dockerfiles or CI files what they answer, odd forms among them"
    )
    assert len(modules) > 100
