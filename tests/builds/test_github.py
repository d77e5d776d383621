"""Workflows of GitHub: actions that build, commands, matrices, and what is known only in a run."""

from __future__ import annotations

import pytest
from builds.repository import builds, found, unresolved
from hypothesis import given
from hypothesis import strategies as st

from lightship.builds.ci.github_actions import ACTIONS
from lightship.builds.ci.github_expression import value_of
from lightship.builds.ci.github_matrix import combinations
from lightship.builds.interpolation import UnknownValueError
from lightship.builds.yaml_tree import read_yaml

PYTHON = "FROM python:3.13-slim\n"
PATH = ".github/workflows/ci.yml"
FILES = {
    "Dockerfile": PYTHON,
    "docker/api.Dockerfile": PYTHON,
    "app/Dockerfile": PYTHON,
    "lib/a.py": "",
}


def workflow(steps: str, job: str = "", top: str = "") -> dict[str, str]:
    text = f"name: ci\non: push\n{top}jobs:\n  image:\n    runs-on: ubuntu-latest\n{job}    steps:\n{steps}"
    return {PATH: text, **FILES}


def action(inputs: str, **more: str) -> dict[str, str]:
    """A workflow with docker/build-push-action."""
    rows = "".join(f"          {line}\n" for line in inputs.splitlines())
    return workflow(
        f"      - uses: docker/build-push-action@v6\n        with:\n{rows}", **more
    )


def of_workflows(files: dict[str, str], *keys: str):
    return [
        item for item in builds(files, "kind", *keys) if item.pop("kind") == "workflow"
    ]


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ("push: true", {"dockerfile": "Dockerfile", "context": "."}),
        ("context: app", {"dockerfile": "app/Dockerfile", "context": "app"}),
        ("context: ./app/", {"dockerfile": "app/Dockerfile", "context": "app"}),
        (
            "file: ./docker/api.Dockerfile",
            {"dockerfile": "docker/api.Dockerfile", "context": "."},
        ),
        (
            "context: .\nfile: docker/api.Dockerfile",
            {"dockerfile": "docker/api.Dockerfile", "context": "."},
        ),
        # With a path, `file` counts from the workspace; of a git context from the context
        (
            "context: app\nfile: Dockerfile",
            {"dockerfile": "Dockerfile", "context": "app"},
        ),
        (
            'context: "{{defaultContext}}:app"\nfile: Dockerfile',
            {"dockerfile": "app/Dockerfile", "context": "app"},
        ),
        (
            "context: ${{ github.workspace }}/app",
            {"dockerfile": "app/Dockerfile", "context": "app"},
        ),
        ("target: web", {"dockerfile": "Dockerfile", "context": ".", "target": "web"}),
        (
            "platforms: linux/amd64, linux/arm64",
            {
                "dockerfile": "Dockerfile",
                "context": ".",
                "platforms": ["linux/amd64", "linux/arm64"],
            },
        ),
        (
            "build-args: |\n  A=1\n  # no\n  B=${{ secrets.B }}\n  C=a=b",
            {
                "dockerfile": "Dockerfile",
                "context": ".",
                "args": {"A": "1", "B": None, "C": "a=b"},
            },
        ),
        (
            'build-args: |\n  "A=1 2"\n  "B=${{ github.sha }}"\n  C="x"',
            {
                "dockerfile": "Dockerfile",
                "context": ".",
                "args": {"A": "1 2", "B": None, "C": '"x"'},
            },
        ),
        (
            "build-contexts: |\n  lib=./lib\n  py=docker-image://python:3",
            {
                "dockerfile": "Dockerfile",
                "context": ".",
                "contexts": {"lib": "lib", "py": "docker-image://python:3"},
            },
        ),
    ],
)
def test_build_push_action(inputs, expected):
    assert of_workflows(action(inputs)) == [expected]


