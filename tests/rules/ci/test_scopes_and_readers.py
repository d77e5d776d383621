"""Fixes of scopes and of caches for nobody, and changing arguments, beside the other workflows."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from lightship.builds.ci.ci_file import CiFile
from lightship.facts.ci.example_workflow import APP, workflow
from lightship.lint.ci_engine import examine_ci
from lightship.lint.diagnostic import Diagnostic
from lightship.lint.examples import ci_file_of
from lightship.lint.finding import Safety
from lightship.lint.registry import all_rules
from lightship.lint.rule_selection import RuleSelection

OTHER = ".github/workflows/other.yml"
CACHE = "cache-from: type=gha\ncache-to: type=gha,mode=max\n"
TARGETS = "".join(f"FROM base AS {name}\n" for name in ("cpu", "gpu", "production"))
IMAGE = APP.replace("slim\n", "slim AS base\n") + TARGETS
APPS = {
    "api/Dockerfile": IMAGE,
    "ai/Dockerfile": IMAGE,
    "api/requirements.txt": "pandas\n",
    "ai/requirements.txt": "torch\n",
}
MATRIX = """on: push
jobs:
  image:
    runs-on: ubuntu-latest
    strategy:
      matrix:
        app: [api, ai]
    steps:
      - uses: docker/setup-buildx-action@v3
      - uses: docker/build-push-action@v6
        with:
          context: ${{ matrix.app }}
          cache-from: type=gha
          cache-to: type=gha,mode=max
