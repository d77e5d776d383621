"""Wheels of another stage that are small: those of the project, or of small packages."""

from __future__ import annotations

import pytest

from lightship.facts.files.small_wheels import are_small_wheels
from tests.made import build

_MADE = "pip wheel --no-deps -w /w/wheels ."


@pytest.mark.parametrize(
    ("commands", "copy", "is_small"),
    [
        (_MADE, "--from=made /w/wheels /x/", True),
        (_MADE, "--from=made /w/wheels/* /x/", True),
        (_MADE, "--from=0 /w/wheels /x/", True),
        ("pip wheel -w /w/wheels click", "--from=made /w/wheels /x/", True),
        ("poetry build", "--from=made /w/dist /x/", True),
        ("python3.13 -m build -o /w/dist", "--from=made /w/dist/a-1.whl /x/", True),
        # With what the project depends on, or large
        ("pip wheel -w /w/wheels .", "--from=made /w/wheels /x/", False),
        (
            "pip wheel -w /w/wheels click torch",
            "--from=made /w/wheels /x/",
            False,
        ),
        (
            f"{_MADE} && pip wheel -w /w/wheels -r a.txt",
            "--from=made /w/wheels /x/",
            False,
        ),
        # Nobody knows what makes them, or they are no wheels
        ("make dist", "--from=made /w/dist /x/", False),
        (_MADE, "--from=made /w/model /x/", False),
        # From the context, or from an image
        (_MADE, "wheels /x/", False),
        (_MADE, "--from=acme/wheels /w/wheels /x/", False),
    ],
)
def test_wheels_that_are_little_together(commands, copy, is_small):
    made = build(
        f"FROM python:3.13 AS made\nWORKDIR /w\nRUN {commands}\nFROM python:3.13-slim\nCOPY {copy}\n"
    )
    (copying,) = made.copyings()
    (source,) = copying.sources
    assert are_small_wheels(made, copying, source) is is_small
