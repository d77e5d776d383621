"""A history, replayed: the build of each commit on the cache that the ones before have left,
without building.

Only what a commit changed is looked at. The cache keeps every result, so that a revert is a hit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from lightship.cache.builders import BUILDKIT, Builder
from lightship.cache.explain.assumptions import assumptions
from lightship.cache.explain.changed_files import changed_files
from lightship.cache.explain.explanation import StepResult
from lightship.cache.explain.reasons import ChangedFile
from lightship.cache.explain.verdicts import Verdicts, reached
from lightship.cache.keys.keys import Key, Keyed
from lightship.cache.keys.moment import Moment, dockerfile_of
from lightship.cache.plan.pairing import paired
from lightship.cache.plan.plan import Planned
from lightship.cache.replay.past import Commit, Dockerfiles, Past, Revision, Version
from lightship.cache.replay.results import Replay
from lightship.cache.replay.tally import Tally
from lightship.cache.selection.context_tree import FileTree
from lightship.cache.selection.sent_context import above
from lightship.cache.times.build_time import Times
from lightship.errors import LightshipError


def replay(
    past: Past,
    dockerfiles: Dockerfiles,
    builder: Builder = BUILDKIT,
    times: Times | None = None,
) -> Replay:
    """The builds of all commits.

    What goes wrong in one (no Dockerfile yet, a file that is missing) is said there.

    A ParseError where it goes wrong for the one Dockerfile that is replayed over all of them.
    """
    run = _Run(past, dockerfiles, builder, times)
    run.start()
    for revision in past.revisions:
        run.next(revision)

    moment = run.moment
    is_historic = not dockerfiles.fixed
    if moment is None:
        return run.tally.replay(past.notes, historic=is_historic)
    notes = (*past.notes, *assumptions(moment, of_git=True))
    replayed = run.tally.replay(notes, historic=is_historic)
    return replace(replayed, dockerfile=dockerfile_of(moment.keys.plan.build))


ChangedFiles = dict[int, list[ChangedFile]]  # by the number of a step


class _Run:
    """The builder as it goes through the commits."""

    def __init__(
        self,
        past: Past,
        dockerfiles: Dockerfiles,
        builder: Builder,
        times: Times | None,
    ) -> None:
        self.past = past
        self.dockerfiles = dockerfiles
        self.builder = builder
        self.tally = Tally(times)
        self.cache: set[Key] = set()
        self.moment: Moment | None = None
        self.version: Version | None = None
        self.failed = ""
        # Of the build before, by the number of the step now
        self.before: dict[int, Keyed] = {}

    def start(self) -> None:
        """The commit before the first one fills the cache.

        Where there is none, the cache is empty.
        """
        commit = self.past.start_commit
        if commit is None:
            return
        self._open(commit, self.past.start)
        if self.moment is not None:
            built = reached(self.moment.keyed, (), self.builder)
            self._leave(built)

    def next(self, revision: Revision) -> None:
        """One commit further."""
        files = self._follow(revision)
        if self.moment is None:
            self.tally.fail(revision, self.failed)
            return

        keyed = self.moment.keyed
        verdicts = Verdicts(self.cache)
        results: list[StepResult] = []
        for new in keyed:
            number = new.step.number
            old = self.before.get(number)
            changed = files.get(number, ())
            results.append(verdicts.step(new, old, changed))

        built = reached(keyed, self.cache, self.builder)
        self._leave(built)
        self.tally.add(revision, built, results, self.moment.sent.files)

    def _follow(self, revision: Revision) -> ChangedFiles:
        """Take the files of a commit: those that changed, by step."""
        commit = revision.commit
        if self.version != self.dockerfiles.version(commit):
            tree = self.past.tree_at(commit)
            return self._open(commit, tree)
        if self.moment is None:
            return {}
        read = partial(self.past.read, commit)
        self.moment.apply(revision.changes, read)
        return _changed_by_step(self.moment)

    def _leave(self, built: Sequence[Keyed]) -> None:
        """What a build leaves to the next."""
        self.before = {}
        for keyed in built:
            self.before[keyed.step.number] = keyed
            if keyed.key is not None:
                self.cache.add(keyed.key)

    def _open(self, commit: Commit, tree: FileTree) -> ChangedFiles:
        """Another Dockerfile or ignore file: the files that changed with it, by step."""
        old = self.moment
        self.version = self.dockerfiles.version(commit)
        try:
            build = self.dockerfiles.build(commit)
            self.moment = Moment(build, tree, self.builder)
        except LightshipError as error:
            if self.dockerfiles.fixed:
                raise
            self.moment = None
            self.failed = str(error)
            return {}

        steps = self.moment.keys.plan.steps
        twins = paired(old.keys.plan.steps, steps) if old is not None else {}
        before: dict[int, Keyed] = {}
        for number, twin in twins.items():
            if twin.number in self.before:
                before[number] = self.before[twin.number]
        self.before = before
        self.tally.open(steps, twins)
        if old is None:
            return {}

        files: ChangedFiles = {}
        for number, twin in twins.items():
            files[number] = changed_files(old, self.moment, twin, steps[number])
        return files


def _changed_by_step(moment: Moment) -> ChangedFiles:
    """The files that the last commit changed, of those that each step takes."""
    if not moment.sent.changed:
        return {}
    steps = moment.keys.plan.steps
    return {step.number: _changed(moment, step) for step in steps}


def _changed(moment: Moment, step: Planned) -> list[ChangedFile]:
    """The files of a step that changed; a directory only where nothing in it did."""
    changed = moment.sent.changed
    paths: set[str] = set()
    for source in step.inputs.selections:
        paths |= changed.get(source, set())
    parents: set[str] = set()
    for path in paths:
        parents.update(above(path))

    deepest = sorted(paths - parents)
    return [ChangedFile(path, f"`{path}` changed") for path in deepest]
