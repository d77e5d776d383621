from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from engine.busybox import busybox_of, write_debian
from engine.engine_process import Engine, engine, engine_folder, why_not
from engine.locked import locked, shared_folder
from engine.outcomes import Outcome, table
from engine.shared_engine import shared_stand_ins
from engine.stand_ins import StandIns

OUTCOMES: list[Outcome] = []


@pytest.fixture(scope="session")
def debian(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with a few packages of Debian, which is made once, also where several workers run."""
    if shutil.which("mmdebstrap") is None:
        pytest.skip("no mmdebstrap on this machine")
    folder = shared_folder(tmp_path_factory)
    archive = folder / "debian.tar"
    with locked(folder / "debian.lock"):
        if not archive.exists():
            if not write_debian(folder / "debian-new.tar"):
                pytest.skip("mmdebstrap reaches no packages of Debian")
            (folder / "debian-new.tar").rename(archive)
    return archive


@pytest.fixture(scope="session")
def busybox(debian: Path) -> bytes:
    """Debian's static busybox: a shell, and nothing else is needed."""
    return busybox_of(debian)


@pytest.fixture(scope="session")
def docker() -> Iterator[Engine]:
    """The engine of all tests here that do not need one of their own; they leave each other's images alone."""
    if reason := why_not():
        pytest.skip(reason)
    with engine_folder() as folder, engine(folder) as started:
        yield started


@pytest.fixture(scope="session")
def stand_ins(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StandIns]:
    """A Docker engine that only these tests use, with stand-ins for base images."""
    if reason := why_not():
        pytest.skip(reason)
    all_projects = any(
        item.get_closest_marker("builds") for item in request.session.items
    )
    place = shared_folder(tmp_path_factory)
    with shared_stand_ins(place, large=all_projects) as (found, reason):
        if reason:
            pytest.skip(reason)
        yield found


@pytest.fixture
def outcome() -> Outcome:
    """What a test measures, for the table at the end."""
    OUTCOMES.append(Outcome())
    return OUTCOMES[-1]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if OUTCOMES:
        terminalreporter.section("projects, as they were > fixed")
        for line in table(OUTCOMES):
            terminalreporter.write_line(line)
