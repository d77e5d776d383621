"""From what the user names to two builds, and which steps the second rebuilds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace

from lightship.cache.explain.explain_rebuild import explain, touched
from lightship.cache.explain.explanation import Explanation
from lightship.cache.plan.plan import Side
from lightship.errors import UsageError
from lightship.flows.build_options import BuildOptions
from lightship.flows.cache.sides import folder_side, open_repository, with_args
from lightship.flows.cache.times import TimesOptions, times_of
from lightship.record import record


@record
class ExplainRequest:
    """Which two builds.

    `places` are no, one or two directories. `since` and `until` are refs of git, None for HEAD and
    the files on the disk. With `changed` the second build is the first with these files changed.
    `before_args` and `after_args` are build arguments of one build alone.
    """

    places: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    changed: tuple[str, ...] = ()
    before_args: Mapping[str, str] = field(default_factory=dict)
    after_args: Mapping[str, str] = field(default_factory=dict)
    builder: str = "buildkit"
    build: BuildOptions = field(default_factory=BuildOptions)
    times: TimesOptions = field(default_factory=TimesOptions)


@record(eq=False)
class _BuildPair:
    """Both builds; the directory and the Dockerfile of the second, on the disk."""

    before: Side
    after: Side
    context: str
    dockerfile: str


def explain_builds(request: ExplainRequest) -> Explanation:
    """Which steps the second build rebuilds, and why.

    A UsageError for what does not go together, a ParseError for what BuildKit refuses.
    """
    pair = _pair(request)
    times = times_of(request.times, pair.after.build, pair.context, pair.dockerfile)
    has_folders = len(request.places) == 2
    of_git = not has_folders and not request.changed
    return explain(pair.before, pair.after, request.builder, times, of_git=of_git)


def _pair(request: ExplainRequest) -> _BuildPair:
    places = request.places
    if len(places) == 2:
        return _folders(request)
    if len(places) > 2:
        raise UsageError(
            f"{len(places)} directories are too many: name one, or two to compare"
        )
    context = places[0] if places else "."
    if request.changed:
        return _changed(context, request)
    return _commits(context, request)


def _folders(request: ExplainRequest) -> _BuildPair:
    """Two directories, each with its Dockerfile."""
    if request.since or request.until or request.changed:
        raise UsageError("--since, --until and --change work only with one directory")
    first, second = request.places
    before = folder_side(first, _before(request))
    after = folder_side(second, _after(request))
    return _BuildPair(before, after, second, f"{second}/{after.build.path}")


def _changed(context: str, request: ExplainRequest) -> _BuildPair:
    """The directory as it is, and as if some of its files had changed; no repository is needed."""
    if request.since or request.until:
        raise UsageError("--change cannot be combined with --since or --until")
    before = folder_side(context, _before(request))
    now = folder_side(context, _after(request))
    after = touched(now, request.changed)
    dockerfile = f"{context}/{now.build.path}"
    return _BuildPair(before, after, context, dockerfile)


def _commits(context: str, request: ExplainRequest) -> _BuildPair:
    """A commit, and another or the files on the disk."""
    old = open_repository(context, _before(request))
    new = replace(old, options=_after(request))
    since = request.since or "HEAD"
    before = old.commit(since)
    after = new.version(request.until, since)
    dockerfile = f"{context}/{new.dockerfile}"
    return _BuildPair(before, after, context, dockerfile)


def _before(request: ExplainRequest) -> BuildOptions:
    return with_args(request.build, request.before_args)


def _after(request: ExplainRequest) -> BuildOptions:
    return with_args(request.build, request.after_args)
