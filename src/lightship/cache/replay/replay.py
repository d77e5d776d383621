"""A history, replayed: the build of each commit on the cache that the ones before have left,
without building.

Only what a commit changed is looked at. The cache keeps every result, so that a revert is a hit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lightship.cache.builders import BUILDKIT, Builder
from lightship.cache.explain.assumptions import assumptions
from lightship.cache.explain.changed_files import changed_files
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
    notes = (
        *past.notes,
        *(assumptions(run.moment, of_git=True) if run.moment is not None else ()),
    )
    found = run.tally.replay(notes, historic=not dockerfiles.fixed)
    return (
        replace(found, dockerfile=dockerfile_of(run.moment.keys.plan.build))
        if run.moment is not None
        else found
    )


class _Run:
    """The builder as it goes through the commits."""

    def __init__(
        self,
        past: Past,
        dockerfiles: Dockerfiles,
        builder: Builder,
        times: Times | None,
    ) -> None:
        self.past, self.dockerfiles, self.builder = past, dockerfiles, builder
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
            self._leave(reached(self.moment.keyed, (), self.builder))

    def next(self, revision: Revision) -> None:
        """One commit further."""
        commit = revision.commit
        files: dict[int, list[ChangedFile]] = {}
        if self.version is None or self.version != self.dockerfiles.version(commit):
            files = self._open(commit, self.past.tree_at(commit))
        elif self.moment is not None:
            self.moment.apply(
                revision.changes, lambda path: self.past.read(commit, path)
            )
            files = _by_step(self.moment)
        if self.moment is None:
            self.tally.fail(revision, self.failed)
            return
        keyed = self.moment.keyed
        verdicts = Verdicts(self.cache)
        steps = [
            verdicts.step(
                each, self.before.get(each.step.number), files.get(each.step.number, [])
            )
            for each in keyed
        ]
        found = reached(keyed, self.cache, self.builder)
        self._leave(found)
        self.tally.add(revision, found, steps, self.moment.sent.files)

    def _leave(self, keyed: Sequence[Keyed]) -> None:
        """What a build leaves to the next."""
        self.cache |= {each.key for each in keyed if each.key is not None}
        self.before = {each.step.number: each for each in keyed}

    def _open(self, commit: Commit, tree: FileTree) -> dict[int, list[ChangedFile]]:
        """Another Dockerfile or ignore file: what it takes that the one before took
        otherwise, by step.
        """
        old, self.version = self.moment, self.dockerfiles.version(commit)
        try:
            self.moment = Moment(self.dockerfiles.build(commit), tree, self.builder)
        except LightshipError as error:
            if self.dockerfiles.fixed:
                raise
            self.moment, self.failed = None, str(error)
            return {}
        steps = self.moment.keys.plan.steps
        twins = paired(old.keys.plan.steps, steps) if old is not None else {}
        self.before = {
            number: self.before[twin.number]
            for number, twin in twins.items()
            if twin.number in self.before
        }
        self.tally.open(steps, twins)
        if old is None:
            return {}
        return {
            number: changed_files(old, self.moment, twin, steps[number])
            for number, twin in twins.items()
        }


def _by_step(moment: Moment) -> dict[int, list[ChangedFile]]:
    """What the last commit changed of what each step takes."""
    changed = moment.sent.changed
    return (
        {step.number: _changes(moment, step) for step in moment.keys.plan.steps}
        if changed
        else {}
    )


def _changes(moment: Moment, step: Planned) -> list[ChangedFile]:
    """The files of a step that changed; a directory only where nothing in it did."""
    paths = sorted(
        {
            path
            for each in step.inputs.selections
            for path in moment.sent.changed.get(each, ())
        }
    )
    below = {path[:at] for path in paths for at, char in enumerate(path) if char == "/"}
    return [
        ChangedFile(path, f"`{path}` changed") for path in paths if path not in below
    ]
