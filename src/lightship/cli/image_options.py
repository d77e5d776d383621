"""Options of commands that look at images: which image, how it is read, how it was built."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import click

from lightship.cli.build_options import dockerfile
from lightship.cli.options import pairs
from lightship.cli.progress import progress
from lightship.cli.sections import Decorator, combined, gathered, option, section
from lightship.cli.timeout_option import timeout_of
from lightship.flows.build_options import BuildOptions
from lightship.flows.image_request import ImageRequest
from lightship.image.choose import Choice

if TYPE_CHECKING:
    from lightship.inspection.inspection import Inspection


SOURCE = section(
    "Image",
    option(
        "--image",
        metavar="NAME",
        default="",
        help="Image to choose if there are several: a name, tag or digest.",
    ),
    option(
        "--platform",
        metavar="OS/ARCH",
        default="",
        help="Platform to choose if there are several.",
    ),
    option("--plain-http", is_flag=True, help="Connect to the registry without TLS."),
    timeout_of("a registry or engine"),
)
_DOCKERFILE = (
    dockerfile("Dockerfile of the image, to trace layers to its lines."),
    option("--target", metavar="STAGE", help="Stage that was built."),
    option(
        "--build-arg",
        "build_args",
        multiple=True,
        callback=pairs,
        metavar="K=V",
        help="Build argument that was set.",
    ),
)
READING = section(
    "Reading",
    option(
        "--verify",
        is_flag=True,
        help="Check every digest, even of large uncompressed layers.",
    ),
    option(
        "--limit",
        "read_limits",
        multiple=True,
        callback=pairs,
        metavar="NAME=VALUE",
        help="Change a limit on what is read of an image: see docs/image.md.",
    ),
    option(
        "-j",
        "--jobs",
        type=click.IntRange(0),
        default=0,
        metavar="N",
        help="Number of threads.  [default: one per core]",
    ),
)


SECRETS = section(
    "Reading",
    option(
        "--no-secrets",
        is_flag=True,
        help="Do not look for secrets, in files or in the config.",
    ),
)


def origin(*others: Decorator) -> Decorator:
    """What the image was built from, then `others` about its Dockerfile."""
    return section("Dockerfile", *_DOCKERFILE, *others)


GATHERED = combined(
    gathered(Choice, "choice"),
    gathered(BuildOptions, "build"),
    gathered(ImageRequest, "image"),
)
"""Below SOURCE, `origin`, READING and all other options: the command takes `image`."""


@contextmanager
def inspected(
    name: str,
    request: ImageRequest,
    *,
    duplicates: bool = False,
    ignore_paths: Sequence[str] = (),
) -> Iterator[Inspection]:
    """The image, inspected, with a bar while it is read; see `inspect_image`."""
    from lightship.cli.interrupts import at_once  # noqa: PLC0415 - no help needs it
    from lightship.flows.images import inspect_image  # noqa: PLC0415 - needs an extra

    with ExitStack() as stack:
        with at_once(), progress(name) as bar:
            inspection = stack.enter_context(
                inspect_image(
                    name,
                    request,
                    bar,
                    duplicates=duplicates,
                    ignore_paths=ignore_paths,
                )
            )
        yield inspection
