"""What the steps of a build tell of a rebuild after an edit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lightship.bench.told_rebuilds import is_told, told_rebuild
from lightship.build import Build
from lightship.cache.plan.plan import Side
from lightship.cache.selection.context_tree import FileTree
from lightship.dockerfile.parse import parse
from lightship.proof.measured import MeasuredBuild, StepTime

FILES = {"main.py": "print()", "requirements.txt": "flask"}
INSTALL = "COPY requirements.txt .\nRUN pip install flask\n"
TEXT = f"FROM a\nRUN apt-get update\n{INSTALL}COPY . .\n"


def side(text: str) -> Side:
    tree = FileTree.of({**FILES, "Dockerfile": text})
    return Side(Build(parse(text), path="Dockerfile"), tree)


def step(name: str, seconds: float | None) -> StepTime:
    """A step with its time; None for one that was in the cache."""
    return StepTime(name, seconds or 0.0, cached=seconds is None)


STEPS = (
    step("[internal] load build context", 0.5),
    step("[1/5] FROM a", None),
    step("[2/5] RUN apt-get update", None),
    step("[3/5] COPY requirements.txt .", 1.0),
    step("[4/5] RUN pip install flask", 6.0),
    step("[5/5] COPY . .", 1.0),
    step("exporting to image", 2.0),
)
# 4 s of apt-get in an earlier build, 8 s of steps here, 2 s of writing, 2 s of all else
COLD = MeasuredBuild("cold", 16.0, STEPS, "sha256:1", took=15.0)
EARLIER = {"RUN apt-get update": 4.0}


def told(cold: MeasuredBuild, text: str = TEXT, path: str = "requirements.txt"):
    return told_rebuild(cold, "dependency", side(text), path, EARLIER)


def test_a_rebuild_is_the_first_build_without_the_steps_above_the_edit():
    made = told(COLD)
    assert (made.scenario, made.image, made.steps) == ("dependency", "", ())
    assert (made.seconds, made.took) == (12.0, 11.0)


def test_an_image_with_fewer_new_layers_is_written_in_less_time():
    made = told(COLD, path="main.py")
    assert made.seconds == 2.0 + 1.0 + 2.0 / 8


@pytest.mark.parametrize(
    "cold",
    [
        replace(COLD, steps=()),  # as with podman
        replace(COLD, error="exit code: 1"),
        replace(COLD, steps=tuple(each for each in STEPS if "pip" not in each.name)),
        replace(COLD, steps=(*STEPS[:4], step(STEPS[4].name, None), *STEPS[5:])),
    ],
)
def test_a_step_whose_time_nobody_knows_is_not_guessed(cold):
    assert told(cold) is None


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        (TEXT, "requirements.txt", True),
        (TEXT, "main.py", False),  # a copy alone
        (TEXT, "absent.txt", False),
        (TEXT.replace("RUN pip", "RUN --mount=type=cache,target=/c pip"), "requirements.txt", False),
        (TEXT.replace("RUN apt", "RUN --mount=type=cache,target=/c apt"), "requirements.txt", True),
        (f"FROM a AS b\n{INSTALL}FROM a\nRUN make\nCOPY --from=b /x /x\n", "requirements.txt", False),
        ("COPY", "main.py", False),
    ],
)  # fmt: skip
def test_which_rebuilds_are_told(text, path, expected):
    assert is_told(side(text), path) is expected
