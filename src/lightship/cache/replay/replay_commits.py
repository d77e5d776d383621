"""A history, replayed: the build of each commit on the cache that the ones before have left,
without building.

Only what a commit changed is looked at. The cache keeps every result, so that a revert is a hit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from lightship.cache.builders import BUILDKIT, Builder
from lightship.cache.explain.assumptions import assumptions
from lightship.cache.explain.changed_files import changed_files
from lightship.cache.explain.differences import ChangedFile
from lightship.cache.explain.explanation import StepResult
from lightship.cache.explain.verdicts import Verdicts, reached
from lightship.cache.keys.keys import Key, Keyed
from lightship.cache.keys.moment import Moment, dockerfile_of
from lightship.cache.plan.pairing import Pairs, paired
from lightship.cache.plan.plan import Planned
from lightship.cache.replay.past import Commit, Dockerfiles, Past, Revision, Version
from lightship.cache.replay.results import Replay
from lightship.cache.replay.tally import Tally
from lightship.cache.selection.context_tree import FileTree
from lightship.cache.selection.selection import Selection
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
    run = _ReplayRun(past, dockerfiles, builder, times)
    run.start()
    for revision in past.revisions:
        run.next(revision)

    moment = run.moment
    is_historic = not dockerfiles.fixed
    if moment is None:
        return run.tally.replay(past.notes, historic=is_historic)

    notes = (*past.notes, *assumptions(moment, of_git=True))
    replayed = run.tally.replay(notes, historic=is_historic)
    dockerfile = dockerfile_of(moment.keys.plan.build)
    return replace(replayed, dockerfile=dockerfile)


ChangedFiles = dict[int, list[ChangedFile]]  # by the number of a step
ChangedPaths = Mapping[Selection, set[str]]


class _ReplayRun:
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
        moment = self.moment
        if moment is not None:
            built = reached(moment.keyed, (), self.builder)
            self._leave(built)

    def next(self, revision: Revision) -> None:
        """One commit further."""
        files = self._follow(revision)
        moment = self.moment
        if moment is None:
            self.tally.fail(revision, self.failed)
            return

        all_keyed = moment.keyed
        verdicts = Verdicts(self.cache)
        results: list[StepResult] = []
        for keyed in all_keyed:
            number = keyed.step.number
            before = self.before.get(number)
            changed = files.get(number, ())
            result = verdicts.step(keyed, before, changed)
            results.append(result)

        built = reached(all_keyed, self.cache, self.builder)
        self._leave(built)
        self.tally.add(revision, built, results, moment.sent.files)

    def _follow(self, revision: Revision) -> ChangedFiles:
        """Take the files of a commit: those that changed, by step."""
        commit = revision.commit
        version = self.dockerfiles.version(commit)
        if self.version != version:
            tree = self.past.tree_at(commit)
            return self._open(commit, tree)

        moment = self.moment
        if moment is None:
            return {}
        read = partial(self.past.read, commit)
        moment.apply(revision.changes, read)
        return _changed_by_step(moment)

    def _leave(self, built: Sequence[Keyed]) -> None:
        """What a build leaves to the next."""
        self.before = {}
        for keyed in built:
            number = keyed.step.number
            self.before[number] = keyed
            if keyed.key is not None:
                self.cache.add(keyed.key)

    def _open(self, commit: Commit, tree: FileTree) -> ChangedFiles:
        """Another Dockerfile or ignore file: the files that changed with it, by step."""
        old = self.moment
        new = self._moment_of(commit, tree)
        self.moment = new
        self.version = self.dockerfiles.version(commit)
        if new is None:
            return {}
        if old is not None:
            return self._go_over(old, new)

        self.before = {}
        self.tally.open(new.keys.plan.steps, {})
        return {}

    def _moment_of(self, commit: Commit, tree: FileTree) -> Moment | None:
        """The build of a commit; None where it fails, with the reason in `failed`."""
        try:
            build = self.dockerfiles.build(commit)
            return Moment(build, tree, self.builder)
        except LightshipError as error:
            if self.dockerfiles.fixed:
                raise
            self.failed = str(error)
            return None

    def _go_over(self, old: Moment, new: Moment) -> ChangedFiles:
        """From one Dockerfile to the next: its steps go on where the earlier ones were."""
        steps = new.keys.plan.steps
        twins = paired(old.keys.plan.steps, steps)
        self._renumber(twins)
        self.tally.open(steps, twins)

        files: ChangedFiles = {}
        for number, twin in twins.items():
            step = steps[number]
            files[number] = changed_files(old, new, twin, step)
        return files

    def _renumber(self, twins: Pairs) -> None:
        """Keep the steps of the build before by the numbers that they have now."""
        before: dict[int, Keyed] = {}
        for number, twin in twins.items():
            keyed = self.before.get(twin.number)
            if keyed is not None:
                before[number] = keyed
        self.before = before


def _changed_by_step(moment: Moment) -> ChangedFiles:
    """The files that the last commit changed, of those that each step takes."""
    changed = moment.sent.changed
    if not changed:
        return {}
    steps = moment.keys.plan.steps
    return {step.number: _changed(changed, step) for step in steps}


def _changed(changed: ChangedPaths, step: Planned) -> list[ChangedFile]:
    """The files of a step that changed; a directory only where nothing in it did."""
    paths: set[str] = set()
    for source in step.inputs.selections:
        paths |= changed.get(source, set())

    parents: set[str] = set()
    for path in paths:
        parents.update(above(path))

    deepest = sorted(paths - parents)
    return [ChangedFile(path, f"`{path}` changed") for path in deepest]
