from __future__ import annotations

from collections.abc import Iterator

import pytest
from engine.engine_process import engine, engine_folder, why_not
from engine.outcomes import Outcome, table
from engine.stand_ins import StandIns

OUTCOMES: list[Outcome] = []


@pytest.fixture(scope="session")
def stand_ins() -> Iterator[StandIns]:
    """A Docker engine that only these tests use, with stand-ins for base images."""
    if reason := why_not():
        pytest.skip(reason)
    with engine_folder() as folder, engine(folder) as started:
        found = StandIns(started, folder)
        if reason := found.why_not():
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
