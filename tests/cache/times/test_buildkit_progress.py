"""BuildKit's progress: which step took how long."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.cache.times.buildkit_progress import (
    read_builds,
    read_progress,
    statuses,
    vertexes,
)
from lightship.cache.times.plain_log import LONGEST

RUN = "[builder 3/4] RUN make"


def moment(second: float) -> str:
    """As Go writes a time, with nanoseconds."""
    return f"2026-11-26T19:{int(second) // 60:02}:{int(second) % 60:02}.{round(second % 1 * 1e9):09}Z"


def vertex(
    name: str = RUN,
    start: float | None = None,
    end: float | None = None,
    **more: object,
) -> dict[str, object]:
    times = {"started": start, "completed": end}
    found = {key: moment(second) for key, second in times.items() if second is not None}
    return {"digest": f"sha256:{name}", "name": name, **found, **more}


def raw(*found: dict[str, object], indent: int | None = 2) -> str:
    """As buildx prints it: an object for each state."""
    return "".join(
        json.dumps({"vertexes": [each]}, indent=indent) + "\n" for each in found
    )


STATES = {
    "a step, said three times": (
        [vertex(), vertex(start=1), vertex(start=1, end=2.5)],
        {RUN: 1.5},
    ),
    "started twice": (
        [vertex(start=1, end=1.25), vertex(start=2), vertex(start=2, end=4)],
        {RUN: 2.25},
    ),
    "of intervals that overlap the whole": (
        [vertex(start=1, end=4), vertex(start=2, end=5)],
        {RUN: 4.0},
    ),
    "a state without times comes late": (
        [vertex(start=1, end=2), vertex()],
        {RUN: 1.0},
    ),
    "cached": ([vertex(start=1, end=1, cached=True)], {}),
    "looked up, then cached": (
        [vertex(start=1, end=1.5), vertex(start=2, end=2, cached=True)],
        {},
    ),
    "a hit, whose layers are pulled afterwards": (
        [vertex(start=1, end=1.5, cached=True), vertex(start=2, end=4)],
        {},
    ),
    "failed": ([vertex(start=1, end=2, error="exit code: 1")], {}),
    "never completed": ([vertex(start=1)], {}),
    "completed before it was started": ([vertex(start=5, end=1)], {RUN: 0.0}),
    "of a group": (
        [
            vertex(
                "a", 1, 2, progressGroup={"id": "g", "name": "[2/3] COPY --link a /"}
            ),
            vertex(
                "[2/3] LINK COPY",
                3,
                5,
                progressGroup={
                    "id": "g",
                    "name": "[2/3] COPY --link a /",
                    "weak": True,
                },
            ),
        ],
        {"[2/3] COPY --link a /": 3.0},
    ),
    "two of one name": (
        [vertex(start=1, end=2), {**vertex(start=2, end=4), "digest": "other"}],
        {RUN: 3.0},
    ),
}


@pytest.mark.parametrize("name", STATES)
@pytest.mark.parametrize("indent", [2, None])
def test_the_time_of_a_step_is_that_of_all_its_intervals(name, indent):
    found, seconds = STATES[name]
    assert read_progress(raw(*found, indent=indent)) == seconds


def test_other_lines_among_the_objects_are_passed_over():
    first, second = raw(vertex(start=1, end=2)), raw(vertex("[1/2] RUN x", 1, 3))
    text = f'WARNING: no commit\n{first}Bad:2\n----\n{{"broken\n{second}ERROR: x'
    assert read_progress(text) == {RUN: 1.0, "[1/2] RUN x": 2.0}


def test_of_several_builds_in_a_text_the_last_with_the_time_counts():
    first = [
        {**vertex("[internal] load build definition from Dockerfile"), "digest": "1"},
        vertex(start=1, end=9),
    ]
    second = [{**first[0], "digest": "2"}, vertex(start=20, end=23)]
    third = [{**first[0], "digest": "3"}, vertex(start=50, end=50, cached=True)]
    assert read_progress(raw(*first, *second, *third)) == {RUN: 3.0}


PLAIN = """\
#0 building with "default" instance using docker driver

