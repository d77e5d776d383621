from __future__ import annotations

from collections.abc import Iterator

import pytest
from engine.engine_process import Engine, engine, engine_folder, why_not
from engine.small_base import with_base


@pytest.fixture(scope="session")
def graph_engine() -> Iterator[Engine]:
    """A Docker engine that only these tests use, which keeps layers by its graph driver."""
    if reason := why_not():
        pytest.skip(reason)
    with engine_folder() as folder, engine(folder) as started:
        yield with_base(started, folder)


@pytest.fixture(scope="session")
def containerd_engine() -> Iterator[Engine]:
    """The same with containerd's image store."""
    if reason := why_not():
        pytest.skip(reason)
    with engine_folder() as folder:
        (folder / "daemon.json").write_text(
            '{"features": {"containerd-snapshotter": true}}'
        )
        with engine(folder, "--config-file", str(folder / "daemon.json")) as started:
            yield with_base(started, folder)


@pytest.fixture(params=["graph_engine", "containerd_engine"])
def docker_engine(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Engine:
    """Each of them, as DOCKER_HOST names it."""
    found: Engine = request.getfixturevalue(request.param)
    monkeypatch.setenv("DOCKER_HOST", f"unix://{found.socket}")
    for name in ("DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"):
        monkeypatch.delenv(name, raising=False)
    return found
