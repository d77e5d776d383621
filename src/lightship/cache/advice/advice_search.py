"""What would have kept more hits over a history: each change replayed, those without effect
dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from lightship.build import Build
from lightship.cache.advice.advised import Advice, Advised
from lightship.cache.advice.candidates import CandidateChange, candidates
from lightship.cache.advice.project_installs import installs_project_alone
from lightship.cache.builders import BUILDKIT, Builder
from lightship.cache.keys.moment import dockerfile_of
from lightship.cache.replay.past import Dockerfiles, Past
from lightship.cache.replay.replay_commits import replay
from lightship.cache.replay.results import Replay
from lightship.cache.times.build_time import Times
from lightship.cache.times.carry_over import carry_over
from lightship.errors import LightshipError
from lightship.text import TextChange

_ROUNDS = 6  # changes that are taken together
_HEAVY = 10  # what a RUN counts beside a COPY, where no time was measured

Diff = Callable[[str, TextChange], str]  # a path, and what changes -> a unified diff
Cost = tuple[float, int]  # seconds or weighed steps, and rebuilt steps


def advise(
    past: Past,
    build: Build,
    diff: Diff,
    builder: Builder = BUILDKIT,
    times: Times | None = None,
) -> Advised:
    """All changes that pay over `past`, the best first, and what they bring together.

    `build` has today's files for its context. Nothing is said of a change that was not replayed,
    or that makes more commits fail.
    """
    search = _AdviceSearch(past, build, diff, builder, times)
    before = search.replayed(build)
    paying: list[Advice] = []
    for candidate in candidates(build, before):
        advice = search.judged(before, candidate, {})
        if advice is not None:
            paying.append(advice)

    distinct = _without_repeats(paying)
    best_first = sorted(distinct, key=_cost_after)
    together: Advice | None = None
    if len(best_first) > 1:
        together = search.together(before)
    return Advised(before, tuple(best_first), together, search.tried)


def _cost_after(advice: Advice) -> Cost:
    return cost(advice.after)


def _without_repeats(all_advice: Sequence[Advice]) -> list[Advice]:
    """Without lines for the ignore file where a rule of lint writes them and gains as much."""
    by_rule = [advice for advice in all_advice if advice.rule]
    return [advice for advice in all_advice if not _is_repeated(advice, by_rule)]


def _is_repeated(advice: Advice, by_rule: Sequence[Advice]) -> bool:
    """Whether what a rule writes changes the same files and costs no more."""
    if advice.rule:
        return False
    paths = advice.files.keys()
    for other in by_rule:
        is_same = other.files.keys() == paths
        if is_same and _cost_after(other) <= _cost_after(advice):
            return True
    return False


def cost(replayed: Replay) -> Cost:
    """What a history costs: seconds where they are known, else rebuilt steps.

    Of those a RUN counts most, unless it installs nothing but the project.
    """
    rebuilt = heavy = 0
    for step in replayed.steps:
        is_heavy = step.instruction.upper().startswith("RUN")
        if is_heavy and installs_project_alone(step, replayed.steps):
            is_heavy = False
        weight = _HEAVY if is_heavy else 1
        rebuilt += step.rebuilt
        heavy += step.rebuilt * weight
    if replayed.seconds is not None:
        return replayed.seconds, rebuilt
    return float(heavy), rebuilt


class _AdviceSearch:
    """Replays candidates over one history, and counts them."""

    def __init__(
        self,
        past: Past,
        build: Build,
        diff: Diff,
        builder: Builder,
        times: Times | None,
    ) -> None:
        self._past = past
        self._first = build
        self._diff = diff
        self._builder = builder
        self._times = times
        self.tried = 0

    def replayed(self, build: Build) -> Replay:
        times = self._times
        if times is not None:
            times = carry_over(times, self._first, build)
        dockerfiles = Dockerfiles.always(build)
        return replay(self._past, dockerfiles, self._builder, times)

    def judged(
        self,
        before: Replay,
        candidate: CandidateChange,
        files: Mapping[str, str],
    ) -> Advice | None:
        """The advice that a candidate is; None where it does not pay.

        `files` are what was changed before it.
        """
        self.tried += 1
        try:
            after = self.replayed(candidate.build)
        except LightshipError:
            return None
        if _failures(after) > _failures(before):
            return None
        if cost(after) >= cost(before):
            return None

        changed = {**files, **candidate.files}
        return self._advice(
            candidate.title,
            candidate.why,
            candidate.build,
            changed,
            before,
            after,
            (candidate,),
        )

    def together(self, before: Replay) -> Advice | None:
        """All of it as one change: the best of all candidates, then the best that is left."""
        build = self._first
        replayed = before
        chosen: list[CandidateChange] = []
        files: dict[str, str] = {}
        for _round in range(_ROUNDS):
            best = self._best(build, replayed, chosen, files)
            if best is None:
                break
            candidate, advice = best
            build = candidate.build
            replayed = advice.after
            files |= candidate.files
            chosen.append(candidate)

        if len(chosen) < 2:
            return None
        title = "All changes together"
        why = "; ".join(candidate.title for candidate in chosen)
        return self._advice(title, why, build, files, before, replayed, chosen)

    def _best(
        self,
        build: Build,
        replayed: Replay,
        chosen: Sequence[CandidateChange],
        files: Mapping[str, str],
    ) -> tuple[CandidateChange, Advice] | None:
        """Of the candidates of another kind than those `chosen`, the one that saves the most."""
        kinds = {candidate.kind for candidate in chosen}
        best: tuple[CandidateChange, Advice] | None = None
        least: Cost | None = None
        for candidate in candidates(build, replayed):
            if candidate.kind in kinds:
                continue
            advice = self.judged(replayed, candidate, files)
            if advice is None:
                continue
            costs = _cost_after(advice)
            if least is None or costs < least:
                best = candidate, advice
                least = costs
        return best

    def _advice(
        self,
        title: str,
        why: str,
        build: Build,
        files: Mapping[str, str],
        before: Replay,
        after: Replay,
        of: Sequence[CandidateChange],
    ) -> Advice:
        """An advice with its diff, from the files as they are."""
        changed = dict(files)
        text = build.dockerfile.text
        if text != self._first.dockerfile.text:
            changed = {dockerfile_of(build): text, **changed}
        diff = ""
        for path, new_text in changed.items():
            old_text = self._text(path)
            diff += self._diff(path, TextChange(old_text, new_text))

        cautions = dict.fromkeys(candidate.caution for candidate in of)
        cautions.pop("", None)
        rules = [candidate.rule for candidate in of]
        return Advice(
            title=title,
            why=why,
            files=changed,
            diff=diff,
            before=before,
            after=after,
            safe=not cautions,
            caution="; ".join(cautions),
            rule=rules[0] if len(rules) == 1 else "",
        )

    def _text(self, path: str) -> str:
        """A file as it is now."""
        if path == dockerfile_of(self._first):
            return self._first.dockerfile.text
        context = self._first.context
        if context is None:
            return ""
        return context.read(path) or ""


def _failures(replayed: Replay) -> int:
    """Commits that cannot be built; not those in which the build context had no files yet."""
    failed = [commit for commit in replayed.commits if commit.failed]
    return sum(commit.sent > 0 for commit in failed)
