"""Labels that a build gives its image: who says them, and as far as their values are known."""

from __future__ import annotations

import pytest
from builds.repository import found

PYTHON = "FROM python:3.13-slim\n"
OCI = "org.opencontainers.image."
WORKFLOW = ".github/workflows/image.yml"
JOB = """\
on: push
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
"""


def labels(files: dict[str, str]) -> dict[str, tuple[str | None, str]]:
    """The labels of the only build of a repository, each with its value and place."""
    (build,) = found({"Dockerfile": PYTHON, **files}).builds
    return {
        key: (label.value, f"{label.path}:{label.line}")
        for key, label in build.labels.items()
    }


def values(files: dict[str, str]) -> dict[str, str | None]:
    return {key: value for key, (value, _place) in labels(files).items()}


def step(inputs: str, before: str = "") -> dict[str, str]:
    rows = "".join(f"          {line}\n" for line in inputs.splitlines())
    uses = "      - uses: docker/build-push-action@v6\n        with:\n"
    return {WORKFLOW: f"{JOB}{before}{uses}{rows}"}


METADATA = """\
      - uses: docker/metadata-action@v5
        id: meta
        with:
          images: acme/app
"""
FILLED = ("title", "description", "url", "source", "version", "created", "revision")


def test_of_a_service():
    text = """\
services:
  web:
    labels: {container: alone}
    build:
      context: .
      labels:
        com.example.team: shop
        com.example.version: ${VERSION:-1.2}
        com.example.commit: ${COMMIT}
        com.example.empty:
"""
    assert labels({"compose.yaml": text}) == {
        "com.example.team": ("shop", "compose.yaml:7"),
        "com.example.version": ("1.2", "compose.yaml:8"),
        "com.example.commit": (None, "compose.yaml:9"),
        "com.example.empty": ("", "compose.yaml:10"),
    }


def test_of_a_service_as_a_list():
    text = "services:\n  web:\n    build:\n      context: .\n      labels:\n      - a=b=c\n      - alone\n"
    assert values({"compose.yaml": text}) == {"a": "b=c", "alone": ""}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{b: '2', c: '3'}", {"a": "1", "b": "2", "c": "3"}),
        ("!override {c: '3'}", {"c": "3"}),
        ("!reset {}", {}),
    ],
)
def test_of_a_service_in_two_files(written, expected):
    base = "services: {web: {build: {context: ., labels: {a: '1', b: '1'}}}}\n"
    over = f"services: {{web: {{build: {{target: x, labels: {written}}}}}}}\n"
    files = {"compose.yaml": base, "compose.override.yaml": over}
    found_builds = found({"Dockerfile": PYTHON, **files}).builds
    (build,) = [item for item in found_builds if item.target == "x"]
    assert {key: label.value for key, label in build.labels.items()} == expected


def test_of_a_target_with_what_it_inherits():
    text = """\
variable "COMMIT" {}
target "_common" { labels = { a = "1", b = "1", gone = "1" } }
target "web" {
  inherits = ["_common"]
  labels = { b = "2", "c.d" = COMMIT == "" ? timestamp() : "3" }
}
"""
    assert values({"docker-bake.hcl": text}) == {
        "a": "1",
        "b": "2",
        "gone": "1",
        "c.d": None,
    }


def test_what_is_set_for_a_target():
    text = 'target "web" { labels = { a = "1" } }\n'
    script = "docker buildx bake --set web.labels.a=2 --set '*.labels.b=3' web\n"
    files = {"docker-bake.hcl": text, "build.sh": script}
    assert labels(files) == {
        "a": ("2", "build.sh:1"),
        "b": ("3", "build.sh:1"),
    }


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("docker build --label a=b=c .", {"a": "b=c"}),
        ("docker build --label=a=1 --label a=2 .", {"a": "2"}),
        ('docker build --label "a=x y" --label b .', {"a": "x y", "b": ""}),
        ('docker build --label "a=$(git rev-parse HEAD)" .', {"a": None}),
        ("docker build --label a=$COMMIT .", {"a": None}),
        ('docker build --label "a.b"="$(git rev-parse HEAD)" .', {"a.b": None}),
        ("docker build --label $MORE .", {}),
        ("podman build --label a=1 .", {"a": "1"}),
        ("/kaniko/executor --context . --label a=1", {"a": "1"}),
    ],
)
def test_of_a_command(command, expected):
    assert values({"build.sh": f"{command}\n"}) == expected


