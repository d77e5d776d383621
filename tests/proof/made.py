"""What was measured, by hand and by chance, for the tests of what is said of it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from lightship.proof.facts import facts
from lightship.proof.figures import figures
from lightship.proof.judging import judge
from lightship.proof.measured import (
    Answer,
    ImageShape,
    Measured,
    MeasuredBuild,
    Ran,
    StepTime,
)
from lightship.proof.proof import Verdict

MB = 1_000_000
SHAPE = ImageShape(
    size=190 * MB,
    content=180 * MB,
    waste=MB,
    files=900,
    packages=("deb libc6 2.41",),
    setuid=9,
    distribution="Debian 13",
)
ANSWERS = (Answer("/", 200, "hello"), Answer("/health", 200, "ok"))
RAN = Ran(
    0.3,
    ANSWERS,
    True,
    0.2,
    0,
    memory=20 * MB,
    first="python",
    listens="everywhere",
    users=("0",),
)


def builds(**seconds: tuple[float, ...]) -> tuple[MeasuredBuild, ...]:
    """The builds of each scenario."""
    return tuple(
        MeasuredBuild(scenario, each, image="sha256:0")
        for scenario, many in seconds.items()
        for each in many
    )


def measured(
    *runs: Ran,
    shape: ImageShape | None = SHAPE,
    sent: int = 50_000,
    **seconds: tuple[float, ...],
) -> Measured:
    """A version that builds, and runs as said."""
    found = builds(**(seconds or {"cold": (60.0, 61.0, 62.0)}))
    return Measured("x", found, runs or (RAN,), shape, 12, sent)


def unbuilt(error: str = "RUN make: exit code 2") -> Measured:
    return Measured("x", (MeasuredBuild("cold", 3.0, error=error),))


def stopped(error: str = "it ended by itself") -> Ran:
    """A run in which the program does not start."""
    return Ran(None, code=1, error=error)


def verdict(before: Measured, after: Measured) -> Verdict:
    return judge(
        before, after, tuple(figures(before, after)), tuple(facts(before, after))
    )


def few(*values):
    return st.sampled_from(values)


SECONDS = few(0.3, 0.31, 2.0, 2.1, 60.0)
TEXTS = st.text(max_size=6)
STEPS = st.builds(StepTime, TEXTS, SECONDS, st.booleans(), st.none() | SECONDS)
BUILT = st.builds(
    MeasuredBuild,
    TEXTS,
    SECONDS,
    st.lists(STEPS, max_size=2).map(tuple),
    TEXTS,
    st.integers(0, 2**62),
    TEXTS,
)
ANSWER = st.builds(
    Answer, few("/", "date"), few(0, 1, 200, 404, 500), few("a", "b"), few("", "late")
)
RANS = st.builds(
    Ran,
    start=st.none() | SECONDS,
    answers=st.tuples(ANSWER, ANSWER),
    healthy=few(None, True, False),
    stop=st.none() | SECONDS,
    code=few(0, 137),
    killed=st.booleans(),
    memory=few(None, 20 * MB, 90 * MB),
    first=few("", "sh", "python"),
    listens=few("", "everywhere", "loopback"),
    users=few((), ("0",), ("1000",)),
    log=few("", "log"),
    error=few("", "", "it ended by itself"),
)
SHAPES = st.builds(
    ImageShape,
    content=few(180 * MB, 181 * MB, 500 * MB),
    waste=few(0, 500_000, 30 * MB),
    setuid=few(0, 9),
    secrets=few(0, 1),
    user=few("", "1000"),
    is_root=st.booleans(),
    ended=st.booleans(),
    distribution=few("", "Debian 12", "Debian 13"),
    packages=few((), ("deb x 1",)),
)


@st.composite
def versions(draw) -> Measured:
    """A version with any outcome."""
    if draw(few(True, *(False,) * 5)):
        return unbuilt()
    cold, edit = (
        tuple(draw(st.lists(SECONDS, min_size=1, max_size=3))) for _ in range(2)
    )
    runs = draw(st.lists(RANS, min_size=1, max_size=2))
    found = measured(
        *runs, shape=draw(SHAPES), sent=draw(few(1000, MB * 40)), cold=cold, edit=edit
    )
    return replace(found, reproduced=draw(few(None, True, False)))
