"""What a user says of a proof: records that are filled before anything is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from lightship.flows.build_options import BuildOptions
from lightship.flows.written_limits import LimitOptions
from lightship.record import record


@record
class VersionOptions:
    """Which two versions: revisions, Dockerfiles or directories, or a Dockerfile and its fixes.

    `before` is None for HEAD, `after` for the files on the disk, `context` for that of the build
    that is found.
    """

    before: str | None = None
    after: str | None = None
    fix: bool = False
    unsafe_fixes: bool = False
    context: str | None = None


@record
class PassedOptions:
    """Options of `docker build` that both builds are given, as they are written."""

    secret: tuple[str, ...] = ()
    ssh: tuple[str, ...] = ()
    network: str | None = None
    platform: str | None = None
    builder: str | None = None
    build_context: tuple[str, ...] = ()
    add_host: tuple[str, ...] = ()


@record
class RunOptions:
    """How the images are run and asked; `requested` are paths of HTTP.

    `port` is None where it is to be guessed. `memory` is a size as it is written; `patience` and
    `grace` are seconds: until the first answer, and from SIGTERM to SIGKILL; `settle` those from
    the first answer to a second look. `asks` are files of requests, `check_files` scripts; `find`
    tells whether pages are asked that the code or the program states.
    """

    no_run: bool = False
    port: int | None = None
    requested: tuple[str, ...] = ()
    ready: str = ""
    checks: tuple[str, ...] = ()
    check_files: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    find: bool = True
    env: Mapping[str, str] = field(default_factory=dict)
    run_network: str = "none"
    memory: str = "2GB"
    patience: float = 60
    grace: float = 10
    settle: float = 3


@record
class ServiceOptions:
    """Which services are started beside the application.

    `services_files` are compose files, each on top of those before, none for those that build the
    Dockerfile; `app` the service that is proven, None for the one that is built from it. `service`
    are further images as they are written, `env_file` files of variables.
    """

    services_files: tuple[str, ...] = ()
    no_services: bool = False
    app: str | None = None
    service: tuple[str, ...] = ()
    env_file: tuple[str, ...] = ()


@record
class RoundOptions:
    """How often it is measured, after which edits, and how many seconds a build may take.

    `runs` is None where that is found out: more of what is near its noise.
    """

    runs: int | None = None
    quick: bool = False
    edit: str | None = None
    dependency: str | None = None
    timeout: float = 1800


@record
class MeasureOptions:
    """What is measured besides: the last commits, and each part of the change by itself.

    `resume` continues the proof that was interrupted. With `no_vulns` no known vulnerabilities are
    looked up.
    """

    commits: int = 0
    attribute: bool = True
    resume: bool = False
    no_vulns: bool = False


@record
class VerdictOptions:
    """What the verdict must be, and how much longer the cold build may take, as it is written.

    `weights` are those of `proof.Weights` that the user says.
    """

    max_build_increase: str | None = None
    require: str | None = None
    weights: Mapping[str, float] = field(default_factory=dict)


@record
class MeasuringOptions:
    """How a version is built and run: what `prove` and `improve` have in common."""

    build: BuildOptions = field(default_factory=BuildOptions)
    passed: PassedOptions = field(default_factory=PassedOptions)
    run: RunOptions = field(default_factory=RunOptions)
    services: ServiceOptions = field(default_factory=ServiceOptions)
    rounds: RoundOptions = field(default_factory=RoundOptions)


@record
class ProveRequest:
    """What `prove` is asked for."""

    versions: VersionOptions = field(default_factory=VersionOptions)
    measuring: MeasuringOptions = field(default_factory=MeasuringOptions)
    measure: MeasureOptions = field(default_factory=MeasureOptions)
    limits: LimitOptions = field(default_factory=LimitOptions)
    verdict: VerdictOptions = field(default_factory=VerdictOptions)


@record
class ImproveRequest:
    """What `improve` is asked for; the search may take `budget` seconds.

    `context` is None for that of the build that is found. `weights` are those of `proof.Weights`
    that the user says.
    """

    context: str | None = None
    budget: float = 600
    weights: Mapping[str, float] = field(default_factory=dict)
    measuring: MeasuringOptions = field(default_factory=MeasuringOptions)


@record
class ProveOptions:
    """`fix --prove`: how the versions are built and run; `timeout` is seconds for one build."""

    passed: PassedOptions = field(default_factory=PassedOptions)
    run: RunOptions = field(default_factory=RunOptions)
    services: ServiceOptions = field(default_factory=ServiceOptions)
    timeout: float = 1800
