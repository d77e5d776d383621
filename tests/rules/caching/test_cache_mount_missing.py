"""What the examples of cache-mount-missing leave out."""

from __future__ import annotations

import pytest
from made import fixed

from lightship.rules.caching.cache_mount_missing import RULE


def test_one_link_mode_is_enough():
    text = "FROM python:3.13-slim\nRUN uv sync --locked --no-install-project\nCOPY . .\nRUN uv sync --locked\n"
    assert fixed(RULE, text).count("ENV UV_LINK_MODE=copy\n") == 1


@pytest.mark.parametrize(
    "run",
    [
        "rm -rf /var/lib/apt/lists/* && apt-get clean && apt-get update && apt-get install -y git",
        "apt-get update && apt install -y git",
        "apt-get update && apt-get install -y git && find /var/lib/apt/lists -delete",
        "if true; then apt-get update && apt-get install -y git; fi",
    ],
)
def test_apt_is_not_mounted_where_that_may_be_wrong(run):
    text = f"FROM debian:trixie-slim\nRUN {run}\n"
    assert fixed(RULE, text) == text


def test_an_index_that_a_later_run_reads_stays_in_the_layer():
    text = "FROM debian:trixie-slim\nRUN apt-get update && apt-get install -y git\nRUN apt-get install -y curl\n"
    assert fixed(RULE, text) == text


def test_escape_and_flags_are_kept():
    text = "# escape=`\nFROM python:3.13-slim\nrun --network=host `\n    pip install `\n  -r r.txt\n"
    mounted = text.replace(
        "--network=host `\n",
        "--network=host `\n    --mount=type=cache,target=/root/.cache/pip `\n",
    )
    assert fixed(RULE, text) == mounted


def test_no_mount_where_another_run_removes_the_index():
    """Joined with the install by another fix, it would empty the mount."""
    install = "FROM debian:trixie-slim\nRUN apt-get update && apt-get install -y git\n"
    cleaned = f"{install}RUN rm -r /var/lib/apt/lists\n"
    assert "--mount=type=cache" in fixed(RULE, install)
    assert fixed(RULE, cleaned) == cleaned
