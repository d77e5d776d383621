from __future__ import annotations

from collections.abc import Iterator

import pytest
from engine.engine_process import Engine, engine, engine_folder, why_not
from engine.outcomes import Outcome, table
from engine.stand_ins import StandIns

OUTCOMES: list[Outcome] = []


@pytest.fixture(scope="session")
def stand_ins() -> Iterator[StandIns]:
    """A Docker engine that only these tests use, with stand-ins for base images."""
    reason = why_not()
    if reason:
        pytest.skip(reason)
    with engine_folder() as folder, engine(folder) as started:
        yield StandIns(started, folder)


@pytest.fixture
def docker(stand_ins: StandIns) -> Engine:
    return stand_ins.engine


@pytest.fixture
def outcome(request: pytest.FixtureRequest) -> Outcome:
    """What a test has measured, for the table at the end."""
    OUTCOMES.append(Outcome())
    return OUTCOMES[-1]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if OUTCOMES:
        terminalreporter.section("projects, as they were and fixed")
        for line in table(OUTCOMES):
            terminalreporter.write_line(line)
