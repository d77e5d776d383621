"""One base image for engines that need no more."""

from __future__ import annotations

from pathlib import Path

from engine.engine_process import Engine
from images import file, layer

BASE = layer(
    file("etc/os-release", b'ID=debian\nVERSION_ID="13"\n'),
    file("app/old", 300_000),
    file("app/kept", 50_000, mode=0o600),
)


def with_base(started: Engine, folder: Path) -> Engine:
    (folder / "base.tar").write_bytes(BASE)
    started.docker("import", str(folder / "base.tar"), "base:1")
    return started
