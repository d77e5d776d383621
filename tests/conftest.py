from __future__ import annotations

import gc
import os
import signal
import tempfile
from collections.abc import Container

import amounts
import pytest
from hypothesis import HealthCheck, settings
from one_item import one_item

from lightship.base_images import lifetimes
from lightship.lint.examples import EXAMPLES_JUDGED_ON

# The tests of any year say the same of the base images in them, those of the commands too.
lifetimes.TODAY = EXAMPLES_JUDGED_ON

# The width of a terminal: some shells export it, and xdist does.
for name in ("COLUMNS", "LINES"):
    os.environ.pop(name, None)

# buildx writes notes at home, which may be one that cannot be written.
NOTES = tempfile.TemporaryDirectory(prefix="lightship-buildx-")
os.environ["BUILDX_CONFIG"] = NOTES.name

# A copy of OSV that the user has would stand in what commands say of images.
os.environ["LIGHTSHIP_VULNS_DATABASE"] = os.path.join(NOTES.name, "vulns.sqlite")

# A shell that starts the tests in the background has them ignore Ctrl-C, nohup a closed terminal: what
# they start would inherit that, and they interrupt what they start.
signal.signal(signal.SIGINT, signal.default_int_handler)
for number in (signal.SIGHUP, signal.SIGTERM):
    signal.signal(number, signal.SIG_DFL)

# The same cases each time, however busy the machine is; `make fuzz` looks for others.
settings.register_profile(
    "usual",
    deadline=None,
    max_examples=50,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("quick", settings.get_profile("usual"), max_examples=20)
settings.register_profile(
    "long",
    deadline=None,
    max_examples=20_000,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("usual")

# A fixture that starts something, and the mark of every test that asks for it
STARTED = {"browser": "browser", "registry_host": "engine", "podman": "engine"}
# Files that one worker runs as a whole, since their tests share what is dear to start
SHARING = ("tests/engine/", "tests/docker/", "tests/registry/")
BROWSER = "html_browser.py"
# ... but these, whose engine is that of all workers
PROJECTS, SEEDS = "tests/engine/test_projects.py", "tests/engine/test_prove.py"
# A screen is waited for after each key: one worker waits, beside those that compute
SCREENS = (
    "tests/tui/test_command.py",
    "tests/tui/test_explorer.py",
    "tests/tui/test_reading.py",
    "tests/tui/test_snapshots.py",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--one-item",
        action="store_true",
        help="make one item of the cases of a test whose arguments are all parametrised",
    )
    parser.addoption(
        "--quick",
        action="store_true",
        help="ask the laws of two fifths of the cases that are made up",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--quick"):
        amounts.quick = True
        settings.load_profile("quick")


def pytest_pycollect_makeitem(
    collector: pytest.Module | pytest.Class, name: str, obj: object
) -> pytest.Item | None:
    """A test with all its cases, where they may be one item."""
    if collector.config.getoption("--one-item") and collector.istestfunction(obj, name):
        return one_item(collector, name, obj)
    return None


def pytest_collection_finish() -> None:
    """Thousands of tests live to the end: the garbage collector need not look at them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what needs an engine or a browser by what it asks for."""
    asked = getattr(item, "fixturenames", ())
    for fixture, mark in STARTED.items():
        if fixture in asked:
            item.add_marker(mark)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With several workers, what takes one of them longest comes first, so that none is alone with it at the end."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return
    of_stand_ins = {_path(item) for item in items if _asks_for_stand_ins(item)}
    items.sort(key=lambda item: _turn(_path(item), of_stand_ins))

    # The engine of all workers needs most of a minute to come up: one of them asks for it at once, the
    # others do something else until then, else all would wait for the first
    first = next(filter(_asks_for_stand_ins, items), None)
    if first is not None:
        items.remove(first)
        items.insert(0, first)


def _path(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def _asks_for_stand_ins(item: pytest.Item) -> bool:
    return "stand_ins" in getattr(item, "fixturenames", ())


def _turn(path: str, of_stand_ins: Container[str]) -> int:
    if path in of_stand_ins:
        return 1
    if path.startswith(SHARING) or path in SCREENS or path.endswith(BROWSER):
        return 0
    return 2


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """What the workers are given at once; xdist's own groups have no effect with pytest 9.2, where a node's id is fixed."""
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return together(nodeid)

    return Scheduling(config, log)


def together(nodeid: str) -> str:
    """The name of what one worker runs as a whole: the cases of a test, or a file whose tests share something."""
    path = nodeid.partition("::")[0]
    if path == PROJECTS:
        return nodeid
    if path == SEEDS:
        return nodeid.partition("[")[0]
    if path in SCREENS:
        return "screens"
    if path.startswith(SHARING) or path.endswith(BROWSER):
        return path
    return nodeid.partition("[")[0]
