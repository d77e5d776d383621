"""Why each step of a build ran: the change explains it, or the record does, or nothing does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lightship.cache.causes import Cause
from lightship.cache.explain.explanation import Explanation, Reason, StepResult
from lightship.cache.misses.explained_run import (
    ExplainedRun,
    Happened,
    RunStep,
    WhyRan,
)
from lightship.cache.misses.joined_steps import (
    Joined,
    joined_steps,
    longest,
    what_happened,
)
from lightship.cache.plan.plan import BaseImage, Plan, Planned
from lightship.cache.records.build_record import BuildRecord
from lightship.cache.times.build_time import critical_path

_NO_CACHE = "no-cache"
_SHOWN = 19  # characters of a digest: sha256: and twelve
_LONGEST_ERROR = 200

Told = tuple[WhyRan, Reason]


def explain_run(
    explanation: Explanation,
    plan: Plan,
    record: BuildRecord,
    bases: Mapping[str, str] | None = None,
) -> ExplainedRun:
    """Why the steps of a record ran.

    `explanation` and `plan` are of the version that it built, on the cache of the version before.
    `bases` are digests of base images of the build before, by their names, where they are known.
    """
    joined = joined_steps(plan.build, record)
    judge = _Judge(plan, record, joined, bases or {})
    steps = tuple(map(judge.step, explanation.steps))
    run = ExplainedRun(record, steps, notes=explanation.notes)
    if not any(step.seconds is not None for step in steps):
        return run
    return ExplainedRun(
        record,
        steps,
        _seconds(plan, run.ran),
        _seconds(plan, run.unexplained),
        explanation.notes,
    )


def _seconds(plan: Plan, ran: Sequence[RunStep]) -> float:
    """How long some of the steps took, stages side by side."""
    by_place = {_place(step.predicted): step.seconds for step in ran}
    places = [(step.stage, step.line) for step in plan.steps]
    missed = [number for number, place in enumerate(places) if place in by_place]
    seconds = [by_place.get(place) for place in places]
    return critical_path(missed, plan.steps, seconds)


def _place(step: StepResult) -> tuple[str, int]:
    return step.stage, step.line


class _Judge:
    """Goes through the steps in the order of the plan."""

    def __init__(
        self,
        plan: Plan,
        record: BuildRecord,
        joined: Joined,
        bases: Mapping[str, str],
    ) -> None:
        self._plan = plan
        self._record = record
        self._joined = joined
        self._bases = bases
        self._planned = {(step.stage, step.line): step for step in plan.steps}
        # The line of the first step of a chain that ran though nothing of it changed
        self._first: dict[int, int] = {}
        self._still = frozenset(_bases_of_hits(plan, joined))
        self._final = _chain(plan)

    def step(self, predicted: StepResult) -> RunStep:
        """What became of the next step."""
        line = predicted.line
        recorded = self._joined.get(line, [])
        happened = what_happened(recorded)
        why, reason = self._told(predicted, happened)
        if happened is Happened.FAILED:
            errors = [step.error for step in recorded if step.error]
            text = _failure(errors[0])
            reason = Reason(Cause.FAILS, text, line=line)

        pulled = 0.0
        for step in recorded:
            own = step.pulled or 0.0
            pulled = max(pulled, own)
        return RunStep(
            predicted,
            happened,
            why,
            reason,
            longest(recorded),
            pulled,
        )

    def _told(self, predicted: StepResult, happened: Happened) -> Told:
        if happened is Happened.UNUSED:
            return _told(WhyRan.NONE, "no step that had to run needed it")
        if happened is Happened.HIT and predicted.hit:
            return WhyRan.NONE, predicted.reason
        if happened is Happened.HIT:
            text = "a hit although it changed: another build had made it before"
            return _told(WhyRan.NONE, text)
        if not predicted.hit:
            return WhyRan.CHANGE, predicted.reason
        return self._unexplained(predicted)

    def _unexplained(self, predicted: StepResult) -> Told:
        """Of a step that ran though nothing of it changed."""
        step = self._planned.get(_place(predicted))
        first = self._ran_below(step)
        if step is not None:
            self._first[step.number] = first or step.line
        if self._is_asked(predicted.stage):
            return _told(WhyRan.ASKED, "the build was asked for it: no-cache is set")
        if first:
            text = f"the step before it ran (first line {first})"
            return _told(WhyRan.BEFORE, text, first)
        if not self._still and not self._record.imports:
            text = "no cache was imported, and the builder had none of its own"
            return _told(WhyRan.EMPTY, text)

        failure = self._failed_import()
        if failure:
            return _told(WhyRan.IMPORT, f"the cache could not be read: {failure}")
        if step is None:
            return _told(WhyRan.GONE, _GONE)
        return self._of_base(step) or self._needed(step) or self._gone(step)

    def _ran_below(self, step: Planned | None) -> int:
        """The line of the first step below that ran; 0 for none."""
        if step is None or step.inputs.alone:
            return 0
        below = step.below
        if not isinstance(below, Planned):
            return 0
        return self._first.get(below.number, 0)

    def _is_asked(self, stage: str) -> bool:
        """Whether no-cache is set, for all stages or for this one.

        Source: moby/buildkit, frontend/dockerui (an empty value is all stages).
        """
        asked = self._record.attributes.get(_NO_CACHE)
        if asked is None:
            return False
        stages = asked.split(",")
        return not asked or stage in stages

    def _failed_import(self) -> str:
        """Why no cache was read; empty where one was, or none was asked for."""
        errors = [item.error for item in self._record.imports]
        if not errors or not all(errors):
            return ""
        first = errors[0]
        return first[:_LONGEST_ERROR]

    def _of_base(self, step: Planned) -> Told | None:
        """Where the base image has another digest than in the build before."""
        base = _base_of(step)
        if base is None:
            return None
        for name, digest in self._record.bases.items():
            before = self._bases.get(name)
            if before is None or before == digest:
                continue
            if not _is_named(base, name):
                continue
            old = before[:_SHOWN]
            new = digest[:_SHOWN]
            text = f"the base image {name} moved: {old} -> {new}"
            reason = Reason(Cause.IMAGE, text, line=base.line)
            return WhyRan.BASE, reason
        return None

    def _needed(self, step: Planned) -> Told | None:
        """Where it is not in the final image, and something that uses it had to run.

        With mode=min, and inline, such a step has a key in the cache, and no result. Source:
        moby/buildkit, solver/exporter.go.
        """
        if step.number in self._final or not self._still:
            return None
        later = self._plan.steps[step.number + 1 :]
        for user in later:
            if not _uses(user, step.stage):
                continue
            recorded = self._joined.get(user.line, [])
            happened = what_happened(recorded)
            if happened in (Happened.RAN, Happened.FAILED):
                text = _needed_by(user, step.stage)
                text += self._may_have_moved(step)
                return _told(WhyRan.NEEDED, text, user.line)
        return None

    def _gone(self, step: Planned) -> Told:
        text = _GONE + self._may_have_moved(step)
        if step.number not in self._final:
            text += (
                f"; mode=min and inline caches keep no results of stage {step.stage}"
            )
        return _told(WhyRan.GONE, text)

    def _may_have_moved(self, step: Planned) -> str:
        """What to add where nothing shows that the base image is still the same."""
        base = _base_of(step)
        if base is None:
            return ""
        image = base.image
        if not image or "@" in image:
            return ""
        if image in self._still or _is_known(base, self._bases):
            return ""
        short = _short(image)
        return f"; or {short} moved"


_GONE = (
    "predicted a hit, and the builder had no result: it was evicted, never written, or written "
    "under another ref or scope"
)


def _bases_of_hits(plan: Plan, joined: Joined) -> Iterator[str]:
    """The base images that hits stand on: those have not moved."""
    for step in plan.steps:
        base = _base_of(step)
        recorded = joined.get(step.line, [])
        is_hit = what_happened(recorded) is Happened.HIT
        if base is not None and is_hit:
            yield base.image


def _is_known(base: BaseImage, bases: Mapping[str, str]) -> bool:
    return any(_is_named(base, name) for name in bases)


def _told(why: WhyRan, text: str, line: int = 0) -> Told:
    reason = Reason(Cause.SAME, text, line=line)
    return why, reason


def _failure(error: str) -> str:
    short = error[:_LONGEST_ERROR]
    return f"it failed: {short}"


def _needed_by(user: Planned, stage: str) -> str:
    text = f"its result was not kept, and line {user.line}, which needs it, had to run"
    return f"{text}: mode=min and inline caches keep no results of stage {stage}"


def _uses(user: Planned, stage: str) -> bool:
    """Whether a step stands in a stage, or takes something from it."""
    if user.stage == stage:
        return True
    return any(output.stage == stage for output in user.inputs.outputs)


def _base_of(step: Planned) -> BaseImage | None:
    """The image that the chain of a step stands on."""
    below = step.below
    while isinstance(below, Planned):
        below = below.below
    return below


def _is_named(base: BaseImage, name: str) -> bool:
    """Whether a base image is the one that BuildKit shows under that name."""
    own, _at, _digest = base.image.partition("@")
    return _short(own) == _short(name)


def _short(image: str) -> str:
    short = image.removeprefix("docker.io/")
    short = short.removeprefix("library/")
    _path, _slash, last = short.rpartition("/")
    if ":" in last:
        return short
    return f"{short}:latest"


def _chain(plan: Plan) -> frozenset[int]:
    """The numbers of the steps whose layers are in the final image."""
    if not plan.steps:
        return frozenset()
    target = plan.steps[-1]
    return frozenset(_below(target))


def _below(step: Planned) -> Iterator[int]:
    current: Planned | BaseImage = step
    while isinstance(current, Planned):
        yield current.number
        current = current.below