def test_of_an_action():
    written = (
        "labels: |\n"
        "  # no label\n"
        "  a=b=c\n"
        '  "quoted=x, y"\n'
        "  commit=${{ github.sha }}\n"
        "  ${{ secrets.KEY }}=1\n"
        "  alone"
    )
    assert labels(step(written)) == {
        "a": ("b=c", f"{WORKFLOW}:10"),
        "quoted": ("x, y", f"{WORKFLOW}:11"),
        "commit": (None, f"{WORKFLOW}:12"),
    }


def test_those_of_the_metadata_action_are_known_by_their_keys():
    found_labels = labels(step("labels: ${{ steps.meta.outputs.labels }}", METADATA))
    keys = (*FILLED, "licenses")
    assert found_labels == {f"{OCI}{key}": (None, f"{WORKFLOW}:6") for key in keys}


def test_labels_that_are_given_to_the_metadata_action():
    before = (
        METADATA
        + "          labels: |\n"
        + f"            {OCI}title=Shop\n"
        + f"            {OCI}vendor={{{{branch}}}}\n"
    )
    given = values(step("labels: |\n  a=1\n  ${{ steps.meta.outputs.labels }}", before))
    assert given["a"] == "1"
    assert given[f"{OCI}title"] == "Shop"
    assert given[f"{OCI}vendor"] is None
    assert given[f"{OCI}revision"] is None


@pytest.mark.parametrize(
    "output",
    [
        "${{ steps.other.outputs.labels }}",
        "${{ steps.meta.outputs.tags }}",
        "${{ needs.meta.outputs.labels }}",
    ],
)
def test_other_outputs_are_not_known(output):
    assert values(step(f"labels: {output}", METADATA)) == {}


@pytest.mark.parametrize("output", ["bake-file", "bake-file-labels"])
def test_the_bake_file_of_the_metadata_action_has_labels(output):
    bake = """\
target "docker-metadata-action" {}
target "web" { inherits = ["docker-metadata-action"] }
"""
    uses = (
        "      - uses: docker/bake-action@v6\n        with:\n"
        "          files: |\n            ./docker-bake.hcl\n"
        f"            ${{{{ steps.meta.outputs.{output} }}}}\n"
    )
    files = {WORKFLOW: f"{JOB}{METADATA}{uses}", "docker-bake.hcl": bake}
    assert set(values(files)) == {f"{OCI}{key}" for key in (*FILLED, "licenses")}


def test_of_the_configuration():
    from lightship.builds.configured import check_tables, configured_build
    from lightship.builds.definition import Written

    tables = check_tables([{"dockerfile": "Dockerfile", "labels": {"a": "1"}}])
    build = configured_build(tables[0], Written("lightship.toml", 1))
    assert {key: label.value for key, label in build.labels.items()} == {"a": "1"}
    with pytest.raises(TypeError, match="needs a table of strings for labels"):
        check_tables([{"dockerfile": "Dockerfile", "labels": ["a=1"]}])


def test_equal_builds_have_the_labels_of_those_that_are_pushed():
    files = step("context: .\npush: true\nlabels: |\n  a=1\n  b=1")
    files["compose.yaml"] = "services: {web: {build: {context: ., labels: {b: '2'}}}}\n"
    assert values(files) == {"a": "1", "b": "1"}


def test_equal_builds_have_the_labels_that_all_of_them_give():
    files = step("context: .\nlabels: |\n  a=1\n  b=1\n  c=1")
    text = "services: {web: {build: {context: ., labels: {b: '2', c: '1'}}}}\n"
    files["compose.yaml"] = text
    assert values(files) == {"b": None, "c": "1"}
