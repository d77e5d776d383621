"""From what the user names to two builds, and which steps the second rebuilds."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import field, replace

from lightship.cache.explain.explain_rebuild import explain, touched
from lightship.cache.plan.plan import Side
from lightship.errors import UsageError
from lightship.flows.build_options import BuildOptions
from lightship.flows.cache.rebuild_limits import RebuildLimits, judge_rebuild
from lightship.flows.cache.repository_past import in_clone
from lightship.flows.cache.sides import (
    Repository,
    folder_side,
    open_repository,
    with_args,
)
from lightship.flows.cache.times import TimesOptions, times_of
from lightship.flows.take_build import TakenBuild, take_build
from lightship.flows.tell import Tell
from lightship.record import record
from lightship.report.cache.explained_change import ExplainedChange

_DISK = "the files on disk"
_ID = 10  # characters of a commit's id
_LONGEST_REF = 40  # characters of a ref that is shown


@record
class ExplainRequest:
    """Which two builds.

    `places` are no, one or two directories. `since` and `until` are refs of git, None for HEAD and
    the files on the disk; with `merge_base` the build before is that of the commit which both come
    from. With `with_git` the directory `.git` is sent, as in a clone. With `changed` the second
    build is the first with these files changed. `before_args` and `after_args` are build arguments
    of one build alone.
    """

    places: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    merge_base: bool = False
    with_git: bool = False
    changed: tuple[str, ...] = ()
    before_args: Mapping[str, str] = field(default_factory=dict)
    after_args: Mapping[str, str] = field(default_factory=dict)
    builder: str = "buildkit"
    build: BuildOptions = field(default_factory=BuildOptions)
    times: TimesOptions = field(default_factory=TimesOptions)
    limits: RebuildLimits = field(default_factory=RebuildLimits)


@record
class _Names:
    """What the two builds are called, and the Dockerfile's path from the root of its repository."""

    before: str = ""
    after: str = ""
    dockerfile: str = ""


@record(eq=False)
class _BuildPair:
    """Both builds; the directory and the Dockerfile of the second, on the disk."""

    before: Side
    after: Side
    context: str
    dockerfile: str
    names: _Names


def explain_builds(request: ExplainRequest, tell: Tell) -> ExplainedChange:
    """Which steps the second build rebuilds, and why; `tell` is told which build was taken.

    A UsageError for what does not go together, a ParseError for what BuildKit refuses.
    """
    pair = _pair(request, tell)
    after = pair.after
    times = times_of(
        request.times,
        after.build,
        pair.context,
        pair.dockerfile,
    )
    has_folders = len(request.places) == 2
    of_git = not has_folders and not request.changed
    explanation = explain(pair.before, after, request.builder, times, of_git=of_git)
    outcomes = judge_rebuild(explanation, request.limits)
    names = pair.names
    dockerfile = names.dockerfile or pair.dockerfile
    return ExplainedChange(
        explanation,
        dockerfile,
        names.before,
        names.after,
        outcomes,
    )


def _pair(request: ExplainRequest, tell: Tell) -> _BuildPair:
    """The two builds, as the user has named them."""
    places = request.places
    count = len(places)
    if count == 2:
        return _folders(request, tell)
    if count > 2:
        raise UsageError(
            f"{count} directories are too many: name one, or two to compare"
        )

    place: str | None = None
    if places:
        place = places[0]
    taken = take_build(place, request.build)
    taken.tell_lines(tell)
    if request.changed:
        return _changed(taken, request)
    return _commits(taken, request)


def _folders(request: ExplainRequest, tell: Tell) -> _BuildPair:
    """Two directories, each with its Dockerfile."""
    if _is_of_commits(request) or request.changed:
        raise UsageError(
            "--since, --until, --merge-base, --with-git and --change work only with one directory"
        )

    old_place, new_place = request.places
    old = _in_folder(old_place, request.build)
    new = _in_folder(new_place, request.build)
    new.tell_lines(tell)
    return _folder_pair(old, new, request)


def _folder_pair(
    old: TakenBuild,
    new: TakenBuild,
    request: ExplainRequest,
) -> _BuildPair:
    """Two builds of directories as they are."""
    old_options = _before(old, request)
    new_options = _after(new, request)
    before = folder_side(old.context, old_options)
    after = folder_side(new.context, new_options)
    names = _Names(old.context, new.context)
    return _BuildPair(
        before,
        after,
        new.context,
        _dockerfile(new),
        names,
    )


def _in_folder(folder: str, options: BuildOptions) -> TakenBuild:
    """The build of one of two directories; a Dockerfile that is named counts from each."""
    if options.dockerfile is not None:
        own = os.path.join(folder, options.dockerfile)
        options = replace(options, dockerfile=own)
    return take_build(folder, options)


def _dockerfile(taken: TakenBuild) -> str:
    """The Dockerfile on the disk."""
    usual = os.path.join(taken.context, "Dockerfile")
    return taken.options.dockerfile or usual


def _changed(taken: TakenBuild, request: ExplainRequest) -> _BuildPair:
    """The directory as it is, and as if some of its files had changed; no repository is needed."""
    if _is_of_commits(request):
        raise UsageError(
            "--change cannot be combined with --since, --until, --merge-base or --with-git"
        )
    pair = _folder_pair(taken, taken, request)
    after = touched(pair.after, request.changed)
    names = _Names(_DISK, "a change of them")
    return replace(pair, after=after, names=names)


def _is_of_commits(request: ExplainRequest) -> bool:
    """Whether something is asked for that only a repository has."""
    named = request.since or request.until
    return bool(named) or request.merge_base or request.with_git


def _commits(taken: TakenBuild, request: ExplainRequest) -> _BuildPair:
    """A commit, and another or the files on the disk."""
    context = taken.context
    old_options = _before(taken, request)
    new_options = _after(taken, request)
    old = open_repository(context, old_options)
    new = replace(old, options=new_options)

    since = request.since or "HEAD"
    before_name = _named(old, since)
    start = since
    if request.merge_base:
        start = old.history.merge_base(since, request.until or "HEAD")
        before_name = f"{start[:_ID]}, where the branch left {since}"
    before = old.commit(start)
    after = new.version(request.until, start)
    after_name = _DISK
    if request.until is not None:
        after_name = _named(new, request.until)

    if request.with_git:
        # Whatever it holds, it is never the same twice
        old_tree = in_clone(before.tree, "before")
        new_tree = in_clone(after.tree, "after")
        before = replace(before, tree=old_tree)
        after = replace(after, tree=new_tree)
    dockerfile = new.from_root(new.dockerfile)
    names = _Names(before_name, after_name, dockerfile)
    return _BuildPair(
        before,
        after,
        context,
        new.dockerfile_place,
        names,
    )


def _named(repository: Repository, ref: str) -> str:
    """A ref as the user wrote it, with its commit."""
    commit = repository.history.resolve(ref)
    shown = commit.id[:_ID]
    is_id = shown.startswith(ref[:_ID])
    if is_id or len(ref) > _LONGEST_REF:
        return shown
    return f"{ref} ({shown})"


def _before(taken: TakenBuild, request: ExplainRequest) -> BuildOptions:
    return with_args(taken.options, request.before_args)


def _after(taken: TakenBuild, request: ExplainRequest) -> BuildOptions:
    return with_args(taken.options, request.after_args)
