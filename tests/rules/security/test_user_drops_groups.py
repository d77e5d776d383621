"""When user-drops-groups reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import said


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("ALL ALL = (ALL) NOPASSWD: ALL", 0),
        ("app ALL=(ALL) NOPASSWD:ALL", 0),
        ("%sudo ALL=(ALL) NOPASSWD:ALL", 1),
    ],
)
def test_sudo_does_not_need_the_group_where_users_have_a_line(line, count):
    text = (
        "FROM debian:13\nRUN useradd app && usermod -aG sudo app && "
        f'echo "{line}" >> /etc/sudoers\nUSER app:app\nCMD ["/app/server"]'
    )
    assert len(said("user-drops-groups", text)) == count
