"""Where a program may be killed at once."""

from __future__ import annotations

import pytest

from tests.judged import said

_RULE = "ungraceful-stop-signal"
_SCREEN = "RUN apt-get update && apt-get install -y xvfb x11vnc\n"


def test_an_image_for_tests_has_nothing_to_end_in_order():
    text = "FROM debian:13\nSTOPSIGNAL SIGKILL\nUSER 10001\n"
    assert said(_RULE, text)
    for purpose in ("development", "test", "ci"):
        assert not said(_RULE, text, purpose=purpose)


@pytest.mark.parametrize(("cmd", "count"), [("", 0), ('CMD ["./serve"]\n', 1)])
def test_a_screen_is_for_whoever_looks_at_it(cmd, count):
    text = f"FROM acme-slim\n{_SCREEN}STOPSIGNAL SIGKILL\n{cmd}"
    assert len(said(_RULE, text)) == count


@pytest.mark.parametrize(
    ("base", "parent", "count"),
    [
        ("shop-slim", "FROM debian:13\nSTOPSIGNAL SIGKILL\n", 0),
        ("shop-slim", "FROM debian:13\nSTOPSIGNAL SIGTERM\n", 1),
        ("debian:13", "FROM debian:13\nSTOPSIGNAL SIGKILL\n", 1),
    ],
)
def test_a_signal_that_the_base_image_sets_too_is_found_there(base, parent, count):
    text = f"FROM {base}\nSTOPSIGNAL SIGKILL\nUSER 10001\n"
    files = {"Dockerfile": text, "slim/Dockerfile": parent}
    assert len(said(_RULE, text, files, path="Dockerfile")) == count
