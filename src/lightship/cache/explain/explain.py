"""Two builds side by side: which steps of the second are hits on what the first has left in
the cache, and why not.
"""

from __future__ import annotations

from collections.abc import Iterable
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
    old, new = (
        Moment(before.build, before.tree, kind),
        Moment(after.build, after.tree, kind),
    )
    twins = paired(old.keys.plan.steps, new.keys.plan.steps)
    earlier = {each.step.number: each for each in reached(old.keyed, (), kind)}
    verdicts = Verdicts({each.key for each in earlier.values() if each.key is not None})
    steps = []
    for keyed in unique_steps(new.keyed):
        twin = twins.get(keyed.step.number)
        files = (
            changed_files(old, new, twin, keyed.step, (before.tree, after.tree))
            if twin is not None
            else []
        )
        step = verdicts.step(
            keyed, earlier[twin.number] if twin is not None else None, files
        )
        steps.append(step if step.hit else _warned(step, files, before, after))
    return _timed(steps, new, assumptions(new, of_git=of_git), times)


def _timed(
    steps: list[StepResult], moment: Moment, notes: tuple[str, ...], times: Times | None
) -> Explanation:
    if times is None:
        return Explanation(tuple(steps), notes)
    planned = moment.keys.plan.steps
    seconds = [times.seconds.get(step.line) for step in planned]
    rebuilt = {(step.stage, step.line) for step in steps if not step.hit}
    missed = [step.number for step in planned if (step.stage, step.line) in rebuilt]
    rows = tuple(replace(step, seconds=times.seconds.get(step.line)) for step in steps)
    whole = critical_path(range(len(planned)), planned, seconds)
    return Explanation(
        rows, (*notes, _source(times)), critical_path(missed, planned, seconds), whole
    )


def _source(times: Times) -> str:
    return f"seconds are from {times.source}" + (
        ", some of them by a step's place alone" if times.estimated else ""
    )


def touched(side: Side, paths: Iterable[str]) -> Side:
    """The same build as if the bytes of some files were others.

    A UsageError for a file that is not there.
    """
    tree = side.tree
    for path in paths:
        found = tree.files.get(path)
        if found is None or found.kind is not FileKind.FILE:
            raise UsageError(
                f"--change {path}: there is no such file in the build context"
            )
    changed = frozenset(paths)

    def identity(path: str) -> str:
        return (
            f"{tree.identity(path)} changed" if path in changed else tree.identity(path)
        )

    return Side(side.build, FileTree(tree.files, identity, tree.read))


def _warned(
    step: StepResult, files: list[ChangedFile], before: Side, after: Side
) -> StepResult:
    warnings = tuple(
        stale_warnings([each.path for each in files], before.tree, after.tree)
    )
    return replace(step, warnings=warnings) if warnings else step
