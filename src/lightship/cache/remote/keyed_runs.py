"""`KeyedRuns`: the graph of each run of a history; runs with the same files share one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from lightship.build import Build
from lightship.builds.ci.ci_build import ChangesWith
from lightship.cache.builders import Builder
from lightship.cache.keys.keys import Key, digest_of
from lightship.cache.keys.moment import Moment
from lightship.cache.plan.make_plan import make_plan
from lightship.cache.plan.plan import BaseImage, Planned
from lightship.cache.remote.key_graph import KeyGraph, graph_of
from lightship.cache.remote.replayed_run import CiHistory, EventKind, ReplayedRun
from lightship.cache.selection.context_tree import ContextChange, FileTree
from lightship.context.files import File
from lightship.context.ignore import Ignore
from lightship.context.ignore_walk import IgnoreWalk
from lightship.errors import LightshipError
from lightship.record import record

GIT_HEAD = ".git/HEAD"
_HEAD = File(GIT_HEAD, 41)
# What stands for a build argument with a value of its own in each run, and another such value
_VALUE = "lightship-1"
_OTHER_VALUE = "lightship-2"
Changing = Mapping[str, ChangesWith]
"""Build arguments with a value of their own in each run, commit or ref."""


@record(eq=False)
class KeyedRuns:
    """All runs, each with the index of its graph in `graphs`; the first one fills the caches.

    `hashes` are, for each run, the digests of the files that patterns select.

    `moment` is the build with the files of the last run. `salted` names the changing arguments by
    the number of the step that sees one.
    """

    runs: Sequence[tuple[ReplayedRun, int]]
    graphs: Sequence[KeyGraph]
    moment: Moment
    salted: Mapping[int, str]
    hashes: Sequence[Mapping[str, str]]


Patterns = Mapping[str, tuple[str, ...]]
"""Patterns of files, by a name for what they select."""


def keyed_runs(
    history: CiHistory,
    build: Build,
    builder: Builder,
    changing: Changing,
    *,
    with_git: bool,
    patterns: Patterns | None = None,
) -> KeyedRuns:
    """The graphs of all runs; before them one of the files that the history starts with.

    `patterns` select files of the build context, whose digest is kept for each run.
    """
    values = dict.fromkeys(changing, _VALUE)
    args = {**build.args, **values}
    build = replace(build, args=args)
    salted = _salted_steps(build, builder, changing)

    start = history.start
    tree = _with_git(start) if with_git else start
    moment = Moment(build, tree, builder)
    hashed = _HashedFiles(start, patterns or {})
    making = _RunsMaking(moment, salted, changing, hashed, with_git=with_git)
    making.add(_start_run(history))
    for run in history.runs:
        making.follow(run)
        making.add(run)

    names: dict[int, str] = {}
    for number, seen in salted.items():
        names[number] = ", ".join(seen)
    return KeyedRuns(
        runs=making.runs,
        graphs=making.graphs,
        moment=moment,
        salted=names,
        hashes=making.hashes,
    )


class _HashedFiles:
    """The files that patterns select, as runs change them."""

    def __init__(self, start: FileTree, patterns: Patterns) -> None:
        self._selects: dict[str, IgnoreWalk] = {}
        self._files: dict[str, dict[str, str]] = {}
        self._digests: dict[str, str] = {}
        if not patterns:
            return

        for name, lines in patterns.items():
            ignore = Ignore.of(lines)
            self._selects[name] = ignore.walk()
            self._files[name] = {}
        for path in start.files:
            identity = start.identity(path)
            self._put(path, identity)
        self._refresh(patterns)

    def follow(self, run: ReplayedRun) -> None:
        """The files of a run."""
        if not self._files:
            return
        changed: set[str] = set()
        for change in run.changes:
            identity: str | None = None
            if change.file is not None:
                identity = change.identity
            changed |= self._put(change.path, identity)
        self._refresh(changed)

    @property
    def digests(self) -> dict[str, str]:
        """The digest of each selection."""
        return self._digests

    def _put(self, path: str, identity: str | None) -> set[str]:
        """A file has come, changed or (None) gone; the names of what selects it."""
        named: set[str] = set()
        for name, selects in self._selects.items():
            if not selects.leaves_out(path):
                continue
            named.add(name)
            files = self._files[name]
            if identity is None:
                files.pop(path, None)
            else:
                files[path] = identity
        return named

    def _refresh(self, names: Iterable[str]) -> None:
        for name in names:
            files = self._files[name]
            in_order = sorted(files.items())
            rows = [f"{path} {identity}" for path, identity in in_order]
            digest = digest_of(*rows)
            # A run keeps the digests that it was given
            self._digests = {**self._digests, name: digest.hex()}


class _RunsMaking:
    """Grows run by run."""

    def __init__(
        self,
        moment: Moment,
        salted: Mapping[int, Sequence[str]],
        changing: Changing,
        hashed: _HashedFiles,
        *,
        with_git: bool,
    ) -> None:
        self._moment = moment
        self._salted = salted
        self._changing = changing
        self._hashed = hashed
        self._has_git = with_git
        self._known: dict[tuple[Key, ...], int] = {}
        self._last: int | None = None
        self.runs: list[tuple[ReplayedRun, int]] = []
        self.graphs: list[KeyGraph] = []
        self.hashes: list[Mapping[str, str]] = []

    def follow(self, run: ReplayedRun) -> None:
        """Take the files of a run."""
        self._hashed.follow(run)
        changes = run.changes
        if self._has_git:
            identity = f"{run.commit.id} {len(self.runs)}"
            head = ContextChange(_HEAD.path, _HEAD, identity)
            changes = (*changes, head)

        targets = {change.path: change.identity for change in changes}
        self._moment.apply(changes, _reader(targets, run.read))
        if self._moment.sent.changed:
            self._last = None

    def add(self, run: ReplayedRun) -> None:
        """The graph of the files as they are now."""
        at = self._last
        if at is None or self._salted:
            at = self._graph(run)
        self._last = at
        self.runs.append((run, at))
        self.hashes.append(self._hashed.digests)

    def _graph(self, run: ReplayedRun) -> int:
        graph = graph_of(self._moment.keyed, self._salts(run))
        keys = tuple(node.key for node in graph.nodes)
        known = self._known.get(keys)
        if known is not None:
            return known
        at = len(self.graphs)
        self._known[keys] = at
        self.graphs.append(graph)
        return at

    def _salts(self, run: ReplayedRun) -> dict[int, str]:
        salts: dict[int, str] = {}
        for number, names in self._salted.items():
            values = [f"{name}={self._value(name, run)}" for name in names]
            salts[number] = "\n".join(values)
        return salts

    def _value(self, name: str, run: ReplayedRun) -> str:
        changes = self._changing[name]
        if changes is ChangesWith.RUN:
            return str(len(self.runs))
        if changes is ChangesWith.REF:
            return run.ref
        return run.commit.id


def _start_run(history: CiHistory) -> ReplayedRun:
    """The run that fills the caches, before the first one that counts."""
    commit = history.start_commit
    return ReplayedRun(
        kind=EventKind.PUSH,
        commit=commit,
        time=commit.time,
        ref=f"refs/heads/{history.branch}",
        changes=(),
        read=_nothing,
    )


def _nothing(_identity: str) -> None:
    return None


def _reader(
    targets: Mapping[str, str],
    read: Callable[[str], bytes | None],
) -> Callable[[str], bytes | None]:
    """What gives the target of a symlink at a path."""

    def target(path: str) -> bytes | None:
        identity = targets.get(path)
        if not identity:
            return None
        return read(identity)

    return target


def _with_git(tree: FileTree) -> FileTree:
    """A tree with `.git`, for which one file stands."""

    def identity(path: str) -> str:
        if path == _HEAD.path:
            return "start"
        return tree.identity(path)

    files = {**tree.files, _HEAD.path: _HEAD}
    return FileTree(files, identity, tree.read)


def _salted_steps(
    build: Build,
    builder: Builder,
    changing: Changing,
) -> dict[int, tuple[str, ...]]:
    """The steps whose own part of the key is another where an argument is, by their numbers."""
    salted: dict[int, tuple[str, ...]] = {}
    if not changing:
        return salted
    before = make_plan(build, builder).steps
    for name in changing:
        args = {**build.args, name: _OTHER_VALUE}
        other = replace(build, args=args)
        try:
            after = make_plan(other, builder).steps
        except LightshipError:
            continue

        for old, new in zip(before, after, strict=False):
            if _differ(old, new):
                known = salted.get(old.number, ())
                salted[old.number] = (*known, name)
    return salted


def _differ(old: Planned, new: Planned) -> bool:
    if old.inputs.parts != new.inputs.parts:
        return True
    if old.inputs.selections != new.inputs.selections:
        return True
    old_base = old.below
    new_base = new.below
    if isinstance(old_base, BaseImage) and isinstance(new_base, BaseImage):
        return old_base.image != new_base.image
    return False
