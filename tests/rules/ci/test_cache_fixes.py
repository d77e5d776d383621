"""The fix of build-cache-missing: where the cache is kept; titles of fixes that remove one."""

from __future__ import annotations

import pytest

from lightship.facts.ci.example_workflow import APP, workflow
from lightship.lint.ci_engine import examine_ci
from lightship.lint.ci_fixes import fix_ci
from lightship.lint.examples import ci_file_of
from lightship.lint.finding import Fix, Severity
from lightship.lint.fixes import UNSAFE
from lightship.lint.registry import all_rules
from lightship.lint.rule_selection import RuleSelection

HUGE = "FROM nvidia/cuda:12.4.1-devel-ubuntu22.04\nCOPY requirements.txt .\n"
HUGE += "RUN pip install -r requirements.txt\nCOPY . .\n"
PUSHED = "context: .\npush: true\n"
TAG = "ghcr.io/acme/app"


def fix_of(rule_id: str, text: str, dockerfile: str = APP, asked: str = "torch\n"):
    file = ci_file_of(text, {"Dockerfile": dockerfile, "requirements.txt": asked})
    rule = next(rule for rule in all_rules() if rule.id == rule_id)
    (found,) = examine_ci(file, RuleSelection((rule,)))[0]
    return found.finding.fix


def cache_of(fix: Fix | None) -> str:
    assert fix is not None
    return fix.edits[-1].text


@pytest.mark.parametrize(
    ("tags", "ref"),
    [
        (f"tags: {TAG}:latest\n", f"{TAG}:buildcache"),
        (f"tags: |\n  {TAG}:latest\n  acme/app:1\n", f"{TAG}:buildcache"),
        ("tags: localhost:5000/acme/app\n", "localhost:5000/acme/app:buildcache"),
        ("tags: ${{ env.IMAGE }}:${{ github.sha }}\n", "${{ env.IMAGE }}:buildcache"),
        (f"tags: {TAG}:latest-${{{{ env.PLACE }}}}\n", f"{TAG}:buildcache"),
    ],
)
def test_many_gigabytes_are_cached_beside_the_pushed_image(tags, ref):
    fix = fix_of("build-cache-missing", workflow(f"{PUSHED}{tags}"), HUGE)
    assert f"cache-from: type=registry,ref={ref}\n" in f"{cache_of(fix)}\n"
    assert fix.message == "Cache the layers in the registry"


@pytest.mark.parametrize(
    ("tags", "on"),
    [
        ("tags: ${{ steps.meta.outputs.tags }}\n", "push"),
        ("", "push"),
        (f"tags: {TAG}:1\n", "[push, pull_request]"),
    ],
)
def test_without_a_place_that_may_be_written_to_there_is_no_fix(tags, on):
    text = workflow(f"{PUSHED}{tags}", on)
    assert fix_of("build-cache-missing", text, HUGE) is None


@pytest.mark.parametrize(
    ("inputs", "after", "number"),
    [
        ("context: .\n", "", 0),
        ("context: .\nload: true\n", "      - run: docker run app\n", 0),
        ("context: .\nload: true\n", "      - run: docker push acme/app\n", 1),
        (PUSHED, "", 1),
    ],
)
def test_no_cache_has_room_for_many_gigabytes_that_are_not_pushed(
    inputs, after, number
):
    text = workflow(inputs) + after
    for dockerfile, expected in ((HUGE, number), (APP, 1)):
        files = {"Dockerfile": dockerfile, "requirements.txt": "torch\n"}
        rule = next(rule for rule in all_rules() if rule.id == "build-cache-missing")
        found = examine_ci(ci_file_of(text, files), RuleSelection((rule,)))[0]
        assert len(found) == expected


CLOSED = "{pull_request: {types: [closed]}, workflow_dispatch: }"


@pytest.mark.parametrize(
    ("on", "cache"),
    [
        (CLOSED, f"type=registry,ref={TAG}:buildcache"),
        (CLOSED.replace("[closed]", "[closed, opened]"), "type=gha"),
        ("[push, pull_request]", "type=gha"),
    ],
)
def test_nobody_reads_what_closed_pull_requests_leave_in_the_cache_of_github(on, cache):
    text = workflow(f"{PUSHED}tags: {TAG}:1\n", on)
    assert f"cache-from: {cache}\n" in cache_of(fix_of("build-cache-missing", text))


def test_torch_is_huge_for_several_platforms():
    tags = f"tags: {TAG}:latest\n"
    both = f"{PUSHED}{tags}platforms: linux/amd64,linux/arm64\n"
    assert "type=registry" in cache_of(fix_of("build-cache-missing", workflow(both)))
    one = workflow(f"{PUSHED}{tags}")
    assert "type=gha" in cache_of(fix_of("build-cache-missing", one))
    small = fix_of("build-cache-missing", workflow(both), asked="pandas\n")
    assert "type=gha" in cache_of(small)


def test_a_driver_that_a_step_chooses_stays():
    setup = "- uses: docker/setup-buildx-action@v3\n  with: {driver: docker}\n"
    chosen = workflow(PUSHED, before=setup, setup=False)
    assert fix_of("build-cache-missing", chosen) is None
    assert fix_of("build-cache-missing", workflow(PUSHED, setup=False)) is not None


