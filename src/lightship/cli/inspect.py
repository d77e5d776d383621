"""`lightship inspect`: what is in an image, what is wasted, and what to do about it."""

from __future__ import annotations

import os
import sys
from dataclasses import replace

import click

from lightship.cli import image_options, limit_options, output
from lightship.cli.image_options import inspected
from lightship.cli.output import Printing
from lightship.cli.sections import as_command, gathered, option, section
from lightship.cli.shown_flaws import VULNS, are_wanted, flaws_of
from lightship.flows.image_request import ImageRequest, check_origin
from lightship.flows.limits import baseline_of, gate_of, judged
from lightship.flows.written_limits import LimitOptions
from lightship.inspection.gate import Gate, asks_for_secrets
from lightship.inspection.inspection import Inspection
from lightship.record import record
from lightship.report.image.formats import (
    FORMATS,
    LISTS,
    ImageView,
    has_flaws,
    inspection_writer,
)

_LISTING = ("json", "csv")  # formats that can list every file
_ROOT = "/"


@record
class InspectOptions:
    """What is shown instead of the screen, and whether fixes are made of it; `tree` is a path."""

    layers: bool = False
    tree: str | None = None
    packages: bool = False
    waste: bool = False
    duplicates: bool = False
    advice: bool = False
    all_places: bool = False
    files: bool = False
    fix: bool = False


@as_command("Show what is in an image, what is wasted, and what to do about it.")
@click.argument("name", metavar="IMAGE", required=False)
@image_options.SOURCE
@image_options.origin(
    option(
        "--fix",
        is_flag=True,
        help="Afterwards fix the Dockerfile with `lightship fix`, for what was found.",
    ),
)
@section(
    "Lists",
    option(
        "--layers",
        is_flag=True,
        help="Show every layer and history row.",
    ),
    option(
        "--tree",
        is_flag=False,
        flag_value=_ROOT,
        metavar="[PATH]",
        help="Show the files of the final image, below PATH.",
    ),
    option("--packages", is_flag=True, help="Show every package."),
    option(
        "--waste",
        is_flag=True,
        help="Show every wasted path, and what removed or replaced it.",
    ),
    option(
        "--duplicates",
        is_flag=True,
        help="Show files with the same content at several paths.",
    ),
    option("--advice", is_flag=True, help="Show every finding with its largest files."),
    option(
        "--all-places",
        is_flag=True,
        help="Show every finding with all of its files.",
    ),
    option(
        "--files",
        is_flag=True,
        help="Include every file of every layer (--format json or csv).",
    ),
)
@output.printing(list(FORMATS))
@limit_options.LIMITS_WITH_BASELINE
@image_options.SECRETS
@VULNS
@image_options.READING
@gathered(InspectOptions, "wanted")
@gathered(LimitOptions, "limits")
@image_options.GATHERED
def command(
    name: str | None,
    image: ImageRequest,
    wanted: InspectOptions,
    printing: Printing,
    limits: LimitOptions,
) -> None:
    """Show what is in an image, what is wasted, and what to do about it.

    \b
    IMAGE is a file, a directory or a name, or starts with a scheme:
      archive://FILE   an archive by docker save, kaniko or crane
      oci://DIR        an OCI layout, or an archive of one
      docker://NAME    an image in the Docker engine; it is not pulled
      podman://NAME    an image in podman
      registry://NAME  an image in a registry; no engine is needed
      -                an archive on standard input

    Waste is the bytes that layers contain and that cannot be read in the final image.

    \b
    Exit code: 0  the image is within all limits
               1  a limit is exceeded
               2  invalid usage, or an image that cannot be read
    """
    name, wanted = _named(name, wanted)
    _check(wanted, image, printing)
    gate = _gate(limits, image)
    before = baseline_of(limits)
    view = _view(wanted, printing)
    make = click.get_current_context().obj
    if make is not None:  # `lightship build`: what can be wrong is said by now
        name = make()
    shows_flaws = has_flaws(printing.form, view) and are_wanted(image)
    reading = replace(image, packages_too=shows_flaws)
    with inspected(
        name, reading, duplicates=wanted.duplicates, ignore_paths=gate.ignore_paths
    ) as seen:
        inspection = judged(seen, gate, before)
        if shows_flaws:
            view = replace(view, flaws=flaws_of(name, inspection, image))
        write = inspection_writer(printing.form)
        output.show(write(inspection, view), printing.output)

    code = limit_options.tell_broken(inspection.outcomes, printing)
    if wanted.fix:
        code = max(code, _fix(inspection, image, printing))
    sys.exit(code)


def _named(name: str | None, wanted: InspectOptions) -> tuple[str, InspectOptions]:
    """The image, and the options; of `--tree IMAGE` the word is the image."""
    if name is None and wanted.tree not in (None, _ROOT):
        name = wanted.tree
        wanted = replace(wanted, tree=_ROOT)
    if name is None:
        raise click.UsageError("Missing argument 'IMAGE'.")
    return name, wanted


def _gate(limits: LimitOptions, image: ImageRequest) -> Gate:
    """The limits that hold; a UsageError where one of them asks for what is not looked for."""
    gate = gate_of(limits, image.build, has_before=limits.baseline is not None)
    if image.no_secrets and asks_for_secrets(gate):
        raise click.UsageError(
            "--no-secrets cannot be used where a limit denies secrets: remove one of them"
        )
    return gate


def _check(wanted: InspectOptions, image: ImageRequest, printing: Printing) -> None:
    """A UsageError for options that do not go together."""
    if wanted.files and printing.form not in _LISTING:
        raise click.UsageError(
            "--files works only with --format json or csv; use --tree for text"
        )
    if wanted.fix and not image.build.dockerfile:
        raise click.UsageError("--fix needs the Dockerfile of the image: add --file")
    check_origin(image)


def _view(wanted: InspectOptions, printing: Printing) -> ImageView:
    asked = replace(wanted, advice=wanted.advice or wanted.all_places)
    lists = tuple(name for name in LISTS if getattr(asked, name))
    tree = os.fsencode(wanted.tree).strip(b"/") if wanted.tree else b""
    return ImageView(
        output.is_coloured(printing),
        output.columns(),
        lists,
        tree,
        wanted.files,
        wanted.all_places,
    )


def _fix(inspection: Inspection, image: ImageRequest, printing: Printing) -> int:
    """Do what `lightship fix` does, for the rules that the findings name; the exit code."""
    # The rules, only with --fix
    from lightship.cli.fix import Fixing, Looks, fix_files  # noqa: PLC0415
    from lightship.flows.lint import LintRequest  # noqa: PLC0415 - as above
    from lightship.lint.rule_selection import Request  # noqa: PLC0415 - as above

    rules = {finding.rule for finding in inspection.findings if finding.rule}
    if not rules:
        click.echo(
            "no finding has a rule of `lightship lint`, so there is nothing to fix",
            err=True,
        )
        return 0

    request = LintRequest(Request(tuple(sorted(rules))), image.build)
    paths = (image.build.dockerfile or "",)
    looks = Looks(Printing(when=printing.when))
    return fix_files(paths, Fixing(request), looks)
