"""`lightship context`: what docker build would send, and what of it matters."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import click

from lightship.build import Build
from lightship.cli import options, output
from lightship.config import config_for
from lightship.dockerfile.parse import parse
from lightship.errors import UsageError
from lightship.files.context import open_whole_context
from lightship.files.reading import STDIN, path_inside, read_file
from lightship.files.writing import write_file
from lightship.inspection.context.context_report import ContextReport
from lightship.inspection.context.explain_path import explain_path
from lightship.inspection.context.ignore_diff import IgnoreDiff, diff_ignore
from lightship.inspection.context.inspect_context import inspect_context
from lightship.inspection.context.proposal import Proposal, check_kind, propose
from lightship.report.context import context_phrases
from lightship.report.context.formats import FORMATS, Shown, writer
from lightship.report.kit.diff import diff
from lightship.report.kit.view import View
from lightship.text import decode, encode

_EITHER = "either"


@click.command(short_help="Show what docker build would send, and what of it matters.")
@click.argument("root", metavar="[DIR]", default=".")
@click.option(
    "-f",
    "--file",
    "dockerfile",
    type=click.Path(dir_okay=False),
    metavar="DOCKERFILE",
    help="The Dockerfile.  [default: DIR/Dockerfile]",
)
@click.option("--target", metavar="STAGE", help="The stage to build.")
@click.option(
    "--build-arg",
    "build_args",
    multiple=True,
    callback=options.pairs,
    metavar="K=V",
    help="Set a build argument.",
)
@click.option(
    "--explain",
    multiple=True,
    metavar="PATH",
    help="Say which line decides about a path, and who copies it.",
)
@click.option(
    "--diff",
    "other",
    metavar="IGNORE_FILE",
    help="What another ignore file would send more and less.",
)
@click.option(
    "--write",
    is_flag=False,
    flag_value=_EITHER,
    metavar="[KIND]",
    help="Write an ignore file that keeps what the image needs: an allow-list, a deny-list, or the better one.",
)
@click.option(
    "--list",
    "everything",
    is_flag=True,
    help="Every file that instructions can copy, one a line.",
)
@output.form(list(FORMATS))
@output.to_file
@output.colour
def command(root: str, **given: Any) -> None:
    """Show what docker build would send, and what of it matters.

    DIR is the build context; without it the current directory. Nothing is built and nothing is sent. Paths of --explain
    count from DIR, and need not exist.

    \b
    Exit code: 0  done
               2  wrong use, what cannot be read, or what BuildKit refuses
    """  # fmt: skip
    root, given["write"] = _swapped(root, given["write"])
    _check(given)
    path = _dockerfile(root, given["dockerfile"])
    report = _report(root, path, given)
    if given["write"]:
        _write(root, report, given)
        return
    shown = Shown(
        report,
        root,
        path or "",
        _advice(report, given),
        tuple(explain_path(report, _inside(root, each)) for each in given["explain"]),
        _other(report, given["other"]),
        given["everything"],
    )
    view = View(
        output.is_coloured(given["when"], given["output"] is not None),
        output.columns(),
    )
    output.show(writer(given["form"])(shown, view), given["output"])


def _swapped(root: str, kind: str | None) -> tuple[str, str | None]:
    """Of `--write DIR` the word is the directory."""
    if root == "." and kind not in (None, _EITHER) and os.path.isdir(str(kind)):
        return str(kind), _EITHER
    return root, kind


def _check(given: Mapping[str, Any]) -> None:
    """A UsageError for options that do not go together."""
    asked = [
        name for name in ("explain", "other", "write", "everything") if given[name]
    ]
    if len(asked) > 1:
        raise UsageError(
            "--explain, --diff, --write and --list each ask for something else: give one of them"
        )
    if asked and given["form"] == "html":
        raise UsageError(
            "a page shows the whole context: --explain, --diff, --write and --list go with text"
        )
    if given["write"]:
        if given["form"] != "text":
            raise UsageError("--write prints a diff: it goes with --format text only")
        if given["write"] != _EITHER:
            check_kind(given["write"])


def _dockerfile(root: str, named: str | None) -> str | None:
    """The Dockerfile that docker build would take; None where there is none."""
    if named is not None:
        return named
    names = (os.path.join(root, name) for name in ("Dockerfile", "dockerfile"))
    return next(
        (os.path.normpath(path) for path in names if os.path.isfile(path)), None
    )


def _report(root: str, path: str | None, given: Mapping[str, Any]) -> ContextReport:
    text = decode(read_file(path)) if path is not None else ""
    config = config_for(
        os.path.dirname(os.path.abspath(path or os.path.join(root, "Dockerfile")))
    )
    inside = None if path == STDIN else path
    context, walked = open_whole_context(root, inside)
    build = Build(
        parse(text),
        context,
        {**config.build_args, **given["build_args"]},
        given["target"] or config.target,
        path_inside(inside, root) if inside is not None else None,
    )
    return inspect_context(build, walked)


def _advice(report: ContextReport, given: Mapping[str, Any]) -> Proposal | None:
    """The proposal, where it is shown."""
    return (
        None
        if given["explain"] or given["other"] or given["everything"]
        else propose(report)
    )


def _other(report: ContextReport, name: str | None) -> IgnoreDiff | None:
    return diff_ignore(report, name, decode(read_file(name))) if name else None


def _inside(root: str, path: str) -> str:
    """A path from the root of the context; one that is only there from the current directory counts from that."""
    from_root = os.path.join(root, path)
    place = (
        path if os.path.lexists(path) and not os.path.lexists(from_root) else from_root
    )
    found = path_inside(place, root)
    if found is None:
        raise UsageError(
            f"{path} lies outside the build context {root}: no instruction can copy it"
        )
    return found


def _write(root: str, report: ContextReport, given: Mapping[str, Any]) -> None:
    """Print what changes, then write it."""
    kind = None if given["write"] == _EITHER else given["write"]
    proposal = propose(report, kind)
    if proposal is None:
        click.echo(_why_not(report, kind), err=True)
        return
    path = os.path.normpath(os.path.join(root, proposal.path))
    texts = [
        diff(
            path,
            proposal.before,
            proposal.after,
            output.is_coloured(given["when"], bool(given["output"])),
        )
    ]
    output.show(
        (encode(text).decode("utf-8", "replace") for text in texts), given["output"]
    )
    write_file(path, encode(proposal.after))
    rows = [
        f"{path}: {context_phrases.saving(proposal)}",
        *(f"  {context_phrases.loss(each)}" for each in proposal.losses),
    ]
    click.echo("\n".join(rows), err=True)


def _why_not(report: ContextReport, kind: str | None) -> str:
    if report.uses is None:
        return f"nothing was written: {'; '.join(report.notes)}"
    name = f"{kind}-list" if kind else "ignore file"
    return f"nothing was written: no {name} would leave more out and keep all that the image needs"
