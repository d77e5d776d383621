"""A history replayed is what each of its builds would be by itself, on all results of those before."""

from __future__ import annotations

import pytest
from cache.made_trees import Files, edited, start, tree_of
from cache.pasts import build_of, own, past_of, plain
from hypothesis import given
from hypothesis import strategies as st

from lightship.cache.builders import BUILDERS
from lightship.cache.causes import Cause
from lightship.cache.keys.moment import Moment
from lightship.cache.replay.past import Dockerfiles
from lightship.cache.replay.replay_commits import replay
from lightship.cache.replay.results import Fate, Replay
from lightship.cache.times.build_time import Times
from lightship.errors import ParseError

DOCKERFILES = (
    "FROM debian\nWORKDIR /app\nCOPY a .\nRUN pip install x\nCOPY . .\nRUN make\n",
    "FROM debian AS b\nCOPY . /src\nRUN cat /src/b > /out\nFROM debian\nCOPY --from=b /out /out\nRUN a\nCOPY a* /\n",
    "FROM debian AS b\nCOPY a /a/\nFROM b\nRUN --mount=source=b,target=/b make\nFROM debian\nCOPY --from=1 /a /\n",
    "FROM debian\nCOPY --exclude=b a /a\nADD */b /b/\nARG V=1\nRUN make\n",
)
IGNORES = ("", "b\n", "*\n!a\n", "**/*.txt\n!a/c.txt\n")
APP = plain(app="1", requirements="flask")
USUAL = "FROM debian\nCOPY requirements /\nRUN pip install\nCOPY . /app\nRUN make\n"


def trees() -> st.SearchStrategy[list[Files]]:
    steps = st.lists(st.lists(edited.one, max_size=3), min_size=1, max_size=5)
    return st.builds(_after_each, start(), steps, st.sampled_from(IGNORES))


def _after_each(first: Files, steps: list, ignore: str) -> list[Files]:
    found = [first]
    for step in steps:
        found.append(edited(found[-1], step))
    return [{**files, ".dockerignore": ("file", 0o644, ignore)} for files in found]


def fates(found: Replay) -> list[str]:
    return [step.fates for step in found.steps]


def from_scratch(text: str, all_trees: list[Files], builder: str) -> list[str]:
    """The same, each commit by itself: a step is a hit if its key was there before.

    BuildKit runs nothing where a source is missing.
    """
    cache: set[bytes] = set()
    rows: list[str] = []
    for at, files in enumerate(all_trees):
        seen = set(cache)
        row = ""
        keyed = Moment(
            build_of(text, all_trees[-1]), tree_of(files), BUILDERS[builder]
        ).keyed
        runs = BUILDERS[builder].chains or not any(each.missing for each in keyed)
        for each in keyed:
            if each.key is None or not (runs or each.key in cache):
                row += Fate.FAILED if each.missing else Fate.SKIPPED
            else:
                row += Fate.HIT if each.key in seen else Fate.MISS
                seen.add(each.key)
        cache = seen
        if at:
            rows.append(row)
    return ["".join(column) for column in zip(*rows, strict=True)]


@given(trees(), st.sampled_from(DOCKERFILES), st.sampled_from(sorted(BUILDERS)))
def test_each_commit_is_as_it_is_by_itself(all_trees, text, builder):
    build = build_of(text, all_trees[-1])
    found = replay(past_of(all_trees), Dockerfiles.always(build), BUILDERS[builder])
    assert fates(found) == from_scratch(text, all_trees, builder)
    for at, step in enumerate(found.steps):
        assert (
            step.rebuilt
            == step.fates.count(Fate.MISS)
            == sum(at in commit.missed for commit in found.commits)
        )
        assert sum(reason.commits for reason in step.reasons) >= step.rebuilt
    assert [bool(commit.failed) for commit in found.commits] == [
        any(step.fates[at] == Fate.FAILED for step in found.steps)
        for at in range(len(found.commits))
    ]
    assert all(len(commit.causes) == len(commit.missed) for commit in found.commits)


@given(trees(), st.sampled_from(DOCKERFILES))
def test_a_dockerfile_of_each_commit_that_is_the_same_is_todays(all_trees, text):
    all_trees = [{**files, "Dockerfile": ("file", 0o644, text)} for files in all_trees]
    today = replay(
        past_of(all_trees), Dockerfiles.always(build_of(text, all_trees[-1]))
    )
    historic = replay(past_of(all_trees), own(all_trees))
    assert historic.historic
    assert not today.historic
    assert fates(today) == fates(historic)
    assert [step.reasons for step in today.steps] == [
        step.reasons for step in historic.steps
    ]
    assert today.commits == historic.commits


