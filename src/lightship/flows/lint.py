"""From paths to Reports, over all cores where it pays."""

from __future__ import annotations

import gc
import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from functools import cache
from itertools import chain, islice

from lightship.build import Build
from lightship.config.config_keys import Config
from lightship.errors import LightshipError, UsageError
from lightship.files.reading import STDIN
from lightship.files.search import Ignored, find_dockerfiles, gitignored
from lightship.flows.build_options import BuildOptions, config_of
from lightship.flows.make_build import read_build
from lightship.lint import engine
from lightship.lint.diagnostic import Diagnostic, Report
from lightship.lint.finding import Finding, Severity
from lightship.lint.registry import entries
from lightship.lint.rule_entry import AnyRule
from lightship.lint.rule_selection import (
    Request,
    RuleSelection,
    aliases_in_use,
    names,
    resolve,
    select,
)
from lightship.record import record

# Up to this many files one process is done before others have started. Measured on 2 cores, seconds
# with one process and with two: 64 files 0.17 and 0.16, 128 files 0.24 and 0.20, 512 files 0.69 and
# 0.43; a busy second core costs 0.02.
FEW = 64
CHUNK = 16  # files that a process is handed at once
NO_CONTEXT = "-"


@record
class LintRequest:
    """What the user says about every file.

    `rules` comes on top of what the configuration asks for. `context` is the directory of the build
    context: None for that of the Dockerfile, `-` for none. `stdin_filename` is what the Dockerfile
    on standard input is called.
    """

    rules: Request = field(default_factory=Request)
    build: BuildOptions = field(default_factory=BuildOptions)
    context: str | None = None
    stdin_filename: str | None = None


def check_rules(request: LintRequest) -> None:
    """A UsageError for a name that means no rule."""
    rules = request.rules
    known = names(entries())
    for name in (*(rules.select or ()), *rules.extend, *rules.ignore):
        resolve(name, known)


def find_files(paths: Iterable[str], request: LintRequest) -> Iterator[str]:
    """The Dockerfiles that `paths` name, but for what the configuration excludes."""
    for path in dict.fromkeys(paths):
        exclude = _excluded(path, request)
        yield from find_dockerfiles((path,), exclude)


def _excluded(path: str, request: LintRequest) -> list[Ignored]:
    """The patterns of the configuration that holds where a search starts."""
    inside = os.path.join(path, "Dockerfile") if os.path.isdir(path) else path
    config = config_for_file(inside, request)
    if not config.exclude:
        return []
    base = os.path.dirname(os.path.abspath(config.source)) if config.source else ""
    return [gitignored(base, config.exclude)]


def shown_path(path: str, request: LintRequest) -> str:
    """The path as reports print it."""
    if path == STDIN:
        return request.stdin_filename or "<stdin>"
    return path


def config_for_file(path: str, request: LintRequest) -> Config:
    """The configuration that holds for a Dockerfile."""
    place = request.stdin_filename or "Dockerfile" if path == STDIN else path
    return config_of(request.build, os.path.dirname(os.path.abspath(place)))


def selection_for(path: str, request: LintRequest) -> RuleSelection:
    """The rules that run on a Dockerfile."""
    config = config_for_file(path, request)
    requests = (*config.requests(shown_path(path, request)), request.rules)
    severities = tuple(config.severity.items())
    return _selection(requests, severities, config.is_hadolints)


def context_folder(path: str, request: LintRequest) -> str | None:
    """The directory of a Dockerfile's build context; None where none is known."""
    if request.context is not None:
        return None if request.context == NO_CONTEXT else request.context
    if path == STDIN and request.stdin_filename is None:
        return None
    return os.path.dirname(shown_path(path, request)) or "."


def build_of(path: str, request: LintRequest) -> Build:
    """The Build of one Dockerfile. A FileError where it cannot be read."""
    return read_build(
        path,
        request.build,
        context_folder(path, request),
        shown_path(path, request),
        config_for_file(path, request),
    )


