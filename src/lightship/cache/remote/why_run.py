"""Why a step was run in CI, in words."""

from __future__ import annotations

from collections.abc import Mapping

from lightship.cache.plan.plan import Planned
from lightship.cache.remote.key_graph import KeyGraph
from lightship.cache.remote.lookup import Found, StepOutcome
from lightship.cache.selection.selection import Naming, Selection

NOTHING_READ = "no cache is read"
IGNORED = "`no-cache` is set"
EMPTY = "nothing that this run may read was written before"
EVICTED = "the cache was not read for 7 days, and is gone"
PUSHED_OUT = "other caches have pushed it out of GitHub's 10 GB"
NO_RESULT = "the cache knows this step, but has no layers of it: mode=min keeps the image's alone"
GIT = "it copies `.git`, which differs in every run"
FILES = "files that it copies have changed"
STAGE = "what it takes of another stage has changed"
OTHER = "the cache is of another build"
_HEAD = ".git/HEAD"


def why_run(
    found: Found,
    nothing: str,
    salted: Mapping[int, str],
    *,
    with_git: bool,
) -> dict[int, str]:
    """A reason for each step that was run, by its number.

    `nothing` is why no cache was read, empty where one was. `salted` names the build arguments that
    have a value of their own in each run, by the number of the step that sees one.
    """
    graph = found.graph
    first: dict[int, int] = {}  # by node: the line of the first step below that was run
    reasons: dict[int, str] = {}
    for at, node in enumerate(graph.nodes):
        outcome = found.outcomes[at]
        if not outcome.is_run:
            continue
        below = _below(graph, at, first)
        if node.step is None:
            if below is not None:
                first[at] = below
            continue

        step = graph.steps[node.step]
        first[at] = below or step.line
        if nothing:
            reason = nothing
        elif outcome is StepOutcome.NO_RESULT:
            reason = NO_RESULT
        elif below is not None:
            reason = f"line {below} before it is run"
        else:
            reason = _own(step, salted, with_git=with_git)
        reasons[node.step] = reason
    return reasons


def _below(graph: KeyGraph, at: int, first: Mapping[int, int]) -> int | None:
    """The line of the first step below a node that was run, where its key holds that one."""
    for key_input in graph.nodes[at].inputs:
        node = key_input.node
        # What is known by its content is the same, whether it was made again or not
        if node is None or key_input.content is not None:
            continue
        if node in first:
            return first[node]
    return None


def _own(step: Planned, salted: Mapping[int, str], *, with_git: bool) -> str:
    argument = salted.get(step.number)
    if argument:
        return f"build argument {argument} has another value in each run"
    if with_git and any(map(_names_git, step.inputs.selections)):
        return GIT
    if step.inputs.selections:
        return FILES
    if step.inputs.outputs:
        return STAGE
    return OTHER


def _names_git(selection: Selection) -> bool:
    naming = Naming(selection, selection.source)
    return naming.name(_HEAD) is not None
