"""Many Dockerfiles are linted over all cores, where it pays."""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import chain, islice

from lightship.errors import LightshipError
from lightship.flows.build_options import BuildOptions
from lightship.flows.builds import BuildFinder
from lightship.flows.dockerfile_refs import DockerfileRef
from lightship.flows.lint import LintRequest, lint_file
from lightship.lint.diagnostic import Diagnostic, JudgedBuild, Report
from lightship.lint.finding import Finding, Severity
from lightship.lint.registry import entries
from lightship.lint.rule_entry import AnyRule
from lightship.processes import follow_parent
from lightship.record import record

# Up to this many files one process is done before others have started. Measured on 2 cores, seconds
# with one process and with two: 64 files 0.17 and 0.16, 128 files 0.24 and 0.20, 512 files 0.69 and
# 0.43; a busy second core costs 0.02.
FEW = 64
CHUNK = 16  # files that a process is handed at once


def lint_files(
    refs: Iterable[DockerfileRef],
    request: LintRequest,
    jobs: int,
) -> Iterator[Report]:
    """Lint many Dockerfiles in up to `jobs` processes.

    The Reports come in the order of the Dockerfiles, each as soon as it is known.
    """
    rest = iter(refs)
    first = list(islice(rest, FEW + 1))
    are_many = len(first) > 1
    finder = BuildFinder(request.build, many=are_many)
    if jobs == 1 or len(first) <= FEW:
        for ref in chain(first, rest):
            yield lint_file(ref, request, finder)
        return

    # What is compiled late is inherited by the processes that are started afterwards.
    for ref in first[:CHUNK]:
        yield lint_file(ref, request, finder)
    gc.freeze()
    others = chain(first[CHUNK:], rest)
    yield from _on_all_cores(others, request, jobs)


def _on_all_cores(
    refs: Iterator[DockerfileRef],
    request: LintRequest,
    jobs: int,
) -> Iterator[Report]:
    """The Reports of many processes, in order.

    At most a few chunks for each process are under way, so that memory does not grow with the
    number of files.
    """
    # 20 ms that one file need not pay
    from concurrent.futures import Future, ProcessPoolExecutor  # noqa: PLC0415
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415

    rules = {rule.id: rule for rule in entries()}
    chunks = _chunks(refs)
    waiting: deque[Future[list[_Packed]]] = deque()
    with ProcessPoolExecutor(jobs, initializer=follow_parent) as pool:
        while True:
            room = 2 * jobs - len(waiting)
            for chunk in islice(chunks, room):
                future = pool.submit(_work, chunk, request)
                waiting.append(future)
            if not waiting:
                return

            first = waiting.popleft()
            try:
                chunk_done = first.result()
            except BrokenProcessPool as error:
                raise LightshipError(
                    "a process was killed, perhaps because memory ran out; try --jobs 1"
                ) from error
            for packed in chunk_done:
                yield _unpack(packed, rules)


def _chunks(refs: Iterator[DockerfileRef]) -> Iterator[list[DockerfileRef]]:
    while True:
        chunk = list(islice(refs, CHUNK))
        if not chunk:
            return
        yield chunk


_Row = tuple[str, Finding, Severity, str, tuple[JudgedBuild, ...]]


@record(eq=False)
class _Packed:
    """A Report on its way from a process: rules go by their ids, their documentation stays."""

    report: Report
    rows: list[_Row]


def _work(refs: list[DockerfileRef], request: LintRequest) -> list[_Packed]:
    """A process's share."""
    options = request.build
    finder = _finder_of_process(options.config_file, options.no_config)
    share: list[_Packed] = []
    for ref in refs:
        report = lint_file(ref, request, finder)
        share.append(_pack(report))
    return share


@cache
def _finder_of_process(config_file: str | None, no_config: bool) -> BuildFinder:
    """One for all that a process is handed: it ends with the run."""
    options = BuildOptions(config_file=config_file, no_config=no_config)
    return BuildFinder(options, many=True)


def _pack(report: Report) -> _Packed:
    rows: list[_Row] = []
    for item in report.diagnostics:
        rule_id = item.rule.id
        row = (rule_id, item.finding, item.severity, item.alias, item.only_in)
        rows.append(row)
    # Only findings are shown with their lines
    text = report.text if rows else ""
    bare = replace(report, diagnostics=(), text=text)
    return _Packed(bare, rows)


def _unpack(packed: _Packed, rules: Mapping[str, AnyRule]) -> Report:
    diagnostics: list[Diagnostic] = []
    for rule_id, finding, severity, alias, only_in in packed.rows:
        rule = rules[rule_id].rule
        item = Diagnostic(rule, finding, severity, alias, only_in)
        diagnostics.append(item)
    return replace(packed.report, diagnostics=tuple(diagnostics))
