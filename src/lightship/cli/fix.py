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
from lightship.files.reading import STDIN, path_inside
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
from lightship.flows.proof.requests import (
    PassedOptions,
    ProveOptions,
    RunOptions,
    ServiceOptions,
)
from lightship.flows.unwritten import UnwrittenFiles
from lightship.record import record
from lightship.report.kit import diff
from lightship.report.lint import as_fixes
from lightship.report.lint.formats import LintView
from lightship.text import encode

_ROUNDS = 3  # that a Dockerfile is fixed again because of others


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
    proof_options.ASK,
    proof_options.ENV,
    proof_options.SECRET,
    proof_options.NETWORK,
    proof_options.PLATFORM,
    proof_options.TIMEOUT,
)
@proof_options.SERVICES
@section(
    "Output",
    output.COLOUR,
    option("-q", "--quiet", is_flag=True, help="Print only the number of fixes."),
)
@gathered(PassedOptions, "passed")
@gathered(RunOptions, "run")
@gathered(ServiceOptions, "services")
@gathered(ProveOptions, "proving")
@gathered(Fixing, "fixing")
@gathered(Printing, "printing")
@gathered(Looks, "looks")
def command(paths: tuple[str, ...], fixing: Fixing, looks: Looks) -> None:
    """Fix what can be fixed automatically, and list what is left and why.

    Safe fixes do not change how the image behaves. With --unsafe-fixes it may change: read the
    diff. They are not made on a base image whose support ended more than three years ago.
    PATH is as for `lightship lint`. With - the fixed text is printed and no file is written.

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
    return fix_refs(find_files(paths, fixing.request), fixing, looks)


def fix_refs(refs: Iterable[DockerfileRef], fixing: Fixing, looks: Looks) -> int:
    """The same of files that were found."""
    run = _Run(fixing, looks)
    for ref in refs:
        run.fix(ref)
    if not fixing.is_proven:
        run.go_round()
    run.end()
    return run.code


class _Run:
    """All that one call fixes: what it writes, or would write."""

    def __init__(self, fixing: Fixing, looks: Looks) -> None:
        self._fixing = fixing
        self._looks = looks
        self._finder = BuildFinder(fixing.request.build)
        self._style = LintView(output.is_coloured(looks.printing), looks.quiet)
        self._warnings = ConfigWarnings()
        self._unwritten = UnwrittenFiles()
        self._done: list[tuple[DockerfileRef, FixedFile]] = []
        self.code = 0

    def fix(self, ref: DockerfileRef) -> None:
        """Fix one Dockerfile, and tell what was done."""
        request = self._fixing.request
        self._warnings.tell(config_for_file(ref.path, request))
        try:
            file, told = self._fixed(ref)
            self._keep(ref, file)
        except FileError as error:
            output.tell(f"error: {error}")
            self.code = 2
            return

        self._done.append((ref, file))
        self._tell(file, told)
        if file.build.dockerfile.problems:
            self.code = 2
        elif self._looks.only_check and file.is_changed:
            self.code = max(self.code, 1)

    def go_round(self) -> None:
        """Fix those once more beside which later ones changed something, until nothing changes."""
        for _ in range(_ROUNDS):
            done, self._done = self._done, []
            files = [file for _, file in done]
            for at, (ref, file) in enumerate(done, start=1):
                if _is_late(ref, file, files[at:]):
                    self._fix_rest(ref)
            if not self._done:
                break

    def _fix_rest(self, ref: DockerfileRef) -> None:
        """Fix what is left to fix, and tell of it where there is something."""
        try:
            file, told = self._fixed(ref)
            if file.is_changed:
                self._keep(ref, file)
                self._tell(file, told)
        except FileError as error:
            output.tell(f"error: {error}")
            self.code = 2
            return
        self._done.append((ref, file))

    def end(self) -> None:
        """Show the diff of each file that would change: Dockerfiles may share an ignore file."""
        if self._looks.only_diff:
            texts = self._unwritten.texts
            _print("".join(diff.changes(texts, self._style.colour)))

    def _fixed(self, ref: DockerfileRef) -> tuple[FixedFile, tuple[str, ...]]:
        """What the fixes make of a Dockerfile, and what the proof of them has to tell."""
        fixing = self._fixing
        request, finder, unwritten = fixing.request, self._finder, self._unwritten
        if not fixing.is_proven:
            unsafe = fixing.unsafe_fixes
            return fix_file(ref, request, unsafe, finder, unwritten), ()

        # Docker and images, which a plain fix does not need
        from lightship.flows.proof.prove_fixes import prove_fixes  # noqa: PLC0415

        proven = prove_fixes(
            ref, request, fixing.proving, finder, output.tell, unwritten
        )
        told = [
            f"  dropped {item.rule}: {item.title}: {item.why}"
            for item in proven.dropped
        ]
        told += [f"note: {note}" for note in proven.notes]
        return proven.file, tuple(told)

    def _keep(self, ref: DockerfileRef, file: FixedFile) -> None:
        """Write what is fixed, or note it."""
        if self._looks.only_diff or self._looks.only_check:
            shown = shown_path(file.path, self._fixing.request)
            self._unwritten.take({shown: file.change, **file.files})
            return
        _write(file)
        if ref.inline is not None or ref.is_ci:
            self._finder.forget()  # the next one in the same file has moved

    def _tell(self, file: FixedFile, told: Iterable[str]) -> None:
        shown = shown_path(file.path, self._fixing.request)
        rows = as_fixes.write(shown, file.fixed, self._style)
        click.echo("".join(rows), nl=False, err=True)
        for line in told:
            output.tell(line)


def _is_late(ref: DockerfileRef, file: FixedFile, later: Iterable[FixedFile]) -> bool:
    """Whether later fixes changed a file of its build context, such as an ignore file."""
    if ref.inline is not None or file.path == STDIN:
        return False
    places = [place for other in later for place in other.changed_beside]
    return any(path_inside(place, root) for place in places for root in file.roots)


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