#5 [stage-1 2/8] WORKDIR /app
#5 CACHED

#8 [builder 3/4] RUN make
#8 0.345 #9 DONE 7.0s
#8 ...

#10 [stage-1 4/8] RUN sleep 2
#10 DONE 2.1s

#8 [builder 3/4] RUN make
#8 DONE 1.1s
#8 DONE 1.5s

#11 [stage-1 5/8] RUN false
#11 ERROR: process "/bin/sh -c false" did not complete successfully: exit code: 1
#12 [stage-1 6/8] RUN later
#12 CANCELED
#13 DONE 4.0s
"""
PREFIXES = [
    "",
    "2026-11-26T19:51:57.2305313Z ",
    "[2026-11-26T19:51:57.230Z] ",
    "build  | ",
    "2026-11-26T19:51:57.23Z 01O ",
]


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_plain_log_says_a_step_s_time_behind_its_number(prefix):
    text = "".join(f"{prefix}\x1b[0m{line}\x1b[0m\r\n" for line in PLAIN.splitlines())
    assert read_progress(text) == {"[stage-1 4/8] RUN sleep 2": 2.1, RUN: 1.5}


def test_a_number_gets_another_name_in_the_next_build():
    text = "#5 [2/2] RUN a\n#5 DONE 1.0s\n#5 [2/3] RUN b\n#5 DONE 2.0s\n#5 [2/2] RUN a\n#5 CACHED\n"
    assert read_progress(text) == {"[2/2] RUN a": 1.0, "[2/3] RUN b": 2.0}


def test_objects_in_a_log_with_a_time_before_each_line():
    text = "".join(
        f"2026-11-26T19:51:57.2305313Z {line}\n"
        for line in raw(vertex(start=1, end=2)).splitlines()
    )
    assert read_progress(text) == {RUN: 1.0}


@pytest.mark.parametrize(
    "text",
    [
        '{"vertexes": 1}',
        '{"vertexes": [1, {"digest": 1}, {"digest": "a", "name": [], "started": 3, "progressGroup": 5}]}',
        '{"vertexes": [{"digest": "a", "started": "0001-01-01T00:00:00Z", "completed": "9999-12-31T23:59:59Z"}]}',
        '{"vertexes": [{"digest": "a", "started": "2026-11-26T19:51:57", "completed": "2026-11-26T19:51:58"}]}',
        '{"vertexes": [{"digest": "a", "started": "yesterday", "completed": "2026-11-26T19:51:58Z"}]}',
        "[" * 100_000,
        '{"a":' * 100_000 + "}",
        '{"a": ' + "1" * 5000 + "}",
        "{\n" * 1000 + "}\n" * 1000,
        "#1 [2/2] RUN a\n#1 DONE 9999999.0s\n",
        "#1 [2/2] RUN a\n#1 DONE -1.0s\n#1 DONE NaNs\n#1 DONE 1e9s\n#1 DONE 1.0.0s\n",
        "#1 " * 10_000,
        "\ud800\x00{\x1b[",
    ],
)
def test_what_is_no_progress_says_nothing(text):
    assert read_progress(text) == {}


WORDS = st.sampled_from(
    [
        "#1 ",
        "#22 ",
        "[2/3] RUN a",
        "DONE ",
        "1.5s",
        "CACHED",
        "\n",
        "{",
        "}",
        '"vertexes": [',
        "]",
        "\r",
        "2026-11-26T19:51:57Z ",
    ]
)


@given(st.lists(WORDS | st.text(max_size=5), max_size=40).map("".join))
def test_any_text_gives_times_that_can_be(text):
    assert all(0 <= seconds <= LONGEST for seconds in read_progress(text).values())


@given(
    st.lists(
        st.tuples(st.integers(0, 300), st.integers(0, 60)), min_size=1, max_size=6
    ),
    st.booleans(),
)
def test_a_step_takes_no_more_than_its_intervals_together_and_no_less_than_the_longest(
    intervals, lines
):
    found = [vertex(start=start, end=start + length) for start, length in intervals]
    seconds = read_progress(raw(*found, indent=None if lines else 2))[RUN]
    longest = dict(intervals)  # a later state of an interval takes its place
    assert max(longest.values()) <= seconds <= sum(longest.values())


def test_statuses_come_one_by_one_with_the_lines_between_them():
    lines = iter(
        ["WARNING: x\n", *raw(vertex()).splitlines(keepends=True), "ERROR: y\n"]
    )
    first, second, third = statuses(lines)
    assert (first, third) == ("WARNING: x\n", "ERROR: y\n")
    (only,) = vertexes(second)
    assert (only.name, only.started) == (RUN, None)


def told(build):
    """What is said of each step: its name, whether it was a hit, its seconds, and those of a pull."""
    return [
        (step.name, step.cached, step.seconds, step.pulled, step.error)
        for step in build
    ]


def test_a_hit_whose_layers_are_pulled_is_a_hit():
    states = (vertex(start=1, end=1.5, cached=True), vertex(start=2, end=4))
    (build,) = read_builds(raw(*states))
    assert told(build) == [(RUN, True, None, 2.0, "")]
    (build,) = read_builds(f"#7 {RUN}\n#7 CACHED\n#7 {RUN}\n#7 DONE 2.0s\n")
    assert told(build) == [(RUN, True, None, 2.0, "")]
    layer = f"sha256:{'0' * 64}"
    (build,) = read_builds(f"#7 {RUN}\n#7 extracting {layer} 0.1s done\n#7 DONE 2.0s\n")
    assert told(build) == [(RUN, True, None, 2.0, "")], "CACHED is not always written"
    (build,) = read_builds(f"#7 {RUN}\n#7 0.100 extracting {layer}\n#7 DONE 2.0s\n")
    assert told(build) == [(RUN, False, 2.0, None, "")], (
        "what it prints itself says nothing"
    )


def test_a_plain_log_has_all_steps_and_what_became_of_them():
    (build,) = read_builds(PLAIN)
    assert told(build) == [
        ('building with "default" instance using docker driver', False, None, None, ""),
        ("[stage-1 2/8] WORKDIR /app", True, None, None, ""),
        (RUN, False, 1.5, None, ""),
        ("[stage-1 4/8] RUN sleep 2", False, 2.1, None, ""),
        (
            "[stage-1 5/8] RUN false",
            False,
            None,
            None,
            'process "/bin/sh -c false" did not complete successfully: exit code: 1',
        ),
        ("[stage-1 6/8] RUN later", False, None, None, ""),
    ]


def test_a_text_has_no_more_builds_than_can_be_held():
    text = "#1 [1/1] RUN a\n#1 [1/1] RUN b\n" * 6_000
    assert len(read_builds(text)) == 10_000


def test_a_job_with_several_builds_has_them_apart():
    one = "#1 [internal] load build definition from Dockerfile\n#1 DONE 0.1s\n"
    text = (
        f"{one}#2 [1/2] FROM a\n#2 DONE 1.0s\n$ next\n{one}#2 [1/2] FROM a\n#2 CACHED\n"
    )
    first, second = read_builds(text)
    assert [step.cached for step in first] == [False, False]
    assert [step.cached for step in second] == [False, True]
    cache = "#5 importing cache manifest from a/b:c\n#5 ERROR: not found\n#5 sha256:x 1MB / 2MB\n"
    (build,) = read_builds(cache)
    assert told(build) == [
        ("importing cache manifest from a/b:c", False, None, None, "not found")
    ]
