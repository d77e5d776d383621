"""As whom commands run that others start."""

from __future__ import annotations

import pytest

from lightship.shell.parse import parse
from lightship.shell.run_as import named_user
from lightship.text import Mapped


@pytest.mark.parametrize(
    ("line", "user"),
    [
        ("make", ""),
        ("sudo make", ""),
        ("sudo -E make", ""),
        ("sudo -u app make", "app"),
        ("sudo -Hu app make", "app"),
        ("sudo -uapp make", "app"),
        ("sudo --user=app make", "app"),
        ("sudo --user app make", "app"),
        ("sudo -g users make", ""),
        ("gosu app make", "app"),
        ("su-exec app:staff make", "app"),
        ("sudo -u other gosu app make", "app"),
    ],
)
def test_the_user_that_the_nearest_starter_names(line, user):
    script = parse(Mapped.plain(line, 0))
    command = script.commands[-1]
    assert named_user(script, command) == user
