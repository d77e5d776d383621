"""The runs of CI that a history of git tells of: pushes, pull requests, tags.

A merge commit stands for a pull request, whose runs are the commits that it merges: each builds
`refs/pull/N/merge`, the files of base and head together. A commit with `(#12)` in its subject
stands for one that was squashed: one run is known of it. Nothing else of a pull request is in git.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

import pygit2

from lightship.cache.remote.replayed_run import CiHistory, EventKind, ReplayedRun
from lightship.cache.replay.past import Commit
from lightship.cache.selection.context_tree import ContextChange
from lightship.errors import GitError
from lightship.history.commit_walk import commit_at, commit_of, first_parents
from lightship.history.git_trees import changes, folder_at, tree_of
from lightship.history.objects import FAILURES, Objects
from lightship.record import record
from lightship.regex import regex
from lightship.wording.counts import count

_SQUASHED = regex(r"\(#(\d{1,9})\)\s*$")
_MERGED = regex(r"\AMerge (?:pull request|PR) #(\d{1,9})\b")
_MOST_RUNS = 30  # of one pull request
_DAY = 86_400

_Changes = Mapping[str, ContextChange]


@record(eq=False)
class _Made:
    """A run, and its files: those of a tree of the default branch, with `own` changes upon it.

    `back` undoes these.
    """

    kind: EventKind
    commit: Commit
    time: int
    ref: str
    tree: bytes
    before: bytes | None = None
    number: int = 0
    own: _Changes = field(default_factory=dict)
    back: _Changes = field(default_factory=dict)


@record(eq=False)
class _Runs:
    """Gone through run by run; git is read again each time."""

    objects: Objects
    prefix: str
    start: bytes
    made: Sequence[_Made]

    def __iter__(self) -> Iterator[ReplayedRun]:
        before = _Made(EventKind.PUSH, Commit("", 0, ""), 0, "", self.start)
        for made in self.made:
            changed = self._between(before, made)
            yield ReplayedRun(
                made.kind,
                made.commit,
                made.time,
                made.ref,
                changed,
                self._read,
                self._paths(made),
                made.number,
            )
            before = made

    def _read(self, identity: str) -> bytes | None:
        return self.objects.blob(bytes.fromhex(identity))

    def _between(self, before: _Made, after: _Made) -> tuple[ContextChange, ...]:
        """What the files of a run have against those of the run before."""
        old = folder_at(self.objects, before.tree, self.prefix)
        new = folder_at(self.objects, after.tree, self.prefix)
        changed: dict[str, ContextChange] = dict(before.back)
        for change in changes(self.objects, old, new):
            changed[change.path] = change
        changed |= after.own
        return tuple(changed.values())

    def _paths(self, made: _Made) -> tuple[str, ...]:
        """What an event changed, from the root of the repository."""
        if made.before is None:
            return ()
        changed = changes(self.objects, made.before, made.tree)
        return tuple(change.path for change in changed)


def ci_history(
    repository: pygit2.Repository,
    objects: Objects,
    tip: pygit2.Commit,
    prefix: str,
    commits: int,
    branch: str,
    schedule: int = 0,
) -> CiHistory:
    """The runs of the last `commits` of a branch; with a `schedule` one in so many days, too."""
    raw, _is_cut = first_parents(repository, tip, commits + 1)
    finding = _Finding(repository, objects, prefix, raw, branch)
    made = [*finding.pushes(), *finding.tags()]
    if schedule:
        made += finding.scheduled(schedule)
    made.sort(key=lambda run: run.time)

    start = raw[0]
    runs = _Runs(objects, prefix, start.tree_id.raw, made)
    files = tree_of(objects, folder_at(objects, start.tree_id.raw, prefix))
    notes = tuple(finding.notes())
    return CiHistory(files, commit_of(start), branch, runs, notes, prefix)


class _Finding:
    """The runs of the commits of one branch, oldest first."""

    def __init__(
        self,
        repository: pygit2.Repository,
        objects: Objects,
        prefix: str,
        raw: Sequence[pygit2.Commit],
        branch: str,
    ) -> None:
        self._repository, self._objects, self._prefix = repository, objects, prefix
        self._raw = raw
        self._commits = [commit_of(commit) for commit in raw]
        self._places = {commit.id: at for at, commit in enumerate(self._commits)}
        self._ref = f"refs/heads/{branch}"
        self._squashed = self._merged = self._direct = 0

    def pushes(self) -> Iterator[_Made]:
        """A push for each commit, after the runs of the pull request that it ends."""
        latest = 0
        for at in range(1, len(self._raw)):
            commit = self._commits[at]
            # Clocks differ; a branch grows in one direction
            latest = max(latest, commit.time)
            tree = self._raw[at].tree_id.raw
            before = self._raw[at - 1].tree_id.raw
            yield from self._pull_request(at, latest)
            yield _Made(EventKind.PUSH, commit, latest, self._ref, tree, before)

    def _pull_request(self, at: int, time: int) -> Iterator[_Made]:
        raw, commit = self._raw[at], self._commits[at]
        if len(raw.parent_ids) > 1:
            runs = list(self._of_merge(at, time))
            self._merged += bool(runs)
            yield from runs
            return

        match = _SQUASHED.search(commit.subject)
        if match is None:
            self._direct += 1
            return
        self._squashed += 1
        number = int(match[1])
        tree, before = raw.tree_id.raw, self._raw[at - 1].tree_id.raw
        ref = f"refs/pull/{number}/merge"
        yield _Made(EventKind.FIRST, commit, time, ref, tree, before, number)

    def _of_merge(self, at: int, time: int) -> Iterator[_Made]:
        """The runs of a merged branch, one for each of its commits."""
        raw = self._raw[at]
        base_id, head_id = raw.parent_ids[:2]
        try:
            fork = self._repository.merge_base(base_id, head_id)
        except FAILURES:
            return
        if not fork:
            return
        match = _MERGED.match(self._commits[at].subject)
        # A branch without a number has one that no other has
        number = int(match[1]) if match else 1_000_000_000 + at

        heads = self._heads(head_id, fork)
        kind = EventKind.FIRST
        for head in heads:
            commit = commit_of(head)
            # Before the merge, and no pull request starts before there is something to compare
            moment = min(commit.time, time)
            ref = f"refs/pull/{number}/merge"
            base, own, back = self._merged_files(at, head, fork, moment)
            before = self._raw[base].tree_id.raw
            yield _Made(kind, commit, moment, ref, before, None, number, own, back)
            kind = EventKind.LATER

    def _heads(self, head: pygit2.Oid, fork: pygit2.Oid) -> list[pygit2.Commit]:
        """The commits of a branch since it left, oldest first."""
        heads: list[pygit2.Commit] = []
        at = head
        while at != fork and str(at) not in self._places and len(heads) < _MOST_RUNS:
            try:
                commit = commit_at(self._repository, at)
            except GitError:
                break
            heads.append(commit)
            if not commit.parent_ids:
                break
            at = commit.parent_ids[0]
        return heads[::-1]

    def _merged_files(
        self,
        at: int,
        head: pygit2.Commit,
        fork: pygit2.Oid,
        time: int,
    ) -> tuple[int, _Changes, _Changes]:
        """The commit of the default branch that a head is merged with; what the head changes
        there, and what undoes that.

        Where both changed a file, the head's stands: its content is a third one, that nobody knows.
        """
        base = at - 1
        while base > 0 and self._commits[base].time > time:
            base -= 1
        old = self._folder(commit_at(self._repository, fork))
        new = self._folder(head)
        under = self._folder(self._raw[base])
        own = _by_path(changes(self._objects, old, new))
        back = _by_path(changes(self._objects, new, old))
        since = _by_path(changes(self._objects, old, under))
        back |= {path: since[path] for path in back.keys() & since.keys()}
        return base, own, back

    def _folder(self, commit: pygit2.Commit) -> bytes | None:
        return folder_at(self._objects, commit.tree_id.raw, self._prefix)

    def tags(self) -> Iterator[_Made]:
        """A run for each tag of a commit of the branch, just after the commit."""
        by_commit: defaultdict[str, list[str]] = defaultdict(list)
        for name in self._repository.references:
            if not name.startswith("refs/tags/"):
                continue
            try:
                tagged = self._repository.references[name].peel(pygit2.Commit)
            except FAILURES:
                continue
            by_commit[str(tagged.id)].append(name)
        for id_, names in by_commit.items():
            at = self._places.get(id_, 0)
            if not at:
                continue
            tree = self._raw[at].tree_id.raw
            commit = self._commits[at]
            for name in sorted(names):
                yield _Made(EventKind.TAG, commit, commit.time + 1, name, tree)

    def scheduled(self, days: int) -> Iterator[_Made]:
        """A run of the default branch in so many days."""
        times = [commit.time for commit in self._commits]
        if len(times) < 2:
            return
        at = 0
        for time in range(times[0] + days * _DAY, times[-1], days * _DAY):
            while at + 1 < len(times) and times[at + 1] <= time:
                at += 1
            tree = self._raw[at].tree_id.raw
            yield _Made(EventKind.SCHEDULE, self._commits[at], time, self._ref, tree)

    def notes(self) -> Iterator[str]:
        """How pull requests were told."""
        if self._squashed:
            requests = count(self._squashed, "squashed pull request")
            yield (
                f"{requests}: one run is counted for each, since git does not keep the others"
            )
        if self._direct:
            pushes = count(self._direct, "commit")
            yield (
                f"{pushes} of no pull request that git tells of: pushed, or rebased onto the branch"
            )


def _by_path(changed: Sequence[ContextChange]) -> dict[str, ContextChange]:
    return {change.path: change for change in changed}
