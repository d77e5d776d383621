"""Which paths of the build context some instruction takes."""

from __future__ import annotations

import pytest
from made import in_context

from lightship.facts.context.taken_paths import paths_in_reach, taken_paths

FILES = {
    "src/a.py": "",
    "src/b.log": "",
    "README.md": "",
    ".dockerignore": "**/*.log\n",
}


@pytest.mark.parametrize(
    ("instructions", "taken"),
    [
        ("COPY src /app", {"src/a.py"}),
        ("COPY README.md /", {"README.md"}),
        ("ADD *.md /docs/", {"README.md"}),
        ("RUN make", set()),
        ("RUN --mount=type=bind,target=/src make", None),
    ],
)
def test_what_is_taken_is_what_copies_name_and_the_ignore_file_leaves(
    instructions, taken
):
    found = taken_paths(in_context(f"FROM debian:13\n{instructions}\n", FILES))
    assert found == (None if taken is None else frozenset(taken))


@pytest.mark.parametrize(
    ("instructions", "reached"),
    [
        ("COPY src /app", ["src/x.log"]),
        ("COPY . /app", ["src/x.log", "other"]),
        ("COPY s* /app/", ["src/x.log", "other"]),
        ("RUN make", []),
        ("RUN --mount=type=bind,target=/src make", ["src/x.log", "other"]),
    ],
)
def test_what_may_be_taken_lies_below_what_copies_name(instructions, reached):
    build = in_context(f"FROM debian:13\n{instructions}\n", FILES)
    assert paths_in_reach(build, ["src/x.log", "other"]) == reached
