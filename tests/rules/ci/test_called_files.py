"""Caches in the compose and bake files that a step builds are judged at the step."""

from __future__ import annotations

import pytest

from lightship.facts.ci.example_workflow import APP, STAGES
from lightship.lint.ci_engine import examine_ci
from lightship.lint.ci_fixes import fix_ci
from lightship.lint.examples import ci_file_of
from lightship.lint.fixes import UNSAFE
from lightship.lint.registry import all_rules
from lightship.lint.rule_selection import RuleSelection

WORKFLOW = """on: push
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/setup-buildx-action@v3
      - run: {command}
"""


def compose(**caches: str) -> str:
    """A compose file with a service for each directory, and its `cache_to`."""
    rows = [
        f"  {name}:\n    build:\n      context: {name}\n      cache_to: ['{cache}']\n"
        for name, cache in caches.items()
    ]
    return "services:\n" + "".join(rows)


def bake(**caches: str) -> str:
    """The same for bake."""
    names = ", ".join(f'"{name}"' for name in caches)
    rows = [
        f'target "{name}" {{\n  context = "{name}"\n  cache-to = ["{cache}"]\n}}\n'
        for name, cache in caches.items()
    ]
    return f'group "default" {{\n  targets = [{names}]\n}}\n' + "".join(rows)


def found(rule_id: str, files: dict[str, str], command: str):
    rule = next(rule for rule in all_rules() if rule.id == rule_id)
    file = ci_file_of(WORKFLOW.format(command=command), files)
    items = examine_ci(file, RuleSelection((rule,)))[0]
    for item in items:
        assert file.lines.line(item.finding.span.start) == 7
        assert item.finding.fix is None
    return [item.finding.message for item in items]


IMAGES = {
    "api/Dockerfile": STAGES,
    "api/go.mod": "module api\n",
    "job/Dockerfile": STAGES,
    "job/go.mod": "module job\n",
}


@pytest.mark.parametrize(
    ("name", "text", "command", "line"),
    [
        ("compose.yaml", compose, "docker compose build", 5),
        ("compose.yaml", compose, "docker buildx bake", 5),
        ("docker-bake.hcl", bake, "docker buildx bake", 6),
    ],
)
def test_a_cache_of_the_file_that_is_built_is_judged_as_one_of_the_workflow(
    name, text, command, line
):
    files = {
        **IMAGES,
        name: text(api="type=gha,scope=a", job="type=gha,scope=b,mode=max"),
    }
    assert found("cache-mode-min", files, command) == [
        (
            "without mode=max, Dockerfile:4 is not cached in 1 of 2 builds:"
            f" its stage is not in the image ({name}:{line})"
        )
    ]
    both = {**IMAGES, name: text(api="type=gha", job="type=gha")}
    assert found("cache-scope-shared", both, command) == [
        f"2 builds of this step write scope buildkit: the last one wins ({name}:{line})"
    ]
    misspelt = {**IMAGES, name: text(api="type=gha,mode=big", job="type=inline")}
    assert found("cache-option-misspelt", misspelt, command) == [
        f"BuildKit does not know mode=big, and exports as mode=min ({name}:{line})"
    ]


def test_a_service_with_a_cache_has_one():
    images = {"api/Dockerfile": APP, "job/Dockerfile": APP}
    images |= {"api/requirements.txt": "torch\n", "job/requirements.txt": "torch\n"}
    files = {**images, "compose.yaml": compose(api="type=gha", job="type=gha")}
    assert found("build-cache-missing", files, "docker buildx bake") == []

    without = files["compose.yaml"].replace("cache_to: ['type=gha']", "labels: {a: b}")
    bare = {**images, "compose.yaml": without}
    assert found("build-cache-missing", bare, "docker buildx bake") == [
        (
            "without a cache, each job runs api/Dockerfile:4 and job/Dockerfile:4 again"
            " (no fix: it is a command, not an action)"
        )
    ]


def test_a_switch_of_a_service_is_judged_too():
    text = compose(api="type=gha").replace(
        "cache_to", "no_cache: true\n      cache_from"
    )
    files = {**IMAGES, "compose.yaml": text}
    for command in ("docker compose build", "docker buildx bake"):
        (message,) = found("cache-read-disabled", files, command)
        assert message.endswith("remove one of the two (compose.yaml:5)")


def test_a_comment_in_the_step_hides_it():
    files = {**IMAGES, "compose.yaml": compose(api="type=gha")}
    command = "docker buildx bake  # lightship: ignore=cache-mode-min"
    assert found("cache-mode-min", files, command) == []


def test_what_the_step_sets_is_judged_and_mended_on_its_line():
    step = """docker/bake-action@v6
        with:
          set: |
            *.cache-from=type=gha
            *.cache-to=type=gha
"""
    text = WORKFLOW.replace("run: {command}\n", f"uses: {step}")
    files = {**IMAGES, "docker-bake.hcl": bake(api="type=inline", job="type=inline")}
    rule = next(rule for rule in all_rules() if rule.id == "cache-mode-min")
    file = ci_file_of(text, files)
    (item,) = examine_ci(file, RuleSelection((rule,)))[0]
    assert file.lines.line(item.finding.span.start) == 11
    assert item.finding.message.endswith("their stages are not in the image")

    def reread(again: str):
        return ci_file_of(again, files)

    fixed = fix_ci(file, reread, RuleSelection((rule,)), UNSAFE)
    assert fixed.text == text.replace("cache-to=type=gha", "cache-to=type=gha,mode=max")
