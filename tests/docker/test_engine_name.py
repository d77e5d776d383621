"""What a proof calls the engine that built and ran it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from lightship.docker import proof_builds
from lightship.docker.proof_builds import engine_name


@pytest.mark.parametrize(
    ("is_podman", "info", "name"),
    [
        (False, {"NCPU": 2}, "Docker 26.1.5, BuildKit, overlay2, 2 CPUs"),
        (False, {"NCPU": 1}, "Docker 26.1.5, BuildKit, overlay2, 1 CPU"),
        (True, {"NCPU": 16}, "Podman 26.1.5+dfsg1, overlay2, 16 CPUs"),
        (False, {}, "Docker 26.1.5, BuildKit, overlay2, ? CPUs"),
    ],
)
def test_an_engine_is_named_with_its_processors(
    is_podman: bool, info: dict[str, int], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = SimpleNamespace(
        version=lambda: {"Version": "26.1.5+dfsg1"},
        info=lambda: {"Driver": "overlay2", **info},
        is_podman=is_podman,
    )

    @contextmanager
    def connected(_: object) -> Iterator[SimpleNamespace]:
        yield client

    monkeypatch.setattr(proof_builds, "connected", connected)
    assert engine_name() == name