@pytest.mark.parametrize("name", sorted(ACTIONS))
def test_each_action_that_builds_is_found(name):
    # No other word of the file tells that it builds
    steps = f"      - uses: {name}@v1\n        with: {{}}\n"
    jobs = f"on: push\njobs:\n  image:\n    runs-on: x\n    steps:\n{steps}"
    assert of_workflows({PATH: jobs, "Dockerfile": "FROM a\n"}) == [
        {"dockerfile": "Dockerfile", "context": "."}
    ]


def test_the_place_and_the_job_are_said():
    assert of_workflows(action("push: true"), "source", "why") == [
        {
            "dockerfile": "Dockerfile",
            "context": ".",
            "source": f"{PATH}:7",
            "why": "docker/build-push-action in job image",
        }
    ]


@pytest.mark.parametrize(
    ("inputs", "why"),
    [
        ("context: ${{ inputs.dir }}", None),
        (
            "context: ${{ needs.a.outputs.b }}",
            "job image: context ${{ needs.a.outputs.b }} is known only in a run",
        ),
        (
            "file: ${{ matrix.x.y || vars.F }}",
            "job image: file ${{ matrix.x.y || vars.F }} is known only in a run",
        ),
        ("context: gone", "its context gone is not a directory of the repository"),
        ("context: ../..", "job image: ../.. is outside the repository"),
        (
            "context: https://a.b/c.git",
            "job image: its context is remote: https://a.b/c.git",
        ),
        ("file: Gone", "its Dockerfile Gone is not a file of the repository"),
        (
            "target: ${{ github.ref_name }}",
            "job image: target ${{ github.ref_name }} is known only in a run",
        ),
    ],
)
def test_what_is_known_only_in_a_run_is_not_resolved(inputs, why):
    files = action(inputs)
    assert unresolved(files) == ([f"{PATH}:7: {why}"] if why else [])


def test_a_matrix_is_several_builds():
    matrix = """\
    strategy:
      matrix:
        dir: [app, "."]
        py: [3.10, "3.13"]
        exclude:
          - {dir: ".", py: 3.10}
        include:
          - {dir: app, py: 3.10, target: old}
          - {dir: ., py: 3.14}
"""
    files = action(
        "context: ${{ matrix.dir }}\ntarget: ${{ matrix.target }}\nbuild-args: PY=${{ matrix.py }}",
        job=matrix,
    )
    # Without quotes 3.10 is the number 3.1, as on GitHub
    assert of_workflows(files) == [
        {"dockerfile": "Dockerfile", "context": ".", "args": {"PY": "3.13"}},
        {"dockerfile": "Dockerfile", "context": ".", "args": {"PY": "3.14"}},
        {"dockerfile": "app/Dockerfile", "context": "app", "args": {"PY": "3.13"}},
        {
            "dockerfile": "app/Dockerfile",
            "context": "app",
            "args": {"PY": "3.1"},
            "target": "old",
        },
    ]


def test_a_row_with_an_expression_and_the_event_are_known_only_in_a_run():
    matrix = "    strategy:\n      matrix:\n        tag: ['n-${{ github.sha }}', n]\n"
    inputs = "build-args: |\n  A=${{ matrix.tag }}\n  B=${{ github.event.release.tag_name }}-x"
    assert of_workflows(action(inputs, job=matrix)) == [
        {"dockerfile": "Dockerfile", "context": ".", "args": {"A": None, "B": None}},
        {"dockerfile": "Dockerfile", "context": ".", "args": {"A": "n", "B": None}},
    ]


def test_a_matrix_that_is_computed_is_not_known():
    matrix = "    strategy:\n      matrix: ${{ fromJSON(needs.a.outputs.m) }}\n"
    files = action("context: ${{ matrix.dir }}", job=matrix)
    assert unresolved(files) == [
        f"{PATH}:9: job image: context ${{{{ matrix.dir }}}} is computed by another job"
    ]


