"""Names that stand in many ignore files."""

from __future__ import annotations

import pytest

from lightship.context.files import FileKind
from lightship.facts.context.usual_names import generated, is_common, is_usual


@pytest.mark.parametrize(
    ("name", "common", "usual"),
    [
        ("build", True, True),
        ("Dockerfile", True, True),
        ("docker-compose.yml", True, True),
        ("abc", True, True),
        (".x", True, True),
        ("node_modules", False, True),
        ("errors.log", False, True),
        ("recordings", False, False),
    ],
)
def test_names_that_are_a_precaution(name, common, usual):
    assert is_common(name) is common
    assert is_usual(name) is usual


def test_what_programs_make():
    assert generated("node_modules").group.title == "node_modules"
    assert (
        generated("node_modules", FileKind.FILE) is None
    )  # a plain file is something else
    assert generated("main.py") is None
