"""Stand-ins for the base images that public Dockerfiles name, where no registry can be reached.

Debian and Ubuntu come from their own archives by mmdebstrap. `python:3.X` and `python:3.X-slim` are Debian
with a Python of that minor version: Debian's own, or Ubuntu's files where no release of Debian has it.
They hold what the official images hold as far as a build notices: pip, headers of Python, and in the full
ones compilers and the usual libraries. Patch versions and exact releases of Debian are not those named.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from engine.engine_process import Engine, engine_in

RECIPE = Path(__file__).with_suffix(".Dockerfile")
AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")
_UBUNTU = (
    "deb [signed-by=/usr/share/keyrings/ubuntu-archive-keyring.gpg]"
    " http://archive.ubuntu.com/ubuntu {} main universe"
)
# Of testing, whose index a mirror may hold for longer than it says
_ANY_AGE = '--aptopt=Acquire::Check-Valid-Until "false"'
# Of a slim image: what apt leaves out of later installs as well
_LEFT_OUT = [
    f"--dpkgopt=path-exclude=/usr/share/{name}/*"
    for name in ("doc", "info", "locale", "man")
]


class Origin(NamedTuple):
    """The Debian under a Python, and the Ubuntu that its files come from where it is not Debian's own."""

    release: str
    foreign: str = ""


PYTHONS: Mapping[str, Origin] = {
    "3.9": Origin("bullseye"),
    "3.10": Origin("bookworm", "jammy"),
    "3.11": Origin("bookworm"),
    "3.12": Origin("trixie", "noble"),
    "3.13": Origin("trixie"),
    "3.14": Origin("forky"),
}
_NEWEST = "3.13"
_RELEASES = {
    "debian:(?:11|bullseye)": "bullseye",
    "debian:(?:12|bookworm)": "bookworm",
    "debian:(?:13|trixie|stable|latest)": "trixie",
    "ubuntu:(?:22.04|jammy)": "jammy",
    "ubuntu:(?:24.04|noble|latest)": "noble",
}
# What serves the official images under names of its own
_MIRROR = re.compile(r"^[\w-]+(?:\.[\w-]+)+/(?:docker/|docker-remote/)?(?:library/)?")
_PYTHON = re.compile(r"python(?::(?:3(\.\d+)?[\w.]*-?)?(slim|latest)?(.*))?")
_UV = re.compile(r"ghcr\.io/astral-sh/uv(?::(?:.*python(3\.\d+))?.*)?")


class Bases:
    """The stand-ins of the engine in a folder, each made when something first asks for it."""

    def __init__(self, folder: Path) -> None:
        self.engine: Engine = engine_in(folder)
        self.context = folder / "bases"
        self.context.mkdir(exist_ok=True)
        shutil.copy(AUTHORITIES, self.context)

    def provide(self, image: str) -> str:
        """See that the engine has an image of that name; why it cannot, empty where it can."""
        if self._has(image):
            return ""
        name = image.partition("@")[0]
        stand_in = self._python(name) or self._uv(name) or self._system(name)
        if not stand_in:
            return f"no stand-in for {image}"
        if "@" not in image:
            self.engine.docker("tag", stand_in, image)
        return "" if "@" not in image else f"a digest names {name}"

    def _has(self, image: str) -> bool:
        return self.engine.tried("image", "inspect", image).status == 0

    def _python(self, name: str) -> str:
        match = _PYTHON.fullmatch(_MIRROR.sub("", name))
        if match is None or re.search("^2|alpine|windows", match[3] or ""):
            return ""
        stage = "python-slim" if match[2] == "slim" else "python-full"
        return self._stage(stage, _minor(match[1]))

    def _uv(self, name: str) -> str:
        match = _UV.fullmatch(name)
        if match is None or "alpine" in name:
            return ""
        if match[1] is None:
            return self._stage("uv", _NEWEST)
        return self._stage("uv-python", match[1]) if match[1] in PYTHONS else ""

    def _system(self, name: str) -> str:
        for pattern, release in _RELEASES.items():
            if re.fullmatch(f"{pattern}(?:-slim|-\\d+)?", _MIRROR.sub("", name)):
                self._release(release)
                return self._built("system", f"stand-in:system-{release}", release)
        return ""

    def _stage(self, stage: str, version: str) -> str:
        """A stage of the recipe with that Python."""
        tag = f"stand-in:{stage}-{version}"
        if self._has(tag):
            return tag
        origin = PYTHONS[version]
        self._release(origin.release)
        self._pip()
        options = ["--build-arg", f"PYTHON={version}"]
        if origin.foreign:
            self._release(origin.foreign)
            self._foreign(origin.foreign, options)
            options += ["--build-arg", "ORIGIN=borrowed"]
        return self._built(stage, tag, origin.release, *options)

    def _foreign(self, release: str, options: Sequence[str]) -> None:
        """Ubuntu's files of a Python, in the context of the recipe."""
        output = ["--output", str(self.context)]
        self._build("foreign-files", release, *options, *output)

    def _pip(self) -> None:
        if not list(self.context.glob("pip-*.whl")):
            download = ["pip", "download", "--quiet", "--no-deps", "pip<26"]
            place = ["--dest", str(self.context)]
            subprocess.run([*download, *place], check=True)

    def _release(self, release: str) -> None:
        """A minimal system of that release, as `stand-in:RELEASE`."""
        if self._has(f"stand-in:{release}"):
            return
        archive = self.context.parent / f"{release}.tar"
        sources = []
        if release in {"jammy", "noble"}:
            suites = (release, f"{release}-updates")
            sources = [_UBUNTU.format(suite) for suite in suites]
        options = ["--quiet", "--variant=minbase", _ANY_AGE, *_LEFT_OUT]
        command = ["mmdebstrap", *options, release, str(archive), *sources]
        subprocess.run(command, check=True)
        self.engine.docker("import", "-", f"stand-in:{release}", stdin=archive)
        archive.unlink()

    def _built(self, stage: str, tag: str, release: str, *options: str) -> str:
        if not self._has(tag):
            self._build(stage, release, *options, "--load", "--tag", tag)
        return tag

    def _build(self, stage: str, release: str, *options: str) -> None:
        place = ["--file", str(RECIPE), "--target", stage, str(self.context)]
        release_option = ["--build-arg", f"RELEASE={release}"]
        network = ["--network", "host"]
        self.engine.docker(
            "buildx", "build", *network, *release_option, *options, *place
        )


def _minor(written: str | None) -> str:
    """The minor version that stands for the one that is named."""
    known = [int(version[2:]) for version in PYTHONS]
    number = int(written[1:]) if written else 13
    return f"3.{min(max(number, *known[:1]), known[-1])}"
