"""`prove`: both versions measured, what differs, which change did it, and the verdict."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from lightship.bench.attribution import ChangeStep, shares
from lightship.bench.materials import write
from lightship.bench.measuring import Bench, Version
from lightship.cache.plan.plan import Side
from lightship.cache.selection.context_tree import FileTree
from lightship.docker.proof_builds import engine_name
from lightship.proof.change_parts import ChangePart
from lightship.proof.facts import facts
from lightship.proof.figures import figures
from lightship.proof.judging import judge
from lightship.proof.proof import AFTER, BEFORE, ChangeShare, Measured, Proof
from lightship.record import record

Folder = Callable[[str], str]  # a name -> a new directory of our own


@record(eq=False)
class ProofQuestion:
    """What is to be proven: two versions with their names, and the parts of the change."""

    before: Side
    after: Side
    names: tuple[str, str]
    parts: tuple[ChangePart, ...] = ()
    commits: tuple[
        FileTree, ...
    ] = ()  # the last commits, oldest first, of which the first fills the cache
    diff: str = ""
    commit: str = ""


def prove(question: ProofQuestion, bench: Bench, folder: Folder) -> Proof:
    """Build, run and measure. An EngineError where no engine is, or goes away."""
    start = time.monotonic()
    before = _version(
        BEFORE, question.before, question.names[0], folder, question.commits
    )
    after = _version(AFTER, question.after, question.names[1], folder, question.commits)
    one, other = bench.both(before, after)
    rows, found = tuple(figures(one, other)), tuple(facts(one, other))
    parts = (
        _shares(bench, before, question.parts, folder)
        if len(question.parts) > 1
        else ()
    )
    return Proof(
        bench.run_id,
        int(time.time()),
        one,
        other,
        bench.asked,
        rows,
        found,
        judge(one, other, rows, found),
        parts,
        bench.outcomes,
        engine=engine_name(),
        diff=question.diff,
        notes=(*_notes(bench, before, after), *_not_compared(one, other)),
        commit=question.commit,
        seconds=time.monotonic() - start,
    )


def _version(
    key: str, side: Side, name: str, folder: Folder, commits: Sequence[FileTree] = ()
) -> Version:
    own = [Side(side.build, tree) for tree in commits]
    sources = [
        write(each, name, folder(f"{key}-commit{number}")).source
        for number, each in enumerate(own)
    ]
    return Version(key, side, write(side, name, folder(key)), tuple(sources))


def _shares(
    bench: Bench, before: Version, parts: Sequence[ChangePart], folder: Folder
) -> tuple[ChangeShare, ...]:
    steps = []
    for number, part in enumerate(parts, 1):
        version = _version(f"part{number}", part.side, part.title, folder)
        steps.append(ChangeStep(part.title, version, part.rule, part.lines))
    return shares(bench, before, steps)


def _notes(bench: Bench, before: Version, after: Version) -> tuple[str, ...]:
    """What was not measured, and why."""
    found: list[str] = []
    asked = bench.asked
    if asked.runs == 1:
        found.append(
            "one round: only what is twice as much or half of it is called a difference"
        )
    for kind, path in (("code", asked.edit), ("dependency", asked.dependency)):
        if not path:
            found.append(f"no {kind} edit: no file of the context is known to be one")
        else:
            lacking = [
                each.material.source.name
                for each in (before, after)
                if path not in each.side.tree.files
            ]
            found += [
                f"{path} is not in {name}, so its {kind} edit is not measured"
                for name in lacking
            ]
    if asked.running is None:
        found.append("the images were not run")
    return tuple(found)


def _not_compared(before: Measured, after: Measured) -> Iterator[str]:
    """Where neither starts the verdict is about builds and images alone."""
    failed = [[ran.error for ran in each.runs if ran.error] for each in (before, after)]
    if all(failed):
        yield f"neither version starts, so that nothing is known of how they behave: {failed[0][-1]}"
