"""Which caches a run reads and writes, as its options and its ref say."""

from __future__ import annotations

import pytest

from lightship.builds.ci.ci_build import KeptPath
from lightship.builds.definition import Written
from lightship.cache.remote.exported import Mode
from lightship.cache.remote.other_settings import only_on, options_of
from lightship.cache.remote.replayed_run import EventKind, ReplayedRun
from lightship.cache.remote.setting import (
    CacheSetting,
    caches_of,
    fill,
    is_true,
    unknown_parts,
    values_of,
)
from lightship.cache.replay.past import Commit

MAIN = "refs/heads/main"


def run_of(kind, ref=MAIN, number=0):
    commit = Commit("a" * 40, 100, "change")
    return ReplayedRun(kind, commit, 100, ref, (), lambda _identity: None, (), number)


PUSH = run_of(EventKind.PUSH)
REQUEST = run_of(EventKind.FIRST, "refs/pull/7/merge", 7)
TAG = run_of(EventKind.TAG, "refs/tags/v1")


def caches(run, reads=(), writes=(), **more):
    setting = CacheSetting("x", options_of(*reads), options_of(*writes), **more)
    return caches_of(setting, run, "main")


def test_gha_reads_its_own_ref_and_the_default_branch_and_writes_its_own():
    found = caches(REQUEST, ["type=gha,scope=app"], ["type=gha,scope=app,mode=max"])
    assert found.reads == (
        (("gha", "app", "refs/pull/7/merge"),),
        (("gha", "app", MAIN),),
    )
    assert found.writes == ((("gha", "app", "refs/pull/7/merge"), Mode.MAX),)


def test_a_missing_or_misspelt_mode_is_min():
    for option in ("type=gha", "type=gha,mode=maximum", "type=gha,mod=max"):
        [(_address, mode)] = caches(PUSH, [], [option]).writes
        assert mode is Mode.MIN


def test_a_ref_of_a_registry_is_one_for_all_that_name_it():
    for name in ("type=registry,ref=example.org/app", "example.org/app:latest"):
        [[address]] = caches(TAG, [name]).reads
        assert address == ("registry", "example.org/app:latest")


def test_expressions_are_filled_in_run_by_run():
    option = (
        "type=registry,ref=example.org/app:${{ github.head_ref || github.ref_name }}"
    )
    tags = [caches(run, [option]).reads[0][0][1] for run in (PUSH, REQUEST, TAG)]
    assert tags == [
        "example.org/app:main",
        "example.org/app:pull-7",
        "example.org/app:v1",
    ]


def test_a_cache_that_only_the_default_branch_writes():
    option = only_on("main", "type=registry,ref=example.org/app:c,mode=max")
    setting = CacheSetting("x", (), (option,))
    written = [caches_of(setting, run, "main").writes for run in (PUSH, REQUEST, TAG)]
    address = ("registry", "example.org/app:c")
    assert written == [((address, Mode.MAX),), (), ((address, Mode.MAX),)]


def test_inline_goes_where_the_image_is_pushed_to():
    pushes = "${{ github.event_name != 'pull_request' }}"
    more = {"images": ("example.org/app:1",), "pushes": pushes}
    assert caches(REQUEST, [], ["type=inline"], **more).writes == ()
    [written] = caches(PUSH, [], ["type=inline"], **more).writes
    assert written == (("registry", "example.org/app:1"), Mode.INLINE)


def test_a_directory_is_kept_by_a_step_of_its_own():
    kept = KeptPath(
        ("/tmp/.buildx-cache",), "buildx-${{ github.sha }}", ("buildx-",), Written("x")
    )
    options = (
        ["type=local,src=/tmp/.buildx-cache"],
        ["type=local,dest=/tmp/.buildx-cache-new"],
    )
    found = caches(REQUEST, *options, kept=(kept,))
    key = f"buildx-{'a' * 40}"
    assert found.reads == (
        (
            ("kept", key, "refs/pull/7/merge"),
            ("kept*", "buildx-", "refs/pull/7/merge"),
            ("kept", key, MAIN),
            ("kept*", "buildx-", MAIN),
        ),
    )
    assert found.writes == ((("kept", key, "refs/pull/7/merge"), Mode.MIN),)
    assert caches(REQUEST, *options).reads == ()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("github.event_name != 'pull_request'", False),
        ("${{ github.event_name == 'pull_request' }}", True),
        ("vars.WANTED == 'yes'", None),
        ("true", True),
    ],
)
def test_conditions(text, value):
    assert is_true(text, values_of(REQUEST, "main")) is value


def test_what_no_run_tells_is_named():
    setting = CacheSetting(
        "x", options_of("type=gha,scope=${{ vars.SCOPE }}", "type=gha")
    )
    values = values_of(PUSH, "main")
    assert unknown_parts(setting, values) == ["type=gha,scope=${{ vars.SCOPE }}"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("github.repository == 'acme/web'", True),
        ("github.repository_owner == 'acme'", True),
        ("github.actor != 'dependabot[bot]'", None),
        ("env.PUSH == 'true'", None),
        ("inputs.push == 'true'", None),
        ("github.event.pull_request.head.repo.full_name == github.repository", True),
        ("github.event.pull_request.head.repo.fork == false", True),
        ("github.event_name == 'push' && github.repository == 'acme/web'", False),
    ],
)
def test_what_only_a_run_knows_is_not_made_up(text, value):
    assert is_true(text, values_of(REQUEST, "main")) is value


def test_a_scope_that_a_step_sets_stays_as_it_is_written():
    written = "type=gha,scope=${{ env.SCOPE }}"
    assert fill(written, values_of(REQUEST, "main")) == written
