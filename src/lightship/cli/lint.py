"""`lightship lint`: find problems in Dockerfiles."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

import click

from lightship.cli import lint_options, output
from lightship.cli.output import Printing
from lightship.cli.sections import as_command, option, section
from lightship.config.value_readers import FAIL_ON, threshold
from lightship.flows.lint import (
    LintRequest,
    check_rules,
    config_for_file,
    find_files,
    lint_files,
)
from lightship.lint.diagnostic import Report
from lightship.processes import core_count
from lightship.record import record
from lightship.report.lint.file_places import once
from lightship.report.lint.formats import FORMATS, LintView, writer


@record(eq=False, frozen=False)
class LintExit:
    """The exit code of a run, as its Reports go by."""

    request: LintRequest
    fail_on: str | None
    code: int = 0
    files: int = 0

    def watch(self, reports: Iterable[Report]) -> Iterator[Report]:
        for report in reports:
            self.files += 1
            self.code = max(self.code, self._judge(report))
            yield report

    def _judge(self, report: Report) -> int:
        """2 if nothing could be said of the file, 1 if a finding is as severe as `--fail-on`."""
        if report.unreadable:
            return 2
        if self.fail_on is not None:
            least = threshold(self.fail_on)
        else:
            least = config_for_file(report.path, self.request).fail_on
        if least is None:
            return 0
        return int(any(item.severity >= least for item in report.diagnostics))


@as_command("Find problems in Dockerfiles.")
@lint_options.PATHS
@lint_options.REQUEST
@output.printing(list(FORMATS))
@section(
    "Output",
    option(
        "--explain",
        is_flag=True,
        help="Group findings by practice, with reasons and a score.",
    ),
    option(
        "-q", "--quiet", is_flag=True, help="Print one line per finding and no summary."
    ),
    option(
        "--fail-on",
        type=click.Choice(FAIL_ON),
        metavar="SEVERITY",
        help=(
            f"Exit with code 1 if a finding is at least this severe: {', '.join(FAIL_ON)}.  "
            "[default: warning]"
        ),
    ),
)
@option(
    "-j",
    "--jobs",
    type=click.IntRange(0),
    default=0,
    metavar="N",
    help="Number of processes.  [default: one per core]",
)
def command(
    paths: tuple[str, ...],
    request: LintRequest,
    printing: Printing,
    explain: bool,
    quiet: bool,
    fail_on: str | None,
    jobs: int,
) -> None:
    """Find problems in Dockerfiles.

    PATH is a Dockerfile, a directory to search, or - for standard input. The default is the
    current directory. A search finds Dockerfile, Dockerfile.*, *.Dockerfile and Containerfile, and
    respects .gitignore.

    \b
    Exit code: 0  no finding is as severe as --fail-on
               1  some are
               2  invalid usage, or a file that cannot be read or parsed
    """
    if explain and printing.form != "text":
        raise click.UsageError("--explain works only with --format text")
    check_rules(request)
    paths = paths or (".",)
    verdict = LintExit(request, fail_on)
    files = find_files(paths, request)
    reports = verdict.watch(lint_files(files, request, jobs or core_count()))

    write = writer(printing.form, explain)
    style = LintView(output.is_coloured(printing), quiet)
    output.show(write(once(reports), style), printing.output)

    if not verdict.files:
        click.echo(f"warning: no Dockerfile found in {', '.join(paths)}", err=True)
    sys.exit(verdict.code)
