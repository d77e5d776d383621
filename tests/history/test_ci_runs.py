"""The runs of CI that a history of git tells of."""

from __future__ import annotations

import pytest

from lightship.cache.remote.replayed_run import EventKind
from lightship.history import open_history


def kinds(history):
    return [str(run.kind) for run in history.runs]


def trees(opened, history):
    """The files of each run, by applying its changes to those of the run before."""
    files = {path: history.start.identity(path) for path in history.start.files}
    for run in history.runs:
        for change in run.changes:
            if change.file is None:
                files.pop(change.path, None)
            else:
                files[change.path] = change.identity
        yield run, dict(files)


def files_of(opened, ref):
    tree = opened.tree(ref)
    return {path: tree.identity(path) for path in tree.files}


def test_each_commit_is_a_push_and_one_with_a_number_was_a_pull_request(repository):
    repository.commit({"a": "1"}, "start")
    repository.commit({"a": "2"}, "straight")
    repository.commit({"a": "3"}, "squashed (#12)")
    opened = open_history(str(repository.root))
    history = opened.ci_runs(10)
    assert kinds(history) == ["push", "pull-request", "push"]
    runs = list(history.runs)
    assert runs[1].ref == "refs/pull/12/merge"
    assert runs[1].paths == ("a",)
    assert history.branch == "main"


@pytest.fixture
def merged(repository):
    """A branch of two commits, merged after the default branch has gone on."""
    repository.commit({"a": "1", "b": "1", "c": "1"}, "start")
    repository.git("checkout", "-q", "-b", "topic")
    first = repository.commit({"b": "2"}, "first of the branch")
    repository.git("checkout", "-q", "main")
    repository.commit({"a": "2"}, "default branch")
    repository.git("checkout", "-q", "topic")
    second = repository.commit({"c": None, "d": "1"}, "second of the branch")
    repository.git("checkout", "-q", "main")
    repository.now += 60
    repository.git(
        "merge", "-q", "--no-ff", "-m", "Merge pull request #7 from x", "topic"
    )
    return repository, first, second


def test_a_merge_is_a_pull_request_with_a_run_for_each_of_its_commits(merged):
    repository, first, second = merged
    opened = open_history(str(repository.root))
    history = opened.ci_runs(10)
    assert kinds(history) == ["pull-request", "push", "pull-request-later", "push"]
    requests = [run for run in history.runs if run.number]
    assert [run.commit.id for run in requests] == [first, second]
    assert {run.ref for run in requests} == {"refs/pull/7/merge"}


def test_a_pull_request_is_built_together_with_the_base_of_its_time(merged):
    repository, _first, _second = merged
    opened = open_history(str(repository.root))
    seen = [files for _run, files in trees(opened, opened.ci_runs(10))]
    # The second run of the branch has what the default branch has done since
    assert seen[2] == files_of(opened, "HEAD")
    assert seen[3] == files_of(opened, "HEAD")
    before = files_of(opened, "HEAD~1")
    assert seen[1] == before
    assert seen[0]["a"] != before["a"]
    assert seen[0]["b"] == seen[2]["b"]


def test_tags_and_a_schedule_are_runs_too(repository):
    repository.commit({"a": "1"}, "start")
    repository.commit({"a": "2"}, "released")
    repository.git("tag", "v1")
    repository.now += 3 * 86_400
    repository.commit({"a": "3"}, "later")
    opened = open_history(str(repository.root))
    assert kinds(opened.ci_runs(10)) == ["push", "tag", "push"]
    scheduled = opened.ci_runs(10, schedule=1)
    assert kinds(scheduled).count("schedule") == 3
    [tag] = [run for run in scheduled.runs if run.kind is EventKind.TAG]
    assert tag.ref == "refs/tags/v1"
