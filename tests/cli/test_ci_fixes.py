"""`lightship ci --fix` on workflows that are written in unusual ways: nothing is destroyed."""

from __future__ import annotations

import pytest

DOCKERFILE = """\
FROM golang:1.25 AS build
COPY go.mod .
RUN go mod download
COPY . .
RUN go build -o /app .
FROM debian:trixie-slim
COPY --from=build /app /app
"""
HEAD = """\
on: push
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: docker/setup-buildx-action@v3
"""
BUILD = "      - uses: docker/build-push-action@v6\n"
PATH = ".github/workflows/image.yml"
EXPORT = ("--select", "cache-export-may-fail,cache-mode-min")


@pytest.fixture
def fixed(project, run):
    """What is left of a workflow, as bytes."""

    def write_and_fix(text: str, *more: str) -> bytes:
        (project / ".git").mkdir()
        (project / ".git/HEAD").write_text("")
        (project / "Dockerfile").write_text(DOCKERFILE, encoding="utf-8")
        (project / "go.mod").write_text("module app\n")
        place = project / PATH
        place.parent.mkdir(parents=True)
        place.write_bytes(text.encode())
        result = run("ci", "show", "--fix", "--unsafe-fixes", *more)
        assert result.exit_code in (0, 1), result.stderr
        return place.read_bytes()

    return write_and_fix


@pytest.mark.parametrize(
    "inputs",
    [
        "        with: {context: ., push: true, cache-from: type=gha, cache-to: type=gha}\n",
        "        with: {context: ., cache-to: type=gha,\n          push: true}\n",
        "        with:\n          {context: ., cache-to: type=gha, push: true}\n",
    ],
    ids=["one line", "two lines", "on the line below"],
)
def test_a_mapping_in_flow_style_stays_as_it_is(fixed, inputs):
    text = HEAD + BUILD + inputs
    assert fixed(text, *EXPORT) == text.encode()


def test_a_mapping_in_flow_style_gets_no_inputs(fixed):
    text = f"{HEAD}{BUILD}        with:\n          {{context: ., push: true}}\n"
    assert fixed(text) == text.encode()


def test_quotes_keep_a_comma_inside_a_value_in_flow_style(fixed):
    text = f'{HEAD}{BUILD}        with: {{context: ., cache-to: "type=gha"}}\n'
    after = text.replace("type=gha", "type=gha,mode=max")
    assert fixed(text, "--select", "cache-mode-min") == after.encode()


def test_a_row_of_a_block_that_begins_with_a_hash_is_no_comment(fixed):
    inputs = (
        "        with:\n          context: .\n          build-args: |\n"
        "            A=1\n            #B=2\n"
    )
    after = fixed(HEAD + BUILD + inputs).decode()
    assert after.startswith(HEAD + BUILD + inputs)
    assert "cache-to: type=gha" in after[len(HEAD + BUILD + inputs) :]


def test_the_byte_order_mark_stays(fixed):
    inputs = "        with:\n          context: .\n          cache-to: type=gha\n"
    text = f"\ufeff{HEAD}{BUILD}{inputs}"
    after = text.replace("type=gha", "type=gha,mode=max")
    assert fixed(text, "--select", "cache-mode-min") == after.encode()


def test_an_action_of_the_repository_is_fixed_in_its_file(project, run):
    (project / ".git").mkdir()
    (project / ".git/HEAD").write_text("")
    for app in ("api", "worker"):
        (project / app).mkdir()
        (project / app / "Dockerfile").write_text(DOCKERFILE, encoding="utf-8")
        (project / app / "go.mod").write_text(f"module {app}\n", encoding="utf-8")
    place = project / ".github/actions/image/action.yml"
    place.parent.mkdir(parents=True)
    place.write_text(
        "inputs: {app: {required: true}}\n"
        "runs:\n  using: composite\n  steps:\n"
        "    - uses: docker/setup-buildx-action@v3\n"
        "    - uses: docker/build-push-action@v6\n"
        "      with:\n        context: ${{ inputs.app }}\n        push: true\n"
        "        cache-from: type=gha\n        cache-to: type=gha,mode=max\n"
    )
    use = "      - uses: ./.github/actions/image\n        with: {app: APP}\n"
    workflow = project / PATH
    workflow.parent.mkdir(parents=True)
    head = HEAD.partition("      - uses: docker")[0]
    worker = use.replace("APP", "worker")
    workflow.write_text(f"{head}{use.replace('APP', 'api')}{worker}", encoding="utf-8")
    done = run("ci", "show", "--fix", "--select", "cache-scope-shared")
    assert done.exit_code in (0, 1), done.output
    assert place.read_text(encoding="utf-8").count("scope=${{ inputs.app }}") == 2
