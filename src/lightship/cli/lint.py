"""`lightship lint`: find what is wrong."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Any

import click

from lightship.cli import lint_options, output
from lightship.config import FAIL_ON, threshold
from lightship.flows.lint import Settings, inspect_all
from lightship.lint.diagnostic import Report
from lightship.processes import core_count
from lightship.record import record
from lightship.report.lint.file_places import once
from lightship.report.lint.formats import FORMATS, Style, writer


@record(eq=False, frozen=False)
class Verdict:
    """The exit code of a run, as its Reports go by."""

    settings: Settings
    fail_on: str | None
    code: int = 0
    files: int = 0

    def watch(self, reports: Iterable[Report]) -> Iterator[Report]:
        for report in reports:
            self.files += 1
            self.code = max(self.code, self._judge(report))
            yield report

    def _judge(self, report: Report) -> int:
        """2 where nothing could be said of the file, 1 where a finding is as severe as `--fail-on`."""
        if report.unreadable:
            return 2
        least = (
            threshold(self.fail_on)
            if self.fail_on is not None
            else self.settings.config(report.path).fail_on
        )
        return int(
            least is not None
            and any(item.severity >= least for item in report.diagnostics)
        )


@click.command(short_help="Find what is wrong in Dockerfiles.")
@lint_options.paths
@lint_options.selecting
@lint_options.fail_on(FAIL_ON)
@output.form(list(FORMATS))
@output.to_file
@lint_options.building
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(0),
    default=0,
    help="Processes.  [default: one per core]",
)
@output.colour
@click.option(
    "--explain", is_flag=True, help="By practice, with the reasons and a score."
)
@click.option(
    "-q", "--quiet", is_flag=True, help="One line for each finding, no summary."
)
def command(paths: tuple[str, ...], **given: Any) -> None:
    """Find what is wrong in Dockerfiles.

    PATH is a Dockerfile, a directory to search, or - for standard input; without any, the current directory.
    A search finds Dockerfile, Dockerfile.*, *.Dockerfile and Containerfile, and honours .gitignore.

    \b
    Exit code: 0  nothing as severe as --fail-on
               1  findings
               2  wrong use, or a file that cannot be read or parsed
    """
    if given["explain"] and given["form"] != "text":
        raise click.UsageError(
            "--explain is for people: it goes with --format text only"
        )
    settings = lint_options.settings_of(given)
    verdict = Verdict(settings, given["fail_on"])
    reports = verdict.watch(
        once(
            inspect_all(
                settings.find(paths or (".",)), settings, given["jobs"] or core_count()
            )
        )
    )
    style = Style(
        output.is_coloured(given["when"], given["output"] is not None), given["quiet"]
    )
    output.show(
        writer(given["form"], given["explain"])(reports, style), given["output"]
    )
    if not verdict.files:
        click.echo(
            f"warning: no Dockerfile found in {', '.join(paths or ('.',))}", err=True
        )
    sys.exit(verdict.code)
