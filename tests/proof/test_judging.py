"""The verdict: what weighs more than what, and that a change back is called the opposite."""

from __future__ import annotations

from dataclasses import replace

import pytest
from amounts import share_of
from hypothesis import given, settings
from proof.made import (
    ANSWERS,
    MB,
    RAN,
    SHAPE,
    measured,
    stopped,
    unbuilt,
    verdict,
    versions,
)

from lightship.proof.figures import COUNTING
from lightship.proof.judging import COUNTED_FACTS
from lightship.proof.measured import Answer, Ran
from lightship.proof.proof import VerdictKind

BROKEN, UNKNOWN, WORSE, MIXED, SAME, BETTER = (
    VerdictKind.BROKEN,
    VerdictKind.UNKNOWN,
    VerdictKind.WORSE,
    VerdictKind.MIXED,
    VerdictKind.SAME,
    VerdictKind.BETTER,
)
BACK = {
    SAME: {SAME},
    WORSE: {BETTER},
    MIXED: {MIXED, BROKEN},
    BETTER: {WORSE, BROKEN},
    BROKEN: {BETTER, MIXED, BROKEN, SAME, UNKNOWN, WORSE},
    UNKNOWN: {UNKNOWN},
}
KEYS = COUNTING | COUNTED_FACTS | {"answer", "starts", "builds"}
SMALLER = replace(SHAPE, content=90 * MB)
UNASKED = Ran(None, unknown="no program in this image can send a request")
LIVES = Ran(None, lives=True, stop=0.2, code=143)
SLOWER = (120.0, 121.0, 122.0)
OTHERWISE = replace(RAN, answers=(ANSWERS[0], replace(ANSWERS[1], status=404)))


def ended(code: int) -> Ran:
    """A program of which nothing can be asked, at its end."""
    return Ran(None, (Answer("exit", code, ""),), code=code)


@settings(max_examples=share_of(80))
@given(versions())
def test_nothing_is_better_or_worse_than_itself(version):
    kind = verdict(version, version).kind
    is_running = not version.build_error and not all(run.error for run in version.runs)
    assert kind is (SAME if is_running else UNKNOWN)


@settings(max_examples=share_of(80))
@given(versions(), versions())
def test_a_change_back_is_the_opposite(before, after):
    there, back = verdict(before, after), verdict(after, before)
    if (
        there.keys == ("starts",) and there.kind is UNKNOWN and before.build_error
    ):  # it builds now, and does not start
        assert (back.kind, back.keys) == (BROKEN, ("builds",))
    else:
        assert back.kind in BACK[there.kind]


def test_what_two_versions_answered_that_both_end_tells_nothing():
    ends = replace(RAN, start=None, error="it ended by itself")
    other = replace(ends, answers=(Answer("/", error="no answer"),))
    found = verdict(measured(ends), measured(other))
    assert (found.kind, found.keys) == (UNKNOWN, ("starts",))


@settings(max_examples=share_of(80))
@given(versions(), versions())
def test_each_reason_names_what_it_is_of(before, after):
    found = verdict(before, after)
    assert found.reasons
    assert {*found.keys} <= KEYS
    assert len(found.keys) == (
        len(found.reasons) if found.keys or found.kind is not SAME else 0
    )