def test_a_directory_that_is_carried_over_for_no_build_is_named():
    kept = "- uses: actions/cache@v4\n  with: {path: /tmp/.buildx-cache, key: a}\n"
    fix = fix_of("build-cache-missing", workflow(PUSHED, before=kept))
    assert fix.message.endswith("GitHub Actions: actions/cache of line 6 can go then")


@pytest.mark.parametrize(
    ("caches", "title"),
    [
        ("cache-to: type=gha\n", "Remove cache-to"),
        (
            "cache-from: type=gha\ncache-to: type=gha\n",
            "Remove cache-from and cache-to",
        ),
    ],
)
def test_the_title_says_what_is_removed(caches, title):
    text = workflow(f"context: .\n{caches}", "{push: {tags: ['v*']}}")
    assert fix_of("cache-written-for-nobody", text).message == title


def test_a_file_whose_last_line_has_no_end():
    caches = "cache-from: type=gha\ncache-to: type=gha"
    text = workflow(f"context: .\n{caches}", "{push: {tags: ['v*']}}")
    assert not text.endswith("\n")
    fix = fix_of("cache-written-for-nobody", text)
    removed = [edit.span.of(text) for edit in fix.edits]
    assert removed == [
        "          cache-from: type=gha\n",
        "          cache-to: type=gha",
    ]


def test_all_runs_that_a_changing_argument_reruns_are_counted():
    dockerfile = (
        "FROM debian:trixie\nARG SHA\nENV SHA=$SHA\nRUN apt-get install -y g++\n"
        "RUN useradd app\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n"
        "COPY . .\nRUN make\n"
    )
    text = workflow(
        "context: .\ncache-from: type=gha\ncache-to: type=gha\n"
        "build-args: SHA=${{ github.sha }}\n"
    )
    files = {"Dockerfile": dockerfile, "requirements.txt": "torch\n"}
    file = ci_file_of(text, files)
    rule = next(rule for rule in all_rules() if rule.id == "changing-build-arg-early")
    (found,) = examine_ci(file, RuleSelection((rule,)))[0]
    assert found.finding.message.endswith("it reruns Dockerfile:4 and 2 more RUN")


def test_what_is_fixed_has_nothing_left():
    text = workflow(f"{PUSHED}tags: {TAG}:latest\n")
    files = {"Dockerfile": HUGE, "requirements.txt": "torch\n"}
    rule = next(rule for rule in all_rules() if rule.id == "build-cache-missing")
    selection = RuleSelection((rule,))
    file = ci_file_of(text, files)
    fixed = fix_ci(file, lambda new: ci_file_of(new, files), selection, UNSAFE)
    assert examine_ci(ci_file_of(fixed.text, files), selection)[0] == []


STEP = "      - uses: docker/build-push-action@v6\n        with:\n"


@pytest.mark.parametrize(
    ("rule_id", "caches"),
    [
        ("build-cache-missing", ""),
        (
            "cache-export-unsupported",
            "          cache-to: type=registry,ref=acme/{0}:cache\n",
        ),
    ],
)
def test_builds_of_one_job_get_one_builder(rule_id, caches):
    apps = ("api", "web", "job")
    inputs = "          context: {0}\n          push: true\n" + caches
    steps = "\n".join(f"{STEP}{inputs.format(app)}" for app in apps)
    head = "on: push\njobs:\n  images:\n    runs-on: ubuntu-latest\n    steps:\n"
    other = "  other:\n    runs-on: ubuntu-latest\n    steps:\n"
    files = {f"{app}/Dockerfile": APP for app in apps}
    files |= {f"{app}/requirements.txt": f"torch\n{app}\n" for app in apps}
    rule = next(rule for rule in all_rules() if rule.id == rule_id)
    file = ci_file_of(f"{head}{steps}{other}{steps}", files)
    fixed = fix_ci(
        file, lambda text: ci_file_of(text, files), RuleSelection((rule,)), UNSAFE
    )
    assert fixed.text.count("docker/setup-buildx-action") == 2, fixed.text
    for job in fixed.text.split("  other:\n"):
        assert job.index("setup-buildx") < job.index("build-push-action")


STAGES = f"{APP.replace('slim', 'slim AS build')}FROM debian:13\nCOPY --from=build /app /app\n"


@pytest.mark.parametrize(
    ("on", "severity"),
    [
        ("push", Severity.WARNING),
        ("[release, pull_request]", Severity.WARNING),
        ("merge_group", Severity.WARNING),
        ("release", Severity.INFO),
        ("[release, workflow_dispatch]", Severity.INFO),
        ("{push: {tags: ['v*']}}", Severity.INFO),
    ],
)
def test_a_small_cache_of_releases_alone_is_a_note(on, severity):
    text = workflow("context: .\ncache-to: type=registry,ref=acme/app:cache\n", on)
    file = ci_file_of(text, {"Dockerfile": STAGES, "requirements.txt": "torch\n"})
    rule = next(rule for rule in all_rules() if rule.id == "cache-mode-min")
    (found,) = examine_ci(file, RuleSelection((rule,)))[0]
    assert found.severity is severity
