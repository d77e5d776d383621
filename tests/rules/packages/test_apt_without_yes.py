"""When apt-without-yes reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import said


@pytest.mark.parametrize(
    ("command", "is_told"),
    [
        ("apt-get install", False),
        ("apt-get install -f", True),
        ("apt-get install $PACKAGES", True),
        ("apt-get install make", False),
        ("apt-get install make jq", True),
        ("apt-get update && apt-get install make", True),
    ],
)
def test_apt_asks_only_where_it_would_change_something(command, is_told):
    text = f"FROM python:3.13\nRUN {command}"
    assert bool(said("apt-without-yes", text)) is is_told


def test_the_slim_image_lacks_what_the_full_one_has():
    assert said("apt-without-yes", "FROM python:3.13-slim\nRUN apt-get install make")
