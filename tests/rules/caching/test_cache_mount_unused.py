"""When cache-mount-unused reports something, and when it is silent."""

from __future__ import annotations

from judged import said

PIP = "RUN --mount=type=cache,target=/root/.cache/pip "
INSTALL = "pip install --no-cache-dir flask==3.1.2"


def test_a_mount_that_the_run_empties_is_left_to_that_finding():
    text = f"{PIP}{INSTALL} && rm -rf /root/.cache/pip"
    assert said("cache-mount-unused", text) == []
    assert said("cache-mount-emptied", text)
    assert said("cache-mount-unused", f"{PIP}{INSTALL} && rm -rf /tmp/build")
