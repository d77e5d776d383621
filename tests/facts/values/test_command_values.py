"""What a word of a command stands for."""

from __future__ import annotations

import pytest

from lightship.facts.values.command_values import value
from tests.made import build


@pytest.mark.parametrize(
    ("body", "text", "expected"),
    [
        ("RUN make", "plain", "plain"),
        ("ENV A=1\nRUN make", "/srv/$A", "/srv/1"),
        ("RUN make", "/srv/$A", None),
        ("RUN make", "~", "/root"),
        ("RUN make", "~/x", "/root/x"),
        ("RUN make", "$HOME/x", "/root/x"),
        ("RUN make", "~other/x", "~other/x"),
        ("ENV HOME=/srv\nRUN make", "~/x", "/srv/x"),
        ("RUN useradd -d /app app\nUSER app\nRUN make", "~/x", "/app/x"),
        ("USER stranger\nRUN make", "~/x", None),
    ],
)
def test_a_word_with_its_variables_and_the_home_directory(body, text, expected):
    made = build(f"FROM debian\n{body}")
    [*_, call] = made.commands("make")
    assert value(made, call, text) == expected