@pytest.mark.parametrize(
    ("before", "after", "kind", "keys"),
    [
        (measured(), measured(), SAME, ()),
        (unbuilt("a"), unbuilt("b"), UNKNOWN, ("builds",)),
        (measured(), unbuilt(), BROKEN, ("builds",)),
        (unbuilt(), measured(), BETTER, ("builds",)),
        (unbuilt(), measured(stopped()), UNKNOWN, ("starts",)),
        (measured(stopped()), measured(stopped(), shape=SMALLER), UNKNOWN, ("starts",)),
        # It starts now and then, and then never
        (measured(RAN, stopped()), measured(stopped(), stopped()), BROKEN, ("starts",)),
        (measured(RAN, stopped()), measured(RAN, RAN), BETTER, ("starts",)),
        (measured(UNASKED), measured(), UNKNOWN, ("starts",)),
        (measured(), measured(UNASKED, shape=SMALLER), UNKNOWN, ("starts",)),
        (measured(LIVES), measured(LIVES), SAME, ()),
        (measured(LIVES), measured(ended(1)), BROKEN, ("starts",)),
        (measured(LIVES), measured(ended(0)), BROKEN, ("starts",)),
        (measured(ended(1)), measured(LIVES), BETTER, ("starts",)),
        (measured(ended(0)), measured(LIVES), BROKEN, ("starts",)),
        (measured(), measured(replace(RAN, healthy=False)), BROKEN, ("healthy",)),
        (measured(), measured(replace(RAN, healthy=None)), WORSE, ("healthy",)),
        (measured(), measured(replace(RAN, listens="loopback")), BROKEN, ("listens",)),
        (measured(), measured(replace(RAN, code=137)), WORSE, ("ends",)),
        (measured(replace(RAN, code=1)), measured(), BETTER, ("ends",)),
        (measured(stopped()), unbuilt(), BROKEN, ("builds",)),
        (measured(), measured(stopped(), shape=SMALLER), BROKEN, ("starts",)),
        (measured(), measured(OTHERWISE, shape=SMALLER), BROKEN, ("answer",)),
        (measured(stopped()), measured(), BETTER, ("starts",)),
        (measured(), measured(shape=SMALLER), BETTER, ("content",)),
        (measured(shape=SMALLER), measured(), WORSE, ("content",)),
        (measured(), measured(shape=SMALLER, cold=SLOWER), MIXED, ("cold", "content")),
        (measured(), measured(replace(RAN, first="sh", memory=21 * MB)), SAME, ()),
        (
            measured(),
            measured(shape=replace(SMALLER, user="1000", is_root=False)),
            BETTER,
            ("user", "content"),
        ),
    ],
)
def test_what_weighs_more(before, after, kind, keys):
    found = verdict(before, after)
    assert (found.kind, found.keys) == (kind, keys), found.reasons


def test_what_changed_most_is_said_first():
    after = replace(SHAPE, waste=100 * MB)
    assert verdict(measured(shape=replace(after, secrets=1)), measured()).keys == (
        "secrets",
        "waste",
    )
    killed = replace(RAN, killed=True, stop=10.2)
    found = verdict(measured(), measured(killed, cold=SLOWER))
    assert found.keys == ("ends", "stop", "cold")
    assert found.reasons[1] == "stop: 0.20 s -> 10.20 s"


STEP = "[2/2] RUN pip install -r requirements.txt: exit code 1"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (STEP, STEP),
        (f"{STEP}\n  Killed\n\n", f"{STEP}: Killed"),
        (
            f"{STEP}\n  Collecting a\n  ERROR: No matching distribution found for a\n  [notice] New pip",
            f"{STEP}: ERROR: No matching distribution found for a",
        ),
        (
            f"{STEP}\n  Reading package lists...\n  E: Unable to locate package nosuch",
            f"{STEP}: E: Unable to locate package nosuch",
        ),
        (
            f"{STEP}\n  main.c:1:1: error: unknown type name\n  make: *** [all] Error 1",
            f"{STEP}: main.c:1:1: error: unknown type name",
        ),
        (
            "exit code 1\nDockerfile:2\n----\nERROR: failed to solve: unknown instruction: RUNX",
            "exit code 1: ERROR: failed to solve: unknown instruction: RUNX",
        ),
    ],
)
def test_why_a_build_fails_is_one_line_with_the_line_that_tells_most(error, reason):
    broken = verdict(measured(), unbuilt(error))
    assert broken.reasons == (f"the build fails: {reason}",)
    still = verdict(unbuilt(error), unbuilt(error))
    assert still.reasons == (f"neither builds: {reason}",)


def test_reasons_are_sentences():
    assert verdict(measured(), unbuilt()).reasons == (
        "the build fails: RUN make: exit code 2",
    )
    assert verdict(measured(), measured(stopped("no module app"))).reasons == (
        "it does not start: no module app",
    )
    assert verdict(measured(), measured(OTHERWISE)).reasons == (
        "the answer to /health differs: 200 ok -> 404 ok",
    )
    assert verdict(unbuilt(), measured()).reasons == ("it builds now",)
    said = verdict(unbuilt(), measured(stopped("no module app"))).reasons
    assert said == ("it builds now but does not start: no module app",)


def test_a_version_whose_hosts_were_not_reached_is_neither_broken_nor_mended():
    line = "Temporary failure in name resolution"
    [failed] = unbuilt().builds
    lost = replace(unbuilt(), builds=(replace(failed, unreached=line),))
    for before, after in ((measured(RAN), lost), (lost, measured(RAN))):
        found = verdict(before, after)
        assert (found.kind, found.keys) == (UNKNOWN, ("builds",))
        assert found.reasons[0].endswith(
            f"was not built, a host was not reached: {line}"
        )
    assert verdict(measured(RAN), unbuilt()).kind is BROKEN
    assert verdict(lost, unbuilt()).reasons[0].startswith("neither builds")
