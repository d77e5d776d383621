"""`lightship inspect`: what is in an image, what is wasted, and what to do about it."""

from __future__ import annotations

import sys
from typing import Any

import click

from lightship.cli import gate_options, image_options, output
from lightship.inspection.inspection import Inspection
from lightship.report.image.formats import FORMATS, ImageView, inspection_writer

_FILES = ("json", "csv")  # formats that can list every file


@click.command(
    short_help="Show what is in an image, what is wasted, and what to do about it."
)
@click.argument("name", metavar="IMAGE", required=False)
@image_options.source
@image_options.dockerfile
@click.option(
    "--layers",
    is_flag=True,
    help="Every layer and row of history, instead of the screen.",
)
@click.option(
    "--tree",
    is_flag=False,
    flag_value="/",
    metavar="[PATH]",
    help="The files of the final image, below PATH.",
)
@click.option("--packages", is_flag=True, help="Every package.")
@click.option(
    "--waste",
    is_flag=True,
    help="Every path whose bytes are waste, and what made it so.",
)
@click.option(
    "--duplicates", is_flag=True, help="Files of the same content at several paths."
)
@click.option("--advice", is_flag=True, help="Every finding with its files.")
@output.form(list(FORMATS))
@click.option(
    "--files",
    is_flag=True,
    help="Every file of every layer: with --format json or csv.",
)
@output.to_file
@gate_options.limits
@gate_options.baseline
@click.option(
    "--fix",
    is_flag=True,
    help="Then run `lightship fix` on the Dockerfile for what was found.",
)
@image_options.reading
@output.colour
def command(name: str | None, **given: Any) -> None:
    """Show what is in an image, what is wasted, and what to do about it.

    \b
    IMAGE is a file, a directory or a name, or starts with a scheme:
      archive://FILE   what docker save, kaniko or crane write, compressed or not
      oci://DIR        an OCI layout, or an archive of one
      docker://NAME    an image of the Docker engine; nothing is pulled
      podman://NAME    an image of podman
      registry://NAME  an image of a registry; no engine is needed
      -                an archive on standard input

    Waste is the bytes that the layers ship and that no one can read in the final image.

    \b
    Exit code: 0  the image keeps within the limits, or none were given
               1  a limit is broken
               2  wrong use, or an image that cannot be read
    """
    name, view = _asked(name, given)
    gate = gate_options.gate_of(given, has_before=given["baseline"] is not None)
    base = gate_options.baseline_of(given)
    with image_options.inspected(
        name, given, duplicates=given["duplicates"], ignore_paths=gate.ignore_paths
    ) as found:
        judged = gate_options.judged(found, gate, base)
        output.show(inspection_writer(given["form"])(judged, view), given["output"])
    failed = image_options.say_broken(judged.outcomes, given)
    code = _fix(judged, given) if given["fix"] else 0
    sys.exit(max(code, failed))


def _asked(name: str | None, given: dict[str, Any]) -> tuple[str, ImageView]:
    """The image and the view; of `--tree IMAGE` the word is the image."""
    if name is None and given["tree"] not in (None, "/"):
        name, given["tree"] = given["tree"], "/"
    if name is None:
        raise click.UsageError("Missing argument 'IMAGE'.")
    if given["files"] and given["form"] not in _FILES:
        raise click.UsageError(
            "--files goes with --format json or csv; --tree shows files as text"
        )
    if given["fix"] and not given["dockerfile"]:
        raise click.UsageError("--fix needs --file: the Dockerfile of the image")
    image_options.check_dockerfile(given)
    return name, image_options.view_of(given)


def _fix(inspection: Inspection, given: dict[str, Any]) -> int:
    """Hand over to `lightship fix`, for the rules that the findings name."""
    from lightship.cli.fix import command as fix  # noqa: PLC0415 - the rules, only with --fix

    rules = tuple(sorted({each.rule for each in inspection.findings if each.rule}))
    if not rules:
        click.echo(
            "nothing that was found has a rule of `lightship lint`, so there is nothing to fix",
            err=True,
        )
        return 0
    same = {
        name: given[name]
        for name in ("build_args", "target", "config_file", "no_config", "when")
    }
    try:
        click.get_current_context().invoke(
            fix, paths=(given["dockerfile"],), select=rules, **same
        )
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(bool(ended.code))
    return 0
