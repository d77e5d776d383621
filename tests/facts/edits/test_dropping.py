"""A command is taken out of its list, where all else goes on as before."""

from __future__ import annotations

import pytest

from lightship.facts.edits.dropping import dropped
from lightship.lint.examples import build_of
from lightship.text import apply_edits


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("x && a", "a"),
        ("a && x", "a"),
        ("a && x && b", "a && b"),
        ("a && \\\n  x && \\\n  b", "a && \\\n  b"),
        ("set -e; a; x; b", "set -e; a; b"),
        ("a; x; b", None),
        ("a || x", None),
        ("a && x || b", None),
        ("a && x | b", None),
        ("a && ! x", None),
        ("a && (x)", None),
        ("a & x && b", None),
        ("if x; then a; fi", None),
        ("x", None),
        ("a && \\\n# why\n  x", None),
    ],
)
def test_a_command_is_taken_out(script, expected):
    build = build_of(f"FROM a\nRUN {script}")
    whole = build.scripts(build.dockerfile.stages[0].instructions[-1])[0]
    command = next(command for command in whole.commands if command.name == "x")
    edit = dropped(build, whole, command)
    changed = edit and apply_edits(build.dockerfile.text, [edit])
    assert changed == (expected and f"FROM a\nRUN {expected}")


def test_the_exec_form_has_one_command_that_stays():
    build = build_of('FROM a\nRUN ["x"]')
    [script] = build.scripts(build.dockerfile.stages[0].instructions[-1])
    assert dropped(build, script, script.commands[0]) is None
