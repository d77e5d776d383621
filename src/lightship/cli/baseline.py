"""`lightship baseline`: write known findings down, so that lint reports only new ones."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from lightship.cli import lint_options
from lightship.cli.sections import as_command, option, section
from lightship.files.reading import STDIN
from lightship.flows.baseline import write_baseline
from lightship.flows.baselines import USUAL, baseline_path
from lightship.flows.lint import LintRequest, check_rules, find_files
from lightship.flows.lint_many import lint_files
from lightship.lint.diagnostic import Report
from lightship.lint.known_findings import KnownFinding
from lightship.processes import core_count
from lightship.report.lint.file_places import once
from lightship.wording.counts import count
from lightship.wording.printable import printable

MOST_SHOWN = 10


@as_command("Write known findings down, so that lint reports only new ones.")
@lint_options.PATHS
@section(
    "Baseline",
    option(
        "-o",
        "--output",
        "path",
        type=click.Path(dir_okay=False),
        metavar="FILE",
        help=f"File to write.  [default: that of the configuration, or {USUAL}]",
    ),
    option(
        "--prune",
        is_flag=True,
        help="Only take out what no longer occurs, and add nothing.",
    ),
)
@lint_options.REQUEST
def command(
    paths: tuple[str, ...], request: LintRequest, path: str | None, prune: bool
) -> None:
    """Write the findings of today into a file, so that lint reports only new ones.

    PATH is as for `lightship lint`, which takes the file with --baseline FILE or from the
    configuration. A finding is known by its file, its rule and the text of its line, so that it
    stays known when lines are added, removed or moved. What the file knows of other Dockerfiles
    stays in it.

    \b
    Exit code: 0  the file is written
               2  invalid usage, or a file that cannot be read, parsed or written
    """
    check_rules(request)
    place = path or baseline_path(STDIN, request) or USUAL
    files = find_files(paths or (".",), request)
    reports = list(once(lint_files(files, request, core_count())))
    unreadable = _unreadable(reports)

    written = write_baseline(place, reports, request, only_prune=prune)
    findings = count(written.count, "finding")
    click.echo(
        f"{place}: {findings}, {written.new} new, {sum(row.count for row in written.gone)} gone"
    )
    for row in shown_rows(written.gone):
        click.echo(f"  gone: {row}")
    for name in unreadable:
        click.echo(f"error: {printable(name)} cannot be read or parsed", err=True)
    sys.exit(2 if unreadable else 0)


def _unreadable(reports: Sequence[Report]) -> list[str]:
    return [report.path for report in reports if report.unreadable]


def shown_rows(rows: Sequence[KnownFinding]) -> list[str]:
    """Known findings, a line for each, at most some of them."""
    lines = [_shown(row) for row in rows[:MOST_SHOWN]]
    more = len(rows) - MOST_SHOWN
    if more > 0:
        lines.append(f"and {more} more")
    return lines


def _shown(row: KnownFinding) -> str:
    times = f" ({row.count} times)" if row.count > 1 else ""
    return printable(f"{row.path}: {row.rule}: {row.text}{times}")
