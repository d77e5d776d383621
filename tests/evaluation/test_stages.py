"""Which stage is meant where, and what a build of a target needs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.dockerfile.parse import parse
from lightship.evaluation.evaluate import evaluate
from lightship.evaluation.stages import (
    Graph,
    dependencies,
    find_cycle,
    mount_from,
    reachable,
)


def graph(text: str) -> Graph:
    dockerfile = parse(text)
    assert not dockerfile.problems
    return evaluate(dockerfile).graph


def bases(text: str) -> list[int | None]:
    return [base.index if base is not None else None for base in graph(text).bases]


def read(text: str) -> list[list[int | None]]:
    """For each stage the indices of the stages that it reads from."""
    return [
        [source.stage.index if source.stage else None for source in sources]
        for sources in graph(text).sources
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM x AS a\nFROM a", [None, 0]),
        ("FROM x AS a\nFROM x AS a\nFROM a", [None, None, 1]),
        ("FROM x AS a\nFROM a AS a\nFROM a", [None, 0, 1]),
        ("FROM b AS a\nFROM x AS b", [None, None]),
        ("FROM x AS Base\nFROM base\nFROM Base", [None, 0, None]),
        ("ARG N=a\nFROM x AS a\nFROM $N", [None, 0]),
        ("FROM x AS a\nFROM a:latest", [None, None]),
    ],
)
def test_from_names_the_last_stage_before_it_as_written(text, expected):
    assert bases(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM x AS a\nFROM y\nCOPY --from=A /f /f", [[], [0]]),
        ("FROM x AS a\nFROM y\nCOPY --from=0 /f /f", [[], [0]]),
        ("FROM x AS a\nFROM y\nCOPY --from=alpine /f /f", [[], [None]]),
        ("FROM x AS a\nFROM y AS a\nFROM z\nCOPY --from=a /f /f", [[], [], [1]]),
        ("FROM x\nCOPY --from=b /f /f\nFROM y AS b", [[1], []]),
        ("FROM x AS a\nFROM y\nRUN --mount=from=a,target=/a true", [[], [0]]),
        ("FROM x AS a\nFROM y\nRUN --mount=from=0,target=/a true", [[], [None]]),
        ("FROM x AS a\nFROM y\nRUN --mount=type=cache,target=/a true", [[], [None]]),
        ("FROM x AS a\nFROM y\nCOPY --from= /f /f", [[], []]),
        # BuildKit counts images that COPY has named behind the stages
        ("FROM x\nCOPY --from=alpine /f /f\nCOPY --from=1 /f /f", [[None, None]]),
    ],
)
def test_copy_and_run_read_from_any_stage(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("from=a", "a"),
        ("type=bind,FROM=a,from=b", "b"),
        ('"from=a,b"', "a,b"),
        ("type=cache", ""),
        ("from", ""),
        ('from="a', ""),
    ],
)
def test_the_source_of_a_mount(value, expected):
    (flag,) = parse(f"FROM x\nRUN --mount='{value}' true").instructions[1].flags
    assert mount_from(flag) == expected


def test_what_a_target_needs():
    found = graph(
        "FROM x AS a\nFROM a AS b\nFROM x AS c\nFROM x AS d\nCOPY --from=b /f /f\nFROM d AS e\nFROM c\nFROM e"
    )
    assert reachable(found, [found.stages[-1]]) == {0, 1, 3, 4, 6}
    assert reachable(found, [found.stages[5]]) == {2, 5}
    assert [stage.index for stage in dependencies(found, found.stages[3])] == [1]


def test_a_trigger_makes_the_stage_that_runs_it_depend():
    found = graph(
        "FROM x AS tools\nFROM x AS base\nONBUILD COPY --from=tools /f /f\nFROM base"
    )
    assert reachable(found, [found.stages[2]]) == {0, 1, 2}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("FROM x AS a\nCOPY --from=a /f /f", ["a"]),
        (
            "FROM x AS a\nCOPY --from=b /f /f\nFROM x AS b\nCOPY --from=a /f /f",
            ["b", "a"],
        ),
        (
            "FROM x AS a\nRUN --mount=from=b,target=/b true\nFROM x AS b\nCOPY --from=0 /f /f",
            ["b", "0"],
        ),
        ("FROM x AS a\nFROM x AS b\nCOPY --from=a /f /f", []),
        (
            "FROM x AS a\nFROM x AS b\nCOPY --from=a /f /f\nFROM x\nCOPY --from=a /f /f\nCOPY --from=b /f /f",
            [],
        ),
    ],
)
def test_cycles(text, names):
    assert [source.name for source in find_cycle(graph(text))] == names


def test_a_long_chain_is_no_recursion():
    count = 5_000
    chain = (
        "".join(f"FROM x AS s{n}\nCOPY --from=s{n + 1} /f /f\n" for n in range(count))
        + f"FROM x AS s{count}\n"
    )
    found = graph(chain)
    assert not find_cycle(found)
    assert len(reachable(found, [found.stages[0]])) == count + 1


@given(st.lists(st.lists(st.integers(0, 7), max_size=3), min_size=1, max_size=8))
def test_a_cycle_is_found_if_there_is_one(edges):
    count = len(edges)
    text = "".join(
        f"FROM x AS s{n}\n"
        + "".join(f"COPY --from=s{to % count} /f /f\n" for to in targets)
        for n, targets in enumerate(edges)
    )
    found = graph(text)
    reach = [{to % count for to in targets} for targets in edges]
    for _ in range(count):
        reach = [ways | {far for way in ways for far in reach[way]} for ways in reach]
    assert bool(find_cycle(found)) == any(n in ways for n, ways in enumerate(reach))
