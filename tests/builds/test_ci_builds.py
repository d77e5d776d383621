"""What CI does with each build: builders, caches, events, runs, and what is not known."""

from __future__ import annotations

import random

import pytest
from amounts import share_of

from lightship.builds.ci.cache_option import read_cache_options
from lightship.builds.ci.ci_build import (
    ChangesWith,
    CiBuild,
    CiSystem,
    ContextKind,
    Driver,
    RunKind,
)
from lightship.builds.ci.ci_builds import ci_builds
from lightship.builds.ci.github_events import as_far_as_known
from lightship.builds.definition import Written
from lightship.builds.workspace import Workspace

DOCKERFILE = "FROM debian AS build\nRUN make\nFROM debian\nCOPY . /app\n"
PATH = ".github/workflows/ci.yml"


def builds(steps: str, on: str = "push", job: str = "", **files: str) -> list[CiBuild]:
    text = f"on: {on}\njobs:\n  image:\n    runs-on: ubuntu-latest\n{job}    steps:\n"
    rows = "".join(f"      {row}\n" for row in steps.strip("\n").split("\n"))
    workspace = Workspace.of({"Dockerfile": DOCKERFILE, PATH: text + rows, **files})
    return list(ci_builds(workspace))


def one(steps: str, **more: str) -> CiBuild:
    (build,) = builds(steps, **more)
    return build


def action(*inputs: str) -> str:
    rows = "".join(f"\n    {row}" for row in inputs)
    return f"- uses: docker/build-push-action@v6\n  with:{rows or ' {}'}"


SETUP = "- uses: docker/setup-buildx-action@v3\n"


@pytest.mark.parametrize(
    ("steps", "driver", "keeps"),
    [
        (SETUP + action("context: ."), Driver.DOCKER_CONTAINER, False),
        (action("context: ."), Driver.DOCKER, False),
        (
            SETUP + "  with: {driver: kubernetes}\n" + action("context: ."),
            Driver.KUBERNETES,
            None,
        ),
        (
            SETUP + "  with: {driver: cloud, endpoint: a/b}\n" + action("context: ."),
            Driver.REMOTE,
            True,
        ),
        (
            SETUP + "  with: {keep-state: true}\n" + action("context: ."),
            Driver.DOCKER_CONTAINER,
            True,
        ),
        (
            "- uses: depot/build-push-action@v1\n  with: {context: .}",
            Driver.REMOTE,
            True,
        ),
        (SETUP + "- run: docker build .", Driver.DOCKER, False),
        (
            SETUP + "  with: {install: true}\n- run: docker build .",
            Driver.DOCKER_CONTAINER,
            False,
        ),
        (SETUP + "- run: docker buildx build .", Driver.DOCKER_CONTAINER, False),
        (
            "- run: docker buildx create --use --driver kubernetes && docker buildx build .",
            Driver.KUBERNETES,
            False,
        ),
        ("- run: buildah bud .", Driver.UNKNOWN, False),
    ],
)
def test_the_builder(steps: str, driver: Driver, keeps: bool | None) -> None:
    build = one(steps)
    assert (build.builder.driver, build.builder.keeps_cache) == (driver, keeps)


def test_a_runner_of_ones_own_may_keep_layers() -> None:
    text = f"on: push\njobs:\n  image:\n    runs-on: [self-hosted, big]\n    steps:\n      {action('context: .').replace(chr(10), chr(10) + '      ')}\n"
    (build,) = ci_builds(Workspace.of({"Dockerfile": DOCKERFILE, PATH: text}))
    assert build.builder.keeps_cache is None
    assert build.runner == "self-hosted, big"


def test_what_differs_with_the_event_is_worked_out() -> None:
    build = one(
        action(
            "context: .",
            "push: ${{ github.event_name != 'pull_request' }}",
            "cache-to: ${{ github.ref == 'refs/heads/main' && 'type=gha,mode=max' || '' }}",
        ),
        on="{push: {branches: [main], tags: ['v*']}, pull_request: }",
    )
    by_kind = {run.kind: run for run in build.runs}
    assert {kind: run.push for kind, run in by_kind.items()} == {
        RunKind.PUSH: True,
        RunKind.TAG: True,
        RunKind.PULL_REQUEST: False,
        RunKind.FORK_PULL_REQUEST: False,
    }
    assert [item.mode for item in by_kind[RunKind.PUSH].cache_to] == ["max"]
    assert by_kind[RunKind.TAG].cache_to == ()
    assert build.push.value is None


