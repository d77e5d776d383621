"""`lightship prove`: did a change make the image better, by how much, and did it break anything?"""

from __future__ import annotations

import sys
from dataclasses import replace

import click

from lightship.cli import limit_options, output, proof_options
from lightship.cli.build_options import dockerfile
from lightship.cli.interrupts import interruptible
from lightship.cli.output import Printing
from lightship.cli.sections import as_command, gathered, option, section
from lightship.cli.shown_flaws import NO_VULNS, why_not_shown
from lightship.flows.proof.requests import (
    MeasureOptions,
    ProveRequest,
    VerdictOptions,
    VersionOptions,
)
from lightship.flows.written_limits import LimitOptions
from lightship.report.proof.formats import FORMATS

_UNKNOWN = 3  # exit code
_INTERRUPTED = "what was made is removed; run it again with --resume to continue"


def _with_flaws(request: ProveRequest) -> ProveRequest:
    """No vulnerabilities where what reads them is not installed, which is told."""
    obstacle = "" if request.measure.no_vulns else why_not_shown()
    if not obstacle:
        return request
    output.tell(f"note: known vulnerabilities are not shown: {obstacle}")
    return replace(request, measure=replace(request.measure, no_vulns=True))


@as_command(
    "Build, run and measure two versions: is the new one better, and is it sound?"
)
@click.argument("before", required=False)
@click.argument("after", required=False)
@section(
    "Versions",
    option("--fix", is_flag=True, help="Compare the Dockerfile with its safe fixes."),
    option(
        "--unsafe-fixes",
        is_flag=True,
        help="Compare the Dockerfile with all its fixes.",
    ),
    option(
        "--context",
        metavar="DIR",
        help="Directory of the build context.  [default: that of the build that is found]",
    ),
    dockerfile("Path of the Dockerfile.  [default: the one that is built there]"),
)
@proof_options.BUILD
@proof_options.RUN
@proof_options.SERVICES
@proof_options.ROUNDS
@section(
    "Measuring",
    option(
        "--commits",
        type=click.IntRange(0),
        default=0,
        metavar="N",
        help="Also build the last N commits, one after another.",
    ),
    option(
        "--attribute/--no-attribute",
        default=True,
        help="Measure each part of the change by itself.",
    ),
    option("--resume", is_flag=True, help="Continue the proof that was interrupted."),
    NO_VULNS,
)
@output.printing(list(FORMATS))
@limit_options.limits(
    option(
        "--max-build-increase",
        metavar="SHARE",
        help="Most that the cold build may slow down: 20%.",
    ),
    option(
        "--require",
        type=click.Choice(["better", "worth-it", "not-worse", "not-broken"]),
        metavar="VERDICT",
        help="Exit with code 1 unless the verdict is: better, worth-it, not-worse or not-broken.",
    ),
    proof_options.WEIGHT,
)
@gathered(VersionOptions, "versions")
@gathered(MeasureOptions, "measure")
@gathered(LimitOptions, "limits")
@gathered(VerdictOptions, "verdict")
@proof_options.GATHERED
@gathered(ProveRequest, "request")
def command(request: ProveRequest, printing: Printing) -> None:
    """Build, run and measure two versions: is the new one better, and does it break anything?

    BEFORE and AFTER are two revisions, two Dockerfiles or two directories. BEFORE defaults to HEAD,
    AFTER to the files on disk. With --fix or --unsafe-fixes the Dockerfile is compared with what
    `lightship fix` makes of it.

    \b
    lightship prove                        what I have changed since HEAD
    lightship prove main                   ... since main
    lightship prove --unsafe-fixes         what the fixes would bring
    lightship prove Dockerfile Dockerfile.new --port 8000 --path /health

    Both are copied to a temporary directory, built in turn with an empty cache, rebuilt after an
    edit, run, sent requests, and stopped. They run without a network, or with the services of the
    project in a network of their own. Everything that was made is removed at the end.

    \b
    Exit code: 0  AFTER is within all limits
               1  a limit is exceeded, or the verdict is less than --require
               2  invalid usage, no engine, or a version that cannot be read
               3  neither version builds or starts, a host was not reached,
                  or a data service does not become ready, so nothing can be
                  told
    """
    # --help needs none
    from lightship.flows.proof.prove import plan_proof, run_proof  # noqa: PLC0415
    from lightship.proof.proof import VerdictKind  # noqa: PLC0415
    from lightship.report.proof.formats import proof_writer  # noqa: PLC0415

    plan = plan_proof(_with_flaws(request), output.tell)
    with interruptible(_INTERRUPTED):
        proof = run_proof(plan, output.tell)

    write = proof_writer(printing.form)
    output.show(write(proof, output.view_of(printing)), printing.output)
    if proof.verdict.kind is VerdictKind.UNKNOWN:
        sys.exit(_UNKNOWN)
    sys.exit(int(any(not outcome.passed for outcome in proof.outcomes)))
