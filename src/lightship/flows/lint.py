"""From paths to Dockerfiles, and from each of them to its Report."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field, replace
from functools import cache
from typing import TYPE_CHECKING

from lightship.builds.definition import BuildSourceKind
from lightship.config.config_keys import Config, PerFileIgnores, ignored_in
from lightship.dockerfile.parse import parse
from lightship.errors import FileError, LightshipError, UsageError
from lightship.files.reading import STDIN, read_regular
from lightship.files.search import (
    Ignored,
    find_dockerfiles,
    gitignored,
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
from lightship.lint import engine
from lightship.lint.all_builds import united
from lightship.lint.diagnostic import Report
from lightship.lint.finding import Severity
from lightship.lint.registry import entries
from lightship.lint.rule_selection import (
    Request,
    RuleSelection,
    aliases_in_use,
    check_names,
    names,
    precision,
    resolve,
    select,
    unfixable,
)
from lightship.record import record
from lightship.text import decode

if TYPE_CHECKING:
    from lightship.flows.ci_files import CiFinder
    from lightship.flows.unwritten import UnwrittenFiles

NO_CONTEXT = "-"
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
        check_names(Request(ignore=ignored), entries())


def find_files(paths: Iterable[str], request: LintRequest) -> Iterator[DockerfileRef]:
    """The Dockerfiles that `paths` name, but for what the configuration excludes.

    Of a compose file, bake file or workflow those that it builds, and the workflow itself. In a
    directory those that stand inside such files are found as well.
    """
    finder = BuildFinder(request.build)
    for path in dict.fromkeys(paths):
        of_ci = list(_in_ci(path, finder))
        if of_ci:
            yield from of_ci
            continue
        if names_build_file(path):
            yield from built_by(path, finder)
            continue
        exclude = _excluded(path, request)
        for file in find_dockerfiles((path,), exclude, _may_be_built):
            is_build_file = file != path and names_build_file(file)
            if is_build_file:
                yield from held_by(file, finder)
            elif file == path or _is_linted(file, finder):
                yield DockerfileRef(file)


def _may_be_built(path: str) -> bool:
    """Whether a file that is not named as a Dockerfile may be, or hold, one anyway."""
    return is_wreck(path) or may_hold_dockerfile(path)


def _is_linted(path: str, finder: BuildFinder) -> bool:
    """Whether a file that a search has met is a Dockerfile that somebody builds."""
    if is_wreck(path) and not _is_named_by_build(path, finder):
        return False
    return not _is_template(path)


def _is_named_by_build(path: str, finder: BuildFinder) -> bool:
    builds = finder.of(path)
    return any(build.kind is not BuildSourceKind.GUESS for build in builds)


def _in_ci(path: str, finder: BuildFinder) -> Iterator[DockerfileRef]:
    """The files of CI systems that a path names, each with the Dockerfiles that it builds.

    A path names one file, or a directory of workflows. One that builds nothing is not among them.
    """
    if not path.endswith(_CI_ENDS) and "Jenkinsfile" not in path:
        return
    from lightship.flows.ci_files import ci_path, workflows_in  # noqa: PLC0415 - with all readers of CI

    files = [path] if ci_path(path) is not None else workflows_in(path)
    for file in files:
        found = finder.written_in(file)
        if not found.builds and not found.unresolved:
            continue
        yield DockerfileRef(file, is_ci=True)
        # What cannot be known is told of the file itself
        refs = built_by(file, finder)
        yield from [ref for ref in refs if not ref.problem]


def _is_template(path: str) -> bool:
    """Whether a file that a search has met is only rendered to a Dockerfile."""
    data = read_regular(path) or b""
    if _template_tag().search(data) is None:
        return False
    from lightship.dockerfile.template import template_tag  # noqa: PLC0415 - few files look so

    return template_tag(parse(decode(data))) is not None


@cache
def _template_tag() -> re.Pattern[bytes]:
    place = rb"\{%|\{\{|\{#|<%|\{\w|@\w|%[A-Z_]"
    name = rb"(?i:FROM)[ \t][^\n]*?(?:__[A-Z]|\{\{|\{%|<%|@[A-Z]|%%[A-Z])"
    return re.compile(rb"(?m)^[ \t]*(?:" + place + rb"|" + name + rb")")


def _excluded(path: str, request: LintRequest) -> list[Ignored]:
    """The patterns of the configuration that holds where a search starts."""
    inside = path
    if os.path.isdir(path):
        inside = os.path.join(path, "Dockerfile")
    config = config_for_file(inside, request)
    if not config.exclude:
        return []

    base = ""
    if config.source:
        base = os.path.dirname(os.path.abspath(config.source))
    excluded = gitignored(base, config.exclude)
    return [excluded]


def shown_path(path: str, request: LintRequest) -> str:
    """The path as reports print it."""
    if path == STDIN:
        return request.stdin_filename or UNNAMED
    return path


def config_for_file(path: str, request: LintRequest) -> Config:
    """The configuration that holds for a Dockerfile."""
    place = path
    if path == STDIN:
        place = request.stdin_filename or "Dockerfile"
    folder = os.path.dirname(os.path.abspath(place))
    return config_of(request.build, folder)


def selection_for(path: str, request: LintRequest) -> RuleSelection:
    """The rules that run on a Dockerfile."""
    config = config_for_file(path, request)
    shown = shown_path(path, request)
    ignored = ignored_in(shown, os.getcwd(), request.per_file_ignores)
    said = request.rules
    if ignored:
        said = replace(said, ignore=(*said.ignore, *ignored))
    requests = (*config.requests(shown), said)
    severities = tuple(config.severity.items())
    return _selection(requests, severities, config.is_hadolints)


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
        text = unwritten.text(ref.path) if ref.inline is None else None
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
    is_unnamed = path == STDIN and request.stdin_filename is None
    context = request.context
    return BuildPlace(
        path=path,
        shown=None if is_unnamed else shown_path(path, request),
        options=request.build,
        config=config_for_file(path, request),
        finder=finder,
        context=None if context == NO_CONTEXT else context,
        is_context_given=context is not None,
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
    except Exception as error:  # noqa: BLE001 - one strange file must not end the run for all others
        return engine.crashed(shown, error)


def _ci_report(
    path: str, request: LintRequest, finder: BuildFinder, selection: RuleSelection
) -> Report:
    from lightship.lint.ci_engine import report_ci  # noqa: PLC0415 - with all readers of CI

    file = ci_finder(request, finder).file(path)
    return report_ci(file, selection, shown_path(path, request))


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
        from lightship.flows.inline_dockerfiles import InlineFile, placed_report  # noqa: PLC0415 - few are inside another file

        file = InlineFile.read(shown, read.inline)
        report = placed_report(report, file)
    return replace(report, root=read.root or "", builds=(read.judged,))


@cache
def _selection(
    requests: tuple[Request, ...],
    severities: tuple[tuple[str, Severity], ...],
    is_hadolints: bool,
) -> RuleSelection:
    all_entries = entries()
    by_id: dict[str, Severity] = {}
    # The more is said by a name, the later it is: a rule's own wins over that of a prefix
    in_order = sorted(severities, key=lambda item: precision(item[0], all_entries))
    for name, level in in_order:
        for rule_id in resolve(name, names(all_entries)):
            by_id[rule_id] = level

    # Findings are called by those aliases that the user's own words have.
    used = {name for name, _level in severities}
    for request in requests:
        used.update(request.select or ())
        used.update(request.extend)
        used.update(request.ignore)
        used.update(request.fixable or ())
        used.update(request.unfixable)
    if is_hadolints:
        used.add("hadolint")
    rules = select(all_entries, requests)
    aliases = aliases_in_use(rules, used)
    left_alone = unfixable(all_entries, requests)
    return RuleSelection(rules, by_id, aliases, left_alone)
