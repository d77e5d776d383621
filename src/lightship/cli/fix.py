"""`lightship fix`: fix what can be fixed automatically."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import field

import click

from lightship.cli import lint_options, output, proof_options
from lightship.cli.interrupts import interruptible
from lightship.cli.output import ConfigWarnings, Printing
from lightship.cli.sections import as_command, gathered, option, section
from lightship.errors import FileError, UsageError
from lightship.files.reading import STDIN
from lightship.flows.builds import BuildFinder
from lightship.flows.dockerfile_refs import DockerfileRef
from lightship.flows.fix import FixedFile, fix_file, write_fixed
from lightship.flows.lint import (
    LintRequest,
    check_rules,
    config_for_file,
    find_files,
    shown_path,
)
from lightship.flows.proof.requests import PassedOptions, ProveOptions, RunOptions
from lightship.record import record
from lightship.report.kit import diff
from lightship.report.lint import as_fixes
from lightship.report.lint.formats import LintView
from lightship.text import encode


@record
class Looks:
    """What is shown, and whether anything is written.

    Only a diff, only the exit code, or only how many fixes were made.
    """

    printing: Printing
    only_diff: bool = False
    quiet: bool = False
    only_check: bool = False


@record
class Fixing:
    """Which fixes are made, and whether and how they are proven.

    `unsafe_fixes` is None where the configuration says it.
    """

    request: LintRequest
    unsafe_fixes: bool | None = None
    is_proven: bool = False
    proving: ProveOptions = field(default_factory=ProveOptions)


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
    option(
        "--check",
        "only_check",
        is_flag=True,
        help="Write nothing, and exit 1 if something would change.",
    ),
    *lint_options.FIXABLE,
)
@lint_options.REQUEST
@section(
    "Proof",
    option(
        "--prove",
        "is_proven",
        is_flag=True,
        help="Build and run the image, and drop unsafe fixes that break it.",
    ),
    proof_options.NO_RUN,
    proof_options.PORT,
    proof_options.REQUESTED_PATH,
    proof_options.ENV,
    proof_options.SECRET,
    proof_options.NETWORK,
    proof_options.TIMEOUT,
)
@section(
    "Output",
    output.COLOUR,
    option("-q", "--quiet", is_flag=True, help="Print only the number of fixes."),
)
@gathered(PassedOptions, "passed")
@gathered(RunOptions, "run")
@gathered(ProveOptions, "proving")
@gathered(Fixing, "fixing")
@gathered(Printing, "printing")
@gathered(Looks, "looks")
def command(paths: tuple[str, ...], fixing: Fixing, looks: Looks) -> None:
    """Fix what can be fixed automatically, and list what is left and why.

    Safe fixes do not change how the image behaves. With --unsafe-fixes it may change: read the
    diff. PATH is as for `lightship lint`. With - the fixed text is printed and no file is written.

    --check is for CI: it only says what would be fixed. Together with --diff it shows the diff too.

    With --prove the image is built and run without the fixes and with all of them, unsafe ones too.
    Unsafe fixes after which it does not build, does not start or gives another answer are dropped.
    It needs a Docker engine.

    \b
    Exit code: 0  done, even if findings are left
                  with --check: nothing would change
               1  with --check: at least one file would change
               2  invalid usage, or a file that cannot be read, parsed or written
    """
    check_rules(fixing.request)
    if fixing.is_proven and fixing.unsafe_fixes is False:
        raise UsageError("--prove is for unsafe fixes: remove --no-unsafe-fixes")
    with interruptible("fixes that were not written yet are not made"):
        code = fix_files(paths or (".",), fixing, looks)
    sys.exit(code)


def fix_files(paths: Iterable[str], fixing: Fixing, looks: Looks) -> int:
    """Fix Dockerfiles, or show how, and tell of each; the exit code."""
    request = fixing.request
    style = LintView(output.is_coloured(looks.printing), looks.quiet)
    code = 0
    finder = BuildFinder(request.build)
    warnings = ConfigWarnings()
    printed: set[Change] = set()
    for ref in find_files(paths, request):
        shown = shown_path(ref.path, request)
        warnings.tell(config_for_file(ref.path, request))
        try:
            file, told = _fixed(ref, fixing, finder)
            if looks.only_diff:
                _print_diff(file, shown, style, printed)
            elif not looks.only_check:
                _write(file)
                if ref.inline is not None:
                    finder.forget()  # the next one in the same file has moved
        except FileError as error:
            output.tell(f"error: {error}")
            code = 2
            continue

        rows = as_fixes.write(shown, file.fixed, style)
        click.echo("".join(rows), nl=False, err=True)
        for line in told:
            output.tell(line)
        if file.build.dockerfile.problems:
            code = 2
        elif looks.only_check and file.is_changed:
            code = max(code, 1)
    return code


def _fixed(
    ref: DockerfileRef, fixing: Fixing, finder: BuildFinder
) -> tuple[FixedFile, tuple[str, ...]]:
    """What the fixes make of a Dockerfile, and what the proof of them has to tell."""
    if not fixing.is_proven:
        return fix_file(ref, fixing.request, fixing.unsafe_fixes, finder), ()

    from lightship.flows.proof.prove_fixes import prove_fixes  # noqa: PLC0415 - docker and images, which a plain fix does not need

    proven = prove_fixes(ref, fixing.request, fixing.proving, finder, output.tell)
    told = [
        f"  dropped {item.rule}: {item.title}: {item.why}" for item in proven.dropped
    ]
    told += [f"note: {note}" for note in proven.notes]
    return proven.file, tuple(told)


# A path, its text, and what it becomes
Change = tuple[str, tuple[str, str]]


def _print_diff(
    file: FixedFile, shown: str, style: LintView, printed: set[Change]
) -> None:
    """The changes that were not printed yet: Dockerfiles may share an ignore file."""
    texts = {shown: (file.text, file.fixed.text), **file.files}
    fresh = {path: pair for path, pair in texts.items() if (path, pair) not in printed}
    printed.update(fresh.items())
    _print("".join(diff.changes(fresh, style.colour)))


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
