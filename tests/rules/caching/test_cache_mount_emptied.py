"""When cache-mount-emptied reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import findings, said

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


PIP = "RUN --mount=type=cache,target=/root/.cache/pip {} && {}"
EMPTIES = (
    "this empties the cache mounted at /root/.cache/pip: every build starts without it"
)


@pytest.mark.parametrize("empties", ["rm -rf /root/.cache/pip", "pip cache purge"])
@pytest.mark.parametrize(
    ("env", "installs", "off"),
    [
        (
            "",
            "pip install --no-cache-dir a && pip install --no-cache-dir b",
            "--no-cache-dir",
        ),
        ("ENV PIP_NO_CACHE_DIR=1\n", "pip install -r a.txt", "PIP_NO_CACHE_DIR"),
        ("", "pip install --no-cache-dir a && pip install b", ""),
        ("", "pip install a", ""),
        ("", "true", ""),
    ],
)
def test_a_cache_that_no_install_uses_is_not_kept_by_keeping_it(
    env, installs, off, empties
):
    text = f"FROM python:3.13-slim\n{env}{PIP.format(installs, empties)}"
    [item] = findings("cache-mount-emptied", text)
    assert item.message.startswith(f"{off} disables the cache" if off else EMPTIES)
    assert (item.fix is None) is bool(off)


def test_a_directory_above_the_mount_keeps_its_removal():
    text = (
        "FROM debian:13\nRUN --mount=type=cache,target=/var/lib/apt/lists "
        "apt-get update && apt-get install -y git && rm -rf {} /var/lib/apt/lists/*"
    )
    [whole] = findings("cache-mount-emptied", text.format("/var/lib"))
    assert whole.fix is None
    [part] = findings("cache-mount-emptied", text.format("/tmp/a"))
    assert part.fix is not None
