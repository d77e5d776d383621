"""What builders say of each change is what tests/cache/engine_verdicts.json says, to which the model is held.

`make test` asks BuildKit about one change in six, `make test-builds` about all. With LIGHTSHIP_KEEP_VERDICTS=1 the
file is written anew.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue

import pytest
from cache import golden
from cache.cases import CASES
from engine.cache_builds import (
    Buildah,
    Builder,
    BuildKit,
    Classic,
    engine_with_bases,
    verdicts,
)
from engine.engine_process import engine_folder, why_not
from engine.rawjson import Verdict

pytestmark = pytest.mark.engine
TWO = 2  # engines side by side
ONE_IN = 6
KEEP = bool(os.environ.get("LIGHTSHIP_KEEP_VERDICTS"))
Told = dict[str, Future[list[Verdict]]]
KNOWN = golden.read()
TOLD: dict[str, dict[str, golden.Steps]] = {name: {} for name in golden.BUILDERS}


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder for engines; what the builders have told is kept at the end, if that is asked for."""
    if reason := why_not():
        pytest.skip(reason)
    with engine_folder() as found:
        yield found
    if KEEP:
        golden.write(TOLD)


@pytest.fixture(scope="module")
def buildkit(
    folder: Path, busybox: bytes, request: pytest.FixtureRequest
) -> Iterator[Told]:
    """The verdicts of all changes that are asked for, as they come in."""
    asked = (
        item
        for item in request.session.items
        if getattr(item, "originalname", "") == "test_buildkit"
    )
    names = [item.callspec.params["name"] for item in asked]
    with ExitStack() as stack:
        free: SimpleQueue[Builder] = SimpleQueue()
        for number in range(TWO):
            place = folder / f"engine-{number}"
            free.put(
                BuildKit(stack.enter_context(engine_with_bases(place, busybox)), place)
            )
        pool = stack.enter_context(ThreadPoolExecutor(TWO))
        yield {name: pool.submit(_asked, free, name) for name in names}
        pool.shutdown(cancel_futures=True)


def _asked(free: SimpleQueue[Builder], name: str) -> list[Verdict]:
    builder = free.get()
    try:
        return verdicts(builder, CASES[name])
    finally:
        free.put(builder)


# Of equal steps of two stages the engine lists one, now under the one's name and now under the other's
TWINS = ("twin-stages", "stage-that-repeats")


def check(builder: str, name: str, told: list[Verdict]) -> None:
    """The file holds what the builder has told; how far it came beside a step that fails is chance."""
    rows = TOLD[builder][name] = [each.as_row() for each in told]
    known = rows if KEEP else KNOWN[builder][name]
    if name.startswith(TWINS):
        assert {(row[2], row[3]) for row in rows} == {
            (row[2], row[3]) for row in known
        }, CASES[name].why
        return
    assert [row[:3] for row in rows] == [row[:3] for row in known]
    pairs = [
        (old, new)
        for old, new in zip(known, rows, strict=True)
        if None not in (old[3], new[3])
    ]
    assert [new for _, new in pairs] == [old for old, _ in pairs], CASES[name].why


def names(builder: str, one_in: int = 1) -> list[object]:
    """The changes that a builder is asked about; all but one in so many take long together."""
    found = [each.name for each in CASES.values() if builder in each.builders]
    return [
        pytest.param(name, marks=[pytest.mark.builds] if at % one_in else [])
        for at, name in enumerate(found)
    ]


@pytest.mark.parametrize("name", names("buildkit", ONE_IN))
def test_buildkit(name: str, buildkit: Told) -> None:
    check("buildkit", name, buildkit[name].result())


@pytest.fixture(scope="module")
def classic(folder: Path, busybox: bytes) -> Iterator[Builder]:
    with engine_with_bases(folder / "classic", busybox) as started:
        yield Classic(started, folder / "classic")


@pytest.mark.parametrize("name", names("classic", ONE_IN))
def test_the_classic_builder(name: str, classic: Builder) -> None:
    check("classic", name, verdicts(classic, CASES[name]))


@pytest.fixture(scope="module")
def buildah(folder: Path, busybox: bytes) -> Builder:
    if shutil.which("buildah") is None:
        pytest.skip("no buildah on this machine")
    found = Buildah(folder / "buildah")
    found.folder.mkdir()
    if reason := found.provide(busybox):
        pytest.skip(reason)
    return found


@pytest.mark.parametrize("name", names("buildah", ONE_IN * 2))
def test_buildah(name: str, buildah: Builder) -> None:
    check("buildah", name, verdicts(buildah, CASES[name]))
