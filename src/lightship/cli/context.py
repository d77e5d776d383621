"""`lightship context`: what docker build would send, and what of it matters."""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import chain

import click

from lightship.cli import output
from lightship.cli.build_options import BUILD_ARG, TARGET, dockerfile
from lightship.cli.output import Printing
from lightship.cli.sections import as_command, gathered, option, section
from lightship.errors import UsageError
from lightship.flows.build_options import BuildOptions
from lightship.flows.context import (
    compare_ignore,
    explain_paths,
    proposal_path,
    read_context,
    write_proposal,
)
from lightship.flows.take_build import TakenBuild, take_builds
from lightship.inspection.context.context_report import ContextReport
from lightship.inspection.context.proposal import check_kind, propose
from lightship.record import record
from lightship.report.context import context_phrases
from lightship.report.context.formats import FORMATS, ShownContext, writer
from lightship.report.kit.diff import diff
from lightship.text import TextChange, encode

_EITHER = "either"


@record
class ContextOptions:
    """What is asked for instead of the whole report.

    `other` is an ignore file to compare with; `write` is the kind of the ignore file to write.
    """

    explain: tuple[str, ...] = ()
    other: str | None = None
    write: str | None = None
    everything: bool = False

    @property
    def count(self) -> int:
        """How many of them are asked for."""
        return sum(map(bool, (self.explain, self.other, self.write, self.everything)))


@as_command("Show what docker build would send, and what of it is needed.")
@click.argument("root", metavar="[DIR]", required=False)
@section(
    "Build",
    dockerfile("Path of the Dockerfile.  [default: the one that is built in DIR]"),
    TARGET,
    BUILD_ARG,
)
@section(
    "Instead of the report",
    option(
        "--explain",
        multiple=True,
        metavar="PATH",
        help="Show which ignore line decides about a path, and what copies it.",
    ),
    option(
        "--diff",
        "other",
        metavar="IGNORE_FILE",
        help="Show what would change with another ignore file.",
    ),
    option(
        "--write",
        is_flag=False,
        flag_value=_EITHER,
        metavar="[KIND]",
        help="Write an ignore file that keeps what the image needs: allow, deny, or the better.",
    ),
    option(
        "--list",
        "everything",
        is_flag=True,
        help="List every file that instructions can copy, one per line.",
    ),
)
@output.printing(list(FORMATS))
@gathered(BuildOptions, "build")
@gathered(ContextOptions, "wanted")
def command(
    root: str | None, build: BuildOptions, wanted: ContextOptions, printing: Printing
) -> None:
    """Show what docker build would send, and what of it is needed.

    DIR is the build context, by default that of the build that `lightship builds` finds for the
    Dockerfile; several contexts are shown one after another, and JSON, HTML and the other options
    are about the first. Nothing is built or sent. Paths for --explain are relative to the context
    and need not exist.

    \b
    Exit code: 0  done
               2  invalid usage, an unreadable file, or one that BuildKit refuses
    """
    if root is None and wanted.write is not None and os.path.isdir(wanted.write):
        # Of `--write DIR` the word is the directory.
        root = wanted.write
        wanted = replace(wanted, write=_EITHER)
    _check(wanted, printing)

    first, *others = take_builds(root, build)
    first.tell_lines(output.tell)
    if wanted.write:
        report = read_context(first.context, first.options)
        _write(first.context, report, wanted.write, printing)
        return

    is_whole_text = printing.form == "text" and not wanted.count
    taken = [first, *others] if is_whole_text else [first]
    write = writer(printing.form)
    view = output.view_of(printing)
    texts = chain.from_iterable(write(_shown(item, wanted), view) for item in taken)
    output.show(texts, printing.output)


def _shown(taken: TakenBuild, wanted: ContextOptions) -> ShownContext:
    """What is asked for of one context."""
    root = taken.context
    report = read_context(root, taken.options)
    other = compare_ignore(report, wanted.other) if wanted.other else None
    return ShownContext(
        report,
        root,
        taken.options.dockerfile or "",
        None if wanted.count else propose(report),
        explain_paths(report, root, wanted.explain),
        other,
        wanted.everything,
    )


def _check(wanted: ContextOptions, printing: Printing) -> None:
    """A UsageError for options that do not go together."""
    if wanted.count > 1:
        raise UsageError(
            "--explain, --diff, --write and --list cannot be combined: use one of them"
        )
    if wanted.count and printing.form == "html":
        raise UsageError(
            "--explain, --diff, --write and --list do not work with --format html"
        )
    if wanted.write is None:
        return
    if printing.form != "text":
        raise UsageError("--write prints a diff, so it works only with --format text")
    if wanted.write != _EITHER:
        check_kind(wanted.write)


def _write(root: str, report: ContextReport, which: str, printing: Printing) -> None:
    """Print what changes, then write it."""
    kind = None if which == _EITHER else which
    proposal = propose(report, kind)
    if proposal is None:
        click.echo(_why_not(report, kind), err=True)
        return

    path = proposal_path(root, proposal)
    change = TextChange(proposal.before, proposal.after, os.path.lexists(path))
    text = diff(path, change, output.is_coloured(printing))
    output.show((encode(text).decode("utf-8", "replace"),), printing.output)
    write_proposal(root, proposal)
    rows = [f"{path}: {context_phrases.saving(proposal)}"]
    rows += [f"  {context_phrases.loss(loss)}" for loss in proposal.losses]
    click.echo("\n".join(rows), err=True)


def _why_not(report: ContextReport, kind: str | None) -> str:
    if report.uses is None:
        return f"nothing was written: {'; '.join(report.notes)}"
    name = f"{kind}-list" if kind else "ignore file"
    return f"nothing was written: no {name} excludes more and keeps all that the image needs"
