"""Which states between two versions a proof builds."""

from __future__ import annotations

import pytest

from lightship.bench.materials import write
from lightship.bench.proof_run import steps_of
from lightship.bench.version import Version
from lightship.build import Build
from lightship.cache.plan.plan import Side
from lightship.cache.selection.context_tree import FileTree
from lightship.dockerfile.parse import parse
from lightship.proof.change_parts import ChangePart

BEFORE = "FROM debian:13\nRUN make\nRUN test\n"
HALF = "FROM debian:13\nRUN make all\nRUN test\n"
AFTER = "FROM debian:13\nRUN make all\nRUN test all\n"


@pytest.fixture
def folder(tmp_path):
    def made(name):
        (tmp_path / name).mkdir()
        return str(tmp_path / name)

    return made


def side(text: str) -> Side:
    tree = FileTree.of({"app.py": "print()", "Dockerfile": text})
    return Side(Build(parse(text), path="Dockerfile"), tree)


def version(key: str, text: str, folder) -> Version:
    return Version(key, side(text), write(side(text), key, folder(key)))


def built(folder, *texts: str) -> list[str]:
    """The keys of the versions that stand for states with these Dockerfiles."""
    measured = (version("before", BEFORE, folder), version("after", AFTER, folder))
    parts = [ChangePart(f"part {n}", side(text)) for n, text in enumerate(texts)]
    steps = steps_of(parts, measured, folder)
    assert [step.title for step in steps] == [part.title for part in parts][
        : len(steps)
    ]
    return [step.version.key for step in steps]


def test_the_last_state_is_the_version_after_and_is_not_built_again(folder):
    assert built(folder, HALF, AFTER) == ["part1", "after"]


def test_a_comment_alone_is_not_built(folder):
    assert built(folder, f"# why\n{BEFORE}", HALF, f"# why\n{AFTER}") == [
        "before",
        "part2",
        "after",
    ]


def test_two_states_that_are_alike_are_built_once(folder):
    assert built(folder, HALF, f"# why\n{HALF}", AFTER) == ["part1", "part1", "after"]


def test_one_part_is_the_change_itself(folder):
    assert built(folder, AFTER) == []
