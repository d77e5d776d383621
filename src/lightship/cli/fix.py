"""`lightship fix`: put right what can be put right."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from lightship.cli import lint_options, output
from lightship.errors import FileError
from lightship.files.reading import STDIN
from lightship.files.writing import write_file
from lightship.flows.lint import Settings, build
from lightship.lint.engine import context_text
from lightship.lint.fixes import SAFE, UNSAFE, Fixed, fix
from lightship.report.kit import diff
from lightship.report.lint import as_fixes
from lightship.report.lint.formats import Style
from lightship.text import encode


@click.command(short_help="Put right what can be put right.")
@lint_options.paths
@click.option(
    "--unsafe-fixes/--no-unsafe-fixes",
    default=None,
    help="Make fixes too after which the image may differ.",
)
@click.option(
    "--diff",
    "only_diff",
    is_flag=True,
    help="Show what would change, and write nothing.",
)
@lint_options.selecting
@lint_options.building
@output.colour
@click.option("-q", "--quiet", is_flag=True, help="Say only how many.")
def command(paths: tuple[str, ...], **given: Any) -> None:
    """Put right what can be put right, and say what is left and why.

    A safe fix leaves the image as it was. With --unsafe-fixes it may differ: read the diff.
    PATH is as in `lightship lint`; from standard input (-) the fixed text goes to standard output.

    \b
    Exit code: 0  done, whether or not something was left
               2  wrong use, or a file that cannot be read, parsed or written
    """
    settings = lint_options.settings_of(given)
    code = 0
    for path in settings.find(paths or (".",)):
        try:
            code = max(code, _fix_one(path, settings, given))
        except FileError as error:
            click.echo(f"error: {error}", err=True)
            code = 2
    sys.exit(code)


def _fix_one(path: str, settings: Settings, given: dict[str, Any]) -> int:
    """Fix one file and tell of it; 2 where it does not parse."""
    before = build(path, settings)
    unsafe = (
        settings.config(path).unsafe_fixes
        if given["unsafe_fixes"] is None
        else given["unsafe_fixes"]
    )
    fixed = fix(before, settings.selection(path), UNSAFE if unsafe else SAFE)
    root = settings.context_of(path) or ""
    files = {
        os.path.normpath(os.path.join(root, name)): text
        for name, text in fixed.files.items()
    }
    if given["only_diff"]:
        texts = {settings.shown(path): (before.dockerfile.text, fixed.text)}
        for (shown, text), name in zip(files.items(), fixed.files, strict=True):
            texts[shown] = (context_text(before, name), text)
        _print("".join(diff.changes(texts, output.is_coloured(given["when"]))))
    else:
        _write(path, before.dockerfile.text, fixed, files)
    style = Style(output.is_coloured(given["when"]), given["quiet"])
    click.echo(
        "".join(as_fixes.write(settings.shown(path), fixed, style)), nl=False, err=True
    )
    return 2 if before.dockerfile.problems else 0


def _write(path: str, before: str, fixed: Fixed, files: dict[str, str]) -> None:
    for name, text in files.items():
        write_file(name, encode(text))
    if path == STDIN:
        _print(fixed.text)
    elif fixed.text != before:
        write_file(path, encode(fixed.text))


def _print(text: str) -> None:
    """To standard output, byte for byte."""
    sys.stdout.flush()
    sys.stdout.buffer.write(encode(text))
    sys.stdout.buffer.flush()
