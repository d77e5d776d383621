"""Which base images a repository makes itself, for builds of CI."""

from __future__ import annotations

import pytest

from lightship.builds.ci.ci_bases import ci_bases, names_given
from lightship.builds.ci.ci_builds import ci_builds
from lightship.builds.workspace import Workspace
from tests.made import build

WORKFLOW = """on: push
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v6
        with:
          tags: {tags}
"""
PATH = ".github/workflows/ci.yml"


def own(dockerfile: str, tags: str = "acme/other") -> set[str]:
    files = {"Dockerfile": dockerfile, PATH: WORKFLOW.format(tags=tags)}
    workspace = Workspace.of(files)
    image = build(dockerfile, files)
    return set(
        ci_bases(workspace, image, lambda: names_given(workspace, ci_builds(workspace)))
    )


@pytest.mark.parametrize(
    "tags", ["acme/base", "acme/base:latest", "acme/app:1,acme/base:1"]
)
def test_what_a_step_tags_is_a_base_of_its_own(tags):
    assert own("FROM acme/base\nRUN make", tags) == {"acme/base"}
    assert own("FROM acme/tools\nRUN make", tags) == set()


def test_the_port_of_a_registry_is_no_tag():
    assert own("FROM example.org:5000/base", "example.org:5000/base:1") == {
        "example.org:5000/base"
    }


def test_names_are_only_asked_for_where_a_base_is_not_official():
    def unasked() -> frozenset[str]:
        raise AssertionError

    workspace = Workspace.of({})
    official = build("FROM python:3.13 AS a\nFROM a\nFROM scratch\n")
    assert ci_bases(workspace, official, unasked) == frozenset()
