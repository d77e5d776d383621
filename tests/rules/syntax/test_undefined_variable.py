"""What is advised for a variable that nothing sets."""

from __future__ import annotations

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
