"""From which difference on a figure is called better or worse, and that it is the same the other way round."""

from __future__ import annotations

from dataclasses import replace

import pytest
from amounts import share_of
from hypothesis import given, settings
from proof.made import MB, RAN, SHAPE, measured, unbuilt, versions

from lightship.proof.figures import COUNTING, ROWS, SCENARIOS, figures
from lightship.proof.measured import Measured, ShapeFlaw, VersionWork
from lightship.proof.proof import Effect

SAME, WORSE, BETTER, UNKNOWN = Effect.SAME, Effect.WORSE, Effect.BETTER, Effect.UNKNOWN
BACK = {SAME: SAME, WORSE: BETTER, BETTER: WORSE, UNKNOWN: UNKNOWN}
FLAWS = ShapeFlaw("CVE-1", "flask", "high"), ShapeFlaw("CVE-2", "flask", "medium")


def changes(before: Measured, after: Measured) -> dict[str, Effect]:
    return {figure.key: figure.change for figure in figures(before, after)}


def shaped(**values) -> Measured:
    return measured(shape=replace(SHAPE, **values))


def ran(**values) -> Measured:
    return measured(replace(RAN, **values))


def sent(many: int) -> Measured:
    return measured(sent=many)


def built(*seconds: float) -> Measured:
    return measured(cold=seconds)


@settings(max_examples=share_of(60))
@given(versions(), versions())
def test_the_other_way_round_each_is_the_opposite(before, after):
    assert changes(after, before) == {
        key: BACK[change] for key, change in changes(before, after).items()
    }


@settings(max_examples=share_of(60))
@given(versions())
def test_nothing_differs_from_itself(version):
    assert {*changes(version, version).values()} <= {SAME}


def test_all_values_are_kept_in_the_order_of_the_table():
    found = list(figures(built(3.0, 1.0), built(2.0)))
    assert [figure.key for figure in found] == [
        row.key for row in ROWS if row.key in changes(built(1.0), built(1.0))
    ]
    assert (found[0].key, found[0].before, found[0].after) == (
        "cold",
        (3.0, 1.0),
        (2.0,),
    )


def test_keys_are_of_one_row_each_and_each_scenario_has_one():
    keys = [row.key for row in ROWS]
    assert len({*keys}) == len(keys)
    assert {*SCENARIOS} <= COUNTING <= {*keys}


@pytest.mark.parametrize(
    ("key", "before", "after", "change"),
    [
        ("content", shaped(content=180 * MB), shaped(content=180 * MB + 800_000), SAME),
        ("content", shaped(content=180 * MB), shaped(content=181 * MB), WORSE),
        ("content", shaped(content=9 * MB), shaped(content=9 * MB + 99_999), SAME),
        ("content", shaped(content=9 * MB), shaped(content=9 * MB + 100_000), WORSE),
        ("content", shaped(content=9_000), shaped(content=0), SAME),
        ("waste", shaped(waste=0), shaped(waste=900_000), SAME),
        ("waste", shaped(waste=2 * MB), shaped(waste=MB), BETTER),
        ("setuid", shaped(setuid=9), shaped(setuid=10), WORSE),
        ("secrets", shaped(secrets=1), shaped(secrets=0), BETTER),
        ("vulnerabilities", shaped(flaws=FLAWS), shaped(flaws=FLAWS[:1]), BETTER),
        ("vulnerabilities", shaped(flaws=()), shaped(flaws=()), SAME),
        ("vulnerabilities", shaped(flaws=FLAWS), shaped(), UNKNOWN),
        ("severe", shaped(flaws=FLAWS), shaped(flaws=FLAWS[:1]), SAME),
        ("severe", shaped(flaws=()), shaped(flaws=FLAWS), WORSE),
        ("context-bytes", sent(40_000), sent(139_999), SAME),
        ("context-bytes", sent(40_000), sent(140_000), WORSE),
        ("context-bytes", sent(40 * MB), sent(40_000), BETTER),
        ("memory", ran(memory=20 * MB), ran(memory=39 * MB), SAME),  # one value each
        ("memory", ran(memory=20 * MB), ran(memory=41 * MB), WORSE),
        ("start", ran(start=0.1), ran(start=0.3), SAME),
        ("start", ran(start=0.1), ran(start=0.4), WORSE),
        ("stop", ran(stop=10.1), ran(stop=0.3), BETTER),
        ("stop", ran(stop=0.1), ran(stop=0.55), SAME),
        ("stop", ran(stop=0.1), ran(stop=None), UNKNOWN),
        ("cold", built(60.0, 61.0), built(110.0, 111.0), SAME),
        ("cold", built(60.0, 61.0), built(125.0, 126.0), WORSE),
        ("cold", built(60.0), built(179.0), SAME),
        ("cold", built(60.0), built(181.0), WORSE),
        ("cold", built(0.1, 0.1), built(0.24, 0.24), SAME),
        ("cold", built(0.1, 0.1), built(0.26, 0.26), WORSE),
        ("cold", built(1.0), unbuilt(), UNKNOWN),
        ("content", shaped(), unbuilt(), UNKNOWN),
    ],
)
def test_what_is_called_a_difference(key, before, after, change):
    assert changes(before, after)[key] is change
    assert changes(after, before)[key] is BACK[change]


def test_what_was_measured_on_no_side_is_no_figure():
    assert {*changes(unbuilt(), unbuilt())} == {"context-bytes", "context-files"}
    assert "compressed" not in changes(shaped(), shaped())
    assert (
        changes(shaped(compressed=5 * MB), shaped(compressed=MB))["compressed"]
        is BETTER
    )


def test_bounds_are_told_of_what_has_noise_alone():
    found = {figure.key: figure for figure in figures(measured(), measured())}
    assert (found["content"].low, found["content"].high) == (None, None)
    assert found["cold"].low < 1 < found["cold"].high


def test_versions_that_do_the_same_differ_by_noise_alone():
    slow, fast = replace(RAN, start=9.0), replace(RAN, start=0.3)
    before = measured(slow, cold=(90.0, 91.0), commits=(90.0, 91.0))
    after = measured(fast, cold=(30.0, 31.0), commits=(30.0, 31.0))
    same_build = VersionWork("b", "one"), VersionWork("b", "other")

    def better(*works: VersionWork) -> set[str]:
        old, new = (
            replace(side, work=work)
            for side, work in zip((before, after), works, strict=True)
        )
        return {row.key for row in figures(old, new) if row.change is Effect.BETTER}

    assert better(VersionWork(), VersionWork()) == {"cold", "commits", "start"}
    assert better(*same_build) == {"commits", "start"}
    assert better(VersionWork("b", "w"), VersionWork("b", "w")) == set()
