"""The data of a proof: what was measured of both versions, what differs, and the verdict."""

from __future__ import annotations

from enum import StrEnum

from lightship.outcome import Outcome
from lightship.proof.measure_plan import MeasurePlan
from lightship.proof.measured import Measured
from lightship.proof.services.used import UsedServices
from lightship.record import record


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
