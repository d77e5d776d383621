"""Inspections by hand: a small image with a Dockerfile, and names that a terminal must not see."""

from __future__ import annotations

from datetime import date

from images import contents, directory, file, hardlink, layer, row, symlink, whiteout

from lightship.image.owners import InstalledPackage, Owners
from lightship.inspection.compare_images import compare
from lightship.inspection.comparison import Comparison
from lightship.inspection.inspection import (
    Blame,
    Confidence,
    Distribution,
    Duplicate,
    FindingGroup,
    FindingPlace,
    ImageFinding,
    Inspection,
    Together,
)
from lightship.lint.finding import Severity
from lightship.outcome import Outcome

BASE = layer(
    directory("etc"),
    file("etc/os-release", b"ID=debian\n"),
    file("usr/lib/libc.so.6", 2_000_000, mode=0o755),
)
APT = layer(
    file("usr/bin/gcc", 1_500_000, mode=0o755),
    file("var/lib/apt/lists/deb_main", 900_000),
    file("var/lib/apt/lists/deb_security", 300_000),
    file(b"tmp/\x1b[31m\xff\n", b"x"),
)
CLEAN = layer(whiteout("var/lib/apt/lists"))
APP = layer(
    file("app/main.py", b"print('=1|<b>')\n", uid=1000, gid=1000),
    hardlink("app/again.py", "app/main.py"),
    symlink("app/link", "../etc/os-release"),
    file("=cmd", b"1"),
)
HISTORY = [
    row("/bin/sh -c #(nop) ADD file:1 in / "),
    row('/bin/sh -c #(nop)  CMD ["bash"]', empty=True),
    row("RUN /bin/sh -c apt-get update && apt-get install -y gcc # buildkit"),
    row("RUN /bin/sh -c rm -rf /var/lib/apt/lists # buildkit"),
    row("COPY . /app # buildkit"),
]


def made(text: str, layer: int, line: int, **more):
    return Blame(layer, text, "Dockerfile", line, line, Confidence.MATCHED, **more)


BLAME = (
    made("FROM debian:13-slim", 0, 1, is_base=True),
    made("RUN apt-get update && \\\n    apt-get install -y gcc", 1, 3),
    made("RUN rm -rf /var/lib/apt/lists", 2, 5),
    made("COPY . /app", 3, 6),
)
FINDINGS = (
    ImageFinding(
        "running-as-root", FindingGroup.SECURITY, Severity.WARNING, "The container starts as root",
        advice="Add a user and USER to the Dockerfile.", rule="root-user", count=0,
    ),
    ImageFinding(
        "compilers", FindingGroup.CONTENT, Severity.INFO, "A compiler", 1_500_000, "the files of gcc",
        places=(FindingPlace(b"tmp/\x1b[31m\xff\n", 1, 1, note="strange"),), count=1,
    ),
    ImageFinding(
        "files-removed-later", FindingGroup.WASTE, Severity.WARNING, "Files removed in a later layer", 1_200_000,
        places=(FindingPlace(b"var/lib/apt/lists/deb_main", 900_000, 1, seen=False),), count=2,
        blame=BLAME[1], rule="removed-in-later-layer", advice="Remove them in the RUN that writes them.",
    ),
    ImageFinding(
        "documentation", FindingGroup.CONTENT, Severity.INFO, "Documentation", 0, in_base=400_000,
        places=(FindingPlace(b"usr/share/doc/a", 400_000, 0),), count=1, blame=BLAME[0],
        advice="It comes from the base image (Dockerfile:1): choose a smaller one.",
    ),
)  # fmt: skip
PACKAGES = (
    InstalledPackage("deb", "libc6", "2.41-1", 2_000_000, 1, 0),
    InstalledPackage("deb", "gcc", "14.2", 1_500_000, 1, 1, 300),
    InstalledPackage("python", "app", "1.0", 16, 1, 3),
)
OUTCOMES = (
    Outcome("max-size", "10 MB", "4.71 MB", True),
    Outcome(
        "max-waste",
        "1 MB",
        "1.20 MB",
        False,
        ("1.20 MB in /var/lib/apt/lists", "layer 2"),
    ),
)


def inspected(
    *layers, blame=BLAME, findings=FINDINGS, packages=PACKAGES, outcomes=(), **more
) -> Inspection:
    found = contents(*layers, **more)
    end = date(2030, 6, 30)
    return Inspection(
        found,
        Owners(packages, (), 17),
        Distribution("debian", "13", "trixie", "Debian GNU/Linux 13 (trixie)", end),
        blame or tuple(Blame(at) for at in range(len(layers))),
        findings,
        (Duplicate(16, (b"app/main.py", b"app/\xff")),),
        outcomes,
        "Dockerfile",
        ("one note",),
        Together(2_700_000, 400_000),
    )


def small() -> Inspection:
    """Four layers with a Dockerfile, and a gate that fails."""
    return inspected(
        BASE,
        APT,
        CLEAN,
        APP,
        history=HISTORY,
        outcomes=OUTCOMES,
        Cmd=["python", "main.py"],
    )


def small_and_better() -> Comparison:
    """The same, and one that was made better."""
    before = inspected(
        BASE, APT, CLEAN, APP, history=HISTORY, Env=["A=1", "API_TOKEN=s3cr3t"]
    )
    apt = layer(file("usr/bin/gcc", 1_500_000, mode=0o700), file("new", 10))
    packages = (
        *PACKAGES[1:],
        InstalledPackage("deb", "libc6", "2.41-2", 2_000_001, 1, 0),
        InstalledPackage("npm", "x", "1", 5, 1, 1),
    )
    after = inspected(
        BASE, apt, APP, history=[*HISTORY[:3], HISTORY[4]], packages=packages,
        blame=(*BLAME[:2], made("COPY . /app", 2, 5)),
        Env=["A=2", "API_TOKEN=0ther"], User="app",
    )  # fmt: skip
    return compare(before, after)
