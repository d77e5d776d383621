"""What is advised for a variable that nothing sets."""

from __future__ import annotations

import pytest

from tests.judged import said


def test_a_secret_is_not_to_be_declared_in_the_image():
    text = "FROM debian:13\nENV NEW_RELIC_LICENSE_KEY=$NEWRELIC_KEY\n"
    assert said("undefined-variable", text) == [
        "$NEWRELIC_KEY is never set here: set it when the container is run"
    ]
    other = "FROM debian:13\nENV LOG_LEVEL=$LEVEL\n"
    assert said("undefined-variable", other) == [
        "$LEVEL is not set here: declare it with ARG or ENV"
    ]


@pytest.mark.parametrize(
    ("value", "is_directory"),
    [
        ("$PYTHONPATH:/app", True),
        ("/app:${PYTHONPATH}", True),
        ("/app:${PYTHONPATH:-}", True),
        ("/app/$PYTHONPATH", False),
        ("$PYTHONPATH", False),
    ],
)
def test_an_empty_entry_of_a_search_path_is_not_just_to_be_removed(value, is_directory):
    [message] = said(
        "undefined-variable", f"FROM python:3.14\nENV PYTHONPATH={value}\n"
    )
    advice = "its empty entry means the working directory: name a directory instead"
    assert message.endswith(advice) is is_directory
    other = f"FROM python:3.14\nENV MANPATH={value}\n".replace("PYTHON", "MAN")
    assert not any("entry" in text for text in said("undefined-variable", other))
