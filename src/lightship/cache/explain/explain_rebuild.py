"""Two builds side by side: which steps of the second are hits on what the first has left in
the cache, and why the others are not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from lightship.cache.builders import read_builder
from lightship.cache.explain.assumptions import assumptions
from lightship.cache.explain.changed_files import Trees, changed_files
from lightship.cache.explain.differences import ChangedFile
from lightship.cache.explain.explanation import Explanation, StepResult
from lightship.cache.explain.stale_hits import stale_warnings
from lightship.cache.explain.unique_steps import unique_steps
from lightship.cache.explain.verdicts import Verdicts, reached
from lightship.cache.keys.moment import Moment
from lightship.cache.plan.pairing import paired
from lightship.cache.plan.plan import Side
from lightship.cache.selection.context_tree import FileTree
from lightship.cache.times.build_time import Times, critical_path
from lightship.context.files import FileKind
from lightship.errors import UsageError

_Place = tuple[str, int]  # the name of a stage, and a line


def explain(
    before: Side,
    after: Side,
    builder: str = "buildkit",
    times: Times | None = None,
    *,
    of_git: bool = False,
) -> Explanation:
    """The steps of `after`, on the cache that a build of `before` has filled.

    `of_git` says that the files are those that git knows. A ParseError where BuildKit would refuse
    one of the two, a UsageError for an unknown builder.
    """
    kind = read_builder(builder)
    old = Moment(before.build, before.tree, kind)
    new = Moment(after.build, after.tree, kind)
    trees = Trees(before.tree, after.tree)
    results = _results(old, new, trees)
    notes = assumptions(new, of_git=of_git)
    explanation = Explanation(tuple(results), notes)
    if times is None:
        return explanation
    return _with_times(explanation, new, times)


def _results(old: Moment, new: Moment, trees: Trees) -> Iterator[StepResult]:
    """The verdict of each step of the second build."""
    plan = old.keys.plan
    twins = paired(plan.steps, new.keys.plan.steps)
    built = reached(old.keyed, (), plan.builder)
    earlier = {keyed.step.number: keyed for keyed in built}
    cached = {keyed.key for keyed in built if keyed.key is not None}

    verdicts = Verdicts(cached)
    for keyed in unique_steps(new.keyed):
        step = keyed.step
        twin = twins.get(step.number)
        if twin is None:
            yield verdicts.step(keyed, None, [])
            continue

        before = earlier[twin.number]
        files = changed_files(old, new, twin, step, trees)
        result = verdicts.step(keyed, before, files)
        if not result.hit:
            result = _with_warnings(result, files, trees)
        yield result


def _with_warnings(
    result: StepResult,
    files: Iterable[ChangedFile],
    trees: Trees,
) -> StepResult:
    """With what the engine itself may miss."""
    paths = [file.path for file in files]
    warnings = tuple(stale_warnings(paths, trees.before, trees.after))
    if not warnings:
        return result
    return replace(result, warnings=warnings)


def _with_times(
    explanation: Explanation,
    moment: Moment,
    times: Times,
) -> Explanation:
    """With the seconds of each step, and of the build."""
    timed: list[StepResult] = []
    rebuilt: set[_Place] = set()
    for result in explanation.steps:
        line = result.line
        seconds = times.of_line(line)
        timed.append(replace(result, seconds=seconds))
        if not result.hit:
            rebuilt.add((result.stage, line))

    steps = moment.keys.plan.steps
    missed: list[int] = []
    for step in steps:
        place = (step.stage, step.line)
        if place in rebuilt:
            missed.append(step.number)

    of_steps = [times.of_line(step.line) for step in steps]
    everything = range(len(steps))
    return Explanation(
        steps=tuple(timed),
        notes=(*explanation.notes, _source(times)),
        seconds=critical_path(missed, steps, of_steps),
        seconds_of_all=critical_path(everything, steps, of_steps),
    )


def _source(times: Times) -> str:
    source = f"seconds come from {times.source}"
    if times.estimated:
        source += ", some of them matched by a step's position alone"
    return source


def touched(side: Side, paths: Iterable[str]) -> Side:
    """The same build as if the bytes of some files had changed.

    A UsageError for a file that does not exist.
    """
    tree = side.tree
    changed = frozenset(paths)
    for path in changed:
        file = tree.files.get(path)
        if file is None or file.kind is not FileKind.FILE:
            raise UsageError(f"--change {path}: no such file in the build context")

    def identity(path: str) -> str:
        own = tree.identity(path)
        if path in changed:
            return f"{own} changed"
        return own

    edited = FileTree(tree.files, identity, tree.read)
    return Side(side.build, edited)
