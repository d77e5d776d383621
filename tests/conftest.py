from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

from lightship.base_images import lifetimes
from lightship.lint.examples import EXAMPLES_JUDGED_ON

# The tests of any year say the same of the base images in them, those of the commands too.
lifetimes.TODAY = EXAMPLES_JUDGED_ON

# The same cases each time, however busy the machine is; `make fuzz` looks for others.
settings.register_profile(
    "usual",
    deadline=None,
    max_examples=100,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "long",
    deadline=None,
    max_examples=20_000,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("usual")

# A fixture that starts something, and the mark of every test that asks for it
STARTED = {"browser": "browser", "registry_host": "engine", "podman": "engine"}
# Fixtures of the whole session that are dear: one worker keeps all tests that ask for them
SHARED = ("stand_ins", "graph_engine", "containerd_engine", "docker_engine")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs an engine or a browser; where several workers run, such a file stays with one of them."""
    for item in items:
        asked = getattr(item, "fixturenames", ())
        for fixture, mark in STARTED.items():
            if fixture in asked:
                item.add_marker(mark)
        if item.get_closest_marker("engine") or item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group(_group(item, asked)))
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    """What takes one worker longest comes first, so that no worker is left alone with it at the end."""
    if "stand_ins" in getattr(item, "fixturenames", ()):
        return 0
    if item.get_closest_marker("engine"):
        return 1
    return 2 if item.get_closest_marker("browser") else 3


def _group(item: pytest.Item, asked: tuple[str, ...]) -> str:
    if not any(fixture in asked for fixture in SHARED):
        return item.location[0]
    return "stand-ins" if "stand_ins" in asked else "engines-of-the-session"
