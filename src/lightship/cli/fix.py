"""`lightship fix`: fix what can be fixed automatically."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import click

from lightship.cli import lint_options, output
from lightship.cli.output import Printing
from lightship.cli.sections import as_command, gathered, option, section
from lightship.errors import FileError
from lightship.files.reading import STDIN
from lightship.flows.builds import BuildFinder
from lightship.flows.fix import FixedFile, fix_file, write_fixed
from lightship.flows.lint import LintRequest, check_rules, find_files, shown_path
from lightship.record import record
from lightship.report.kit import diff
from lightship.report.lint import as_fixes
from lightship.report.lint.formats import LintView
from lightship.text import encode


@record
class Looks:
    """What is shown: only a diff, or only how many fixes were made."""

    printing: Printing
    only_diff: bool = False
    quiet: bool = False


@as_command("Fix what can be fixed automatically.")
@lint_options.PATHS
@section(
    "Fixes",
    option(
        "--unsafe-fixes/--no-unsafe-fixes",
        default=None,
        help="Also make fixes that may change the image.",
    ),
    option(
        "--diff",
        "only_diff",
        is_flag=True,
        help="Show what would change without writing it.",
    ),
)
@lint_options.REQUEST
@section(
    "Output",
    output.COLOUR,
    option("-q", "--quiet", is_flag=True, help="Print only the number of fixes."),
)
@gathered(Printing, "printing")
def command(
    paths: tuple[str, ...],
    request: LintRequest,
    unsafe_fixes: bool | None,
    only_diff: bool,
    printing: Printing,
    quiet: bool,
) -> None:
    """Fix what can be fixed automatically, and list what is left and why.

    Safe fixes do not change how the image behaves. With --unsafe-fixes it may change: read the
    diff. PATH is as for `lightship lint`. With - the fixed text is printed and no file is written.

    \b
    Exit code: 0  done, even if findings are left
               2  invalid usage, or a file that cannot be read, parsed or written
    """
    check_rules(request)
    looks = Looks(printing, only_diff, quiet)
    sys.exit(fix_files(paths or (".",), request, unsafe_fixes, looks))


def fix_files(
    paths: Iterable[str], request: LintRequest, unsafe: bool | None, looks: Looks
) -> int:
    """Fix Dockerfiles, or show how, and tell of each; the exit code."""
    style = LintView(output.is_coloured(looks.printing), looks.quiet)
    code = 0
    finder = BuildFinder(request.build)
    for path in find_files(paths, request):
        shown = shown_path(path, request)
        try:
            file = fix_file(path, request, unsafe, finder)
            if looks.only_diff:
                _print_diff(file, shown, style)
            else:
                _write(file)
        except FileError as error:
            output.tell(f"error: {error}")
            code = 2
            continue

        rows = as_fixes.write(shown, file.fixed, style)
        click.echo("".join(rows), nl=False, err=True)
        if file.build.dockerfile.problems:
            code = 2
    return code


def _print_diff(file: FixedFile, shown: str, style: LintView) -> None:
    texts = {shown: (file.text, file.fixed.text), **file.files}
    _print("".join(diff.changes(texts, style.colour)))


def _write(file: FixedFile) -> None:
    unwritten = write_fixed(file)
    if file.path == STDIN:
        _print(file.fixed.text)
    for place in unwritten:
        output.tell(
            f"note: {place} is not written for a Dockerfile on standard input; "
            "--diff shows the change"
        )


def _print(text: str) -> None:
    """To standard output, byte for byte."""
    sys.stdout.flush()
    sys.stdout.buffer.write(encode(text))
    sys.stdout.buffer.flush()
