"""Strips, words and the choice of the step that advice speaks of."""

from __future__ import annotations

from dataclasses import replace

import pytest
from caches import COPY_ALL, COPY_ONE, INSTALL, advice, replay
from hypothesis import given
from hypothesis import strategies as st

from lightship.cache.advice.advised import Advice
from lightship.cache.causes import Cause
from lightship.cache.explain.explanation import Reason
from lightship.cache.replay.past import Commit
from lightship.cache.replay.results import (
    CommitResult,
    Fate,
    RankedReason,
    Replay,
    StepHistory,
)
from lightship.report.cache.replay_figures import (
    per_commit,
    per_week,
    rebuilt,
    saving,
    steps_of_one,
    unchanged,
)
from lightship.report.cache.sentences import claim
from lightship.report.cache.step_phrases import reason, would
from lightship.report.cache.strips import ABSENT, FAILED, HIT, SKIPPED, painted, strip
from lightship.report.kit.bars import LEVELS
from lightship.report.kit.paint import RED, YELLOW
from lightship.report.kit.view import View

FATES = st.text(st.sampled_from([each.value for each in Fate]), max_size=300)


@given(FATES, st.integers(1, 120))
def test_a_strip_fits_and_hides_no_rebuild(fates, width):
    columns = strip(fates, width)
    assert len(columns) == min(width, len(fates))
    assert any(char in LEVELS for char in columns) == (Fate.MISS in fates)
    if len(fates) <= width:
        assert [char in LEVELS for char in columns] == [
            char == Fate.MISS for char in fates
        ]


@given(st.integers(0, 300), st.integers(0, 300))
def test_a_column_is_full_only_where_all_of_it_was_rebuilt(missed, hit):
    column = strip(Fate.MISS * missed + Fate.HIT * hit, 1)
    assert (column == LEVELS[-1]) == (missed > 0 and 8 * missed > 7 * (missed + hit))
    assert (column == HIT) == (not missed and hit > 0)


def test_each_fate_has_a_character_of_its_own():
    assert strip("#.!- ", 5) == LEVELS[-1] + HIT + FAILED + SKIPPED + ABSENT
    assert strip("", 10) == ""
    assert strip("!.", 1) == FAILED


def test_what_half_of_the_commits_rebuild_is_loud():
    assert (
        painted(f"{HIT}{HIT}▁█", View(colour=True))
        == f"\033[2m··\033[0m\033[{YELLOW}m▁\033[0m\033[{RED}m█\033[0m"
    )
    assert painted("··▁█", View()) == "··▁█"


def test_a_reason_names_files_that_its_text_does_not():
    paths = tuple(f"f{at}.py" for at in range(1000))
    assert reason(Reason(Cause.FILES, "`a.py` changed", ("a.py",))) == "`a.py` changed"
    assert reason(Reason(Cause.FILES, "1,000 files changed", paths)) == (
        "1,000 files changed (f0.py, f1.py, f2.py, f3.py, 996 more)"
    )
    ranked = RankedReason(Cause.FILES, "files in `a/` changed", 9, ("a/1", "a/2"))
    assert reason(ranked) == "files in `a/` changed (most often a/1, a/2)"


def test_a_claim_has_digits_where_whole_percent_would_say_nothing():
    before, after = made(("RUN make", 90)), made(("RUN make", 89))
    commits = before.commits * 10
    one = Advice(
        "",
        "",
        {},
        "",
        replace(before, commits=commits),
        replace(after, commits=commits),
        safe=True,
    )
    assert claim(one).startswith(
        "9.0 % of 1,000 commits would rebuild line 1; with this change 8.9 %"
    )


AGAIN, DEPENDENCIES = "rebuild line 7", "reinstall dependencies"


@pytest.mark.parametrize(
    ("instruction", "text"),
    [
        (INSTALL, DEPENDENCIES),
        ("RUN --mount=type=cache,target=/x uv sync --locked", DEPENDENCIES),
        ("RUN npm ci", DEPENDENCIES),
        ("RUN apt-get update && apt-get install -y gcc", "reinstall system packages"),
        ("RUN make", AGAIN),
        ("COPY . .", AGAIN),
        ("RUN", AGAIN),
        ("RUN --", AGAIN),
    ],
)
def test_what_a_rebuilt_step_means(instruction, text):
    assert would(StepHistory("a", 7, instruction, 1, "#", ())) == text


def test_figures_are_counted():
    given = replay(80)
    assert rebuilt(given) == sum(len(each.missed) for each in given.commits)
    assert unchanged(given) == sum(
        not each.missed and not each.failed for each in given.commits
    )
    assert per_commit(given) == pytest.approx(given.seconds / 80)
    assert per_week(given, 79.0) == pytest.approx(79.0 * 7 / 39.5)
    assert per_week(replay(8), 79.0) is None
    assert per_commit(Replay((), (), (), seconds=0.0)) is None


def test_the_steps_of_a_commit_are_those_that_it_has():
    assert steps_of_one(replay(80)) == "3 steps"
    fates = ("....", "##  ", " !- ")
    steps = tuple(
        StepHistory("a", at, "RUN x", 0, each, ()) for at, each in enumerate(fates)
    )
    assert steps_of_one(replace(replay(4), steps=steps)) == "2 steps"
    assert steps_of_one(replace(replay(4), steps=steps[1:])) == "1 step"
    assert steps_of_one(Replay((), (), ())) == "0 steps"


def made(*steps):
    """A replay whose steps were rebuilt so often."""
    histories = tuple(
        StepHistory("a", at, text, many, "#" * many, ())
        for at, (text, many) in enumerate(steps, 1)
    )
    commits = tuple(
        CommitResult(Commit(f"{at:x}", at, ""), (), 0, 0) for at in range(100)
    )
    return Replay(histories, commits, ())


def saved(before, after):
    return saving(Advice("", "", {}, "", before, after, safe=True))


def test_the_claim_is_of_the_step_that_gains_most():
    found = saving(advice())
    assert (found.before.instruction, found.after.instruction) == (INSTALL, INSTALL)
    assert found.seconds == advice().before.seconds - advice().after.seconds


def test_an_edited_step_is_known_by_its_words():
    mounted = "RUN --mount=type=cache,target=/root/.cache/pip pip install --no-cache-dir -r requirements.txt"
    found = saved(
        made((COPY_ALL, 90), (INSTALL, 90)),
        made((COPY_ONE, 9), (mounted, 9), (COPY_ALL, 90)),
    )
    assert (found.before.instruction, found.after.instruction, found.steps) == (
        INSTALL,
        mounted,
        72,
    )


def test_a_step_that_is_gone_is_rebuilt_by_none():
    found = saved(made(("RUN touch /a", 90), (COPY_ALL, 5)), made((COPY_ALL, 5)))
    assert (found.before.instruction, found.after) == ("RUN touch /a", None)


def test_the_same_instruction_twice_is_two_steps():
    found = saved(
        made(("RUN make", 9), ("RUN make", 90)), made(("RUN make", 9), ("RUN make", 9))
    )
    assert (found.before.rebuilt, found.after.rebuilt) == (90, 9)


def test_where_no_step_is_rebuilt_less_none_is_named():
    assert saved(made(), made()).steps == 0
    same = made(("RUN make", 9))
    assert saved(same, same).before is None
    assert (
        claim(Advice("", "", {}, "", same, same, safe=True))
        == "9 steps rebuilt in all instead of 9"
    )
