from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from engine.engine_process import Engine, engine, make_stand_in, why_not


@pytest.fixture(scope="session")
def docker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A Docker engine that only these tests use."""
    reason = why_not()
    if reason:
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("engine")
    with engine(folder) as started:
        make_stand_in(started, Path(folder))
        yield started
