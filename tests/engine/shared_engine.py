"""One engine with stand-ins for all workers of a run: it takes a minute to make them.

The worker that first asks starts it, the last one that leaves stops it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.engine_process import (
    new_engine_folder,
    remove_engine_folder,
    start_detached,
    stop_detached,
)
from engine.locked import locked
from engine.stand_ins import StandIns


@dataclass(frozen=True)
class Shared:
    """An engine's folder, why it has no stand-ins (empty where it has them), and how many workers use it."""

    folder: str
    why_not: str
    users: int


@contextmanager
def shared_stand_ins(place: Path, *, large: bool) -> Iterator[tuple[StandIns, str]]:
    """The stand-ins of the engine of all who name the same `place`, and why there are none."""
    state = place / "stand-ins.json"
    lock = place / "stand-ins.lock"
    with locked(lock):
        shared = _read(state) or _started(large=large)
        _write(state, shared, users=shared.users + 1)
    try:
        yield StandIns(Path(shared.folder)), shared.why_not
    finally:
        with locked(lock):
            left = _read(state)
            assert left is not None
            _write(state, left, users=left.users - 1)
            if left.users == 1:
                state.unlink()
                _stop(Path(left.folder))


def _started(*, large: bool) -> Shared:
    folder = new_engine_folder(large=large)
    try:
        start_detached(folder)
        return Shared(str(folder), StandIns(folder).why_not(), 0)
    except BaseException:
        _stop(folder)
        raise


def _stop(folder: Path) -> None:
    try:
        if (folder / "pid").exists():
            stop_detached(folder)
    finally:
        remove_engine_folder(folder)


def _read(state: Path) -> Shared | None:
    return (
        Shared(**json.loads(state.read_text(encoding="utf-8")))
        if state.exists()
        else None
    )


def _write(state: Path, shared: Shared, *, users: int) -> None:
    state.write_text(json.dumps({**asdict(shared), "users": users}), encoding="utf-8")
