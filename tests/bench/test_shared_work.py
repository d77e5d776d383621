"""What is not built again: the same work, the same steps, and what that comes to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lightship.bench.materials import write
from lightship.bench.shared_work import (
    as_built_before,
    as_if_cold,
    is_same_build,
    is_same_rebuild,
    step_seconds,
)
from lightship.bench.version import Version
from lightship.build import Build
from lightship.cache.plan.plan import Side
from lightship.cache.selection.context_tree import FileTree
from lightship.dockerfile.parse import parse
from lightship.proof.measured import MeasuredBuild, StepTime

FILES = {"main.py": "print()", "requirements.txt": "flask", "lib/x.py": ""}


def side(text: str) -> Side:
    tree = FileTree.of({**FILES, "Dockerfile": text})
    return Side(Build(parse(text), path="Dockerfile"), tree)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a\nCOPY . .\nRUN pip install -r requirements.txt\n", True),
        ("FROM a\nCOPY main.py requirements.txt ./\nRUN make\n", True),
        ("FROM a\nCOPY requirements.txt .\nRUN pip install\nCOPY . .\n", False),
        ("FROM a\nRUN --mount=type=bind,target=/b make\n", True),
        ("FROM a\nCOPY main.py .\n", False),
        ("FROM a\nRUN make\n", False),
        # What the second stage takes may be the same after one of the edits
        ("FROM a AS b\nCOPY . .\nRUN make\nFROM a\nCOPY --from=b /x /x\n", False),
    ],
)
def test_two_edits_rebuild_the_same_where_the_same_steps_take_both(text, expected):
    assert is_same_rebuild(side(text), "main.py", "requirements.txt") is expected


def test_a_file_that_is_ignored_rebuilds_nothing():
    text = "FROM a\nCOPY . .\n"
    assert not is_same_rebuild(side(text), "main.py", "absent.txt")
    assert not is_same_rebuild(side(text), "", "")


def step(name: str, start: float | None, seconds: float) -> StepTime:
    return StepTime(name, seconds, start is None, start)


COLD = MeasuredBuild(
    "cold",
    12.0,
    (
        step("[1/3] FROM a", None, 0.0),
        step("[2/3] RUN apt-get update", 0.0, 4.0),
        step("[3/3] RUN pip install flask", 4.01, 6.0),
        step("exporting to image", 10.0, 1.0),
    ),
)
SECONDS = step_seconds(COLD)
WARM = MeasuredBuild(
    "warm",
    8.0,
    (
        step("[1/4] FROM a", None, 0.0),
        step("[2/4] RUN apt-get update", None, 0.0),
        step("[stage-0 3/4] RUN pip install", 0.0, 5.0),
        step("[4/4] RUN make", 5.0, 2.0),
    ),
    took=7.0,
)


def test_a_state_counts_what_its_steps_took_in_an_earlier_build():
    made = as_if_cold(WARM, SECONDS)
    assert made is not None
    assert (made.scenario, made.seconds, made.took) == ("cold", 12.0, 11.0)


def test_what_nobody_in_this_proof_has_built_is_not_guessed():
    other = step("[2/4] RUN make deps", None, 0.0)
    made = replace(WARM, steps=(*WARM.steps, other))
    assert as_if_cold(made, SECONDS) is None
    assert as_if_cold(replace(WARM, error="exit code: 1"), SECONDS) is None
    # As with podman, which tells no steps
    assert as_if_cold(replace(WARM, steps=()), SECONDS) is None


def test_seconds_of_steps_at_the_same_time_are_not_added_up():
    at_once = (
        step("[a 1/2] RUN make", 0.0, 5.0),
        step("[b 1/2] RUN test", 1.0, 5.0),
        step("[b 2/2] RUN apt-get update", None, 0.0),
    )
    assert as_if_cold(replace(WARM, steps=at_once), SECONDS) is None


def test_a_version_that_is_described_otherwise_has_the_builds_of_the_other(tmp_path):
    def version(key: str, text: str) -> Version:
        (tmp_path / key).mkdir()
        own = side(text)
        return Version(key, own, write(own, key, str(tmp_path / key)))

    text = 'FROM a\nCOPY . .\nCMD ["a"]\n'
    before = version("before", text)
    assert is_same_build(before, version("after", text.replace('"a"', '"b"')))
    assert not is_same_build(before, version("other", text.replace(". .", ". /b")))

    builds = [replace(COLD, image="sha256:1"), MeasuredBuild("edit", 3.0, image="x")]
    made = as_built_before(MeasuredBuild("warm", 0.1, image="sha256:2"), builds)
    assert [(one.scenario, one.seconds, one.image) for one in made] == [
        ("cold", 12.0, "sha256:2"),
        ("edit", 3.0, "x"),
    ]
