"""What was measured of one version: its builds, its runs, what its image has in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from lightship.record import record


@record
class StepTime:
    """One step of a build as BuildKit lists it; `seconds` is 0 where it was cached.

    `start` is seconds from the start of the build, None where that is not known.
    """

    name: str
    seconds: float
    cached: bool = False
    start: float | None = None


@record
class MeasuredBuild:
    """One build.

    `seconds` is wall time of the whole; `took` from the start of its first step to the end of its
    last, which leaves out how long a client takes to start, 0 where no step is told; `error` the
    step that failed and the end of its log, or empty.

    `image` is the id (sha256:…), `sent` the bytes of context that went to the builder.
    """

    scenario: str
    seconds: float
    steps: tuple[StepTime, ...] = ()
    image: str = ""
    sent: int = 0
    error: str = ""
    # threads that wanted a processor meanwhile, for each there is, at least 1; 0 where not known
    crowd: float = 0.0
    took: float = 0.0
    # of one that failed, for a reason that is not its own: the host that was not reached
    unreached: str = ""


@record
class Answer:
    """What came back to a question: a status (HTTP, or an exit code) and a text.

    `again` is the text of a second time, None where it was asked once; `again_status` and
    `again_headers` are of that time. `error` where nothing came. `headers` are the lines of those
    that are compared, without values of cookies. `seconds` are those of the quicker answer, None
    where they are not known. `failed` are expectations that it does not meet, `expects` how many
    there were. `origin` says who named the question where the user did not: `app.py:12`; `is_guess`
    that nobody did.
    """

    question: str
    status: int = 0
    text: str = ""
    error: str = ""
    again: str | None = None
    again_status: int = 0
    headers: tuple[str, ...] = ()
    again_headers: tuple[str, ...] = ()
    seconds: float | None = None
    failed: tuple[str, ...] = ()
    expects: int = 0
    origin: str = ""
    is_guess: bool = False


@record
class Ran:
    """One run of a container.

    `start` is seconds from its start to the first good answer, None where none came. `stop` is
    seconds from SIGTERM to its end, None where it was not running any more; `code` is its exit
    code; `killed` whether it had to be. `memory` is bytes at rest. `first` is the program of
    process 1, `users` are those of its processes, `log` the end of what it has printed.
    """

    start: float | None
    answers: tuple[Answer, ...] = ()
    healthy: bool | None = None
    stop: float | None = None
    code: int | None = None
    killed: bool = False
    memory: int | None = None
    first: str = ""
    # where the port is listened at: everywhere, loopback; empty where that is not known
    listens: str = ""
    users: tuple[str, ...] = ()
    log: str = ""
    error: str = ""
    # it answered when it was first asked: it may have started sooner than `start` says
    at_once: bool = False
    # nothing could be asked, and it was still running when patience was over: a worker
    lives: bool = False
    # why nobody can tell whether it started, for a reason that is not its own
    unknown: str = ""
    # ports that are listened at from outside, when it was looked at for the second time
    ports: tuple[int, ...] = ()
    # whether it had printed something while it ran; None where nobody looked
    spoke: bool | None = None
    # seconds of `start` in which it waited for a processor that another program had
    queued: float = 0.0
    # as of a build
    crowd: float = 0.0

    @property
    def started(self) -> float | None:
        """The seconds of `start` that are its own: without what others had of the processors."""
        if self.start is None:
            return None
        return round(max(self.start - self.queued, 0.0), 3)


@record
class ShapeLayer:
    """One layer of the image: bytes of content, and the instruction that made it."""

    size: int
    line: int
    text: str


@record
class ShapeFlaw:
    """A known vulnerability of a package, in whichever version; `rating` is how severe it is."""

    id: str
    package: str
    rating: str


@record
class ImageShape:
    """What the image reader says of an image: bytes, counts, facts.

    `findings` are ids with how often. `flaws` are the known vulnerabilities, the worst first, None
    where they were not looked up.
    """

    size: int = 0  # of all layers' tars
    # of the same in gzip, as a registry stores them; 0 where that was not measured
    compressed: int = 0
    content: int = 0
    waste: int = 0
    files: int = 0
    layers: tuple[ShapeLayer, ...] = ()
    packages: tuple[str, ...] = ()  # kind name version
    user: str = ""
    is_root: bool = True
    setuid: int = 0
    secrets: int = 0
    writable: int = 0  # paths that the user may write
    ended: bool = False  # the distribution or Python has no fixes any more
    distribution: str = ""
    directories: Mapping[str, int] = field(
        default_factory=dict
    )  # content of the largest, for a treemap
    findings: Mapping[str, int] = field(default_factory=dict)
    flaws: tuple[ShapeFlaw, ...] | None = None


@record
class VersionWork:
    """What a version makes others do, as digests; empty where that is not known.

    `build` is the work of a builder, `whole` that and what an engine then starts.
    """

    build: str = ""
    whole: str = ""


@record
class Measured:
    """All that was measured of one version."""

    source: str  # its name
    builds: tuple[MeasuredBuild, ...] = ()
    runs: tuple[Ran, ...] = ()
    shape: ImageShape | None = None
    context_files: int = 0
    context_bytes: int = 0
    reproduced: bool | None = None  # two builds gave the same image
    differences: tuple[str, ...] = ()  # why not
    dockerfile: str = ""  # its text
    work: VersionWork = field(default_factory=VersionWork)

    def seconds(self, scenario: str) -> tuple[float, ...]:
        """The seconds of all builds of one scenario that succeeded."""
        return tuple(
            built.took or built.seconds
            for built in self.builds
            if built.scenario == scenario and not built.error
        )

    @property
    def build_error(self) -> str:
        """The error of the first build that failed; empty where all succeeded."""
        failed = self._failed
        return failed.error if failed is not None else ""

    @property
    def unreached(self) -> str:
        """Why its build failed, where that is not its own fault; empty else."""
        failed = self._failed
        return failed.unreached if failed is not None else ""

    @property
    def _failed(self) -> MeasuredBuild | None:
        return next((built for built in self.builds if built.error), None)
