"""Steps of CI as findings point at them, and the runs in which they do something."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import wraps
from posixpath import basename

from lightship.builds.ci.cache_option import CacheOption
from lightship.builds.ci.ci_build import (
    ChangesWith,
    CiBuild,
    CiRun,
    CiSystem,
    RunKind,
)
from lightship.builds.ci.ci_file import CiFile
from lightship.builds.ci.github_builder import is_hosted
from lightship.builds.definition import Written
from lightship.builds.source_files import is_ci_file
from lightship.facts.ci.failing_images import running_builds
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import CiCheck
from lightship.text import Span

PULLS = frozenset({RunKind.PULL_REQUEST, RunKind.FORK_PULL_REQUEST})
# Nobody but a run of the same ref reads what they write
LONELY = frozenset({RunKind.TAG, RunKind.RELEASE, RunKind.MERGE_QUEUE})
_SELDOM = LONELY - {RunKind.MERGE_QUEUE} | {RunKind.SCHEDULE, RunKind.DISPATCH}
# Of an option without a type an expression decides
_IN_REGISTRY = ("registry", "")
# A build argument that changes so misses the cache of every commit before
OFTEN = frozenset({ChangesWith.RUN, ChangesWith.COMMIT})


def step_place(file: CiFile, build: CiBuild) -> Span:
    """What a finding about a step underlines: its action, else the line of its command."""
    span = build.step.span
    action = build.step.uses
    if span is not None and action:
        start = file.text.find(action, *span)
        if start >= 0:
            end = start + len(action)
            return Span(start, end)
    return line_place(file, build.line)


def line_place(file: CiFile, line: int) -> Span:
    """A line without its indentation."""
    lines = file.lines
    if not 1 <= line <= len(lines.starts):
        return Span(0, 0)

    whole = lines.span(line)
    text = whole.of(file.text)
    start = whole.end - len(text.lstrip())
    end = whole.start + len(text.rstrip())
    return Span(start, max(end, start))


def is_judged_here(file: CiFile, written: Written) -> bool:
    """Whether a file is the one that answers for an option of its builds.

    That is where it stands, and for one in a compose or bake file the step that builds the file.
    """
    return written.path == file.path or not is_ci_file(written.path)


def option_place(file: CiFile, option: CacheOption) -> Span:
    """Where a cache option stands; of one in a file that a step builds that is the step."""
    if option.written.path != file.path:
        build = _reader_of(file, option)
        if build is None:
            return Span(0, 0)
        return step_place(file, build)
    if option.span is not None:
        return option.span
    return line_place(file, option.written.line)


def _reader_of(file: CiFile, option: CacheOption) -> CiBuild | None:
    """The first build that has an option."""
    for build in file.builds:
        for item in (*all_cache_to(build), *all_cache_from(build)):
            if item.written == option.written and item.text == option.text:
                return build
    return None


def found_at_step(
    file: CiFile,
    build: CiBuild,
    message: str,
    fix: Fix | None = None,
    severity: Severity | None = None,
) -> Finding:
    """A finding about a whole step; a comment in the step hides it."""
    place = step_place(file, build)
    return Finding(place, message, fix, severity, extent=build.step.span)


def found_at_option(
    file: CiFile,
    option: CacheOption,
    message: str,
    fix: Fix | None = None,
    severity: Severity | None = None,
) -> Finding:
    """A finding about a cache option."""
    place = option_place(file, option)
    if option.written.path == file.path:
        return Finding(place, message, fix, severity)

    build = _reader_of(file, option)
    extent = build.step.span if build is not None else None
    said = f"{message} ({_where(option.written)})"
    return Finding(place, said, None, severity, extent=extent)


def found_at_switch(
    file: CiFile, build: CiBuild, written: Written, message: str
) -> Finding:
    """A finding about a switch of a build, where it stands, or at the step that reads its file."""
    extent = build.step.span
    if written.path == file.path:
        return Finding(line_place(file, written.line), message, extent=extent)
    said = f"{message} ({_where(written)})"
    return Finding(step_place(file, build), said, extent=extent)


def _where(written: Written) -> str:
    return f"{basename(written.path)}:{written.line}"


def active_runs(build: CiBuild) -> Iterator[CiRun]:
    """The runs in which the build happens, or may."""
    for run in build.runs:
        if run.happens is not False:
            yield run


def runs_for_commits(build: CiBuild) -> bool:
    """Whether commits of branches or pull requests start it, as far as that is known: not only tags
    and releases, a schedule or somebody by hand.
    """
    if not build.runs:
        return not build.is_seldom
    kinds = {run.kind for run in active_runs(build)}
    return not kinds <= _SELDOM


def kinds_writing(build: CiBuild, option: CacheOption) -> list[RunKind]:
    """The kinds of the runs that write a cache."""
    return [run.kind for run in active_runs(build) if _writes(run, option)]


def _writes(run: CiRun, option: CacheOption) -> bool:
    return any(item.written == option.written for item in run.cache_to)


def written_caches(file: CiFile) -> Iterator[tuple[CiBuild, CacheOption]]:
    """Each cache that a step of the file writes, for each build of the step that does not stop.

    Several jobs may use one step, and the rows of a matrix may fill other texts into one place: a
    check says the same of a place once (`once_for_each_place`).
    """
    for build in running_builds(file):
        for option in all_cache_to(build):
            if is_judged_here(file, option.written):
                yield build, option


def writers_by_place(file: CiFile) -> list[list[tuple[CiBuild, CacheOption]]]:
    """The same, together by the place where the cache is written."""
    places: dict[Span, list[tuple[CiBuild, CacheOption]]] = {}
    for build, option in written_caches(file):
        place = option_place(file, option)
        places.setdefault(place, []).append((build, option))
    return list(places.values())


def once_for_each_place(check: CiCheck) -> CiCheck:
    """A check that reports a place once: for the first build of its step where it is wrong."""

    @wraps(check)
    def checked(file: CiFile) -> Iterator[Finding]:
        seen: set[Span] = set()
        for finding in check(file):
            if finding.span not in seen:
                seen.add(finding.span)
                yield finding

    return checked


def all_cache_to(build: CiBuild) -> tuple[CacheOption, ...]:
    """What a build writes in any of its runs."""
    options = list(build.cache_to)
    for run in build.runs:
        options += run.cache_to
    return _each_once(options)


def all_cache_from(build: CiBuild) -> tuple[CacheOption, ...]:
    """What a build reads in any of its runs."""
    options = list(build.cache_from)
    for run in build.runs:
        options += run.cache_from
    return _each_once(options)


def is_image_read(file: CiFile) -> bool:
    """Whether a build of the repository reads a cache from an image, or may."""
    return any(map(_reads_image, file.repository))


def _reads_image(build: CiBuild) -> bool:
    options = list(build.cache_from)
    for run in build.runs:
        options += run.cache_from
    return any(option.type in _IN_REGISTRY for option in options)


def _each_once(options: Iterable[CacheOption]) -> tuple[CacheOption, ...]:
    found: dict[tuple[int, str], CacheOption] = {}
    for option in options:
        if option.type or option.problem:
            key = (option.written.line, option.text)
            found.setdefault(key, option)
    return tuple(found.values())


def is_pushed_elsewhere(file: CiFile) -> bool:
    """Whether something else in the file pushes images: `docker push`, skopeo, crane."""
    words = (
        "docker push",
        "docker image push",
        "skopeo copy",
        "crane ",
        "compose push",
    )
    return any(word in file.text for word in words)


def ends_with_job(build: CiBuild) -> bool:
    """Whether GitHub throws the machine away after the job, by the label of its runner."""
    return is_github(build) and is_hosted(build.runner)


def is_github(build: CiBuild) -> bool:
    """Whether the build is one of GitHub, whose cache has refs and whose events are read."""
    return build.system is CiSystem.GITHUB
