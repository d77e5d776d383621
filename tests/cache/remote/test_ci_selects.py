"""Which runs of a history build an image, by the filters of the workflow's events."""

from __future__ import annotations

import pytest

from lightship.builds.ci.ci_builds import ci_builds
from lightship.builds.workspace import Workspace
from lightship.cache.remote.ci_selects import is_built
from lightship.cache.remote.replayed_run import EventKind, ReplayedRun
from lightship.cache.replay.past import Commit

JOB = """
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v6
"""


def selects(on: str, kind: EventKind, ref: str, *paths: str) -> bool:
    files = {
        "Dockerfile": "FROM a\n",
        ".github/workflows/ci.yml": f"on: {on}\n{JOB}",
    }
    (build,) = ci_builds(Workspace.of(files))
    commit = Commit("1" * 40, 0, "change")
    run = ReplayedRun(kind, commit, 0, ref, (), lambda _id: None, paths)
    return is_built(build, run, "main")


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("docs/**/*.md", "docs/hello.md", True),
        ("src/**/*", "src/a.py", True),
        ("*.jsx?", "a.js", True),
        ("*.jsx?", "a.jsx", True),
        ("*.jsx?", "a.jsxx", False),
        ("docs/**/a.md", "docs/ba.md", False),
    ],
)
def test_paths_are_those_of_githubs_patterns(pattern, path, expected):
    on = f"{{push: {{paths: ['{pattern}']}}}}"
    assert selects(on, EventKind.PUSH, "refs/heads/main", path) is expected


@pytest.mark.parametrize(
    ("tag", "expected"), [("v1.2", True), ("v10.20", True), ("v1.", False)]
)
def test_tags_are_those_of_githubs_patterns(tag, expected):
    on = "{push: {tags: ['v[0-9]+.[0-9]+']}}"
    assert selects(on, EventKind.TAG, f"refs/tags/{tag}") is expected