def lint_file(path: str, request: LintRequest) -> Report:
    """Lint one Dockerfile. Whatever is wrong with it, or with lightship, the answer is a Report.

    A UsageError for what the user asked of it and it does not have.
    """
    shown = shown_path(path, request)
    selection = selection_for(path, request)
    try:
        build = build_of(path, request)
        report = engine.report(build, selection, shown)
    except UsageError:
        raise  # it is about the command line, not about this file
    except LightshipError as error:
        return engine.unreadable(shown, str(error))
    except Exception as error:  # noqa: BLE001 - one strange file must not end the run for all others
        return engine.crashed(shown, error)
    return replace(report, root=context_folder(path, request) or "")


def lint_files(
    paths: Iterable[str], request: LintRequest, jobs: int
) -> Iterator[Report]:
    """Lint many Dockerfiles in up to `jobs` processes.

    The Reports come in the order of the paths, each as soon as it is known.
    """
    rest = iter(paths)
    first = list(islice(rest, FEW + 1))
    if jobs == 1 or len(first) <= FEW:
        for path in chain(first, rest):
            yield lint_file(path, request)
        return

    # What is compiled late is inherited by the processes that are started afterwards.
    for path in first[:CHUNK]:
        yield lint_file(path, request)
    gc.freeze()
    yield from _on_all_cores(chain(first[CHUNK:], rest), request, jobs)


def _on_all_cores(
    paths: Iterator[str], request: LintRequest, jobs: int
) -> Iterator[Report]:
    """The Reports of many processes, in order.

    At most a few chunks for each process are under way, so that memory does not grow with the
    number of files.
    """
    from concurrent.futures import Future, ProcessPoolExecutor  # noqa: PLC0415 - 20 ms that one file need not pay
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415

    rules = {rule.id: rule for rule in entries()}
    waiting: deque[Future[list[_Packed]]] = deque()
    with ProcessPoolExecutor(jobs) as pool:
        while True:
            while len(waiting) < 2 * jobs and (chunk := list(islice(paths, CHUNK))):
                waiting.append(pool.submit(_work, chunk, request))
            if not waiting:
                return

            try:
                chunk_done = waiting.popleft().result()
            except BrokenProcessPool as error:
                raise LightshipError(
                    "a process was killed, perhaps because memory ran out; try --jobs 1"
                ) from error
            for packed in chunk_done:
                yield _unpack(packed, rules)


@record(eq=False)
class _Packed:
    """A Report on its way from a process: rules go by their ids, their documentation stays."""

    report: Report
    rows: list[tuple[str, Finding, Severity, str]]


def _work(paths: list[str], request: LintRequest) -> list[_Packed]:
    """A process's share."""
    return [_pack(lint_file(path, request)) for path in paths]


def _pack(report: Report) -> _Packed:
    rows = [
        (item.rule.id, item.finding, item.severity, item.alias)
        for item in report.diagnostics
    ]
    text = report.text if rows else ""  # only findings are shown with their lines
    return _Packed(replace(report, diagnostics=(), text=text), rows)


def _unpack(packed: _Packed, rules: Mapping[str, AnyRule]) -> Report:
    diagnostics = [
        Diagnostic(rules[rule_id].rule, finding, severity, alias)
        for rule_id, finding, severity, alias in packed.rows
    ]
    return replace(packed.report, diagnostics=tuple(diagnostics))


@cache
def _selection(
    requests: tuple[Request, ...],
    severities: tuple[tuple[str, Severity], ...],
    is_hadolints: bool,
) -> RuleSelection:
    known = names(entries())
    by_id: dict[str, Severity] = {}
    for name, level in severities:
        for rule_id in resolve(name, known):
            by_id[rule_id] = level

    # Findings are called by those aliases that the user's own words have.
    used = {name for name, _ in severities}
    for request in requests:
        used.update((*(request.select or ()), *request.extend, *request.ignore))
    if is_hadolints:
        used.add("hadolint")
    rules = select(entries(), requests)
    return RuleSelection(rules, by_id, aliases_in_use(rules, used))
