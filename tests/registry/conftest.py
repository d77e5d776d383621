from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from registry.registry_process import Front, front, registry, why_not


@pytest.fixture(scope="session")
def registry_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A registry that asks for nothing, as HOST:PORT."""
    if reason := why_not():
        pytest.skip(reason)
    with registry(tmp_path_factory.mktemp("registry")) as host:
        yield host


@pytest.fixture
def fronted(registry_host: str) -> Iterator[Front]:
    """A front before that registry."""
    with front(registry_host) as found:
        yield found


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without anybody's credentials."""
    found = tmp_path / "home"
    found.mkdir()
    for name in (
        "DOCKER_CONFIG",
        "REGISTRY_AUTH_FILE",
        "XDG_RUNTIME_DIR",
        "XDG_CONFIG_HOME",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(found))
    return found
