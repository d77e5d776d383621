"""From paths to Dockerfiles, and from each of them to its Report."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field, replace
from functools import cache
from typing import TYPE_CHECKING

from lightship.builds.definition import BuildSourceKind
from lightship.builds.purpose_names import is_fixture_path
from lightship.config.config_keys import Config, PerFileIgnores, ignored_in
from lightship.dockerfile.parse import parse
from lightship.errors import FileError, LightshipError, UsageError
from lightship.files.reading import STDIN, read_regular
from lightship.files.search import (
    Ignored,
    find_dockerfiles,
    gitignored,
    is_plain,
    is_wreck,
)
from lightship.flows.build_options import BuildOptions, config_of
from lightship.flows.builds import BuildFinder
from lightship.flows.dockerfile_refs import (
    DockerfileRef,
    built_by,
    definitions_of,
    held_by,
    may_hold_dockerfile,
    names_build_file,
)
from lightship.flows.judged_builds import (
    UNNAMED,
    BuildPlace,
    ReadBuild,
    in_root,
    read_builds,
)
from lightship.flows.requested_rules import requested_rules, selects_ci
from lightship.lint import engine
from lightship.lint.all_builds import united
from lightship.lint.diagnostic import Report
from lightship.lint.registry import entries
from lightship.lint.rule_selection import (
    Request,
    RuleSelection,
    check_names,
)
from lightship.record import record
from lightship.regex import regex
from lightship.text import decode

if TYPE_CHECKING:
    from lightship.flows.ci_files import CiFinder
    from lightship.flows.unwritten import UnwrittenFiles

NO_CONTEXT = "-"
_FROM = regex(r"(?im)^[ \t]*FROM\b")
_CI_ENDS = (".yml", ".yaml", "workflows", "workflows/")


@record
class LintRequest:
    """What the user says about every file.

    `rules` comes on top of what the configuration asks for, and so does `per_file_ignores`, whose
    patterns of paths count from the current directory. `context` is the directory of the build
    context: None for that of the Dockerfile, `-` for none. `stdin_filename` is what the Dockerfile
    on standard input is called.
    """

    rules: Request = field(default_factory=Request)
    build: BuildOptions = field(default_factory=BuildOptions)
    context: str | None = None
    stdin_filename: str | None = None
    per_file_ignores: PerFileIgnores = ()


def check_rules(request: LintRequest) -> None:
    """A UsageError for a name that means no rule."""
    check_names(request.rules, entries())
    for _paths, ignored in request.per_file_ignores:
        of_paths = Request(ignore=ignored)
        check_names(of_paths, entries())


def find_files(paths: Iterable[str], request: LintRequest) -> Iterator[DockerfileRef]:
    """The Dockerfiles that `paths` name, but for what the configuration excludes.

    Of a compose file, bake file or workflow those that it builds, and the workflow itself. In a
    directory those that stand inside such files are found as well, and the files of CI where a rule
    that judges these is asked for.
    """
    finder = BuildFinder(request.build)
    for path in dict.fromkeys(paths):
        of_ci = list(_in_ci(path, finder))
        if of_ci:
            yield from of_ci
        elif names_build_file(path):
            yield from built_by(path, finder)
        else:
            exclude = excluded(path, request)
            is_ci = _ci_choice(path, request, finder)
            yield from _searched(path, exclude, finder, is_ci)


def _searched(
    path: str,
    exclude: list[Ignored],
    finder: BuildFinder,
    is_ci: Callable[[str], bool],
) -> Iterator[DockerfileRef]:
    """A Dockerfile, or those in a directory; and the files there that `is_ci` tells."""

    def is_other(path: str) -> bool:
        return _may_be_built(path) or is_ci(path)

    for file in find_dockerfiles((path,), exclude, is_other):
        if file == path:
            yield DockerfileRef(file)
        elif is_ci(file):
            yield DockerfileRef(file, is_ci=True)
            if may_hold_dockerfile(file):
                yield from held_by(file, finder)
        elif names_build_file(file):
            yield from held_by(file, finder)
        elif _is_linted(file, path, finder):
            yield DockerfileRef(file)


def _ci_choice(
    path: str, request: LintRequest, finder: BuildFinder
) -> Callable[[str], bool]:
    """What tells the files of CI that a search takes: none where no rule for them is asked for."""
    is_searched = os.path.isdir(path)
    if not is_searched or not _selects_ci(path, request):
        return lambda _path: False
    from lightship.flows.ci_files import BuildingFiles  # noqa: PLC0415 - with all readers of CI

    return BuildingFiles(finder).has


def _selects_ci(folder: str, request: LintRequest) -> bool:
    inside = _file_in(folder)
    config = config_for_file(inside, request)
    return selects_ci((*config.requests(inside), request.rules))


def _may_be_built(path: str) -> bool:
    """Whether a file that is not named as a Dockerfile may be, or hold, one anyway."""
    return is_wreck(path) or may_hold_dockerfile(path)


def _is_linted(path: str, searched: str, finder: BuildFinder) -> bool:
    """Whether a file that a search of a directory has met is a Dockerfile that somebody builds."""
    is_doubtful = is_wreck(path) or _is_test_data(path, searched)
    is_doubtful = is_doubtful or _is_without_base(path)
    if is_doubtful and not _is_named_by_build(path, finder):
        return False
    return not is_template(path)


def _is_test_data(path: str, searched: str) -> bool:
    """Whether tests read a file as data; who searches a directory of data means what is in it."""
    inside = os.path.relpath(path, searched).replace(os.sep, "/")
    return is_fixture_path(inside)


def _is_without_base(path: str) -> bool:
    """Whether a file is empty, or has a name of its own and no FROM.

    If no build names such a one, it is a placeholder, or a part that a script puts together with
    others.
    """
    data = read_regular(path)
    if data is None:
        return False
    text = decode(data)
    if not text.strip():
        return True
    return not is_plain(path) and _FROM.search(text) is None


def _is_named_by_build(path: str, finder: BuildFinder) -> bool:
    builds = finder.of(path)
    return any(build.kind is not BuildSourceKind.GUESS for build in builds)


def _in_ci(path: str, finder: BuildFinder) -> Iterator[DockerfileRef]:
    """The files of CI systems that a path names, each with the Dockerfiles that it builds.

    A path names one file, or a directory of workflows. One that builds nothing is not among them.
    """
    may_be_ci = path.endswith(_CI_ENDS) or "Jenkinsfile" in path
    if not may_be_ci:
        return
    # With all readers of CI
    from lightship.flows.ci_files import ci_path, workflows_in  # noqa: PLC0415

    files: Iterable[str] = [path]
    if ci_path(path) is None:
        files = workflows_in(path)
    for file in files:
        discovery = finder.written_in(file)
        if not discovery.builds and not discovery.unresolved:
            continue
        yield DockerfileRef(file, is_ci=True)
        for ref in built_by(file, finder):
            # What cannot be known is told of the file itself
            if not ref.problem:
                yield ref


def is_template(path: str) -> bool:
    """Whether a file that a search has met is only rendered to a Dockerfile."""
    data = read_regular(path) or b""
    if _template_tag().search(data) is None:
        return False
    from lightship.dockerfile.template import template_tag  # noqa: PLC0415 - few files look so

    dockerfile = parse(decode(data))
    return template_tag(dockerfile) is not None


@cache
def _template_tag() -> re.Pattern[bytes]:
    place = rb"\{%|\{\{|\{#|<%|\{\w|@\w|%[A-Z_]|\$\[\w"
    name = rb"(?i:FROM)[ \t][^\n]*?(?:__[A-Z]|\{\{|\{%|<%|@[A-Z]|%%[A-Z])"
    return re.compile(rb"(?m)^[ \t]*(?:" + place + rb"|" + name + rb")")


def excluded(path: str, request: LintRequest) -> list[Ignored]:
    """The patterns of the configuration that holds where a search starts."""
    inside = _file_in(path) if os.path.isdir(path) else path
    config = config_for_file(inside, request)
    if not config.exclude:
        return []

    base = ""
    if config.source:
        source = os.path.abspath(config.source)
        base = os.path.dirname(source)
    excluded = gitignored(base, config.exclude)
    return [excluded]


def _file_in(folder: str) -> str:
    """A path in a directory, for which the configuration of that directory holds."""
    return os.path.join(folder, "Dockerfile")


def shown_path(path: str, request: LintRequest) -> str:
    """The path as reports print it."""
    if path != STDIN:
        return path
    return request.stdin_filename or UNNAMED


def config_for_file(path: str, request: LintRequest) -> Config:
    """The configuration that holds for a Dockerfile."""
    place = path
    if path == STDIN:
        place = request.stdin_filename or "Dockerfile"
    place = os.path.abspath(place)
    folder = os.path.dirname(place)
    return config_of(request.build, folder)


def selection_for(path: str, request: LintRequest) -> RuleSelection:
    """The rules that run on a Dockerfile."""
    config = config_for_file(path, request)
    shown = shown_path(path, request)
    ignored = ignored_in(shown, os.getcwd(), request.per_file_ignores)
    said = request.rules
    if ignored:
        all_ignored = (*said.ignore, *ignored)
        said = replace(said, ignore=all_ignored)
    requests = (*config.requests(shown), said)
    severities = config.severity.items()
    return requested_rules(requests, tuple(severities), config.is_hadolints)


def builds_of_file(
    ref: DockerfileRef,
    request: LintRequest,
    finder: BuildFinder,
    unwritten: UnwrittenFiles | None = None,
) -> tuple[ReadBuild, ...]:
    """Each way in which a Dockerfile is built, the most important one first, at least one.

    `unwritten` are changes that count as made. A FileError where it cannot be read, a UsageError
    for a target that it does not have.
    """
    if ref.problem:
        raise FileError(f"{ref.path}: {ref.problem}")
    place = build_place(ref.path, request, finder)
    if unwritten is not None:
        text: bytes | None = None
        if ref.inline is None:
            text = unwritten.text(ref.path)
        place = replace(place, text=text, open=unwritten.open)
    if not ref.build_file:
        return read_builds(place)

    definitions = definitions_of(ref, finder)
    if not definitions:
        raise FileError(f"{ref.build_file} has changed: it builds {ref.path} no more")
    place = replace(place, definitions=definitions)
    return read_builds(place)


def build_place(path: str, request: LintRequest, finder: BuildFinder) -> BuildPlace:
    """A Dockerfile, and what the user says of it."""
    shown: str | None = shown_path(path, request)
    if path == STDIN and request.stdin_filename is None:
        shown = None
    asked = request.context
    context = asked
    if asked == NO_CONTEXT:
        context = None
    return BuildPlace(
        path=path,
        shown=shown,
        options=request.build,
        config=config_for_file(path, request),
        finder=finder,
        context=context,
        is_context_given=asked is not None,
    )


def lint_file(ref: DockerfileRef, request: LintRequest, finder: BuildFinder) -> Report:
    """Lint one Dockerfile. Whatever is wrong with it, or with lightship, the answer is a Report.

    `finder` is that of the run: it reads what a repository says of its builds once. A UsageError
    for what the user asked of the Dockerfile and it does not have.
    """
    shown = shown_path(ref.path, request)
    if ref.problem:
        return engine.unreadable(shown, ref.problem)
    selection = selection_for(ref.path, request)
    try:
        if ref.is_ci:
            return _ci_report(ref.path, request, finder, selection)
        builds = builds_of_file(ref, request, finder)
        return report_of(builds, selection, shown)
    except UsageError:
        raise  # it is about the command line, not about this file
    except LightshipError as error:
        return engine.unreadable(shown, str(error))
    # One strange file must not end the run for all others
    except Exception as error:  # noqa: BLE001
        return engine.crashed(shown, error)


def _ci_report(
    path: str,
    request: LintRequest,
    finder: BuildFinder,
    selection: RuleSelection,
) -> Report:
    from lightship.lint.ci_engine import report_ci  # noqa: PLC0415 - with all readers of CI

    ci = ci_finder(request, finder)
    file = ci.file(path)
    shown = shown_path(path, request)
    return report_ci(file, selection, shown)


def ci_finder(request: LintRequest, finder: BuildFinder) -> CiFinder:
    """What finds files of CI systems, and the images that they build."""
    from lightship.flows.ci_files import CiFinder  # noqa: PLC0415 - with all readers of CI

    def place_of(path: str) -> BuildPlace:
        return build_place(path, request, finder)

    return CiFinder(finder, place_of)


def report_of(
    builds: Sequence[ReadBuild],
    selection: RuleSelection,
    shown: str,
) -> Report:
    """What the rules find in a Dockerfile, built in each of these ways."""
    reports = [_report(read, selection, shown) for read in builds]
    root = reports[0].root
    same_root = [in_root(report, root) for report in reports]
    return united(same_root)


def _report(read: ReadBuild, selection: RuleSelection, shown: str) -> Report:
    report = engine.report(read.build, selection, shown)
    if read.inline is not None:
        # Few are inside another file
        from lightship.flows.inline_dockerfiles import InlineFile, placed_report  # noqa: PLC0415

        file = InlineFile.read(shown, read.inline)
        report = placed_report(report, file)
    root = read.root or ""
    builds = (read.judged,)
    return replace(report, root=root, builds=builds)
