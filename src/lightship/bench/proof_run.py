"""`prove`: both versions measured, what differs, which change did it, and the verdict."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import field

from lightship.bench.attribution import ChangeStep, shares
from lightship.bench.bench import Bench
from lightship.bench.materials import write
from lightship.bench.remaining_work import MOST_BUILDING
from lightship.bench.shared_work import is_same_build, is_same_rebuild
from lightship.bench.version import Version
from lightship.cache.plan.plan import Side
from lightship.cache.selection.context_tree import FileTree
from lightship.docker.proof_builds import engine_name
from lightship.proof.asked_notes import question_notes
from lightship.proof.change_parts import ChangePart
from lightship.proof.judging import MeasuredChange
from lightship.proof.measure_plan import AFTER, BEFORE, VersionSource
from lightship.proof.measured import Measured
from lightship.proof.proof import ChangeShare, Proof, VerdictKind, Weighing, Weights
from lightship.proof.weighing import weigh
from lightship.record import record
from lightship.wording.counts import count

Folder = Callable[[str], str]  # a name -> a new directory of our own


@record(eq=False)
class ProofQuestion:
    """What is to be proven: two versions with their names, and the parts of the change."""

    before: Side
    after: Side
    names: tuple[str, str]
    parts: tuple[ChangePart, ...] = ()
    # The last commits, oldest first, of which the first fills the cache
    commits: tuple[FileTree, ...] = ()
    diff: str = ""
    commit: str = ""
    weights: Weights = field(default_factory=Weights)


def prove(question: ProofQuestion, bench: Bench, folder: Folder) -> Proof:
    """Build, run and measure. An EngineError where no engine is, or goes away."""
    start = time.monotonic()
    names, commits = question.names, question.commits
    own = _dockerfiles(question.before, question.after)
    before = _version(BEFORE, question.before, names[0], folder, own, commits)
    after = _version(AFTER, question.after, names[1], folder, own, commits)
    steps = steps_of(question.parts, (before, after), folder)
    bench.plan((before, after), [step.version for step in steps])
    old, new = bench.both(before, after)
    change = MeasuredChange.of(old, new, bench.asked.looks)
    rounds_taken = bench.rounds_taken

    parts: tuple[ChangeShare, ...] = ()
    if steps:
        parts = shares(bench, before, steps)
    services = bench.services
    notes = [*_notes(bench, before, after), *rounds_taken]
    notes += _joined_notes(len(steps) - len(parts))
    notes += [*_not_compared(old, new), *services.notes]
    notes += question_notes(old, new, change.facts)
    return Proof(
        bench.run.id,
        int(time.time()),
        old,
        new,
        bench.asked,
        change.figures,
        change.facts,
        change.verdict,
        parts,
        bench.outcomes,
        engine=engine_name(),
        diff=question.diff,
        notes=tuple(notes),
        commit=question.commit,
        seconds=time.monotonic() - start,
        services=services.used,
        weighing=_weighing(change, question.weights),
    )


def _weighing(change: MeasuredChange, weights: Weights) -> Weighing | None:
    """Whether a change that is better and worse pays; None where there is nothing to weigh."""
    if change.verdict.kind is not VerdictKind.MIXED:
        return None
    return weigh(change.figures, change.facts, weights)


def _dockerfiles(*sides: Side) -> list[str]:
    """The Dockerfiles of versions, as far as they lie in the build context."""
    paths = [side.build.path for side in sides]
    return list(filter(None, paths))


def _version(
    key: str,
    side: Side,
    name: str,
    folder: Folder,
    dockerfiles: Sequence[str],
    commits: Sequence[FileTree] = (),
) -> Version:
    sources: list[VersionSource] = []
    for number, tree in enumerate(commits):
        own = Side(side.build, tree)
        place = folder(f"{key}-commit{number}")
        material = write(own, name, place)
        sources.append(material.source)

    material = write(side, name, folder(key), dockerfiles)
    return Version(key, side, material, tuple(sources))


def steps_of(
    parts: Sequence[ChangePart],
    measured: Sequence[Version],
    folder: Folder,
) -> list[ChangeStep]:
    """The states between both versions; none where the change has one part.

    A state that is like one that is measured anyway, as the last one is like the version after,
    is that one: it is not built again.
    """
    if len(parts) < 2:
        return []
    own = _dockerfiles(*(version.side for version in measured))
    known = {version.material.work.whole: version for version in measured}
    steps: list[ChangeStep] = []
    for number, part in enumerate(parts, 1):
        made = _version(f"part{number}", part.side, part.title, folder, own)
        version = known.setdefault(made.material.work.whole, made)
        steps.append(ChangeStep(part.title, version, part.rule, part.lines))
    return steps


def _notes(bench: Bench, before: Version, after: Version) -> Iterator[str]:
    """What was not measured, and why."""
    asked = bench.asked
    if asked.runs == 1 and not asked.most:
        least = "only a factor of three or more counts as a difference"
        yield f"one round: {least}"
    yield from _edit_notes("code", asked.edit, (before, after))
    yield from _edit_notes("dependency", asked.dependency, (before, after))
    for version in (before, after):
        if is_same_rebuild(version.side, asked.edit, asked.dependency):
            both = f"{asked.edit} and {asked.dependency}"
            yield f"{version.name}: edits of {both} rebuild the same steps: built once for both"
    if is_same_build(before, after) and asked.runs == 1 and asked.cold:
        yield "a builder does the same for both versions: built once for both"
    if asked.running is None:
        yield "the images were not run"


def _joined_notes(number: int) -> Iterator[str]:
    """Of changes that were not measured each by itself."""
    if number:
        changes = count(number, "change")
        limit = f"a proof builds for at most {MOST_BUILDING:.0f} times as long as one cold build"
        yield f"{changes} measured with the one after: {limit}; --runs 2 measures each by itself"


def _edit_notes(kind: str, path: str, versions: Sequence[Version]) -> Iterator[str]:
    if not path:
        yield f"no {kind} edit: no suitable file was found in the build context"
        return
    for version in versions:
        is_there = path in version.side.tree.files
        if not is_there:
            yield f"{path} is not in {version.name}, so its {kind} edit is not measured"


def _not_compared(before: Measured, after: Measured) -> Iterator[str]:
    """Where neither starts the verdict is about builds and images alone."""
    old = [run.error for run in before.runs if run.error]
    new = [run.error for run in after.runs if run.error]
    if old and new:
        unknown = "so their behaviour was not compared"
        yield f"neither version starts, {unknown}: {old[-1]}"
