"""`lightship improve`: the changes that pay, each proven."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from lightship.cli import output, proof_options
from lightship.cli.build_options import NO_CONFIG, dockerfile
from lightship.cli.interrupts import interruptible
from lightship.cli.output import Printing
from lightship.cli.sections import as_command, gathered, option, section
from lightship.flows.proof.requests import ImproveRequest
from lightship.report.proof.formats import FORMATS

if TYPE_CHECKING:
    from lightship.flows.proof.improve import Improved

_INTERRUPTED = "what was made is removed, and nothing is written"


@as_command("Find the changes that pay, each proven, and keep those.")
@click.argument(
    "context",
    metavar="[DIR]",
    default=".",
    type=click.Path(exists=True, file_okay=False),
)
@section(
    "Search",
    option(
        "--budget",
        callback=proof_options.seconds,
        default="10m",
        show_default=True,
        metavar="TIME",
        help="How long to search: 90s, 10m, 1h. The proof at the end comes on top.",
    ),
    option(
        "--write", "is_written", is_flag=True, help="Make the changes that were kept."
    ),
)
@section(
    "Build", dockerfile("The Dockerfile.  [default: Dockerfile in DIR]"), NO_CONFIG
)
@proof_options.BUILD
@proof_options.RUN
@proof_options.ROUNDS
@output.printing(list(FORMATS))
@proof_options.GATHERED
@gathered(ImproveRequest, "request")
def command(request: ImproveRequest, is_written: bool, printing: Printing) -> None:
    """Find the changes that pay, each proven, and keep those.

    Fixes of `lightship lint`, unsafe ones too, and the advice of `lightship cache advise` are made
    one upon the other. Each state is built on the cache, built again after edits, run and asked.
    What breaks something, makes it worse or gains nothing that can be measured is dropped. Then
    what is left is proven against the Dockerfile as it is, as `lightship prove` does. Nothing is
    written without --write.

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
    from lightship.flows.proof.improve import write_improved  # noqa: PLC0415 - --help needs none
    from lightship.proof.proof import VerdictKind  # noqa: PLC0415

    improved = _improved(request)
    if improved is None:
        return
    _show(improved, printing)
    if improved.proof.verdict.kind in (VerdictKind.BROKEN, VerdictKind.WORSE):
        sys.exit(1)
    if is_written:
        for place in write_improved(improved.texts, request.context):
            output.tell(f"wrote {place}")


def _improved(request: ImproveRequest) -> Improved | None:
    """What pays; where the user interrupts the search, what was kept so far is shown."""
    from lightship.flows.proof.improve import Stopped, improve  # noqa: PLC0415 - --help needs none
    from lightship.wording.printable import printable  # noqa: PLC0415

    with interruptible(_INTERRUPTED):
        try:
            return improve(request, output.tell)
        except Stopped as stopped:
            click.echo(printable(stopped.diff), nl=False)
            raise


def _show(improved: Improved, printing: Printing) -> None:
    """The proof, below the diff where it is text."""
    from lightship.report.kit.diff import diff_rows  # noqa: PLC0415 - --help needs none
    from lightship.report.proof.formats import proof_writer  # noqa: PLC0415

    proof = improved.proof
    texts = list(proof_writer(printing.form)(proof, output.view_of(printing)))
    if printing.form == "text":
        rows = diff_rows(f"{proof.diff}\n", output.view_of(printing))
        texts = [*(f"{row}\n" for row in rows), *texts]
    output.show(texts, printing.output)
