"""`lightship proof compare`: what became better or worse since an earlier proof."""

from __future__ import annotations

import sys

import click

from lightship.cli import output
from lightship.cli.build_options import CONTEXT
from lightship.cli.output import Printing
from lightship.cli.sections import as_command, gathered, option
from lightship.flows.proof.compare_proofs import CompareProofsRequest
from lightship.report.proof.formats import FORMATS

_UNKNOWN = 3  # exit code


@as_command("Compare a saved proof with an earlier one.")
@click.argument("baseline", metavar="BASELINE")
@click.argument("wanted", required=False, metavar="[ID|FILE]")
@CONTEXT
@option(
    "--require",
    type=click.Choice(["better", "worth-it", "not-worse", "not-broken"]),
    metavar="VERDICT",
    help="Exit with code 1 unless the verdict is: better, worth-it, not-worse or not-broken.",
)
@output.printing(list(FORMATS))
@gathered(CompareProofsRequest, "request")
def command(request: CompareProofsRequest, printing: Printing) -> None:
    """Compare the second version of a saved proof with that of an earlier one.

    BASELINE is the earlier proof: a file, a directory with such files, for example an artifact of
    the default branch, the build context of another checkout, or a branch that keeps proofs, with
    its path after a colon where it is not `.lightship/proofs`. The latest proof there is taken. ID
    or FILE is as for `lightship proof show`; the default is the latest. Nothing is built.

    \b
    lightship proof compare ../main
    lightship proof compare origin/proofs:web
    lightship proof compare artifact/proof.json --require not-worse --format markdown

    The two were measured at different times. Sizes and answers are compared as ever, a time only
    counts as different from half as much again, and not at all if another engine measured it.

    \b
    Exit code: 0  done
               1  the verdict is less than --require
               2  there is no such proof, or the file is not a proof
               3  neither version builds or starts, so nothing can be told
    """
    # --help needs none
    from lightship.flows.proof.compare_proofs import compare_proofs  # noqa: PLC0415
    from lightship.proof.proof import VerdictKind  # noqa: PLC0415
    from lightship.report.proof.formats import proof_writer  # noqa: PLC0415

    compared = compare_proofs(request, output.tell)
    write = proof_writer(printing.form)
    output.show(write(compared, output.view_of(printing)), printing.output)
    if compared.verdict.kind is VerdictKind.UNKNOWN:
        sys.exit(_UNKNOWN)
    sys.exit(int(any(not outcome.passed for outcome in compared.outcomes)))
