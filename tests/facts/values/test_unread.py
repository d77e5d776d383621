"""Which RUN does something that its text does not say."""

from __future__ import annotations

import pytest

from lightship.facts.values.unread import is_unread
from tests.made import build


@pytest.mark.parametrize(
    ("command", "unread"),
    [
        ("./build.sh", True),
        ("/tmp/install", True),
        ("sh install.sh", True),
        ("install.sh --all", True),
        ("make", True),
        (". ./env", True),
        (". venv/bin/activate && pip install flask", False),
        ("sh -c 'echo a'", False),
        ("echo a", False),
        ("apt-get install -y curl", False),
    ],
)
def test_a_script_is_not_read(command, unread):
    made = build(f"FROM debian\nRUN {command}")
    [run] = made.each("RUN")
    assert is_unread(made, run) is unread


def test_another_language_is_not_read():
    made = build("FROM debian\nRUN <<EOF\n#!/usr/bin/env python3\nprint()\nEOF")
    [run] = made.each("RUN")
    assert is_unread(made, run)
