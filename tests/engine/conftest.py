from __future__ import annotations

from collections.abc import Iterator

import pytest
from engine.engine_process import Engine, engine, engine_folder, make_stand_in, why_not


@pytest.fixture(scope="session")
def docker() -> Iterator[Engine]:
    """A Docker engine that only these tests use."""
    reason = why_not()
    if reason:
        pytest.skip(reason)
    with engine_folder() as folder, engine(folder) as started:
        make_stand_in(started, folder)
        yield started
