"""A finding about a file of CI without a fix says why there is none."""

from __future__ import annotations

import pytest

from lightship.facts.ci.example_workflow import APP, workflow
from lightship.facts.ci.scopes import telling
from lightship.lint.ci_engine import examine_ci
from lightship.lint.examples import ci_file_of
from lightship.lint.registry import all_rules
from lightship.lint.rule_selection import RuleSelection

FILES = {
    "Dockerfile": APP,
    "api/Dockerfile": APP,
    "ai/Dockerfile": APP,
    "requirements.txt": "torch\n",
    "api/requirements.txt": "torch\n",
    "ai/requirements.txt": "pandas\n",
}
PUSHED = "context: .\npush: true\n"
MATRIX = """on: push
jobs:
  image:
    runs-on: ubuntu-latest
    strategy:
      matrix:
        {axis}
    steps:
      - uses: docker/setup-buildx-action@v3
      - uses: docker/build-push-action@v6
        with:
          context: ${{{{ {name} }}}}
          push: true
          tags: ghcr.io/acme/${{{{ {name} }}}}:1
"""
NAMED = MATRIX.format(axis="app: [api, ai]", name="matrix.app")
OBJECTS = MATRIX.format(
    axis="app: [{name: api, port: 1}, {name: ai, port: 1}]", name="matrix.app.name"
)
UNNAMED = MATRIX.format(axis="app: [[api], [ai]]", name="matrix.app[0]")
CACHES = "          cache-from: type=gha\n          cache-to: type=gha,mode=max\n"


def found(rule_id: str, text: str, files: dict[str, str] = FILES):
    rule = next(rule for rule in all_rules() if rule.id == rule_id)
    items = examine_ci(ci_file_of(text, files), RuleSelection((rule,)))[0]
    return [item.finding for item in items]


def why(rule_id: str, text: str, files: dict[str, str] = FILES) -> list[str]:
    """The reasons, each in the place of a fix."""
    reasons = []
    for finding in found(rule_id, text, files):
        message, _, reason = finding.message.partition(" (no fix: ")
        assert message
        assert bool(reason) is (finding.fix is None)
        reasons.append(reason.removesuffix(")"))
    return reasons


DOCKER = "- uses: docker/setup-buildx-action@v3\n  with:\n    driver: docker\n"
USED = "      - run: docker run app\n"
FLOW = """on: push
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/setup-buildx-action@v3
      - uses: docker/build-push-action@v6
        with: {context: ., push: true}
"""
OLD = workflow(PUSHED).replace("build-push-action@v6", "build-push-action@v1")
HUGE = {**FILES, "Dockerfile": APP.replace("python:3.13-slim", "pytorch/pytorch:2.7.0")}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (workflow(PUSHED), ""),
        (
            workflow("context: .\ntags: app\n", setup=False) + USED,
            "with docker/setup-buildx-action it needs load: true",
        ),
        (workflow("context: .\ntags: app\n", setup=False), ""),
        (
            workflow(PUSHED, before=DOCKER, setup=False),
            "the docker driver of line 6 exports no cache",
        ),
        (FLOW, "it is not written in plain block style"),
        (OLD, "version 1 of the action exports no cache"),
        (OLD.replace("@v1", "@v1.1.0"), "version 1 of the action exports no cache"),
        (OLD.replace("@v1", "@v10"), ""),
        (
            workflow(PUSHED, "{pull_request: {types: [closed]}}"),
            "no other run reads GitHub's cache, and no tag names a registry",
        ),
    ],
)
def test_a_build_without_a_cache(text, reason):
    assert why("build-cache-missing", text) == [reason]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (workflow(PUSHED), "too big for GitHub's cache, and no tag names a registry"),
        (workflow(f"{PUSHED}tags: acme/app:1\n"), ""),
        (
            workflow(f"{PUSHED}tags: acme/app:1\n", "[push, pull_request]"),
            "too big for GitHub's cache, and forks cannot write another",
        ),
    ],
)
def test_an_image_of_many_gigabytes(text, reason):
    assert why("build-cache-missing", text, HUGE) == [reason]


