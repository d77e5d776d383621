"""The data of a proof: the request, what was measured, what differs, and the verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from lightship.inspection.inspection import Outcome
from lightship.proof.services.used import UsedServices
from lightship.record import record
from lightship.smoke.http_request import HttpRequest

BEFORE, AFTER = "before", "after"


class Effect(StrEnum):
    """What became of one figure or fact."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"  # equal, or no difference larger than the noise
    OTHER = "other"  # different, and neither good nor bad by itself
    UNKNOWN = "unknown"  # not measured on one side


class VerdictKind(StrEnum):
    """The verdict on a change."""

    BROKEN = "broken"
    # One side tells nothing, for a reason that is not the change
    UNKNOWN = "cannot tell"
    WORSE = "worse"
    MIXED = "mixed"
    SAME = "no difference"
    BETTER = "better"


class FigureGroup(StrEnum):
    """What an image is judged by."""

    BUILD = "build"
    REBUILD = "rebuild"
    CONTEXT = "context"
    SIZE = "size"
    RUN = "run"
    SECURITY = "security"
    REPRODUCIBILITY = "reproducibility"


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
class ImageShape:
    """What the image reader says of an image: bytes, counts, facts.

    `findings` are ids with how often.
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
        for built in self.builds:
            if built.error:
                return built.error
        return ""


@record
class Figure:
    """One number on both sides.

    `before` and `after` are all values that were measured; `unit` is bytes, seconds or count; less
    is better, but where `more` is set. `low` and `high` bound the ratio after/before, None
    where there are too few values. `change` is what the stated test says.
    """

    key: str
    group: FigureGroup
    title: str
    unit: str
    before: tuple[float, ...]
    after: tuple[float, ...]
    change: Effect
    low: float | None = None
    high: float | None = None
    more: bool = False
    note: str = ""


@record
class Fact:
    """Something that is not a number, on both sides, in words."""

    key: str
    group: FigureGroup
    title: str
    before: str
    after: str
    change: Effect
    note: str = ""


@record
class ChangeShare:
    """What one of several changes did.

    Figures of the version that has it and all before it, against the one without.

    `lines` are those of the new Dockerfile; `failed` says that this change alone breaks the build
    or the program.
    """

    title: str
    rule: str = ""
    figures: tuple[Figure, ...] = ()
    failed: str = ""
    lines: tuple[int, ...] = ()


@record
class Verdict:
    """`reasons` are sentences, what weighs most first.

    `keys` name for each the figure or fact, or `builds`.
    """

    kind: VerdictKind
    reasons: tuple[str, ...]
    keys: tuple[str, ...] = ()


@record
class Weights:
    """How much each difference weighs, in seconds that one change of the project costs.

    `edits`, `dependencies`, `cold` and `nothing` say how often a change is followed by such a
    build, in proportion; `mix` where that is from. Its image is pulled `pulls` times at `speed` MB
    of content a second, and started and stopped `starts` times. `memory` is the seconds that 100 MB
    at rest are worth, `fact` those of a fact that is better, such as a user in place of root.
    """

    edits: float = 8.0
    dependencies: float = 1.0
    cold: float = 1.0
    nothing: float = 1.0
    pulls: float = 2.0
    speed: float = 50.0
    starts: float = 2.0
    memory: float = 1.0
    fact: float = 30.0
    mix: str = "assumed"


@record
class WeighedRow:
    """A figure or fact, by its key: what it costs a change, in seconds; negative where it saves.

    `is_veto` says that it is worse in a way that nothing makes good.
    """

    key: str
    seconds: float
    is_veto: bool = False


@record
class Weighing:
    """Whether a change pays off that is better in one thing and worse in another.

    `seconds` are what one change then costs more, negative where it costs less; `rows` what weighs
    most first.
    """

    pays: bool
    seconds: float
    rows: tuple[WeighedRow, ...]
    weights: Weights


@record
class Proof:
    """A whole proof, as it is kept and shown.

    `created` is seconds since 1970; `engine` names who built.
    """

    id: str
    created: int
    before: Measured
    after: Measured
    asked: MeasurePlan
    figures: tuple[Figure, ...]
    facts: tuple[Fact, ...]
    verdict: Verdict
    shares: tuple[ChangeShare, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    engine: str = ""
    diff: str = ""
    notes: tuple[str, ...] = ()
    commit: str = ""  # of the working tree's HEAD, for trends
    seconds: float = 0.0  # that the proof took
    services: UsedServices | None = None  # that surrounded every run
    # of a mixed verdict
    weighing: Weighing | None = None
    version: int = 1
