"""Builds whose result is files."""

from __future__ import annotations

import pytest
from builds.repository import found

from lightship.builds.file_outputs import are_files

TEXT = "FROM node:24 AS web\nRUN npm ci\nFROM scratch\nCOPY --from=web /a /a\n"


@pytest.mark.parametrize(
    ("outputs", "expected"),
    [
        (["type=local,dest=out"], True),
        (["out"], True),
        (["-"], True),
        (["dest=a.tar,type=tar"], True),
        (["type=image,push=true"], False),
        (["type=local,dest=out", "type=registry"], False),
        (["$OUTPUT"], False),
        ([], False),
    ],
)
def test_which_outputs_are_files(outputs, expected):
    assert are_files(outputs) is expected


WORKFLOW = """on: push
jobs:
  a:
    steps:
      - uses: actions/checkout@v4
      - uses: docker/build-push-action@v6
        with:
          context: .
          target: web
          outputs: type=local,dest=out
"""
BAKE = 'target "web" {\n  target = "web"\n  output = ["type=local,dest=out"]\n}\n'
SCRIPT = "docker buildx build --target web -o type=local,dest=out .\n"
IMAGE = "docker build --target web -t web .\n"


@pytest.mark.parametrize(
    ("files", "purpose"),
    [
        ({".github/workflows/a.yml": WORKFLOW}, "tool"),
        ({"docker-bake.hcl": BAKE}, "tool"),
        ({"build.sh": SCRIPT}, "tool"),
        ({"build.sh": IMAGE}, "unknown"),
        ({"build.sh": f"{SCRIPT}{IMAGE}"}, "unknown"),
    ],
)
def test_what_is_written_as_files_is_not_shipped(files, purpose):
    [build] = found({**files, "Dockerfile": TEXT}).builds
    assert (build.target, build.purpose.value) == ("web", purpose)
