"""`lightship lint`: find what is wrong."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

import click

from lightship import workspace
from lightship.cli import options
from lightship.cli.batch import Settings, inspect_all
from lightship.config import FAIL_ON, threshold
from lightship.errors import FileError
from lightship.lint.diagnostic import Report
from lightship.lint.finding import Severity
from lightship.lint.selection import Request
from lightship.report.formats import FORMATS, writer


@dataclass(slots=True)
class Verdict:
    """The exit code of a run, as its Reports come in."""

    fail_on: str | None
    settings: Settings
    code: int = 0
    files: int = field(default=0)

    def watch(self, reports: Iterable[tuple[str, Report]]) -> Iterator[Report]:
        for path, report in reports:
            self.files += 1
            self.code = max(self.code, self._judge(path, report))
            yield report

    def _judge(self, path: str, report: Report) -> int:
        """2 where the file says nothing, 1 where a finding is as severe as `--fail-on`."""
        if report.unreadable:
            return 2
        least = threshold(self.fail_on) if self.fail_on is not None else self.settings.config(path).fail_on
        return int(least is not None and any(item.severity >= least for item in report.diagnostics))


@click.command(short_help="Find what is wrong in Dockerfiles.")
@options.paths
@options.selecting
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True, help="How to print.")
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Print into this file.")
@click.option(
    "--fail-on",
    type=click.Choice(FAIL_ON),
    help="Exit with 1 from this severity on.  [default: warning]",
)
@options.building
@click.option("--jobs", "-j", type=click.IntRange(0), default=0, help="Processes; 0 for one per core.  [default: 0]")
@options.colour
@click.option("--quiet", "-q", is_flag=True, help="One line for each finding, no summary.")
def command(paths: tuple[str, ...], **given: Any) -> None:
    """Find what is wrong in Dockerfiles.

    PATH is a Dockerfile, a directory to search, or - for standard input; without any, the current directory.
    A search finds Dockerfile, Dockerfile.*, *.Dockerfile and Containerfile, and honours .gitignore.

    \b
    Exit code: 0  nothing as severe as --fail-on
               1  findings
               2  wrong use, or a file that cannot be read or parsed
    """
    settings = settings_of(given)
    verdict = Verdict(given["fail_on"], settings)
    found = list_of(paths, settings)
    jobs = given["jobs"] or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else given["jobs"] or os.cpu_count() or 1
    write = writer(given["form"], colour=options.is_coloured(given["when"], given["output"] is not None), quiet=given["quiet"])
    with _output(given["output"]) as out:
        for text in write(verdict.watch(zip(found, inspect_all(found, settings, jobs), strict=True))):
            out.write(text)
    sys.exit(verdict.code)
