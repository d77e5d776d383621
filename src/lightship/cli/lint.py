"""`lightship lint`: find problems in Dockerfiles."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field

import click

from lightship.cli import lint_options, output
from lightship.cli.output import ConfigWarnings, Printing
from lightship.cli.sections import as_command, gathered, option, section
from lightship.config.value_readers import FAIL_ON, threshold
from lightship.flows.baselines import Baselines
from lightship.flows.dockerfile_refs import DockerfileRef
from lightship.flows.lint import (
    LintRequest,
    check_rules,
    config_for_file,
    find_files,
    shown_path,
)
from lightship.flows.lint_many import lint_files
from lightship.lint.diagnostic import Report
from lightship.lint.same_cause import said_once, without_repeats
from lightship.processes import core_count
from lightship.record import record
from lightship.report.lint.file_places import once
from lightship.report.lint.formats import (
    EXPLAINED,
    FORMATS,
    STATISTICS,
    LintView,
    writer,
)
from lightship.wording.counts import count
from lightship.wording.printable import printable


@record(eq=False, frozen=False)
class LintExit:
    """The exit code of a run, as its Reports go by."""

    request: LintRequest
    fail_on: str | None
    code: int = 0
    warnings: ConfigWarnings = field(default_factory=ConfigWarnings)
    files: int = 0

    def watch(self, reports: Iterable[Report]) -> Iterator[Report]:
        for report in reports:
            self.files += 1
            self.code = max(self.code, self._judge(report))
            yield report

    def _judge(self, report: Report) -> int:
        """2 if nothing could be said of the file, 1 if a finding is as severe as `--fail-on`."""
        config = config_for_file(report.path, self.request)
        self.warnings.tell(config)
        if report.unreadable:
            return 2
        least = config.fail_on
        if self.fail_on is not None:
            least = threshold(self.fail_on)
        if least is None:
            return 0
        return int(any(item.severity >= least for item in report.diagnostics))


@record
class LintOutput:
    """What is shown of the findings, and what the exit code tells."""

    explain: bool = False
    statistics: bool = False
    quiet: bool = False
    fail_on: str | None = None
    exit_zero: bool = False
    show_files: bool = False


@as_command("Find problems in Dockerfiles.")
@lint_options.PATHS
@lint_options.REQUEST
@output.printing(list(FORMATS))
@section(
    "Only new findings",
    option(
        "--baseline",
        type=click.Path(dir_okay=False),
        metavar="FILE",
        help="Do not report the findings in this file, which `lightship baseline` writes.",
    ),
    option(
        "--since",
        metavar="REF",
        help="Report only what the changes since this branch or commit brought.",
    ),
)
@section(
    "Output",
    option(
        "--explain",
        is_flag=True,
        help="Group findings by practice, with reasons and a score.",
    ),
    option(
        "--statistics",
        is_flag=True,
        help="Show how often each rule found something instead of the findings.",
    ),
    option(
        "--show-files",
        is_flag=True,
        help="Show which files would be linted, and lint nothing.",
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
    option(
        "--exit-zero",
        is_flag=True,
        help="Exit with code 0 whatever was found, even if a file cannot be read or parsed.",
    ),
)
@gathered(LintOutput, "shown")
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
    baseline: str | None,
    since: str | None,
    shown: LintOutput,
    jobs: int,
) -> None:
    """Find problems in Dockerfiles.

    PATH is a Dockerfile, a compose file, bake file or workflow whose builds are linted, a directory
    to search, or - for standard input. The default is the current directory. A search finds
    Dockerfile, Dockerfile.*, *.Dockerfile, Containerfile and Dockerfiles inside compose and bake
    files, and respects .gitignore. Files of CI are searched for as well where the theme ci, a rule
    of it or all rules are selected.

    \b
    Exit code: 0  no finding is as severe as --fail-on
               1  some are
               2  invalid usage, or a file that cannot be read or parsed
    """
    modules = _modules(shown, printing)
    check_rules(request)
    paths = paths or (".",)
    files = find_files(paths, request)
    if shown.show_files:
        _show_names(files, request, printing)
        return

    verdict = LintExit(request, shown.fail_on)
    baselines = Baselines(request, baseline)
    linted = once(lint_files(files, request, jobs or core_count()))
    unknown = baselines.without_known(linted)
    new = _brought_since(since, unknown, request)
    told: Iterator[Report] = verdict.watch(new)
    if not shown.statistics:  # they count each place
        told = without_repeats(map(said_once, told))
    write = writer(printing.form, modules)
    style = LintView(output.is_coloured(printing), shown.quiet)
    output.show(write(told, style), printing.output)

    if not verdict.files:
        click.echo(f"warning: no Dockerfile found in {', '.join(paths)}", err=True)
    _tell_gone(baselines)
    sys.exit(0 if shown.exit_zero else verdict.code)


def _brought_since(
    since: str | None, reports: Iterator[Report], request: LintRequest
) -> Iterator[Report]:
    """What the changes since a commit brought; all where none is named."""
    if since is None:
        return reports
    from lightship.flows.since import Changes  # noqa: PLC0415 - libgit2, only for --since

    return Changes(request, since).only_new(reports)


def _show_names(
    files: Iterable[DockerfileRef], request: LintRequest, printing: Printing
) -> None:
    """What would be linted, each file once."""
    names = dict.fromkeys(shown_path(ref.path, request) for ref in files)
    output.show((f"{printable(name)}\n" for name in names), printing.output)


def _tell_gone(baselines: Baselines) -> None:
    """The known findings that no longer occur: the baseline may become shorter."""
    for path, findings in baselines.unseen():
        from lightship.cli.baseline import shown_rows  # noqa: PLC0415 - most runs have no baseline

        number = sum(finding.count for finding in findings)
        verb = "occurs" if number == 1 else "occur"
        output.tell(
            f"note: {count(number, 'finding')} of {path} no longer {verb}; "
            "`lightship baseline --prune` takes them out"
        )
        for row in shown_rows(findings):
            output.tell(f"  {row}")


def _modules(shown: LintOutput, printing: Printing) -> Mapping[str, str]:
    """The formats of what is to be shown; a UsageError where it does not have that format."""
    if shown.explain and shown.statistics:
        raise click.UsageError("--explain and --statistics cannot be combined")
    modules: Mapping[str, str] = FORMATS
    name = ""
    if shown.explain:
        modules, name = EXPLAINED, "--explain"
    if shown.statistics:
        modules, name = STATISTICS, "--statistics"
    if printing.form not in modules:
        raise click.UsageError(f"{name} works only with --format text or json")
    return modules
