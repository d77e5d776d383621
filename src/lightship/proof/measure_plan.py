"""What is measured of which two versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from lightship.record import record
from lightship.smoke.http_request import HttpRequest

BEFORE, AFTER = "before", "after"


@record
class VersionSource:
    """One of the two versions, on the disk.

    A directory of our own holds the build context, and its Dockerfile.

    `name` is what people call it: `HEAD`, `the working tree`, a path. `dockerfile` is the path of
    its Dockerfile.
    """

    name: str
    folder: str
    dockerfile: str
    args: Mapping[str, str] = field(default_factory=dict)
    target: str | None = None


@record
class CheckScript:
    """A script that is run in the container, by the program that its first line names, or a shell.

    What it prints and its exit code are the answer.
    """

    name: str
    text: str


@record
class Running:
    """How the image is run and questioned. `port` 0: none is known, and the program is run to its
    end.

    `paths` are requested over HTTP; `ready` and `checks` are commands that the container's own
    shell runs, `ready` until it succeeds, each of `checks` once: what it prints and its exit code
    are the answer. `env` are variables that are set. `found` are requests that nobody has named,
    and `finds` tells whether those are asked as well that the running program states. `smoke` are
    those of a file, sent once and in their order. `settle` are the seconds from the first answer
    to a second look.
    """

    port: int = 0
    paths: tuple[str, ...] = ()
    ready: str = ""
    checks: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    command: tuple[str, ...] = ()
    network: str = "none"
    memory: int = 2 << 30  # bytes
    processes: int = 512
    patience: float = 60.0  # seconds until the first answer, or the end
    grace: float = 10.0  # seconds from SIGTERM to SIGKILL
    found: tuple[HttpRequest, ...] = ()
    smoke: tuple[HttpRequest, ...] = ()
    scripts: tuple[CheckScript, ...] = ()
    finds: bool = False
    settle: float = 3.0


@record
class MeasurePlan:
    """What is measured, and how often.

    `cold` says whether the first build of each round has nothing in the cache. `edit` and
    `dependency` are files of the context that a rebuild changes, empty for none; `options` are
    further ones of `docker build` (secrets, ssh, network, platform), for both alike. `patience` is
    seconds of a build at most. `most` is how many rounds a figure near its noise may get; 0 where
    all have the same number.
    """

    runs: int = 3
    running: Running | None = None
    edit: str = ""
    dependency: str = ""
    options: tuple[str, ...] = ()
    patience: float = 1800.0
    scenarios: tuple[str, ...] = ("nothing", "edit", "dependency")
    cold: bool = True
    most: int = 0

    @property
    def looks(self) -> int:
        """How often the values of a figure may be looked at."""
        return max(self.most, 1)