@pytest.mark.parametrize(
    ("condition", "kinds"),
    [
        ("github.event_name == 'push'", {RunKind.PUSH, RunKind.TAG}),
        ("startsWith(github.ref, 'refs/tags/')", {RunKind.TAG}),
        ("github.ref == 'refs/heads/trunk'", {RunKind.PUSH}),
        ("github.repository == 'acme/app' && github.ref_type == 'tag'", {RunKind.TAG}),
        (
            "github.event.pull_request.head.repo.full_name == github.repository",
            {RunKind.PULL_REQUEST},
        ),
        (
            "github.event.pull_request.head.repo.fork",
            {RunKind.FORK_PULL_REQUEST},
        ),
        ("always() && false", set()),
        ("vars.BUILD == 'yes'", set(RunKind)),
    ],
)
def test_conditions_tell_in_which_runs_it_happens(
    condition: str, kinds: set[RunKind]
) -> None:
    build = one(
        action("context: ."),
        on="[push, pull_request]",
        job=f"    if: {condition}\n",
    )
    happening = {run.kind for run in build.runs if run.happens is not False}
    assert happening == kinds & {run.kind for run in build.runs}
    assert build.may_run == bool(happening)


@pytest.mark.parametrize(
    ("value", "before", "changes"),
    [
        ("${{ github.sha }}", "", ChangesWith.COMMIT),
        ("${{ github.run_number }}", "", ChangesWith.RUN),
        ("${{ github.ref_name }}", "", ChangesWith.REF),
        (
            "${{ steps.now.outputs.day }}",
            '- id: now\n  run: echo "day=$(date +%F)" >> $GITHUB_OUTPUT\n',
            ChangesWith.RUN,
        ),
        (
            "${{ env.SHORT }}",
            (
                "- run: |\n    short=$(git rev-parse HEAD)\n"
                '    echo "SHORT=$short" >> $GITHUB_ENV\n'
            ),
            ChangesWith.COMMIT,
        ),
        ("${{ secrets.TOKEN }}", "", None),
        ("1.2.3", "", None),
    ],
)
def test_arguments_that_change(
    value: str, before: str, changes: ChangesWith | None
) -> None:
    build = one(before + action("context: .", f"build-args: A={value}"))
    assert [item.changes for item in build.changing_args] == (
        [changes] if changes else []
    )


def test_a_matrix_is_several_builds_with_their_own_scopes() -> None:
    found = builds(
        action("context: .", "cache-from: type=gha,scope=${{ matrix.os }}"),
        job="    strategy: {matrix: {os: [a, b]}}\n",
    )
    assert [build.cache_from[0].scope for build in found] == ["a", "b"]


def test_the_context_is_git_unless_it_is_given() -> None:
    assert one(action("push: true")).context is ContextKind.GIT
    assert one(action("context: .")).context is ContextKind.PATH
    git = one(action("context: '{{defaultContext}}'"))
    assert git.context is ContextKind.GIT
    remote = one(action("context: https://github.com/acme/app.git"))
    assert (remote.context, remote.definition) == (ContextKind.REMOTE, None)
    assert "remote" in remote.problem


def test_secrets_outputs_and_switches() -> None:
    build = one(
        action(
            "context: .",
            "load: true",
            "pull: true",
            "no-cache: ${{ vars.CLEAN }}",
            "platforms: linux/amd64,linux/arm64",
            "outputs: type=image,push=true",
            "secrets: |",
            "  npm=${{ secrets.NPM }}",
            '  "key=${{ secrets.KEY }}"',
            "build-args: |",
            "  TOKEN=${{ secrets.TOKEN }}",
            "  BUILDKIT_INLINE_CACHE=1",
        )
    )
    assert build.secrets == ("npm", "key")
    assert build.secret_args == ("TOKEN",)
    assert build.platforms == ("linux/amd64", "linux/arm64")
    assert (build.load.value, build.pull.value) == (True, True)
    assert build.no_cache.value is None
    assert build.push.value is True
    assert build.writes_inline


def test_an_output_that_is_pushed_is_not_loaded() -> None:
    build = one(action("outputs: type=image,name=${{ env.IMAGE }},push=true"))
    assert (build.push.value, build.load.value) == (True, False)


def test_a_bake_file_says_the_caches_of_its_targets() -> None:
    bake = """group "default" { targets = ["app"] }
target "app" {
  context = "."
  cache-from = ["type=gha"]
  cache-to = [{ type = "gha", mode = "max" }]
}
target "other" { context = "." }
"""
    build = one(
        SETUP + "- uses: docker/bake-action@v5\n  with: {push: true}",
        **{"docker-bake.hcl": bake},
    )
    assert [item.mode for item in build.cache_to] == ["max"]
    assert build.push.value is True
    assert build.context is ContextKind.PATH


def test_what_a_step_sets_replaces_what_the_bake_file_says() -> None:
    bake = 'target "default" {\n  context = "."\n  cache-from = ["type=gha"]\n}\n'
    build = one(
        "- uses: docker/bake-action@0123456789012345678901234567890123456789 # v6.1.0\n"
        "  with:\n    set: |\n      *.cache-from=type=gha,scope=a\n"
        "      *.cache-from=type=gha,scope=b",
        **{"docker-bake.hcl": bake},
    )
    assert [item.scope for item in build.cache_from] == ["a", "b"]
    assert build.context is ContextKind.GIT


