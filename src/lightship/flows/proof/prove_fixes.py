"""The flow of `lightship fix --prove`: unsafe fixes, without those that break an image.

All are made and built first, in each way in which the repository builds the Dockerfile. Where that
breaks an image, halves of the rules are tried until the ones that break it are found.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial

from lightship.errors import UsageError
from lightship.files.reading import STDIN
from lightship.flows.builds import BuildFinder
from lightship.flows.dockerfile_refs import DockerfileRef
from lightship.flows.fix import FixedFile, fixed_file
from lightship.flows.judged_builds import ReadBuild
from lightship.flows.lint import LintRequest, builds_of_file, selection_for
from lightship.flows.proof.build_trial import BuildTrial, open_trial
from lightship.flows.proof.requests import ProveOptions
from lightship.flows.tell import Tell
from lightship.flows.unwritten import UnwrittenFiles
from lightship.lint.finding import Safety
from lightship.lint.fix_all_builds import fix_without
from lightship.lint.fixes import Fixed, LeftOut, UnfixedReason
from lightship.proof.proof import VerdictKind
from lightship.record import record

_WITH_FIXES = "with fixes"
# Makes the fixes of all rules but some, in each build
Make = Callable[[Collection[str]], tuple[Fixed, ...]]
# What the unsafe fixes of some rules break; empty for nothing
WhyBroken = Callable[[Sequence[str]], str]


@record
class DroppedFix:
    """The fixes of a rule that are not made, and why: `title` is that of the first of them."""

    rule: str
    title: str
    why: str


@record(eq=False)
class ProvenFile:
    """A Dockerfile with the fixes that break nothing, those that were dropped, and what to know."""

    file: FixedFile
    dropped: tuple[DroppedFix, ...] = ()
    notes: tuple[str, ...] = ()


def prove_fixes(
    ref: DockerfileRef,
    request: LintRequest,
    options: ProveOptions,
    finder: BuildFinder,
    tell: Tell,
    unwritten: UnwrittenFiles | None = None,
) -> ProvenFile:
    """Make the fixes of one Dockerfile that neither break an image nor change its answers.

    Nothing is written, and nothing is built where there is no unsafe fix. `unwritten` is as
    of `fix_file`. A FileError for what cannot be read, a UsageError where there is no build
    context, an EngineError where no engine is.
    """
    path = ref.path
    is_inline = ref.inline is not None
    if not is_inline and not ref.problem:
        ref = DockerfileRef(path)
    reads = builds_of_file(ref, request, finder, unwritten)
    has_context = all(read.root is not None for read in reads)
    is_file = path != STDIN and not is_inline
    if not is_file or not has_context:
        raise UsageError(
            "--prove builds the image: name a Dockerfile and its build context"
        )

    builds = [read.build for read in reads]
    selection = selection_for(path, request)
    make = partial(fix_without, builds, selection)
    whole = make(())
    titles = _unsafe_fixes(whole)
    if not titles:
        file = fixed_file(path, reads, whole)
        return ProvenFile(file)

    trials: list[BuildTrial] = []
    with ExitStack() as stack:
        for read in reads:
            trial = open_trial(path, read, _WITH_FIXES, options, stack, tell)
            trials.append(trial)
        return _searched(path, reads, make, titles, trials)


def _unsafe_fixes(fixed: Sequence[Fixed]) -> dict[str, str]:
    """The rules with unsafe fixes that were made, and the title of the first fix of each."""
    titles: dict[str, str] = {}
    for done in fixed:
        for applied in done.applied:
            if applied.safety is not Safety.UNSAFE:
                continue
            titles.setdefault(applied.rule, applied.message)
    return titles


def _why_broken(trial: BuildTrial, fixed: Fixed) -> str:
    """What fixes break, in a line; empty where they break nothing."""
    change = trial.compared(fixed.text, fixed.files)
    if change is None:
        return ""
    verdict = change.verdict
    # A version that was not built is not proven, whatever the reason
    if verdict.kind is not VerdictKind.BROKEN and not change.after.build_error:
        return ""
    return f"{verdict.reasons[0]}{trial.name}"


def _searched(
    path: str,
    reads: Sequence[ReadBuild],
    make: Make,
    titles: Mapping[str, str],
    trials: Sequence[BuildTrial],
) -> ProvenFile:
    """The fixes that break nothing, of the rules in `titles`."""

    def why_broken(kept: Sequence[str]) -> str:
        dropped = [rule for rule in titles if rule not in kept]
        of_builds = make(dropped)
        for trial, fixed in zip(trials, of_builds, strict=True):
            why = _why_broken(trial, fixed)
            if why:
                return why
        return ""

    rules = list(titles)
    # All together first: mostly they break nothing
    why = why_broken(rules)
    notes = tuple(_notes(trials))
    if all(trial.failure for trial in trials):
        without = make(rules)
        unproven = _marked(without, rules, UnfixedReason.UNPROVEN)
        file = fixed_file(path, reads, unproven)
        return ProvenFile(file, notes=notes)

    reasons: dict[str, str] = {}
    if why:
        reasons = _halved(rules, why, why_broken)
    # Where all are dropped, only the safe fixes are left, which have not been tried alone
    if len(reasons) == len(rules):
        why = why_broken(())
        if why:
            note = f"the safe fixes alone break it, so nothing is changed: {why}"
            file = _unchanged(path, reads)
            return ProvenFile(file, notes=(*notes, note))

    without = make(reasons)
    fixed = _marked(without, reasons, UnfixedReason.BREAKS)
    file = fixed_file(path, reads, fixed)
    dropped: list[DroppedFix] = []
    for rule, why in reasons.items():
        title = titles[rule]
        fix = DroppedFix(rule, title, why)
        dropped.append(fix)
    return ProvenFile(file, tuple(dropped), notes)


def _unchanged(path: str, reads: Sequence[ReadBuild]) -> FixedFile:
    unchanged: list[Fixed] = []
    for read in reads:
        fixed = Fixed(read.build, {}, (), ())
        unchanged.append(fixed)
    return fixed_file(path, reads, unchanged)


def _halved(rules: Sequence[str], why: str, why_broken: WhyBroken) -> dict[str, str]:
    """The rules whose fixes break something together with those that break nothing, and why.

    `why` is what all of them break together.
    """
    kept: list[str] = []
    reasons: dict[str, str] = {}
    waiting = [(list(rules), why)]
    while waiting:
        batch, why = waiting.pop()
        if not why:
            tried = [*kept, *batch]
            why = why_broken(tried)
        if not why:
            kept += batch
            continue

        is_single = len(batch) == 1
        if is_single:
            [rule] = batch
            reasons[rule] = why
            continue

        middle = len(batch) // 2
        first = batch[:middle]
        second = batch[middle:]
        # The first half is tried before the second
        waiting.append((second, ""))
        waiting.append((first, ""))
    return reasons


def _notes(trials: Sequence[BuildTrial]) -> Iterator[str]:
    for trial in trials:
        if trial.failure:
            yield (
                "unsafe fixes cannot be proven where the image does not build as it is"
                f"{trial.name}: {trial.failure}"
            )
        elif trial.silence:
            yield (
                "the container does not start here as it is, so only the builds were compared"
                f"{trial.name}: {trial.silence}"
            )
            yield from trial.notes


def _marked(
    fixed: Sequence[Fixed],
    rules: Collection[str],
    reason: UnfixedReason,
) -> list[Fixed]:
    """The same with the reason why unsafe fixes of `rules` are left out."""

    def marked(item: LeftOut) -> LeftOut:
        if item.reason is not UnfixedReason.UNSAFE:
            return item
        rule = item.diagnostic.rule
        if rule.id in rules:
            return replace(item, reason=reason)
        return item

    all_marked: list[Fixed] = []
    for done in fixed:
        left = tuple(map(marked, done.left))
        with_reasons = replace(done, left=left)
        all_marked.append(with_reasons)
    return all_marked
