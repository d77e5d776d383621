"""When pip-cache-kept reports something, and when it is silent."""

from __future__ import annotations

from judged import said

PYTHON = "FROM python:3.13-slim\n"


def test_a_mount_over_the_cache_that_the_command_names_keeps_it_out():
    text = (
        "RUN --mount=type=cache,target=/cache/pip \\\n    PIP_CACHE_DIR=/cache/pip \\\n"
        "    VERSION=1 \\\n    pip install .[dev,ssh]"
    )
    assert said("pip-cache-kept", f"{PYTHON}{text}") == []
