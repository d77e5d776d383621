"""The image that the tests of the viewer look at, and the viewer driven by keys."""

from __future__ import annotations

import asyncio
import os
from array import array
from contextlib import asynccontextmanager, nullcontext, suppress
from pathlib import Path

import pytest
from images import contents, directory, file, hardlink, layer, row, symlink, whiteout
from textual.widgets import Static
from textual.worker import WorkerCancelled

from lightship.image.owners import UNOWNED, InstalledPackage, Owners
from lightship.inspection.inspection import (
    Blame,
    Confidence,
    FindingGroup,
    FindingPlace,
    ImageFinding,
    Inspection,
)
from lightship.lint.finding import Severity
from lightship.tui.app import Explorer

SNAPSHOTS = Path(__file__).parent / "snapshots"
PASSWD = b"root:x:0:0::/root:/bin/sh\n"


@pytest.fixture
def image():
    """Three layers: a system, an application, and a clean-up that comes too late."""
    return contents(
        layer(
            directory("usr/bin"),
            file("usr/bin/python3", 4_000_000, mode=0o755),
            symlink("usr/bin/python", "python3"),
            file("usr/lib/libc.so.6", 1_900_000),
            file("etc/passwd", PASSWD),
            file("var/lib/apt/lists/index", 800_000),
        ),
        layer(
            file("usr/bin/su", 50_000, mode=0o4755),
            hardlink("usr/bin/su-again", "usr/bin/su"),
            file("app/main.py", b"import os\nprint('hello')\n"),
            file("app/data.bin", bytes(range(256)) * 40),
            file("app/notes\x1b[31m\n[red]evil", b"x"),
        ),
        layer(
            whiteout("var/lib/apt/lists"),
            file("app/main.py", b"print('bye')\n"),
            file("etc/passwd", PASSWD, mode=0o600),
        ),
        history=[
            row("/bin/sh -c #(nop) ADD file:0a1b in / "),
            row("RUN /bin/sh -c apt-get update && apt-get install -y sudo # buildkit"),
            row("ENV A=1", empty=True),
            row("COPY . /app # buildkit"),
        ],
    )


def inspection_of(image):
    """As `inspect` would say: two packages, a finding, and lines of the Dockerfile for two layers."""
    owner = [array("i", [UNOWNED] * len(scan.paths)) for scan in image.stack.scans]
    for path, package in (
        (b"usr/bin/python3", 0),
        (b"usr/bin/python", 0),
        (b"usr/lib/libc.so.6", 1),
    ):
        owner[0][image.stack.scan(0).paths.index(path)] = package
    packages = (
        InstalledPackage("deb", "python3", "3.13", 4_000_000, 2),
        InstalledPackage("deb", "libc6", "2.41", 1_900_000, 1),
    )
    blame = (
        Blame(0, "FROM debian:13", is_base=True),
        Blame(
            1,
            "RUN apt-get update && apt-get install -y sudo",
            "Dockerfile",
            4,
            5,
            Confidence.MATCHED,
        ),
        Blame(2, "COPY . /app", "Dockerfile", 7, 7, Confidence.LIKELY),
    )
    finding = ImageFinding(
        "apt-lists-kept",
        FindingGroup.CONTENT,
        Severity.WARNING,
        "the lists of apt stay in the image",
        saves=800_000,
        places=(FindingPlace(b"var/lib/apt/lists", 800_000, 0, seen=False),),
        count=1,
        blame=blame[1],
        rule="apt-lists-kept",
        advice="Remove the lists in the instruction that fetched them.",
    )
    return Inspection(image, Owners(packages, tuple(owner), 0), None, blame, (finding,))


@asynccontextmanager
async def exploring(image, *keys, inspect="made", size=(120, 40)):
    """The viewer with keys pressed; gives the app and a function that presses more."""
    if inspect == "made":
        inspect = inspection_of if b"usr/bin/python3" in image.stack.paths() else None
    app = Explorer("app.tar", lambda _progress: nullcontext(image), inspect)
    async with app.run_test(size=size) as pilot:

        async def press(*more):
            await pilot.press(*more)
            await settle()

        async def settle():
            await pilot.pause()
            while app.is_working or any(
                not worker.is_finished for worker in app.workers
            ):
                # A dialog whose work is done closes, and that cancels the worker that asked for it
                with suppress(WorkerCancelled):
                    await app.workers.wait_for_complete()
                await asyncio.sleep(0.002)
                await pilot.pause()

        await settle()
        await press(*keys)
        app.pilot = pilot
        yield app, press
    app.close(60)
    assert not app.return_code, "a thread ended in an error that nobody expected"


def screen(app):
    """What the terminal shows, as lines of text."""
    return (
        "\n".join(
            strip.text.rstrip() for strip in app.screen._compositor.render_strips()
        )
        + "\n"
    )


def answer(app):
    """What a dialog says, in one line: on the screen it is wrapped to whatever width is left, inside any phrase."""
    return " ".join(str(app.screen.query_one("#answer", Static).render()).split())


def matches_snapshot(name, text):
    """Compare with a golden file; with LIGHTSHIP_UPDATE_SNAPSHOTS=1 write it."""
    path = SNAPSHOTS / f"{name}.txt"
    if os.environ.get("LIGHTSHIP_UPDATE_SNAPSHOTS"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.fixture
def explore():
    return exploring


@pytest.fixture
def shows():
    return screen


@pytest.fixture
def says():
    return answer


@pytest.fixture
def snapshot():
    return matches_snapshot


@pytest.fixture
def inspection():
    return inspection_of
