"""A history as CI sees it: what pushes, pull requests and tags find, under several settings."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cache.made_trees import changes_between, tree_of
from cache.pasts import build_of

from lightship.builds.ci.ci_build import ChangesWith, KeptPath
from lightship.builds.definition import Written
from lightship.cache.builders import read_builder
from lightship.cache.remote.keyed_runs import keyed_runs
from lightship.cache.remote.other_settings import options_of, settings_beside
from lightship.cache.remote.replay_ci import AskedCi, replay_ci
from lightship.cache.remote.replayed_run import CiHistory, EventKind, ReplayedRun
from lightship.cache.remote.setting import CacheSetting
from lightship.cache.replay.past import Commit
from lightship.cache.times.build_time import Times

DOCKERFILE = """\
FROM python:3.13 AS build
COPY requirements.txt .
RUN pip install -r requirements.txt
FROM python:3.13
COPY --from=build /usr/local /usr/local
COPY app.py .
RUN python -m compileall .
"""
DAY = 86_400
GHA = options_of("type=gha")
GHA_MAX = options_of("type=gha,mode=max")
GHA_MIN = options_of("type=gha,mode=min")


class Made:
    """A history of runs, each with a change of the files."""

    def __init__(self, text=DOCKERFILE):
        self.files = {"requirements.txt": "flask", "app.py": "0"}
        self.first = dict(self.files)
        self.text = text
        self.runs = []
        self.time = 0

    def run(self, kind=EventKind.PUSH, ref="refs/heads/main", *, hours=1, **files):
        named = {name.replace("_", "."): text for name, text in files.items()}
        before, self.files = self.files, {**self.files, **named}
        changed = changes_between(nodes(before), nodes(self.files))
        self.time += hours * 3600
        commit = Commit(f"{len(self.runs) + 1:040x}", self.time, "change")
        self.runs.append(
            ReplayedRun(kind, commit, self.time, ref, tuple(changed), lambda _id: None)
        )
        return self

    def replay(self, written, *, times=None, others=(), **more):
        start = Commit("0" * 40, 0, "start")
        history = CiHistory(tree_of(nodes(self.first)), start, "main", self.runs)
        asked = AskedCi("w.yml:3", written, tuple(others), lambda _run: True, **more)
        build = build_of(self.text, nodes(self.first))
        builder = read_builder("buildkit-containerd")
        return replay_ci(history, build, builder, asked, times)


def nodes(files):
    return {path: ("file", 0o644, text) for path, text in files.items()}


def setting(reads=(), writes=(), **more):
    return CacheSetting("as written", reads, writes, **more)


def rebuilt(result, kind=EventKind.PUSH):
    [found] = [each for each in result.kinds if each.kind is kind]
    return found.rebuilt


def reasons(result, kind=EventKind.PUSH):
    [found] = [each for each in result.kinds if each.kind is kind]
    return [step.reasons[0].text if step.reasons else "" for step in found.steps]


def test_without_a_cache_each_run_builds_all():
    made = Made().run(app_py="1").run(app_py="2")
    replay = made.replay(setting())
    assert rebuilt(replay.written) == 10
    assert set(reasons(replay.written)) == {"no cache is read"}


def test_with_mode_max_a_run_builds_what_changed():
    made = Made().run(app_py="1").run(app_py="2")
    assert rebuilt(made.replay(setting(GHA, GHA_MAX)).written) == 4


def test_mode_min_builds_the_stage_again_with_its_dependencies():
    made = Made().run(requirements_txt="django")
    maximal = made.replay(setting(GHA, GHA_MAX)).written
    minimal = made.replay(setting(GHA, GHA_MIN)).written
    assert rebuilt(maximal) == rebuilt(minimal) == 5
    text = DOCKERFILE.replace(
        "COPY requirements.txt .\n", "RUN apt-get update\nCOPY requirements.txt .\n"
    )
    made = Made(text).run(requirements_txt="django")
    assert rebuilt(made.replay(setting(GHA, GHA_MAX)).written) == 5
    minimal = made.replay(setting(GHA, GHA_MIN)).written
    assert rebuilt(minimal) == 6
    assert "mode=min" in reasons(minimal)[0]


def test_a_pull_request_reads_the_default_branch_but_not_the_other_way_round():
    made = Made().run(EventKind.FIRST, "refs/pull/1/merge", requirements_txt="django")
    made.run(EventKind.LATER, "refs/pull/1/merge")
    made.run(EventKind.PUSH)
    replay = made.replay(setting(GHA, GHA_MAX)).written
    assert rebuilt(replay, EventKind.FIRST) == 5
    assert rebuilt(replay, EventKind.LATER) == 0
    # The merge is paid again
    assert rebuilt(replay, EventKind.PUSH) == 5


def test_a_registry_is_read_by_all_that_name_it():
    options = options_of("type=registry,ref=example.org/app:c")
    written = setting(
        options, options_of("type=registry,ref=example.org/app:c,mode=max")
    )
    made = Made().run(EventKind.FIRST, "refs/pull/1/merge", requirements_txt="django")
    replay = made.run(EventKind.PUSH).replay(written).written
    assert rebuilt(replay, EventKind.PUSH) == 0


def test_a_tag_finds_nothing_of_other_tags():
    made = Made().run(EventKind.TAG, "refs/tags/v1").run(EventKind.TAG, "refs/tags/v2")
    written = setting(GHA, GHA_MAX)
    start = made.replay(replace(written, name="x")).written
    assert rebuilt(start, EventKind.TAG) == 0  # the default branch has it


def test_github_forgets_after_a_week():
    made = Made().run(hours=200).run()
    replay = made.replay(setting(GHA, GHA_MAX)).written
    assert rebuilt(replay) == 5
    assert reasons(replay)[0] == "the cache was not read for 7 days, and is gone"
    assert replay.kinds[0].empty == 1


def test_git_in_the_context_misses_in_every_run():
    text = "FROM a\nCOPY . .\nRUN pip install .\n"
    made = Made(text).run().run()
    replay = made.replay(setting(GHA, GHA_MAX), with_git=True)
    assert rebuilt(replay.written) == 4
    assert reasons(replay.written)[0] == "it copies `.git`, which differs in every run"
    assert replay.best is not None
    best = replay.others[replay.best]
    assert best.name == "as written, with .git in .dockerignore"
    assert best.rebuilt == 0


def test_a_build_argument_that_names_the_commit_misses_from_its_run_on():
    text = "FROM a\nRUN one\nARG SHA\nRUN two\nRUN three\n"
    made = Made(text).run().run()
    replay = made.replay(setting(GHA, GHA_MAX), changing={"SHA": ChangesWith.COMMIT})
    assert rebuilt(replay.written) == 4
    assert reasons(replay.written)[1:] == [
        "build argument SHA has another value in each run",
        "line 4 before it is run",
    ]
    assert replay.others[-1].name == "as written, without the changing SHA"
    assert replay.others[-1].rebuilt == 0


def test_another_build_that_writes_the_same_cache_last_leaves_nothing():
    made = Made().run().run()
    replay = made.replay(setting(GHA, GHA_MAX), rivals=("other.yml:9",))
    assert replay.written.rebuilt == 0
    assert replay.others[0].name == "as written, where other.yml:9 ends last"
    assert replay.others[0].rebuilt == 10
    assert replay.best is None


def test_a_builder_that_keeps_its_cache_needs_no_option():
    made = Made().run(app_py="1").run(app_py="0")
    assert rebuilt(made.replay(setting(keeps=True)).written) == 2


def test_seconds_are_those_of_the_critical_path():
    times = Times({3: 60.0, 7: 2.0}, "build.json", bytes={5: 1000})
    made = Made().run(app_py="1").run(requirements_txt="django")
    replay = made.replay(setting(GHA, GHA_MAX), times=times)
    assert replay.seconds_per_build == 62
    assert replay.written.seconds == 64
    assert replay.written.bytes == 1000


@pytest.mark.parametrize(
    ("runs", "best"),
    [(3, "gha, mode=min"), (0, None)],
)
def test_the_best_of_the_others_is_advised_of_equal_ones_the_smaller(runs, best):
    made = Made()
    for number in range(runs):
        made.run(app_py=str(number))
    written = setting()
    others = settings_beside(written, "main", "example.org/app", "app")
    gha = [each for each in others if each.name.startswith("gha")]
    replay = made.replay(written, others=gha)
    found = replay.others[replay.best].name if replay.best is not None else None
    assert found == best


def test_a_run_whose_build_fails_is_left_out():
    made = Made("FROM a\nCOPY missing.txt .\nRUN two\n").run()
    replay = made.replay(setting(GHA, GHA_MAX))
    assert replay.written.built == 0
    assert any("left out" in note for note in replay.notes)


KEPT = KeptPath(
    ("/tmp/.buildx-cache",),
    "buildx-${{ hashFiles('requirements.txt') }}",
    ("buildx-",),
    Written("w.yml"),
)


def test_an_entry_that_is_named_after_a_hash_is_not_renewed_while_that_is_the_same():
    place = "/tmp/.buildx-cache"
    reads = options_of(f"type=local,src={place}")
    writes = options_of(f"type=local,dest={place},mode=max")
    made = Made().run(app_py="1").run().run(requirements_txt="django").run()
    replay = made.replay(setting(reads, writes, kept=(KEPT,))).written
    # The entry of the start stays: the change of the program is paid in each run
    assert rebuilt(replay) == 2 + 2 + 5 + 0


def test_files_that_a_pattern_selects_are_hashed_run_by_run():
    made = Made().run(app_py="1").run(requirements_txt="django")
    start = Commit("0" * 40, 0, "start")
    history = CiHistory(tree_of(nodes(made.first)), start, "main", made.runs)
    build = build_of(DOCKERFILE, nodes(made.first))
    patterns = {"app": ("**/*.py",), "all": ("**",), "none": ("x",)}
    keyed = keyed_runs(
        history, build, read_builder("buildkit"), {}, with_git=False, patterns=patterns
    )
    first, second, third = keyed.hashes
    assert first["app"] != second["app"] == third["app"]
    assert len({each["all"] for each in keyed.hashes}) == 3
    assert len({each["none"] for each in keyed.hashes}) == 1


def test_caches_of_pull_requests_push_the_default_branch_out():
    made = Made()
    for number in range(3):
        ref = f"refs/pull/{number}/merge"
        made.run(EventKind.FIRST, ref, requirements_txt=f"flask>={number}")
    made.run(requirements_txt="flask")
    large = Times({3: 60.0}, "build.json", bytes={3: 4 * 1024**3})
    replay = made.replay(setting(GHA, GHA_MAX), times=large).written
    # Each pull request reads the default branch too, which is therefore the last to go
    assert rebuilt(replay) == 0
    [first] = [kind for kind in replay.kinds if kind.kind is EventKind.FIRST]
    assert first.empty == 0