def test_what_a_step_sets_stands_where_it_is_written() -> None:
    bake = 'target "default" {\n  context = "."\n  cache-to = ["type=inline"]\n}\n'
    build = one(
        "- uses: docker/bake-action@v6\n"
        "  with:\n    set: |\n      *.cache-from=type=gha,scope=${{ github.ref_name }}\n"
        "      *.cache-to+=type=gha",
        **{"docker-bake.hcl": bake},
    )
    (read,) = build.cache_from
    assert read.text == "type=gha,scope=${{ github.ref_name }}"
    assert (read.type, read.written) == ("gha", Written(PATH, 9))
    inline, added = build.cache_to
    assert (inline.type, inline.written) == ("inline", Written("docker-bake.hcl", 3))
    assert (added.text, added.written) == ("type=gha", Written(PATH, 10))
    assert added.span is not None


def test_what_a_command_sets_stands_in_its_script() -> None:
    bake = 'target "default" {\n  context = "."\n}\n'
    build = one(
        "- run: |\n    echo\n    docker buildx bake --set *.cache-to=type=gha",
        **{"docker-bake.hcl": bake},
    )
    (option,) = build.cache_to
    assert option.written == Written(PATH, 8)
    assert option.span is not None


def test_actions_and_workflows_of_the_repository_have_the_events_of_their_caller() -> (
    None
):
    called = f"on: workflow_call\njobs:\n  inner:\n    runs-on: ubuntu-latest\n    steps:\n      {action('context: .').replace(chr(10), chr(10) + '      ')}\n"
    caller = (
        "on: [pull_request]\njobs:\n  outer:\n    uses: ./.github/workflows/inner.yml\n"
    )
    files = {
        "Dockerfile": DOCKERFILE,
        PATH: caller,
        ".github/workflows/inner.yml": called,
    }
    (build,) = ci_builds(Workspace.of(files))
    assert [event.name for event in build.events or ()] == ["pull_request"]
    assert build.path == ".github/workflows/inner.yml"


def test_a_command_has_its_options() -> None:
    build = one(
        SETUP + "- run: |\n"
        "    docker buildx build --push -t acme/app \\\n"
        "      --cache-from acme/app:cache --cache-to type=registry,ref=acme/app:cache \\\n"
        "      --secret id=key,src=key.txt --no-cache=false .\n"
    )
    assert [item.ref for item in build.cache_from] == ["acme/app:cache"]
    assert [item.mode for item in build.cache_to] == ["min"]
    assert build.secrets == ("key",)
    assert (build.push.value, build.no_cache.value) == (True, False)


def test_gitlab_says_its_commands_and_leaves_its_events_open() -> None:
    text = """build:
  image: docker
  services: [docker:dind]
  script:
    - docker build --cache-from $CI_REGISTRY_IMAGE:latest -t $CI_REGISTRY_IMAGE .
"""
    (build,) = ci_builds(
        Workspace.of({"Dockerfile": DOCKERFILE, ".gitlab-ci.yml": text})
    )
    assert build.system is CiSystem.GITLAB
    assert build.events is None
    assert build.builder.keeps_cache is False
    assert build.cache_from[0].ref == "$CI_REGISTRY_IMAGE:latest"
    assert not build.cache_from[0].is_address_known


def test_what_actions_cache_keeps() -> None:
    build = one(
        "- uses: actions/cache@v4\n  with:\n    path: /tmp/c\n    key: a-${{ github.sha }}\n"
        "    restore-keys: a-\n"
        + action("context: .", "cache-from: type=local,src=/tmp/c")
    )
    (kept,) = build.kept
    assert (kept.paths, kept.restore_keys) == (("/tmp/c",), ("a-",))


def _mutations(chance: random.Random, text: str) -> str:
    for _ in range(chance.randint(1, 6)):
        at, end = sorted((chance.randint(0, len(text)), chance.randint(0, len(text))))
        piece = text[at:end][:40]
        text = chance.choice(
            (
                text[:at] + text[end:],
                text[:at] + piece * 2 + text[at:],
                text[:at] + chance.choice("{}[]'\"\n:|>-&*!$\0\ufeff") + text[at:],
            )
        )
    return text


def test_no_text_of_a_workflow_makes_it_fail() -> None:
    chance = random.Random(5)
    steps = SETUP + action(
        "context: .",
        "push: ${{ github.event_name != 'pull_request' }}",
        "cache-to: |",
        "  type=gha,mode=max,scope=${{ matrix.a }}",
        "build-args: |",
        "  A=${{ github.sha }}",
    )
    rows = "".join(f"      {row}\n" for row in steps.split("\n"))
    text = f"on: [push]\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n{rows}"
    for _ in range(share_of(400)):
        files = {"Dockerfile": DOCKERFILE, PATH: _mutations(chance, text)}
        for build in ci_builds(Workspace.of(files)):
            assert build.line > 0


@pytest.mark.parametrize(
    "value",
    ["${{ " * 50_000, "'" * 100_000, "a=${{ github.sha }}," * 10_000],
    ids=["open", "quotes", "fields"],
)
def test_what_nobody_writes_by_hand_is_read_as_it_is_written(value: str) -> None:
    assert as_far_as_known(value, {}) == value
    (option, *_) = read_cache_options(value, Written(PATH))
    assert option.text in value
