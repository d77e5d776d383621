"""`lightship parse`: a Dockerfile as BuildKit reads it."""

from __future__ import annotations

import sys

import click

from lightship.cli import output
from lightship.cli.sections import as_command
from lightship.dockerfile.parse import parse
from lightship.errors import FileError
from lightship.files.reading import read_file
from lightship.report import as_tree
from lightship.text import decode


@as_command("Show a Dockerfile as BuildKit reads it.")
@click.argument("files", nargs=-1, required=True, type=click.Path(), metavar="FILE...")
@output.form(["text", "json"])
def command(files: tuple[str, ...], form: str) -> None:
    """Show the instructions of each FILE as BuildKit reads them, or of - for standard input.

    --format json prints one line per file.

    \b
    Exit code: 0  BuildKit's parser accepts all files
               1  it refuses one of them
               2  invalid usage, or a file that cannot be read
    """
    code = 0
    for path in files:
        try:
            dockerfile = parse(decode(read_file(path)))
        except FileError as error:
            output.tell(f"error: {error}")
            code = 2
            continue

        if dockerfile.problems:
            code = max(code, 1)
        if form == "json":
            rows = [as_tree.as_json(path, dockerfile)]
        else:
            rows = list(as_tree.as_text(path, dockerfile))
        sys.stdout.write("".join(f"{row}\n" for row in rows))
    sys.exit(code)