def test_an_image_of_many_gigabytes_that_the_matrix_names():
    apps = ("api/Dockerfile", "ai/Dockerfile")
    files = {**FILES, **dict.fromkeys(apps, HUGE["Dockerfile"])}
    (finding,) = found("build-cache-missing", NAMED, files)
    ref = "type=registry,ref=ghcr.io/acme/${{ matrix.app }}:buildcache"
    assert finding.fix.edits[-1].text.count(ref) == 2

    unnamed = NAMED.replace("acme/${{ matrix.app }}", "acme/${{ matrix.other }}")
    reason = "too big for GitHub's cache, and no tag names a registry"
    assert why("build-cache-missing", unnamed, files) == [reason]


def test_a_file_that_an_action_reads_holds_its_caches():
    text = workflow("files: docker-bake.hcl\n").replace(
        "docker/build-push-action", "docker/bake-action"
    )
    files = {**FILES, "docker-bake.hcl": 'target "default" {\n  context = "."\n}\n'}
    assert why("build-cache-missing", text, files) == [
        "set cache-to in the file that it builds"
    ]


@pytest.mark.parametrize(
    ("text", "scope"),
    [(NAMED, "${{ matrix.app }}"), (OBJECTS, "${{ matrix.app.name }}")],
)
def test_the_key_of_the_matrix_that_names_the_images_is_their_scope(text, scope):
    (finding,) = found("build-cache-missing", text)
    assert finding.fix.edits[-1].text.count(f"type=gha,scope={scope}") == 2

    other = workflow("context: .\npush: true\n")
    files = {**FILES, ".github/workflows/other.yml": other}
    (beside,) = found("build-cache-missing", text, files)
    assert beside.fix.edits[-1].text.count(f"type=gha,scope=image-{scope}") == 2


def test_a_matrix_that_names_nothing_leaves_no_fix():
    reason = "no key of the matrix names its images"
    shared = "no key of a matrix and no input names the images"
    assert why("build-cache-missing", UNNAMED) == [reason]
    assert why("cache-scope-shared", f"{UNNAMED}{CACHES}") == [shared]
    assert why("cache-scope-shared", f"{OBJECTS}{CACHES}") == [""]


def test_a_scope_that_is_written_or_read_elsewhere():
    own = CACHES.replace("type=gha", "type=gha,scope=app")
    reason = "the scope is written, choose another one"
    assert why("cache-scope-shared", f"{NAMED}{own}") == [reason]

    reader = workflow("context: .\ncache-from: type=gha\n")
    files = {**FILES, ".github/workflows/other.yml": reader}
    reason = "a build reads this scope and never writes it"
    assert why("cache-scope-shared", f"{NAMED}{CACHES}", files) == [reason]


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        ([{"app": "a"}, {"app": "b"}], "app"),
        ([{"app": "a"}, {"app": "a"}], ""),
        ([{"app": "a b"}, {"app": "b"}], ""),
        ([{"app": 1}, {"app": 2}], ""),
        ([{"app": "a"}, {}], ""),
        ([{"a }} ${{ b": "x"}, {"a }} ${{ b": "y"}], ""),
        ([{"app.name": "a"}, {"app.name": "b"}], "app.name"),
    ],
)
def test_a_name_under_which_rows_differ(rows, name):
    assert telling(rows) == name


BY_HAND = "workflow_dispatch"


@pytest.mark.parametrize(
    ("on", "number"),
    [
        ("push", 1),
        (f"[push, {BY_HAND}]", 1),
        (BY_HAND, 0),
        ("{schedule: [{cron: 0 3 * * 1}]}", 0),
        ("{schedule: [{cron: 0 3 * * 1}], pull_request: }", 1),
    ],
)
def test_builds_by_hand_or_a_schedule_alone_share_a_scope_too_seldom(on, number):
    text = f"{NAMED}{CACHES}".replace("on: push", f"on: {on}")
    assert len(found("cache-scope-shared", text)) == number