"""


def found(rule_id: str, text: str, files: dict[str, str]) -> Sequence[Diagnostic]:
    rule = next(rule for rule in all_rules() if rule.id == rule_id)
    file = ci_file_of(text, files)
    return examine_ci(file, RuleSelection((rule,)))[0]


def fix_of(rule_id: str, text: str, other: str = ""):
    files = {**APPS, OTHER: other} if other else APPS
    return found(rule_id, text, files)[0].finding.fix


def with_target(target: str) -> str:
    return f"{MATRIX}          target: {target}\n"


def test_a_matrix_alone_has_its_rows_as_scopes():
    fix = fix_of("cache-scope-shared", MATRIX)
    assert fix.message.endswith("scope ${{ matrix.app }}")
    assert fix.safety is Safety.SAFE


SMALL = APP.replace(
    "pip install --no-cache-dir -r requirements.txt", "pip install idna"
)
BELOW = "FROM python:3.13-slim\nCOPY . .\nRUN pip install -r requirements.txt\n"


@pytest.mark.parametrize(
    ("api", "ai", "speaks"),
    [
        (SMALL, SMALL, False),
        (SMALL, "FROM debian:trixie-slim\nCOPY . .\n", False),
        # Not each commit changes what is copied
        (BELOW, BELOW, True),
        # The other one may end last, and leaves nothing of it
        (SMALL, APP, True),
    ],
)
def test_a_scope_that_saves_nothing_may_be_shared(api, ai, speaks):
    files = {**APPS, "api/Dockerfile": api, "ai/Dockerfile": ai}
    assert bool(found("cache-scope-shared", MATRIX, files)) is speaks


NO_LAYER = 'EXPOSE 8000\nHEALTHCHECK CMD true\nCMD ["python", "-m", "worker"]\n'


FIRST, SECOND = 10, 17  # lines of the two caches


@pytest.mark.parametrize(
    ("second", "lines"),
    [
        (APP, []),
        (f"{APP}{NO_LAYER}", []),
        (f"{APP}RUN apt-get install -y curl\n", []),
        (f"{APP}RUN pip install gunicorn && python -m compileall .\n", []),
        # Only the second one has a layer that the other cache lacks
        (f"{APP}RUN make\n", [SECOND]),
        (APP.replace("COPY", "RUN apt-get install -y curl\nCOPY", 1), [FIRST, SECOND]),
        ("FROM nginx:1.29\nCOPY requirements.txt /a\n", [FIRST]),
        ("FROM nginx:1.29\nRUN apt-get install -y curl\n", [FIRST]),
        (APP.replace("3.13", "3.12"), [FIRST, SECOND]),
        (APP.replace("WORKDIR /app", "WORKDIR /worker"), [FIRST, SECOND]),
    ],
)
def test_images_with_the_same_slow_layers_lose_nothing_to_one_another(second, lines):
    files = {
        "Dockerfile": APP,
        "worker.Dockerfile": second,
        "requirements.txt": "torch\n",
    }
    rest = workflow(f"context: .\nfile: worker.Dockerfile\n{CACHE}")
    text = workflow(f"context: .\n{CACHE}") + rest.partition("steps:\n")[2]
    items = found("cache-scope-shared", text, files)
    assert [text.count("\n", 0, item.finding.span.start) for item in items] == lines


def test_rows_with_another_platform_have_other_layers():
    platforms = MATRIX.replace("app: [api, ai]", "os: [amd64, arm64]")
    text = platforms.replace("context: ${{ matrix.app }}", "context: ai")
    assert not found("cache-scope-shared", text, APPS)
    apart = f"{text}          platforms: linux/${{{{ matrix.os }}}}\n"
    assert found("cache-scope-shared", apart, APPS)


@pytest.mark.parametrize(
    "base", ["rocm/pytorch:latest", "nvidia/cuda:13.0.0-devel-ubuntu24.04"]
)
def test_no_scope_helps_an_image_on_a_base_of_many_gigabytes(base):
    huge = (
        f"FROM {base}\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n"
    )
    text = workflow(f"context: api\n{CACHE}")
    text += workflow(f"context: ai\n{CACHE}").partition("steps:\n")[2]
    assert len(found("cache-scope-shared", text, APPS)) == 2
    files = {**APPS, "ai/Dockerfile": huge}
    (other,) = found("cache-scope-shared", text, files)
    assert other.finding.fix.message.endswith("scope api")
    unused = f"FROM {base} AS gpu\n{APP}"
    assert (
        len(found("cache-scope-shared", text, {**APPS, "ai/Dockerfile": unused})) == 2
    )


@pytest.mark.parametrize(
    ("events", "speaks"),
    [
        ("{push: {branches: [main]}}", True),
        ("{push: {branches: [develop]}}", False),
        ("{push: {branches: ['*']}}", True),
        ("push", True),
        ("{push: {branches: [develop]}, pull_request: }", False),
        ("{push: {branches: [develop, main]}}", True),
    ],
)
def test_pushes_to_other_branches_replace_no_cache(events, speaks):
    text = workflow(f"context: api\n{CACHE}", "{push: {branches: [main]}}")
    files = {**APPS, OTHER: workflow(f"context: ai\n{CACHE}", events)}
    assert bool(found("cache-scope-shared", text, files)) is speaks


def test_a_build_of_the_same_workflow_is_named_first():
    text = workflow(f"context: api\n{CACHE}")
    text += workflow(f"context: ai\n{CACHE}").partition("steps:\n")[2]
    files = {**APPS, ".github/workflows/a.yml": workflow(f"context: ai\n{CACHE}")}
    messages = [
        item.finding.message for item in found("cache-scope-shared", text, files)
    ]
    own = ci_file_of(text, files).path.rpartition("/")[2]
    assert all(message.startswith(f"{own}:") for message in messages)


def test_the_scope_names_the_target_where_another_workflow_builds_another():
    other = with_target("cpu")
    plain = fix_of("cache-scope-shared", MATRIX, other)
    named = fix_of("cache-scope-shared", with_target("production"), other)
    same = fix_of("cache-scope-shared", other, other)
    assert plain.message.endswith("scope ${{ matrix.app }}")
    assert named.message.endswith("scope ${{ matrix.app }}-production")
    assert same.message.endswith("scope ${{ matrix.app }}")
    assert {plain.safety, named.safety, same.safety} == {Safety.SAFE}


def test_targets_that_differ_by_row_are_not_told_apart():
    by_row = with_target("${{ matrix.app == 'ai' && 'gpu' || 'web' }}")
    assert fix_of("cache-scope-shared", by_row).safety is Safety.SAFE
    shared = fix_of("cache-scope-shared", by_row, with_target("cpu"))
    assert shared.safety is Safety.UNSAFE


def test_a_scope_that_another_image_writes_is_not_safe():
    other = workflow("context: api\ncache-to: type=gha,scope=ai\n")
    assert fix_of("cache-scope-shared", MATRIX, other).safety is Safety.UNSAFE
    another = workflow("context: api\ncache-to: type=gha,scope=x\n")
    assert fix_of("cache-scope-shared", MATRIX, another).safety is Safety.SAFE


def test_releases_that_read_the_old_scope_make_it_unsafe():
    release = workflow(f"context: api\n{CACHE}", "release")
    assert fix_of("cache-scope-shared", MATRIX, release).safety is Safety.UNSAFE


@pytest.mark.parametrize(
    ("on", "removed"),
    [("release", ["to", "from"]), ("push", ["to"])],
)
def test_what_is_read_goes_where_no_other_run_writes_it(on, removed):
    text = workflow(f"context: api\n{CACHE}push: true\n", "release")
    fix = fix_of(
        "cache-written-for-nobody", text, workflow(f"context: api\n{CACHE}", on)
    )
    lines = {edit.span.of(text).strip().partition(":")[0] for edit in fix.edits}
    assert lines == {f"cache-{name}" for name in removed}


EARLY = APP.replace("WORKDIR /app\n", "WORKDIR /app\nARG SHA\n")
ARGS = "build-args: SHA=${{ github.sha }}\n"


def early(caches: str, on: str, other: str = "") -> int:
    files = {
        "Dockerfile": EARLY,
        "app/Dockerfile": EARLY,
        "requirements.txt": "torch\n",
    }
    if other:
        files[OTHER] = other
    text = workflow(f"context: .\n{ARGS}{caches}", on)
    return len(found("changing-build-arg-early", text, files))


def test_an_early_argument_costs_nothing_where_no_cache_could_hit():
    assert early(CACHE, "push") == 1
    assert early(CACHE, "release") == 0
    assert early("cache-to: type=gha\n", "push") == 0
    assert early("cache-from: type=gha\n", "push") == 0


def test_a_release_reads_what_the_default_branch_wrote_of_the_same_image():
    same = workflow(f"context: .\n{CACHE}")
    another = workflow(f"context: app\n{CACHE}")
    assert early(CACHE, "release", same) == 1
    assert early(CACHE, "release", another) == 0


USED = """on: {paths}
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: ./.github/actions/image
        with: {{context: {app}, name: {app}{version}}}
