"""Steps of workflows: where they stand, what they write, how they are edited and told apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import yaml

from lightship.builds.ci.cache_option import with_attributes
from lightship.builds.ci.ci_build import CiBuild
from lightship.builds.ci.ci_file import CiFile
from lightship.builds.definition import Written
from lightship.facts.ci.ci_steps import (
    active_runs,
    all_cache_from,
    all_cache_to,
    ends_with_job,
    found_at_option,
    found_at_step,
    found_at_switch,
    is_github,
    is_judged_here,
    is_pushed_elsewhere,
    kinds_writing,
    line_place,
    once_for_each_place,
    option_place,
    step_place,
    writers_by_place,
)
from lightship.facts.ci.cured_builds import (
    cached_alone,
    cached_beside_image,
    with_own_scope,
    with_writes,
)
from lightship.facts.ci.example_workflow import APP, STAGES, workflow
from lightship.facts.ci.scopes import (
    gha_written,
    image_key,
    name_of,
    own_scope,
    writes_together,
)
from lightship.facts.ci.step_builds import (
    Judged,
    has_several,
    in_some,
    judged,
    named_lines,
    runs_named,
    short_names,
)
from lightship.facts.ci.workflow_edits import (
    builds_above,
    with_field,
    with_inputs,
    with_other_field,
    with_step_before,
    without_input,
)
from lightship.lint.examples import ci_file_of
from lightship.lint.finding import Finding
from lightship.text import Edit, Span

CACHED = "context: .\ncache-from: type=gha\ncache-to: type=gha,mode=max\n"
TWO = """on: {on}
jobs:
  api:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v6
        with:
          context: api
          cache-to: type=gha
  worker:
    runs-on: {runner}
    steps:
      - run: docker buildx build -f docker/worker.Dockerfile {more} .
