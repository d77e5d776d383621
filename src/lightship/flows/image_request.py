"""`ImageRequest`: what the user says of an image; plain data, which needs no extra."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from lightship.errors import UsageError
from lightship.flows.build_options import BuildOptions
from lightship.image.choose import Choice
from lightship.processes import core_count
from lightship.record import record

TIMEOUT = 30


@record
class ImageRequest:
    """What the user says of an image beside its name.

    `choice` says which image of a source is meant. `timeout` is for how many seconds a registry or
    an engine may send nothing. `read_limits` are raised limits on what is read, by name, as they
    are written. With `no_secrets` secrets are not looked for; with `all_packages` files that only
    name packages are read in their place, with `packages_too` beside them. With `no_vulns` no known
    vulnerabilities are looked for. `jobs` is the number of threads, 0 for one per core.
    `build` is the build that made the image, where it names a Dockerfile.
    """

    choice: Choice = field(default_factory=Choice)
    plain_http: bool = False
    timeout: float = TIMEOUT
    verify: bool = False
    read_limits: Mapping[str, str] = field(default_factory=dict)
    no_secrets: bool = False
    all_packages: bool = False
    packages_too: bool = False
    no_vulns: bool = False
    jobs: int = 0
    build: BuildOptions = field(default_factory=BuildOptions)

    @property
    def workers(self) -> int:
        """Threads to read with."""
        return self.jobs or core_count()


def check_origin(request: ImageRequest) -> None:
    """A UsageError for options of a Dockerfile where none is named: they would change nothing."""
    build = request.build
    if build.dockerfile is None and (build.target or build.build_args):
        raise UsageError(
            "--target and --build-arg need the Dockerfile of the image: add --file"
        )