"""
ACTION = """inputs:
  context: {required: true}
  name: {required: true}
runs:
  using: composite
  steps:
    - uses: docker/setup-buildx-action@v3
    - uses: docker/build-push-action@v6
      with:
        context: ${{ inputs.context }}
        push: true
        cache-from: type=gha
        cache-to: type=gha,mode=max
"""
ACTION_PATH = ".github/actions/image/action.yml"


def of_action(first: str, second: str) -> CiFile:
    files = {**APPS, ACTION_PATH: ACTION, OTHER: second}
    file = ci_file_of(first, files)
    builds = tuple(item for item in file.repository if item.path == ACTION_PATH)
    return CiFile(ACTION_PATH, ACTION, builds, file.repository, file.image_of)


def used(app: str, version: str = "") -> str:
    return USED.format(paths="push", app=app, version=version)


def test_the_callers_of_an_action_are_told_apart_by_what_they_give():
    rule = next(rule for rule in all_rules() if rule.id == "cache-scope-shared")
    file = of_action(used("api"), used("ai"))
    (one,) = examine_ci(file, RuleSelection((rule,)))[0]
    assert one.finding.message.startswith("2 builds of this step write scope")
    assert one.finding.fix is not None
    assert one.finding.fix.message.endswith("scope ${{ inputs.context }}")
    assert one.finding.fix.safety is Safety.SAFE


def test_callers_that_nothing_tells_apart_have_no_fix():
    rule = next(rule for rule in all_rules() if rule.id == "cache-scope-shared")
    first, second = used("./api", "/a"), used("./ai", "/b")
    (one,) = examine_ci(of_action(first, second), RuleSelection((rule,)))[0]
    assert one.finding.fix is None


LOST = """on: {push: {tags: ['v*']}}
jobs:
  first:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: docker/setup-buildx-action@v3
      - uses: docker/build-push-action@v6
        with:
          context: .
          file: FILE
  second:
    runs-on: ubuntu-latest
    needs: [first]
    steps:
      - uses: docker/setup-buildx-action@v3
      - uses: docker/build-push-action@v6
        with:
          context: api
          cache-to: type=gha
