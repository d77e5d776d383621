"""`lightship base`: which base images there are, and which others would fit."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import field, replace
from typing import TYPE_CHECKING

import click

from lightship.cli import image_options, output, proof_options
from lightship.cli.build_options import BUILD_ARG, CONFIG, NO_CONFIG, TARGET, dockerfile
from lightship.cli.image_options import inspected
from lightship.cli.interrupts import interruptible
from lightship.cli.output import Printing
from lightship.cli.sections import as_command, gathered, option, section
from lightship.cli.shown_flaws import VULNS, are_wanted, flaws_of
from lightship.errors import EngineError, ImageNotFoundError, UsageError
from lightship.flows.image_request import ImageRequest
from lightship.flows.proof.requests import (
    PassedOptions,
    ProveOptions,
    RunOptions,
    ServiceOptions,
)
from lightship.record import record
from lightship.report.bases.base_formats import BASE_FORMATS, base_writer

if TYPE_CHECKING:
    from lightship.bases.base_report import BaseReport, ImageBases
    from lightship.flows.base_proofs import BaseProving

_OTHERS = 3


@record
class BaseOptions:
    """Whether images are read from registries, and from where, and whether builds are made.

    `others` is how many alternatives of each base are read or built.
    """

    measure: bool = False
    others: int = _OTHERS
    mirror: str = ""
    prove: bool = False
    proving: ProveOptions = field(default_factory=ProveOptions)


@as_command("Show which base images are used, and which others would fit.")
@click.argument("names", nargs=-1, metavar="[PATH|IMAGE]...")
@section(
    "Build",
    dockerfile("Dockerfile of IMAGE, to judge what would fit it."),
    TARGET,
    BUILD_ARG,
)
@section(
    "Registry",
    option(
        "--measure",
        is_flag=True,
        help="Read base images and other tags from their registries, for sizes, dates, packages "
        "and known vulnerabilities.",
    ),
    option(
        "--others",
        type=click.IntRange(0, 20),
        default=_OTHERS,
        show_default=True,
        metavar="N",
        help="Number of other tags that are read or built for each base.",
    ),
    option(
        "--mirror",
        metavar="REGISTRY",
        default="",
        help="Registry that has copies of Docker Hub's images: HOST[/PATH].",
    ),
)
@section(
    "Proof",
    option(
        "--prove",
        is_flag=True,
        help="Build and run the project on its bases and on the first other tags.",
    ),
    proof_options.NO_RUN,
    proof_options.PORT,
    proof_options.REQUESTED_PATH,
    proof_options.ASK,
    proof_options.ENV,
    proof_options.SECRET,
    proof_options.NETWORK,
)
@proof_options.SERVICES
@image_options.SOURCE
@VULNS
@image_options.READING
@section("Configuration", CONFIG, NO_CONFIG)
@output.printing(list(BASE_FORMATS))
@image_options.GATHERED
@gathered(PassedOptions, "passed")
@gathered(RunOptions, "run")
@gathered(ServiceOptions, "services")
@gathered(ProveOptions, "proving")
@gathered(BaseOptions, "wanted")
def command(
    names: tuple[str, ...],
    image: ImageRequest,
    wanted: BaseOptions,
    printing: Printing,
) -> None:
    """Show which base images are used, and which others would fit.

    PATH is a Dockerfile, a file that builds some, or a directory, which is searched; the default is
    the current directory. For each image that a build starts from this shows its releases with
    their ends of life, and other tags of it: newer, smaller, or on another system. Of each it says
    whether the project fits, why not, and what FROM then says. IMAGE is as for `lightship inspect`:
    this shows which base it has, and how that is known. No registry is asked without --measure or
    registry://, and nothing is built without --prove, which needs a Docker engine.

    \b
    lightship base
    lightship base --measure services/api/Dockerfile
    lightship base --file Dockerfile shop:latest

    \b
    Exit code: 0  done
               2  invalid usage, or what cannot be read
    """
    report = _report(names, image, wanted)
    if wanted.measure:
        report = _measured(report, image, wanted)
    write = base_writer(printing.form)
    output.show(write(report, output.view_of(printing)), printing.output)
    sys.exit(2 if report.problems else 0)


def _report(
    names: Sequence[str], image: ImageRequest, wanted: BaseOptions
) -> BaseReport:
    from lightship.flows.base import look_for_bases  # noqa: PLC0415 - no help needs it
    from lightship.flows.base_of_image import is_image  # noqa: PLC0415 - as above
    from lightship.flows.lint import LintRequest  # noqa: PLC0415 - as above

    images = [name for name in names if is_image(name)]
    paths = [name for name in names if name not in images]
    if image.build.dockerfile is not None and (paths or not images):
        raise UsageError("--file needs an IMAGE: name the Dockerfile itself instead")
    if not names:
        paths.append(".")
    if wanted.prove and (images or not paths):
        raise UsageError("--prove builds Dockerfiles: name no IMAGE")
    request = LintRequest(build=image.build)
    with interruptible("the project was not changed"):
        report = look_for_bases(paths, request, _proving(image, wanted))
    found = [_of_image(name, image) for name in images]
    return replace(report, images=tuple(found))


def _proving(image: ImageRequest, wanted: BaseOptions) -> BaseProving | None:
    if not wanted.prove:
        return None
    from lightship.flows.base_proofs import BaseProving  # noqa: PLC0415 - needs an extra

    options = wanted.proving
    platform = image.choice.platform or None
    passed = replace(options.passed, platform=platform)
    return BaseProving(replace(options, passed=passed), wanted.others, output.tell)


def _of_image(name: str, image: ImageRequest) -> ImageBases:
    """What the image says; or what its tag does, where no engine has it."""
    from lightship.flows.base_of_image import (  # noqa: PLC0415 - needs an extra
        bases_of_image,
        bases_of_tag,
    )
    from lightship.flows.images import origin_of  # noqa: PLC0415 - as above

    asked = replace(image, no_secrets=True)
    try:
        with inspected(name, asked) as inspection:
            return bases_of_image(name, inspection, origin_of(image))
    except (EngineError, ImageNotFoundError):
        known = None if "://" in name else bases_of_tag(name)
        if known is None:
            raise
        return known


def _measured(
    report: BaseReport, image: ImageRequest, wanted: BaseOptions
) -> BaseReport:
    from lightship.flows.base_measures import (  # noqa: PLC0415 - needs an extra
        MeasureRequest,
        check_mirror,
        with_measures,
    )

    if wanted.mirror:
        check_mirror(wanted.mirror)
    request = MeasureRequest(
        image,
        inspected,
        wanted.others,
        wanted.mirror,
        flaws_of if are_wanted(image) else None,
    )
    return with_measures(report, request)