def test_environment_and_working_directory_of_commands():
    steps = """\
      - run: |
          echo start
          docker build -f $FILE --build-arg V=${{ env.V }} --build-arg S=${{ github.sha }} .
      - working-directory: app
        run: docker build .
      - shell: pwsh
        run: docker build gone
"""
    files = workflow(steps, top="env:\n  FILE: docker/api.Dockerfile\n  V: 1.10\n")
    assert of_workflows(files, "source") == [
        {
            "dockerfile": "app/Dockerfile",
            "context": "app",
            "source": f"{PATH}:14",
        },
        {
            "dockerfile": "docker/api.Dockerfile",
            "context": ".",
            "args": {"V": "1.1", "S": None},
            "source": f"{PATH}:12",
        },
    ]


@pytest.mark.parametrize("folder", ["${{ steps.a.outputs.dir }}", "../.."])
def test_a_working_directory_that_is_not_known_is_said(folder):
    steps = f"""\
      - working-directory: {folder}
        run: |
          docker build .
          docker compose build
"""
    assert unresolved(workflow(steps)) == [
        f"{PATH}:9: the directory where it runs is not known"
    ]


def test_a_command_that_an_action_runs_again_and_again():
    steps = """\
      - uses: nick-fields/retry@v3
        with:
          command: |
            docker build app
      - uses: ./.github/actions/retry
        with:
          run: docker build --target web .
      - uses: docker/login-action@v3
        with:
          command: docker ps
"""
    assert of_workflows(workflow(steps), "source") == [
        {
            "dockerfile": "Dockerfile",
            "context": ".",
            "target": "web",
            "source": f"{PATH}:13",
        },
        {"dockerfile": "app/Dockerfile", "context": "app", "source": f"{PATH}:10"},
    ]


def test_an_expression_in_single_quotes_is_filled_in_too():
    steps = """\
      - run: docker build --build-arg 'A=${{ github.sha }}' .
      - run: docker build -f '${{ github.ref }}.Dockerfile' .
      - run: cd 'x/${{ github.sha }}' && docker build .
"""
    assert of_workflows(workflow(steps)) == [
        {"dockerfile": "Dockerfile", "context": ".", "args": {"A": None}}
    ]
    assert unresolved(workflow(steps)) == [
        f"{PATH}:8: ${{{{ github.ref }}}} is known only in a run",
        f"{PATH}:9: the directory where it runs is not known",
    ]


def test_a_variable_that_a_step_takes_from_another_has_no_default():
    steps = """\
      - env:
          DIR: ${{ steps.a.outputs.dir }}
        run: docker build "${DIR:-app}"
"""
    assert unresolved(workflow(steps)) == [
        f"{PATH}:9: ${{{{ steps.a.outputs.dir }}}} is known only in a run"
    ]


def test_a_checkout_into_a_directory_is_the_repository():
    steps = """\
      - uses: actions/checkout@v4
        with: {path: src}
      - uses: docker/build-push-action@v6
        with: {context: src/app}
      - run: cd src && docker build .
"""
    assert [item["context"] for item in of_workflows(workflow(steps))] == ["app"]


def test_a_workflow_that_others_use_has_their_inputs():
    called = """\
on:
  workflow_call:
    inputs:
      dir: {type: string}
      target: {default: web}
jobs:
  build:
    steps:
      - uses: docker/build-push-action@v6
        with:
          context: ${{ inputs.dir }}
          target: ${{ inputs.target }}
"""
    caller = "on: push\njobs:\n  a:\n    uses: ./.github/workflows/build.yml\n    with: {dir: app}\n"
    files = {".github/workflows/build.yml": called, PATH: caller, **FILES}
    assert of_workflows(files) == [
        {"dockerfile": "app/Dockerfile", "context": "app", "target": "web"}
    ]
    assert unresolved(files) == []