"""


@pytest.mark.parametrize(
    ("dockerfile", "before", "speaks"),
    [
        ("api/Dockerfile", "", True),
        ("Dockerfile.first", "", False),
        ("Dockerfile.first", "      - run: ./make-dockerfile\n", True),
        ("Dockerfile.first", "      - uses: actions/download-artifact@v5\n", True),
        ("Dockerfile.first", "      - uses: docker/login-action@v3\n", False),
    ],
)
def test_a_job_that_needs_one_without_its_dockerfile_never_builds(
    dockerfile, before, speaks
):
    setup = "      - uses: docker/setup-buildx-action@v3\n"
    text = LOST.replace("FILE", dockerfile).replace(setup, f"{before}{setup}", 1)
    assert bool(found("cache-written-for-nobody", text, APPS)) is speaks
    alone = text.replace("    needs: [first]\n", "")
    assert found("cache-written-for-nobody", alone, APPS)
    anyway = text.replace("needs: [first]", "needs: [first]\n    if: always()")
    assert found("cache-written-for-nobody", anyway, APPS)


def test_a_build_without_its_dockerfile_writes_no_cache():
    text = workflow(
        "context: .\nfile: api/Dockerfile\ncache-to: type=gha\n",
        "{push: {tags: ['v*']}}",
        before="- uses: actions/checkout@v5\n",
    )
    assert found("cache-written-for-nobody", text, APPS)
    lost = text.replace("api/Dockerfile", "Dockerfile.lost")
    assert not found("cache-written-for-nobody", lost, APPS)
    elsewhere = lost.replace("checkout@v5\n", "checkout@v5\n        with: {path: x}\n")
    assert found("cache-written-for-nobody", elsewhere, APPS)


HEREDOC = f"{APP}HEALTHCHECK CMD <<EOF\ncurl -f http://localhost\nEOF\n"
INSTALL = "RUN apt-get update && apt-get install -y gcc\n"
STRETCH = f"FROM python:3.7-slim-stretch\n{INSTALL}"
ARCHIVE = STRETCH.replace(
    INSTALL, f"RUN sed -i s/deb.debian/archive.debian/ /etc/apt/sources.list\n{INSTALL}"
)


@pytest.mark.parametrize(
    ("dockerfile", "speaks"),
    [
        (APP, True),
        (HEREDOC, False),
        (STRETCH, False),
        (ARCHIVE, True),
        (STRETCH.replace("stretch", "trixie"), True),
        # What the target does not need is not built
        (f"FROM debian:stretch AS old\n{INSTALL}{APP}", True),
    ],
)
@pytest.mark.parametrize(
    ("rule_id", "inputs"),
    [("build-cache-missing", ""), ("cache-written-for-nobody", "cache-to: type=gha\n")],
)
def test_what_is_said_of_caches_is_said_of_builds_that_end(
    dockerfile, speaks, rule_id, inputs
):
    events = "push" if not inputs else "{push: {tags: ['v*']}}"
    text = workflow(f"context: .\npush: true\n{inputs}", events)
    files = {"Dockerfile": dockerfile, "requirements.txt": "torch\n"}
    assert bool(found(rule_id, text, files)) is speaks


def test_an_image_that_stops_replaces_no_cache():
    assert len(found("cache-scope-shared", MATRIX, APPS)) == 1
    files = {**APPS, "ai/Dockerfile": HEREDOC}
    assert not found("cache-scope-shared", MATRIX, files)