@given(trees(), st.lists(st.sampled_from(DOCKERFILES), min_size=6, max_size=6))
def test_dockerfiles_may_come_and_go(all_trees, texts):
    all_trees = [
        {**files, "Dockerfile": ("file", 0o644, text)} if text else files
        for files, text in zip(all_trees, texts, strict=False)
    ]
    found = replay(past_of(all_trees), own(all_trees))
    assert len({len(step.fates) for step in found.steps}) <= 1
    for at, commit in enumerate(found.commits):
        column = [step.fates[at] for step in found.steps]
        assert [
            place for place, fate in enumerate(column) if fate == Fate.MISS
        ] == sorted(commit.missed)


@given(trees(), st.sampled_from(DOCKERFILES))
def test_a_revert_rebuilds_nothing(all_trees, text):
    build = build_of(text, all_trees[-1])
    found = replay(
        past_of([*all_trees, *all_trees[:-1][::-1]]), Dockerfiles.always(build)
    )
    turned = len(all_trees) - 1
    assert not any(Fate.MISS in step.fates[turned:] for step in found.steps)


@given(
    trees(),
    st.sampled_from(DOCKERFILES),
    st.lists(st.integers(0, 50), min_size=12, max_size=12),
)
def test_seconds_are_never_more_than_the_sum(all_trees, text, durations):
    seconds = {line: float(each) for line, each in enumerate(durations, 1)}
    build = build_of(text, all_trees[-1])
    found = replay(
        past_of(all_trees), Dockerfiles.always(build), times=Times(seconds, "a test")
    )
    for commit in found.commits:
        each = [found.steps[at].seconds or 0.0 for at in commit.missed]
        assert max(each, default=0.0) <= (commit.seconds or 0.0) <= sum(each)
    assert found.seconds == sum(commit.seconds or 0.0 for commit in found.commits)
    assert found.days == len(found.commits) - 1
    in_files = sum(file.seconds or 0.0 for file in found.files)
    assert in_files <= (found.seconds or 0.0) + 1e-6


def test_rows_are_in_the_order_of_the_build_and_what_is_gone_comes_last():
    first = "FROM debian\nRUN one\nRUN two\n"
    second = "FROM debian AS b\nRUN zero\nFROM debian\nRUN two\nCOPY --from=b /x /\n"
    all_trees = [
        {"Dockerfile": ("file", 0o644, text)} for text in (first, first, second)
    ]
    found = replay(past_of(all_trees), own(all_trees))
    assert [(step.stage, step.instruction) for step in found.steps][:3] == [
        ("b", "RUN zero"),
        ("stage-1", "RUN two"),
        ("stage-1", "COPY --from=b /x /"),
    ]


def test_a_commit_without_a_dockerfile_fails_and_says_so():
    text = ("file", 0o644, USUAL)
    all_trees = [
        APP,
        APP,
        {**APP, "Dockerfile": text},
        {**APP, "Dockerfile": text, "app": ("file", 0o644, "2")},
    ]
    found = replay(past_of(all_trees), own(all_trees))
    assert [commit.failed for commit in found.commits] == [
        "there is no Dockerfile in this commit",
        "",
        "",
    ]
    assert fates(found) == [" #.", " #.", " ##", " ##"]


def test_todays_dockerfile_that_does_not_parse_is_an_error():
    with pytest.raises(ParseError, match="line 2"):
        replay(
            past_of([APP, APP]),
            Dockerfiles.always(build_of("FROM debian\nCOPY\n", APP)),
        )


def test_a_history_without_a_commit_before_starts_with_an_empty_cache():
    found = replay(
        past_of([APP, APP], start=False), Dockerfiles.always(build_of(USUAL, APP))
    )
    assert fates(found) == ["#."] * 4


def test_reasons_are_ranked_and_files_are_by_cost():
    changed = [
        APP,
        {**APP, "app": ("file", 0o644, "2")},
        {**APP, "app": ("file", 0o644, "3")},
        {**APP, "app": ("file", 0o644, "3"), "requirements": ("file", 0o644, "django")},
    ]
    times = Times({2: 1.0, 3: 100.0, 4: 1.0, 5: 10.0}, "a test")
    found = replay(
        past_of(changed), Dockerfiles.always(build_of(USUAL, APP)), times=times
    )
    assert fates(found) == ["..#", "..#", "###", "###"]
    assert [(each.cause, each.commits) for each in found.steps[2].reasons] == [
        (Cause.FILES, 2),
        (Cause.PARENT, 1),
    ]
    assert [
        (file.path, file.commits, file.steps, file.seconds) for file in found.files
    ] == [
        ("requirements", 1, 4, 112.0),
        ("app", 2, 4, 22.0),
    ]
    assert found.days == 2
    assert (found.seconds, found.seconds_per_build) == (134.0, 112.0)
