"""facts/ holds what several ask: an analysis that serves one rule alone stands in that rule's package."""

from __future__ import annotations

import grimp

FACTS, RULES = "lightship.facts.", "lightship.rules."


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
