"""What would have kept more hits over a history: each change replayed, those without effect
dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from lightship.build import Build
from lightship.cache.advice.advised import Advice, Advised
from lightship.cache.advice.candidates import CandidateChange, candidates
from lightship.cache.builders import BUILDKIT, Builder
from lightship.cache.keys.moment import dockerfile_of
from lightship.cache.replay.past import Dockerfiles, Past
from lightship.cache.replay.replay import replay
from lightship.cache.replay.results import Replay
from lightship.cache.times.build_time import Times
from lightship.cache.times.carry_over import carry_over
from lightship.errors import LightshipError

_ROUNDS = 6  # changes that are taken together
_HEAVY = 10  # what a RUN counts beside a COPY, where no time was measured

Diff = Callable[[str, str, str], str]  # path, text before, text after -> a unified diff


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
    search = _Search(past, build, diff, builder, times)
    before = search.replayed(build)
    paying = [
        found
        for each in candidates(build, before)
        if (found := search.judged(before, each, {}))
    ]
    paying = sorted(_without_repeats(paying), key=lambda advice: cost(advice.after))
    together = search.together(before) if len(paying) > 1 else None
    return Advised(before, tuple(paying), together, search.tried)


def _without_repeats(advice: Sequence[Advice]) -> list[Advice]:
    """Without lines for the ignore file where a rule of lint writes that file, and gains as
    much.
    """
    by_rule = [each for each in advice if each.rule]
    return [
        each
        for each in advice
        if each.rule or not any(_is_as_good(rule, each) for rule in by_rule)
    ]


def _is_as_good(one: Advice, other: Advice) -> bool:
    return one.files.keys() == other.files.keys() and cost(one.after) <= cost(
        other.after
    )


def cost(replayed: Replay) -> tuple[float, int]:
    """What a history costs: seconds where they are known, else rebuilt steps, of which a RUN
    counts most.
    """
    rebuilt = sum(step.rebuilt for step in replayed.steps)
    heavy = sum(
        step.rebuilt * (_HEAVY if step.instruction.upper().startswith("RUN") else 1)
        for step in replayed.steps
    )
    return (replayed.seconds if replayed.seconds is not None else float(heavy), rebuilt)


class _Search:
    """Replays candidates over one history, and counts them."""

    def __init__(
        self,
        past: Past,
        build: Build,
        diff: Diff,
        builder: Builder,
        times: Times | None,
    ) -> None:
        self._past, self._first, self._diff, self._builder, self._times = (
            past,
            build,
            diff,
            builder,
            times,
        )
        self.tried = 0

    def replayed(self, build: Build) -> Replay:
        times = (
            carry_over(self._times, self._first, build)
            if self._times is not None
            else None
        )
        return replay(self._past, Dockerfiles.always(build), self._builder, times)

    def judged(
        self, before: Replay, each: CandidateChange, files: Mapping[str, str]
    ) -> Advice | None:
        """The advice that a candidate is.

        None where it does not pay. `files` are what was changed before it.
        """
        self.tried += 1
        try:
            after = self.replayed(each.build)
        except LightshipError:
            return None
        if _failures(after) > _failures(before) or cost(after) >= cost(before):
            return None
        return self._advice(
            each.title,
            each.why,
            each.build,
            {**files, **each.files},
            before,
            after,
            each,
        )

    def together(self, before: Replay) -> Advice | None:
        """The best of all candidates, then the best that is left, and so on: all of it as one
        change.
        """
        build, replayed, taken, files = (
            self._first,
            before,
            list[CandidateChange](),
            dict[str, str](),
        )
        for _ in range(_ROUNDS):
            kinds = {each.kind for each in taken}
            fresh = [
                each for each in candidates(build, replayed) if each.kind not in kinds
            ]
            found = [
                (each, advice)
                for each in fresh
                if (advice := self.judged(replayed, each, files))
            ]
            if not found:
                break
            best, advice = min(found, key=lambda pair: cost(pair[1].after))
            build, replayed, files = best.build, advice.after, {**files, **best.files}
            taken.append(best)
        if len(taken) < 2:
            return None
        why = "; ".join(each.title for each in taken)
        return self._advice(
            "All of it together", why, build, files, before, replayed, *taken
        )

    def _advice(
        self,
        title: str,
        why: str,
        build: Build,
        files: Mapping[str, str],
        before: Replay,
        after: Replay,
        *of: CandidateChange,
    ) -> Advice:
        """An advice with its diff, from the files as they are."""
        changed = dict(files)
        if build.dockerfile.text != self._first.dockerfile.text:
            changed = {dockerfile_of(build): build.dockerfile.text, **changed}
        shown = "".join(
            self._diff(path, self._text(path), text) for path, text in changed.items()
        )
        caution = "; ".join(dict.fromkeys(each.caution for each in of if each.caution))
        rule = of[0].rule if len(of) == 1 else ""
        return Advice(
            title, why, changed, shown, before, after, not caution, caution, rule
        )

    def _text(self, path: str) -> str:
        """A file as it is now."""
        if path == dockerfile_of(self._first):
            return self._first.dockerfile.text
        return (
            (self._first.context.read(path) or "")
            if self._first.context is not None
            else ""
        )


def _failures(replayed: Replay) -> int:
    """Commits that cannot be built; not those in which the build context had no files yet."""
    return sum(bool(commit.failed) and commit.sent > 0 for commit in replayed.commits)
