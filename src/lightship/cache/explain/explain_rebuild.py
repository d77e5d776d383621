"""Two builds side by side: which steps of the second are hits on what the first has left in
the cache, and why the others are not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from lightship.cache.builders import read_builder
from lightship.cache.explain.assumptions import assumptions
from lightship.cache.explain.changed_files import changed_files
from lightship.cache.explain.explanation import Explanation, StepResult
from lightship.cache.explain.reasons import ChangedFile
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
    twins = paired(old.keys.plan.steps, new.keys.plan.steps)
    built = reached(old.keyed, (), kind)
    earlier = {keyed.step.number: keyed for keyed in built}
    cached = {keyed.key for keyed in built if keyed.key is not None}

    verdicts = Verdicts(cached)
    results: list[StepResult] = []
    for keyed in unique_steps(new.keyed):
        twin = twins.get(keyed.step.number)
        if twin is None:
            result = verdicts.step(keyed, None, [])
            results.append(result)
            continue
        trees = (before.tree, after.tree)
        files = changed_files(old, new, twin, keyed.step, trees)
        result = verdicts.step(keyed, earlier[twin.number], files)
        if not result.hit:
            result = _with_warnings(result, files, before, after)
        results.append(result)

    notes = assumptions(new, of_git=of_git)
    if times is None:
        return Explanation(tuple(results), notes)
    return _with_times(results, new, notes, times)


def _with_times(
    results: Sequence[StepResult],
    moment: Moment,
    notes: tuple[str, ...],
    times: Times,
) -> Explanation:
    timed: list[StepResult] = []
    rebuilt: set[tuple[str, int]] = set()
    for result in results:
        seconds = times.seconds.get(result.line)
        timed.append(replace(result, seconds=seconds))
        if not result.hit:
            rebuilt.add((result.stage, result.line))

    steps = moment.keys.plan.steps
    of_steps = [times.seconds.get(step.line) for step in steps]
    missed = [step.number for step in steps if (step.stage, step.line) in rebuilt]
    return Explanation(
        tuple(timed),
        (*notes, _source(times)),
        critical_path(missed, steps, of_steps),
        critical_path(range(len(steps)), steps, of_steps),
    )


def _source(times: Times) -> str:
    source = f"seconds come from {times.source}"
    if times.estimated:
        source += ", some of them matched by a step's position alone"
    return source


def _with_warnings(
    result: StepResult,
    files: Iterable[ChangedFile],
    before: Side,
    after: Side,
) -> StepResult:
    """With what the engine itself may miss."""
    paths = [file.path for file in files]
    warnings = tuple(stale_warnings(paths, before.tree, after.tree))
    return replace(result, warnings=warnings) if warnings else result


def touched(side: Side, paths: Iterable[str]) -> Side:
    """The same build as if the bytes of some files had changed.

    A UsageError for a file that does not exist.
    """
    tree = side.tree
    changed = frozenset(paths)
    for path in changed:
        file = tree.files.get(path)
        is_file = file is not None and file.kind is FileKind.FILE
        if not is_file:
            raise UsageError(f"--change {path}: no such file in the build context")

    def identity(path: str) -> str:
        own = tree.identity(path)
        return f"{own} changed" if path in changed else own

    edited = FileTree(tree.files, identity, tree.read)
    return Side(side.build, edited)