"""
SCOPED = "--cache-to type=gha,scope=buildkit"
TWO_FILES = {"api/Dockerfile": APP, "docker/worker.Dockerfile": STAGES}


def file_of(text: str, **files: str) -> CiFile:
    return ci_file_of(text, {"Dockerfile": APP, **files})


def two(on: str = "push", more: str = SCOPED, runner: str = "ubuntu-latest") -> CiFile:
    return ci_file_of(TWO.format(on=on, more=more, runner=runner), TWO_FILES)


def only(file: CiFile) -> CiBuild:
    (build,) = file.builds
    return build


def edited(file: CiFile, edit: Edit | None) -> str | None:
    if edit is None:
        return None
    text = file.text
    return text[: edit.span.start] + edit.text + text[edit.span.end :]


def inputs_of(text: str) -> dict[str, object]:
    """The inputs of the last step, as another reader of YAML has them."""
    return yaml.safe_load(text)["jobs"]["image"]["steps"][-1]["with"]


@pytest.mark.parametrize("setup", [True, False])
def test_the_workflow_of_examples_builds_one_image(setup):
    file = file_of(workflow(CACHED, setup=setup, before="- run: make\n"))
    steps = yaml.safe_load(file.text)["jobs"]["image"]["steps"]
    assert len(steps) == 2 + setup
    assert inputs_of(file.text)["cache-to"] == "type=gha,mode=max"
    assert only(file).definition.dockerfile == "Dockerfile"


def test_a_finding_underlines_the_action_or_the_line():
    api, worker = (file := two()).builds
    assert step_place(file, api).of(file.text) == "docker/build-push-action@v6"
    assert step_place(file, worker).of(file.text).startswith("- run: docker buildx")
    assert line_place(file, 3).of(file.text) == "api:"
    assert line_place(file, 99) == line_place(file, 0) == Span(0, 0)


def test_a_finding_about_a_step_extends_over_the_step():
    file = two()
    found = found_at_step(file, file.builds[0], "is wrong")
    assert found.extent == file.builds[0].step.span
    switch = found_at_switch(file, file.builds[1], Written(file.path, 2), "is wrong")
    assert switch.span.of(file.text) == "jobs:"
    elsewhere = found_at_switch(file, file.builds[1], Written("a/b.hcl", 2), "is wrong")
    assert elsewhere.message == "is wrong (b.hcl:2)"


def test_an_option_of_another_file_is_found_at_the_step_that_builds_it():
    bake = 'target "default" {\n  cache-to = ["type=gha"]\n}\n'
    text = workflow("", setup=True).replace("build-push-action", "bake-action")
    text = text.replace("        with:\n", "")
    file = file_of(text, **{"docker-bake.hcl": bake})
    (option,) = all_cache_to(only(file))
    assert is_judged_here(file, option.written)
    assert not is_judged_here(file, Written(".github/workflows/other.yml", 1))
    assert option_place(file, option).of(file.text) == "docker/bake-action@v6"
    assert found_at_option(file, option, "is wrong").message == (
        "is wrong (docker-bake.hcl:2)"
    )


def test_the_caches_of_a_build_each_once():
    build = only(file := file_of(workflow(CACHED)))
    assert [option.text for option in all_cache_from(build)] == ["type=gha"]
    assert [option.text for option in all_cache_to(build)] == ["type=gha,mode=max"]
    (place,) = writers_by_place(file)
    assert [option.text for _, option in place] == ["type=gha,mode=max"]


BOTH = "{push: {branches: [main]}, pull_request: {}}"
ALWAYS = "type=gha"
ON_PUSH = "${{ github.event_name == 'push' && 'type=gha' || '' }}"


@pytest.mark.parametrize(
    ("on", "cache", "condition", "written", "active"),
    [
        ("push", ALWAYS, "true", {"push", "tag"}, {"push", "tag"}),
        ("{push: {tags: ['v*']}}", ALWAYS, "true", {"tag"}, {"tag"}),
        (
            "{pull_request: {}}",
            ALWAYS,
            "true",
            {"pull request", "pull request of a fork"},
            {"pull request", "pull request of a fork"},
        ),
        (BOTH, ALWAYS, "github.event_name == 'push'", {"push"}, {"push"}),
        (
            BOTH,
            ON_PUSH,
            "true",
            {"push"},
            {"push", "pull request", "pull request of a fork"},
        ),
    ],
)
def test_the_runs_that_write_a_cache(on, cache, condition, written, active):
    text = workflow(f"context: .\ncache-to: {cache}\n", on)
    text = text.replace("v6\n", f"v6\n        if: {condition}\n")
    build = only(file_of(text))
    assert set(kinds_writing(build, all_cache_to(build)[0])) == written
    assert {run.kind for run in active_runs(build)} == active


def test_a_check_says_the_same_of_a_place_once():
    @once_for_each_place
    def check(_: CiFile) -> Iterator[Finding]:
        yield Finding(Span(0, 2), "first")
        yield Finding(Span(0, 2), "again")
        yield Finding(Span(0, 3), "other")

    assert [item.message for item in check(two())] == ["first", "other"]


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("docker push acme/app", True),
        ("skopeo copy docker-archive:a.tar docker://a", True),
        ("docker compose push", True),
        ("docker pull acme/app", False),
    ],
)
def test_images_that_another_step_pushes(run, expected):
    file = file_of(workflow(CACHED, before=f"- run: {run}\n"))
    assert is_pushed_elsewhere(file) is expected


def test_machines_that_are_thrown_away_after_the_job():
    api, worker = two(runner="[self-hosted, linux]").builds
    assert is_github(api)
    assert is_github(worker)
    assert ends_with_job(api)
    assert not ends_with_job(worker)


@pytest.mark.parametrize(
    ("inputs", "field", "other"),
    [
        (
            "context: .\ncache-to: type=gha,mode=min\n",
            "type=gha,mode=min,scope=a",
            "type=gha,mode=max",
        ),
        (
            "context: .\ncache-to: 'type=gha,mode=min'\n",
            "type=gha,mode=min,scope=a",
            "type=gha,mode=max",
        ),
        ("context: .\ncache-to: |\n  type=gha\n", "type=gha,scope=a\n", None),
        ("context: .\ncache-to: type=gha,scope=${{ a && 'b' }}\n", None, None),
    ],
)
def test_fields_of_an_option_are_edited(inputs, field, other):
    file = file_of(workflow(inputs))
    option = all_cache_to(only(file))[0]
    added = edited(file, with_field(file, option, "scope=a"))
    assert (added and inputs_of(added)["cache-to"]) == field
    changed = edited(file, with_other_field(file, option, "mode", "mode=max"))
    assert (changed and inputs_of(changed)["cache-to"]) == other


def test_in_flow_style_only_a_quoted_option_takes_a_field():
    text = workflow("").replace("with:\n", "with: {context: ., cache-to: Q}\n")
    plain = file_of(text.replace("Q", "type=gha"))
    quoted = file_of(text.replace("Q", '"type=gha"'))
    assert with_field(plain, all_cache_to(only(plain))[0], "mode=max") is None
    option = all_cache_to(only(quoted))[0]
    added = edited(quoted, with_field(quoted, option, "mode=max"))
    assert inputs_of(added)["cache-to"] == "type=gha,mode=max"
    assert with_inputs(quoted, only(quoted), ["pull: true"]) is None
    assert without_input(quoted, only(quoted), "context") is None


@pytest.mark.parametrize(
    "inputs",
    [
        "context: .\npush: true\n",
        "context: . # here\npush: true\n# a comment\n\n",
        "push: true\ncontext: |\n  .\n  # of the text\n",
        "context: .\r\npush: true\r\n",
    ],
)
def test_inputs_are_added_after_the_last_and_removed(inputs):
    file = file_of(workflow(inputs))
    build = only(file)
    before = inputs_of(file.text)
    added = edited(file, with_inputs(file, build, ["pull: true", "load: true"]))
    assert inputs_of(added) == {**before, "pull": True, "load": True}
    removed = edited(file, without_input(file, build, "push"))
    assert inputs_of(removed) == {"context": before["context"]}
    assert without_input(file, build, "absent") is None


def test_the_only_input_is_not_removed():
    file = file_of(workflow("context: .\n"))
    assert without_input(file, only(file), "context") is None


def test_the_builds_above_in_a_job_are_told_with_their_comments():
    text = workflow(CACHED, setup=False, before="# build it\n")
    first = text[text.index("      # build") :]
    twice = f"{text}{first}"
    file = file_of(f"{twice}  other:\n{twice.partition('  image:')[2][1:]}")
    of_job = [builds_above(file, build) for build in file.builds]
    assert [len(spans) for spans in of_job] == [0, 1, 0, 1]
    for [span] in (of_job[1], of_job[3]):
        assert span.of(file.text).startswith(first.rstrip())


def test_a_step_is_added_above_the_comments_of_another():
    text = workflow(CACHED, setup=False, before="- run: make\n# build it\n")
    file = file_of(text)
    changed = edited(file, with_step_before(file, only(file), "uses: a/b@v1"))
    steps = yaml.safe_load(changed)["jobs"]["image"]["steps"]
    assert [step.get("uses") for step in steps] == [
        None,
        "a/b@v1",
        "docker/build-push-action@v6",
    ]
    assert changed.index("a/b@v1") < changed.index("# build it")


def test_names_of_images_and_scopes():
    file = two()
    api, worker = file.builds
    assert image_key(api) == ("api/Dockerfile", "api")
    assert (name_of(api), name_of(worker)) == ("api", "docker-worker")
    assert [own_scope(file, build) for build in file.builds] == ["api", "docker-worker"]
    alone = file_of(workflow(CACHED))
    assert own_scope(alone, only(alone)) == ""
    assert name_of(only(alone)) == "image"  # that of the job
    assert image_key(replace(api, definition=None)) is None


@pytest.mark.parametrize(
    ("on", "more", "expected"),
    [
        ("push", SCOPED, True),
        ("push", "--cache-to type=gha,scope=other", False),
        ("push", "--cache-to type=registry,ref=a/b", False),
        ("push", "", False),
        ("{push: {tags: ['v*']}}", SCOPED, False),  # nobody reads what they write
    ],
)
def test_builds_that_write_one_scope(on, more, expected):
    api, worker = two(on, more).builds
    assert [option.scope for option in gha_written(api)] == ["buildkit"]
    assert writes_together(api, worker, "buildkit") is expected


def test_builds_with_other_caches():
    api, worker = two().builds
    alone = cached_alone(api)
    assert [option.text for option in alone.cache_from] == ["type=gha,scope=api"]
    assert [option.text for option in alone.cache_to] == ["type=gha,scope=api,mode=max"]
    beside = cached_beside_image(worker)
    assert [option.type for option in beside.cache_from] == ["registry"]
    assert beside.cache_to[0].text.endswith(":docker-worker,mode=max")
    assert [option.scope for option in with_own_scope(worker).cache_to] == [
        "buildkit-docker-worker"
    ]
    changed = with_writes(api, lambda option: with_attributes(option, {"mode": "max"}))
    assert [option.attributes["mode"] for option in changed.cache_to] == ["max"]
    assert changed.cache_from == api.cache_from


def runs_of(_build, image):
    return [item for item in image.dockerfile.instructions if item.keyword == "RUN"]


def test_the_lines_of_which_a_rule_speaks():
    file = two()
    found = list(judged(file, file.builds, runs_of))
    assert [item.lines for item in found] == [(4,), (4, 6)]
    assert named_lines(found) == "Dockerfile:4 and worker.Dockerfile:4"
    assert has_several(found)
    assert not has_several([found[0], found[0]])
    assert runs_named(found[:1], "slow RUN") == "Dockerfile:4"
    assert runs_named(found[1:], "slow RUN") == (
        "worker.Dockerfile:4 and 1 more slow RUN"
    )
    assert list(judged(file, file.builds, lambda _build, _image: [])) == []
    unknown = replace(file.builds[0], definition=None)
    assert list(judged(file, [unknown], runs_of)) == []
    assert Judged(file.builds[0], (7, 9)).place == ("api/Dockerfile", 7)


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["api/Dockerfile"], ["Dockerfile"]),
        (["api/Dockerfile", "web/Dockerfile"], ["api/Dockerfile", "web/Dockerfile"]),
        (["a/b/Dockerfile", "a/b/Dockerfile"], ["Dockerfile"] * 2),
        (["a/x/D", "b/x/D", "b/y/D"], ["a/x/D", "b/x/D", "b/y/D"]),
        (["a.Dockerfile", "sub/b.Dockerfile"], ["a.Dockerfile", "b.Dockerfile"]),
        (["Dockerfile", "api/Dockerfile"], ["Dockerfile", "api/Dockerfile"]),
        ([f"{'d' * 40}/{app}/D" for app in ("a", "b")], ["a/D", "b/D"]),
        ([f"{'x' * 40}.Dockerfile"], ["x" * 30]),
        ([f"{'x' * 40}/D", "y/D"], [f"...{'x' * 28}/D", "y/D"]),
    ],
)
def test_short_names_tell_paths_apart(paths, names):
    assert short_names(paths) == dict(zip(paths, names, strict=True))


def test_how_many_of_the_builds():
    assert in_some(1, 3) == " in 1 of 3 builds"
    assert in_some(3, 3) == ""
