"""`lightship improve`: the changes that pay off, each measured."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from lightship.cli import output, proof_options
from lightship.cli.build_options import NO_CONFIG, dockerfile
from lightship.cli.interrupts import interruptible
from lightship.cli.options import seconds
from lightship.cli.output import Printing
from lightship.cli.sections import as_command, gathered, option, section
from lightship.flows.proof.requests import ImproveRequest
from lightship.report.proof.formats import FORMATS

if TYPE_CHECKING:
    from lightship.flows.proof.improve import Improved

_UNKNOWN = 3  # exit code, as that of prove
_INTERRUPTED = "what was made is removed, and nothing is written"


@as_command("Try changes, measure each, and keep those that pay off.")
@click.argument(
    "context",
    metavar="[DIR]",
    required=False,
    type=click.Path(exists=True, file_okay=False),
)
@section(
    "Search",
    option(
        "--budget",
        callback=seconds,
        default="10m",
        show_default=True,
        metavar="TIME",
        help="Time limit for the search: 90s, 10m, 1h. The proof at the end comes on top.",
    ),
    proof_options.WEIGHT,
    option(
        "--write", "is_written", is_flag=True, help="Write the changes that were kept."
    ),
)
@section(
    "Build",
    dockerfile("Path of the Dockerfile.  [default: the one that is built in DIR]"),
    NO_CONFIG,
)
@proof_options.BUILD
@proof_options.RUN
@proof_options.SERVICES
@proof_options.ROUNDS
@output.printing(list(FORMATS))
@proof_options.GATHERED
@gathered(ImproveRequest, "request")
def command(request: ImproveRequest, is_written: bool, printing: Printing) -> None:
    """Try changes, measure each, and keep those that pay off.

    All fixes of `lightship lint` are made at once, then further changes: cache mounts, the ignore
    file, tools that nothing calls, a HEALTHCHECK, the advice of `lightship cache advise`. If that
    breaks something or does not pay off, halves of the changes are tried. Then each change is left
    out, and stays out if nothing is lost. Versions are built with the cache, run, sent requests
    and, where times matter, rebuilt after edits. The result is then compared with the original, as
    `lightship prove` does. Nothing is written without --write.

    \b
    lightship improve                      what pays off here, in ten minutes
    lightship improve --budget 1h --write  ... in an hour, and write it
    lightship improve app --port 8000 --path /health
    lightship improve --weight cold=10     ... for a CI that has no cache

    \b
    Exit code: 0    done; if nothing pays off, standard output is empty
               1    the result is broken, worse or not worth it: nothing written
               2    invalid usage, no engine, or a Dockerfile that cannot be read
               3    it does not build or start as it is, so nothing can be told
               130  interrupted; what was kept so far is shown as a diff
    """
    from lightship.flows.proof.improve import write_improved  # noqa: PLC0415 - --help needs none
    from lightship.proof.paying import is_loss  # noqa: PLC0415
    from lightship.proof.proof import VerdictKind  # noqa: PLC0415

    improved = _improved(request)
    if improved is None:
        return
    _show(improved, printing)
    if improved.proof.verdict.kind is VerdictKind.UNKNOWN:
        sys.exit(_UNKNOWN)
    if is_loss(improved.proof):
        sys.exit(1)
    if is_written:
        for place in write_improved(improved):
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
