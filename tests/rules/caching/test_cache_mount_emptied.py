"""When cache-mount-emptied reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import said

MOUNT = "RUN --mount=type=cache,target=/var/cache/apt rm -f docker-clean; "


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("rm -f /var/cache/apt/*cache.bin", 0),
        ('if [ "$CI" = true ]; then rm -rf /var/cache/apt/*; fi', 0),
        ('if [ "$CI" = true ]; then apt-get clean; fi', 0),
        ("rm -rf /var/cache/apt/*", 1),
        ("rm -rf /var/cache/apt", 1),
        ("apt-get clean", 1),
    ],
)
def test_a_mount_is_emptied_by_what_takes_all_of_it_in_every_build(command, expected):
    assert (
        len(said("cache-mount-emptied", f"FROM debian:13\n{MOUNT}{command}"))
        == expected
    )
