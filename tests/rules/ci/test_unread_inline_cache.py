"""An inline cache that no build reads is no cache."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lightship.facts.ci.example_workflow import STAGES, workflow
from lightship.lint.ci_engine import examine_ci
from lightship.lint.examples import ci_file_of
from lightship.lint.registry import all_rules
from lightship.lint.rule_selection import RuleSelection

FILES = {"Dockerfile": STAGES, "go.mod": "module app\n"}
PUSHED = "context: .\npush: true\ntags: acme/app:latest\n"
OPTION = f"{PUSHED}cache-to: type=inline\n"
ARGUMENT = f"{PUSHED}build-args: |\n  BUILDKIT_INLINE_CACHE=1\n"
READ = "cache-from: acme/app:latest\n"
INLINE = ("build-cache-missing", "inline-cache-of-stages", "inline-cache-not-pushed")


def found(text: str, other: str = "") -> list[tuple[str, str, bool]]:
    """What the rules say: which, the message, and whether there is a fix."""
    rules = [rule for rule in all_rules() if rule.id in INLINE]
    files = {**FILES, ".github/workflows/other.yml": other} if other else FILES
    items = examine_ci(ci_file_of(text, files), RuleSelection(tuple(rules)))[0]
    return [
        (item.rule.id, item.finding.message, item.finding.fix is not None)
        for item in items
    ]


SAID = "no build reads the inline cache: each job runs Dockerfile:4 again"


def test_one_that_nobody_reads_is_a_missing_cache():
    assert found(workflow(ARGUMENT)) == [("build-cache-missing", SAID, True)]
    reason = " (no fix: it has cache-to already)"
    assert found(workflow(OPTION)) == [
        ("build-cache-missing", f"{SAID}{reason}", False)
    ]


@pytest.mark.parametrize("inline", [OPTION, ARGUMENT])
@pytest.mark.parametrize("read", [READ, "cache-from: ${{ vars.CACHE }}\n"])
def test_one_that_the_build_itself_or_another_one_reads_lacks_stages(inline, read):
    own = found(workflow(f"{inline}{read}"))
    assert [rule for rule, _said, _is_fixed in own] == ["inline-cache-of-stages"]

    reader = workflow(f"context: .\n{read}")
    beside = found(workflow(inline), reader)
    assert [rule for rule, _said, _is_fixed in beside] == ["inline-cache-of-stages"]


def test_one_that_is_not_pushed_has_a_rule_of_its_own():
    text = workflow(ARGUMENT.replace("push: true\n", ""))
    rules = [rule for rule, _said, _is_fixed in found(text)]
    assert rules == ["inline-cache-not-pushed"]


def test_another_cache_beside_it_is_one():
    cache = "cache-from: type=gha\ncache-to: type=gha,mode=max\n"
    assert found(workflow(f"{ARGUMENT}{cache}")) == []


def test_one_that_a_command_pushes_is_a_missing_cache_too():
    text = workflow(ARGUMENT.replace("push: true\n", ""))
    pushed = f"{text}      - run: docker push acme/app:latest\n"
    (only,) = found(pushed)
    assert only[:2] == ("build-cache-missing", SAID)


ACTION_PATH = ".github/actions/image/action.yml"
ACTION = """inputs:
  push: {default: 'false'}
runs:
  using: composite
  steps:
    - uses: docker/setup-buildx-action@v3
    - uses: docker/build-push-action@v6
      with:
        context: .
        push: ${{ inputs.push == 'true' }}
        tags: acme/app:latest
        cache-from: acme/app:latest
        cache-to: type=inline
"""
CALLER = """on: {events}
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: ./.github/actions/image
{given}"""
BY_HAND = "{workflow_dispatch: {inputs: {dry: {default: 'yes'}}}}"


@pytest.mark.parametrize(
    ("events", "push", "speaks"),
    [
        ("push", "", True),
        ("push", "false", True),
        ("push", "true", False),
        # By default it does not
        (BY_HAND, "${{ github.event.inputs.dry == 'no' }}", False),
        (BY_HAND, "${{ inputs.dry == 'no' }}", False),
        (BY_HAND, "false", True),
    ],
)
def test_an_action_pushes_where_one_of_its_callers_may(events, push, speaks):
    rule = next(rule for rule in all_rules() if rule.id == "inline-cache-not-pushed")
    given = f'        with: {{push: "{push}"}}\n' if push else ""
    test = CALLER.format(events="pull_request", given="")
    files = {**FILES, ACTION_PATH: ACTION, ".github/workflows/test.yml": test}
    file = ci_file_of(CALLER.format(events=events, given=given), files)
    builds = tuple(item for item in file.repository if item.path == ACTION_PATH)
    assert len(builds) == 2
    of_action = replace(file, path=ACTION_PATH, text=ACTION, builds=builds)
    assert bool(examine_ci(of_action, RuleSelection((rule,)))[0]) is speaks


COMPOSE = """services:
  app:
    image: acme/app
    build:
      context: .
      args: [BUILDKIT_INLINE_CACHE=1]
"""


def test_an_argument_of_compose_is_for_builds_elsewhere_too():
    rule = next(rule for rule in all_rules() if rule.id == "inline-cache-not-pushed")
    run = "on: push\njobs:\n  app:\n    runs-on: ubuntu-latest\n    steps:\n      - run: {}\n"
    text = run.format("docker compose build app")

    def number(other: str, compose: str = COMPOSE) -> int:
        more = {**FILES, ".github/workflows/other.yml": run.format(other)}
        more["compose.yaml"] = compose
        items = examine_ci(ci_file_of(text, more), RuleSelection((rule,)))[0]
        return len(items)

    assert number("docker compose build app && docker push acme/app") == 0
    assert number("docker build -t app .") == 1
    reads = COMPOSE.replace("      args", "      cache_from: [acme/app]\n      args")
    assert number("docker build -t app .", reads) == 0
