"""Stand-ins for the base images that Dockerfiles name, made here from Debian's packages: no registry is asked."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from engine.engine_process import engine_in
from engine.locked import locked

RECIPE = Path(__file__).with_suffix(".Dockerfile")
AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")
# What the slim images of Debian leave away: /etc/dpkg says so to later installs too
LEFT_AWAY = tuple(
    f"--dpkgopt=path-exclude=/usr/share/{name}/*"
    for name in ("doc", "info", "locale", "man")
)
# Name of an image -> the stage of RECIPE that stands for it; the first that fits
IMAGES = (
    (r"python:[^:]*slim[^:]*", "python-slim"),
    # that of the orders, the one project with it: the full one takes twice as long to make
    (r"python:3\.9", "python-compilers"),
    (r"python:[\d.]+(-trixie|-bookworm)?", "python-full"),
    (r"debian:[\w.-]+", "debian"),
    (r"postgres:[\w.-]+", "postgres"),
    (r"redis:[\w.-]+", "redis"),
    (r"rabbitmq:[\w.-]+", "rabbitmq"),
    (r"python-services", "python-services"),
    (r"ghcr\.io/astral-sh/uv:python[\w.-]+", "uv-python"),
    (r"ghcr\.io/astral-sh/uv(:[\w.-]+)?", "uv"),
)


class StandIns:
    """The stand-ins of the engine in `folder`, each made when something first asks for it.

    Several processes may ask at once.
    """

    def __init__(self, folder: Path) -> None:
        self.engine, self.context = engine_in(folder), folder / "stand-ins"

    def why_not(self) -> str:
        """Make the first, which the others start from; what is missing for that here, empty where nothing is."""
        self.context.mkdir()
        shutil.copy(AUTHORITIES, self.context)
        archive = self.context / "minbase.tar"
        lists = f"--customize-hook=copy-out /var/lib/apt/lists {self.context}"
        how = ("--quiet", "--variant=minbase", *LEFT_AWAY, lists)
        make = ("mmdebstrap", *how, "trixie", archive)
        if subprocess.run(make, check=False).returncode:
            return "mmdebstrap reaches no packages of Debian"
        self.engine.docker("import", "-", "stand-in:minbase", stdin=archive)
        archive.unlink()
        self._make("python-slim")
        return (
            "no build reaches the package index"
            if self.engine.tried(*self._building("index")).status
            else ""
        )

    def provide(self, image: str) -> None:
        """See that the engine has an image of that name."""
        stage = next(
            (stage for pattern, stage in IMAGES if re.fullmatch(pattern, image)), None
        )
        assert stage is not None, f"there is no stand-in for {image}"
        with locked(self.context / f"{stage}.lock"):
            if self.engine.tried("image", "inspect", f"stand-in:{stage}").status:
                self._make(stage)
        self.engine.docker("tag", f"stand-in:{stage}", image)

    def _make(self, stage: str) -> None:
        self.engine.docker(
            *self._building(stage), "--load", "--tag", f"stand-in:{stage}"
        )

    def _building(self, stage: str) -> tuple[str, ...]:
        recipe = ("--file", str(RECIPE), "--target", stage, str(self.context))
        return ("buildx", "build", "--network", "host", *recipe)
