"""Times of steps by line, and the longest way through those that run."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.build import Build
from lightship.cache.times import read_times as reader
from lightship.cache.times.build_time import critical_path
from lightship.cache.times.read_times import read_times
from lightship.dockerfile.parse import parse
from lightship.errors import UsageError

DOCKERFILE = """\
ARG V=1
FROM base:1 AS builder
ARG V
WORKDIR /work
RUN make "one $V" > one
RUN make && \\
    # a comment
    echo two

FROM base:1
WORKDIR /
WORKDIR /app
copy "a.txt" /app/
COPY --from=builder /work/one /app/
RUN <<EOF
sleep 0.5
EOF
RUN apt-get update
CMD ["true"]
"""
# As Docker 26.1.5 names these steps.
LOG = """\
#4 [builder 1/4] FROM docker.io/library/base:1
#4 DONE 9.0s
#6 [builder 2/4] WORKDIR /work
#6 CACHED
#8 [builder 3/4] RUN make "one 1" > one
#8 DONE 1.1s
#9 [builder 4/4] RUN make &&     echo two
#9 DONE 1.2s
#10 [stage-1 2/7] WORKDIR /app
#10 DONE 0.1s
#12 [stage-1 3/7] COPY a.txt /app/
#12 DONE 0.3s
#13 [stage-1 4/7] COPY --from=builder /work/one /app/
#13 DONE 0.4s
#14 [stage-1 5/7] RUN <<EOF (sleep 0.5)
#14 DONE 0.5s
#15 [stage-1 6/7] RUN apt-get update
#15 DONE 0.6s
#16 exporting to image
#16 DONE 7.0s
"""
SECONDS = {5: 1.1, 6: 1.2, 12: 0.1, 13: 0.3, 14: 0.4, 15: 0.5, 18: 0.6}


def build(text: str = DOCKERFILE, **more) -> Build:
    return Build(parse(text), **more)


def log(**seconds: float) -> str:
    """A plain log of these steps; `_` stands for what a keyword cannot hold."""
    return "".join(
        f"#{at} {name}\n#{at} DONE {time}s\n"
        for at, (name, time) in enumerate(seconds.items(), 1)
    )


def test_steps_are_found_by_stage_place_and_text():
    found = read_times(LOG, build(), "build.log")
    assert (found.seconds, found.source, found.estimated) == (
        SECONDS,
        "build.log",
        False,
    )


@pytest.mark.parametrize(
    "prefix", ["web ", "linux/amd64 ", "linux/amd64->arm64 ", "web linux/arm64 "]
)
def test_targets_and_platforms_may_stand_before_the_stage(prefix):
    assert read_times(LOG.replace(" [", f" [{prefix}"), build(), "x").seconds == SECONDS
    one = build("FROM base:1\nRUN a\n")
    assert read_times(f"#1 [{prefix}2/2] RUN a\n#1 DONE 1.5s\n", one, "x").seconds == {
        2: 1.5
    }


def test_of_several_platforms_the_longest_time_counts():
    text = log(
        **{
            "[linux/amd64 2/2] RUN a": 1.0,
            "[linux/arm64 2/2] RUN a": 9.0,
            "[linux/386 2/2] RUN a": 2.0,
        }
    )
    assert read_times(text, build("FROM base:1\nRUN a\n"), "x").seconds == {2: 9.0}


COUNTED = {
    "scratch is no step": ("FROM scratch\nCOPY a /\nCOPY b /\n", "[2/2] COPY b /", 3),
    "nor is a stage": (
        "FROM b AS a\nRUN x\nFROM a\nRUN y\nRUN z\n",
        "[stage-1 2/2] RUN z",
        5,
    ),
    "twelve steps": ("FROM b\n" + "RUN x\n" * 11, "[ 9/12] RUN x", 9),
    "the root counts in the total alone": (
        "FROM b\nWORKDIR /app\nWORKDIR ..\nRUN x\nRUN x\n",
        "[4/5] RUN x",
        5,
    ),
    "triggers have numbers": (
        "FROM b AS a\nONBUILD RUN t\nFROM a\nRUN x\nRUN x\n",
        "[stage-1 3/2] RUN x",
        5,
    ),
    "a trigger": (
        "FROM b AS a\nONBUILD RUN t\nFROM a\nRUN x\n",
        "[stage-1 1/1] RUN t",
        2,
    ),
    "unknown triggers move what has a text of its own": (
        "FROM b\nRUN x\nRUN y\n",
        "[4/3] RUN y",
        3,
    ),
    "variables of the base image": (
        "FROM b\nRUN a $X b\nRUN a ${Y} c\n",
        "[2/3] RUN a 1 2 b",
        2,
    ),
    "cut by an old BuildKit": (
        f"FROM b\nRUN {'a' * 90}\nRUN b\n",
        f"[9/9] RUN {'a' * 68}...",
        2,
    ),
    "cut inside a variable": (
        f"FROM b\nRUN echo $X {'a' * 90}\n",
        f"[9/9] RUN echo {'x' * 60}...",
        2,
    ),
    "with the name of another build's stage": (
        "FROM b AS c\nRUN x\nFROM c\nRUN y\n",
        "[their 4/9] RUN y",
        4,
    ),
}


@pytest.mark.parametrize("name", COUNTED)
def test_places_are_counted_as_buildkit_counts(name):
    dockerfile, step, line = COUNTED[name]
    found = read_times(log(**{step: 1.5}), build(dockerfile), "x")
    assert (found.seconds, found.estimated) == ({line: 1.5}, False)


def test_an_edited_step_has_the_time_of_its_place_and_is_marked():
    edited = build(DOCKERFILE.replace("apt-get update", "apt-get install x"))
    found = read_times(LOG, edited, "x")
    assert (found.seconds, found.estimated) == (SECONDS, True)


def test_an_instruction_of_another_kind_at_a_place_has_no_time():
    edited = build(DOCKERFILE.replace("RUN apt-get update", "COPY b /b"))
    found = read_times(LOG, edited, "x")
    assert (found.seconds, found.estimated) == (
        {line: each for line, each in SECONDS.items() if line != 18},
        False,
    )


def test_a_moved_step_is_found_by_its_text():
    moved = build("FROM base:1\nRUN new\nRUN b\nRUN c\n")
    found = read_times(log(**{"[2/3] RUN b": 1.0, "[3/3] RUN c": 2.0}), moved, "x")
    assert (found.seconds, found.estimated) == ({3: 1.0, 4: 2.0}, False)


OWN = {
    '{"steps": [{"line": 5, "seconds": 1.5}, {"line": 18, "seconds": 2}]}': {
        5: 1.5,
        18: 2.0,
    },
    '\ufeff{"steps": [{"line": 5, "seconds": 1.5, "instruction": "RUN make \\"one $V\\" > one"}]}': {
        5: 1.5
    },
    '{"steps": [{"line": 5, "seconds": 1, "instruction": "RUN other"}, {"line": 6, "seconds": 0}]}': {
        6: 0.0
    },
    '{"steps": [{"line": 5, "seconds": 1, "instruction": "RUN make…"}, {"line": 6, "seconds": null}, 3]}': {
        5: 1.0
    },
    '{"steps": [{"line": 5, "seconds": 1}, {"line": 99, "seconds": 1}, {"line": "5", "seconds": 7}]}': {
        5: 1.0
    },
}


@pytest.mark.parametrize("text", OWN)
def test_our_own_json_says_lines(text):
    found = read_times(text, build(), "times.json")
    assert (found.seconds, found.estimated) == (OWN[text], False)


@pytest.mark.parametrize(
    "seconds",
    ["-1", "NaN", "Infinity", "1e7", "1e999", "true", '"2"', "[]", "1" + "0" * 400],
)
def test_a_time_of_ours_that_is_none_is_an_error(seconds):
    with pytest.raises(
        UsageError, match=r"times\.json: steps\[0\]\.seconds must be a number"
    ):
        read_times(
            f'{{"steps": [{{"line": 5, "seconds": {seconds}}}]}}', build(), "times.json"
        )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Step 3/7 : RUN make\n ---> Running in 1234\n",
        '{"steps": []}',
        '{"steps": {}}',
        '{"steps": [{"line": 1, "seconds": 3}]}',
        '{"steps": [{"line": [], "seconds": 3}]}',
        '{"steps"',
        '{"a":' * 100_000,
        LOG.replace("RUN", "COPY").replace("stage-1", "other").replace("/app", "/srv"),
        log(**{"[builder 3/4] RUN nothing of this": 1.0}),
        LOG.replace("DONE", "done"),
    ],
)
def test_a_file_without_a_time_of_this_dockerfile_is_an_error(text):
    with pytest.raises(
        UsageError, match=r"times\.txt: no times of this Dockerfile.s steps"
    ):
        read_times(text, build(), "times.txt")


def test_a_file_that_is_too_long_is_an_error(monkeypatch):
    monkeypatch.setattr(reader, "LONGEST_TEXT", 3 << 20)
    with pytest.raises(UsageError, match="more than 3 MB"):
        read_times(" " * (3 << 20) + LOG, build(), "x")


@pytest.mark.parametrize(
    "dockerfile",
    ["", "RUN x\n", "FROM\n", "FROM a\nRUN\n", "FROM a AS b\nFROM $\nCOPY x\n"],
)
def test_a_dockerfile_that_is_refused_is_no_traceback(dockerfile):
    with pytest.raises(UsageError):
        read_times(LOG, build(dockerfile), "x")


TEXTS = st.text("ab $X{}'\"\\\n…", max_size=12)


@given(
    TEXTS,
    st.lists(st.sampled_from(["a", "$X", "${X:-b}", '"', " ", "b"]), max_size=8).map(
        "".join
    ),
)
def test_any_text_of_a_step_gives_lines_of_the_dockerfile(said, written):
    file = build(f"FROM b\nRUN a {written}\nRUN c\n")
    found = read_times(log(**{f"[2/3] RUN {said}": 1.0, "[3/3] RUN c": 2.0}), file, "x")
    assert found.seconds.keys() <= {2, 3}
    assert found.seconds[3] == 2.0


@dataclass
class Waits:
    after: tuple[int, ...]


@st.composite
def waiting(draw):
    """Steps, each waiting for some before it, with their seconds and those that run."""
    count = draw(st.integers(0, 12))
    steps = [
        Waits(tuple(draw(st.sets(st.integers(0, at - 1), max_size=3)) if at else ()))
        for at in range(count)
    ]
    seconds = draw(
        st.lists(
            st.none() | st.integers(0, 100).map(float), min_size=count, max_size=count
        )
    )
    missed = draw(st.sets(st.integers(0, count - 1))) if count else set()
    return steps, seconds, missed


def longest(steps, seconds, missed, at):
    """The same by definition: over all ways that end at `at`."""
    own = (seconds[at] or 0.0) if at in missed else 0.0
    return own + max(
        (longest(steps, seconds, missed, each) for each in steps[at].after), default=0.0
    )


@given(waiting())
def test_the_critical_path_is_the_longest_way(case):
    steps, seconds, missed = case
    found = critical_path(missed, steps, seconds)
    costs = [seconds[at] or 0.0 for at in missed]
    assert max(costs, default=0.0) <= found <= sum(costs)
    assert found == max(
        (longest(steps, seconds, missed, at) for at in range(len(steps))), default=0.0
    )


@given(waiting(), st.data())
def test_more_misses_more_seconds_and_more_waiting_never_take_less(case, data):
    steps, seconds, missed = case
    found = critical_path(missed, steps, seconds)
    if not steps:
        return
    index = data.draw(st.integers(0, len(steps) - 1))
    assert critical_path(missed | {index}, steps, seconds) >= found
    slower = [(each or 0.0) + (at == index) for at, each in enumerate(seconds)]
    assert critical_path(missed, steps, slower) >= found
    stricter = [
        Waits((*step.after, *range(min(at, 1)))) for at, step in enumerate(steps)
    ]
    assert critical_path(missed, stricter, seconds) >= found


def test_stages_run_side_by_side():
    steps = [Waits(()), Waits((0,)), Waits(()), Waits((2, 1))]
    assert critical_path({0, 1, 2, 3}, steps, [1.0, 2.0, 5.0, 1.0]) == 6.0
    assert critical_path({0, 1, 3}, steps, [1.0, 2.0, 5.0, 1.0]) == 4.0
    assert critical_path({3}, steps, [1.0, 2.0, 5.0, None]) == 0.0
    assert critical_path(set(), [], []) == 0.0


def test_what_we_print_can_be_read_again():
    found = read_times(LOG, build(), "x")
    own = json.dumps(
        {
            "steps": [
                {"line": line, "seconds": each} for line, each in found.seconds.items()
            ]
        }
    )
    assert read_times(own, build(), "x") == found


def test_our_own_json_may_say_how_large_layers_are():
    build = Build(parse("FROM a\nRUN one\nRUN two\n"))
    steps = [
        {"line": 2, "seconds": 1, "bytes": 500},
        {"line": 9, "seconds": 1, "bytes": 7},
    ]
    times = read_times(json.dumps({"steps": steps}), build, "x.json")
    assert times.bytes == {2: 500}
    steps[0]["bytes"] = "many"
    with pytest.raises(UsageError, match=r"steps\[0\].bytes must be a number of bytes"):
        read_times(json.dumps({"steps": steps}), build, "x.json")


@pytest.mark.parametrize("line", [[1], {}, "2", None, 1.5])
def test_a_size_of_what_is_not_a_line_is_left_out(line):
    steps = [{"line": 5, "seconds": 5}, {"line": line, "bytes": 5}]
    text = json.dumps({"steps": steps})
    assert read_times(text, build(), "x").bytes == {}
