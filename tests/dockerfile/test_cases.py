"""Small Dockerfiles, each one fact about how BuildKit reads; `tree.json` is what BuildKit's own parser made of it."""

from __future__ import annotations

import json
import re
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest
import tree_laws

from lightship.dockerfile.tree import Dockerfile
from lightship.report import as_tree
from lightship.text import decode

CASES = sorted((Path(__file__).parent / "cases").iterdir())


def tree(dockerfile: Dockerfile) -> dict[str, Any]:
    """What `lightship parse --format json` prints, with BuildKit's pass and line in place of a message."""
    found = json.loads(as_tree.as_json("Dockerfile", dockerfile))
    del found["path"]
    problem = dockerfile.problems[0] if dockerfile.problems else None
    return found | {
        "error": {"by": problem.by, "line": problem.line} if problem else None
    }


@pytest.mark.parametrize("case", CASES, ids=attrgetter("name"))
def test_a_case_is_read_as_buildkit_reads_it(case):
    dockerfile = tree_laws.hold(decode((case / "Dockerfile").read_bytes()))
    assert tree(dockerfile) == json.loads(
        (case / "tree.json").read_text(encoding="utf-8")
    )


@pytest.mark.parametrize("case", CASES, ids=attrgetter("name"))
def test_a_case_is_well_formed(case):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", case.name)
    assert sorted(path.name for path in case.iterdir()) == ["Dockerfile", "tree.json"]


def test_no_two_cases_are_the_same_file():
    contents = [(case / "Dockerfile").read_bytes() for case in CASES]
    assert len(set(contents)) == len(contents)