def test_an_action_of_the_repository_is_followed():
    own = """\
inputs:
  file: {default: Dockerfile}
runs:
  using: composite
  steps:
    - shell: bash
      run: docker build -f ${{ inputs.file }} .
"""
    steps = "      - uses: ./.github/actions/build\n        with: {file: docker/api.Dockerfile}\n"
    files = {".github/actions/build/action.yml": own, **workflow(steps)}
    assert of_workflows(files) == [
        {"dockerfile": "docker/api.Dockerfile", "context": "."}
    ]


def test_workflows_that_use_one_another_end():
    text = "on: push\njobs:\n  a:\n    uses: ./.github/workflows/ci.yml\n"
    assert [item.kind.value for item in found({PATH: text, **FILES}).builds] == [
        "guess"
    ] * 3


def test_bake_action_says_where_bake_is_started():
    steps = "      - uses: docker/bake-action@v6\n        with:\n          files: deploy/bake.hcl\n          targets: app\n"
    bake = 'target "app" {\n  dockerfile = "docker/api.Dockerfile"\n}\n'
    files = {"deploy/bake.hcl": bake, **workflow(steps)}
    (build,) = (item for item in found(files).builds if item.kind.value == "bake")
    assert (build.dockerfile, build.context) == ("docker/api.Dockerfile", ".")


def test_compose_files_of_a_command_are_merged():
    steps = "      - run: docker compose -f base.yaml -f ci.yaml build\n"
    files = {
        "base.yaml": "services:\n  web:\n    build: .\n",
        "ci.yaml": "services:\n  web:\n    build: {target: ci}\n",
        **workflow(steps),
    }
    (build,) = (item for item in found(files).builds if item.kind.value == "compose")
    assert (build.context, build.target) == (".", "ci")


VALUES = {
    "matrix": {"a": "x", "n": "0", "o": {"k": "v"}, "l": ["p", "q"]},
    "inputs": {"f": "", "t": "true"},
}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("matrix.a", "x"),
        ("matrix['a']", "x"),
        ("matrix.o.k", "v"),
        ("matrix.l[1]", "q"),
        ("matrix.gone", None),
        ("matrix.gone.deeper", None),
        ("inputs.f || 'd'", "d"),
        ("matrix.a || secrets.x", "x"),
        ("matrix.a == 'X' && 'yes' || 'no'", "yes"),
        ("matrix.a != 'x' && 'yes' || 'no'", "no"),
        ("!matrix.gone", True),
        ("(matrix.a)", "x"),
        ("format('{0}-{1}', matrix.a, 'b')", "x-b"),
        ("contains('abc', 'B')", True),
        ("startsWith(matrix.a, 'X')", True),
        ("'it''s'", "it's"),
        ("3.10", "3.1"),
    ],
)
def test_an_expression(expression, value):
    assert value_of(expression, VALUES) == value


@pytest.mark.parametrize(
    "expression",
    [
        "secrets.x",
        "inputs.f || vars.y",
        "fromJSON('x')",
        "matrix.a >",
        "a b",
        "((",
        "'x",
        "hashFiles('**')",
    ],
)
def test_an_expression_that_is_not_known(expression):
    with pytest.raises(UnknownValueError):
        value_of(expression, VALUES)


def test_deep_and_long_expressions_are_refused():
    for text in ("(" * 900, "!" * 1_900 + "matrix.a", "'a' " * 5_000):
        with pytest.raises(UnknownValueError):
            value_of(text, VALUES)


def test_a_large_matrix_has_no_combinations():
    axes = "".join(f"a{n}: [{', '.join(map(str, range(20)))}]\n" for n in range(8))
    (tree,) = read_yaml(axes)
    assert len(combinations(tree)) == 1


def known_or_reason(text):
    """The reason where an expression is not known; else None."""
    try:
        value_of(text, VALUES)
    except UnknownValueError as error:
        return str(error)
    return None


@given(st.text(alphabet="abm.[]()'|&=!,0 x", max_size=40))
def test_any_expression_is_known_or_has_a_reason(text):
    reason = known_or_reason(text)
    assert reason is None or reason.startswith("${{")
