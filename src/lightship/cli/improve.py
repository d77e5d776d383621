"""`lightship improve`: the changes that pay, each proven."""

from __future__ import annotations

import sys
from typing import Any

import click

from lightship.cli import output, proof_options
from lightship.report.proof.formats import FORMATS


@click.command(short_help="Find the changes that pay, each proven, and keep those.")
@click.argument(
    "context",
    metavar="[DIR]",
    default=".",
    type=click.Path(exists=True, file_okay=False),
)
@click.option(
    "-f", "--file", "dockerfile", type=click.Path(dir_okay=False), metavar="DOCKERFILE",
    help="The Dockerfile.  [default: Dockerfile in DIR]",
)  # fmt: skip
@click.option(
    "--budget", callback=proof_options.seconds, default="10m", show_default=True, metavar="TIME",
    help="How long to search: 90s, 10m, 1h. The proof at the end comes on top.",
)  # fmt: skip
@click.option(
    "--write", "is_written", is_flag=True, help="Make the changes that were kept."
)
@proof_options.building
@proof_options.running
@proof_options.rounds
@output.form(list(FORMATS))
@output.to_file
@click.option("--no-config", is_flag=True, help="Read no configuration.")
@output.colour
def command(**given: Any) -> None:
    """Find the changes that pay, each proven, and keep those.

    Fixes of `lightship lint`, unsafe ones too, and the advice of `lightship cache advise` are made one upon the other.
    Each state is built on the cache, built again after edits, run and asked. What breaks something, makes it worse or
    gains nothing that can be measured is dropped. Then what is left is proven against the Dockerfile as it is, as
    `lightship prove` does. Nothing is written without --write.

    \b
    lightship improve                      what pays here, in ten minutes at most
    lightship improve --budget 1h --write  ... an hour, and make it so
    lightship improve app --port 8000 --path /health

    \b
    Exit code: 0    done; where nothing pays, standard output is empty
               1    what was kept is broken or worse; nothing is written
               2    wrong use, no engine, or a Dockerfile that cannot be read
               130  interrupted; what was kept so far is shown as a diff
    """
    from lightship.cli.improving import improved, write  # noqa: PLC0415 - --help needs none
    from lightship.proof.proof import Kind  # noqa: PLC0415
    from lightship.report.kit.diff import diff_rows  # noqa: PLC0415
    from lightship.report.kit.view import View  # noqa: PLC0415
    from lightship.report.proof.formats import proof_writer  # noqa: PLC0415

    found = improved(given)
    if found is None:
        return
    view = View(
        output.is_coloured(given["when"], to_file=bool(given["output"])),
        output.columns(),
    )
    rows = diff_rows(f"{found.proof.diff}\n", view) if given["form"] == "text" else ()
    output.show(
        (
            *(f"{row}\n" for row in rows),
            *proof_writer(given["form"])(found.proof, view),
        ),
        given["output"],
    )
    if found.proof.verdict.kind in (Kind.BROKEN, Kind.WORSE):
        sys.exit(1)
    if given["is_written"]:
        write(found, given)
