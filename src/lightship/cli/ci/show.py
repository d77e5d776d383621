"""`lightship ci show`: what CI does with each build, and what is wrong with its caches."""

from __future__ import annotations

import sys

import click

from lightship.cli import lint_options, output
from lightship.cli.build_options import CONFIG, NO_CONFIG
from lightship.cli.cache.cache_options import TIMES_FILES
from lightship.cli.output import Printing
from lightship.cli.sections import as_command, gathered, option, section
from lightship.errors import UsageError
from lightship.flows.build_options import BuildOptions
from lightship.flows.ci_overview import ci_overview
from lightship.flows.cost_request import CostRequest
from lightship.flows.dockerfile_refs import DockerfileRef
from lightship.flows.lint import LintRequest, check_rules
from lightship.record import record
from lightship.report.ci.formats import FORMATS, rows_of, writer


@record
class CiFixing:
    """Whether the workflows are fixed or only the diff is shown, and which fixes are made."""

    fix: bool = False
    only_diff: bool = False
    unsafe_fixes: bool | None = None


@as_command("Show what CI does with each build, and what is wrong with its caches.")
@click.argument("folder", metavar="[DIR]", default=".")
@section(
    "Fixes",
    option("--fix", is_flag=True, help="Fix the files of CI, and list what is left."),
    option(
        "--diff",
        "only_diff",
        is_flag=True,
        help="Show what --fix would change without writing it.",
    ),
    option(
        "--unsafe-fixes/--no-unsafe-fixes",
        default=None,
        help="Also make fixes that may change what is built.",
    ),
)
@gathered(CiFixing, "fixing")
@section(
    "Costs",
    option(
        "--cost",
        is_flag=True,
        help="Replay the git history to say what each finding costs a run and a week.",
    ),
    TIMES_FILES,
    option(
        "--commits",
        type=click.IntRange(1),
        default=500,
        show_default=True,
        metavar="N",
        help="Number of commits to replay, the latest first.",
    ),
    option("--branch", metavar="NAME", help="Branch to replay.  [default: HEAD]"),
)
@gathered(CostRequest, "asked")
@lint_options.RULES
@section("Configuration", CONFIG, NO_CONFIG)
@gathered(BuildOptions, "build")
@gathered(LintRequest, "request")
@output.printing(list(FORMATS))
def command(
    folder: str,
    fixing: CiFixing,
    asked: CostRequest,
    request: LintRequest,
    printing: Printing,
) -> None:
    """Show what CI does with each build, and what is wrong with its caches.

    DIR is by default the current directory. Of each build in workflows of GitHub, GitLab CI and
    other CI it says the builder, the caches that are read and written, and in which runs, the build
    context, and where the image goes. Nothing is run, and nothing is fetched.

    With --cost each finding says what it costs: the history is replayed with it and without it, as
    `lightship cache replay --ci` counts. Seconds need --times.

    `lightship lint .github/workflows --select ci` reports the findings alone, in all formats of
    lint; without --select it also judges the Dockerfiles that the workflows build.

    \b
    Exit code: 0  done, whatever was found
               2  invalid usage, or something that cannot be read
    """
    check_rules(request)
    is_fixing = fixing.fix or fixing.only_diff
    if is_fixing and asked.cost:
        raise UsageError("--cost cannot be combined with --fix or --diff")
    if asked.times and not asked.cost:
        raise UsageError("--times needs --cost")
    overview = ci_overview(folder, request, asked, output.tell)
    if is_fixing:
        sys.exit(_fix(overview.paths, fixing, request, printing))

    rows = rows_of(overview.builds, overview.reports, overview.costs)
    view = output.view_of(printing)
    output.show(writer(printing.form)(rows, view), printing.output)


def _fix(
    paths: tuple[str, ...], fixing: CiFixing, request: LintRequest, printing: Printing
) -> int:
    """Fix the files that build something, as `lightship fix` does; the exit code."""
    # With all that proofs need
    from lightship.cli.fix import Fixing, Looks, fix_refs  # noqa: PLC0415

    looks = Looks(printing, only_diff=fixing.only_diff)
    refs = [DockerfileRef(path, is_ci=True) for path in paths]
    return fix_refs(refs, Fixing(request, fixing.unsafe_fixes), looks)
