"""A Docker engine of the tests' own, with stand-ins for base images: no registry is asked for anything."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TOOLS = ("dockerd", "docker", "mmdebstrap")
STAND_IN = "stand-in:python"
# Debian's Python, where the official image has its own; pip may install into it, and trusts what this machine trusts.
HOOKS = (
    'ln -s /usr/bin/python3 "$1/usr/local/bin/python"',
    'rm -f "$1"/usr/lib/python3*/EXTERNALLY-MANAGED',
    'cp /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/ca-certificates.crt"',
)
PACKAGES = "ca-certificates,python3,python3-dev,python3-pip,python3-venv"


def why_not() -> str:
    """Why no engine can start here; empty where one can."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        return f"no {', '.join(missing)} on this machine"
    return "" if os.geteuid() == 0 else "an engine must be started by root"


@dataclass(frozen=True)
class Engine:
    """A running engine, behind its socket."""

    socket: Path

    def docker(self, *arguments: str, stdin: Path | None = None) -> str:
        """What `docker ARGUMENTS` prints; a failure is an assertion with all that it said."""
        environment = {**os.environ, "DOCKER_HOST": f"unix://{self.socket}", "DOCKER_BUILDKIT": "1"}
        with open(stdin or os.devnull, "rb") as data:
            done = subprocess.run(
                ("docker", *arguments), stdin=data, env=environment, capture_output=True, text=True, check=False
            )
        assert done.returncode == 0, f"docker {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
        return done.stdout.strip()

    def build(self, directory: Path, tag: str) -> None:
        """Build a directory's Dockerfile as a person would, with the host's network."""
        self.docker("buildx", "build", "--network", "host", "--load", "--tag", tag, str(directory))

    def config(self, tag: str) -> dict[str, object]:
        """The image's own configuration: user, command, environment ..."""
        (image,) = json.loads(self.docker("image", "inspect", tag))
        return image["Config"]

    def size(self, tag: str) -> int:
        """Bytes of the image."""
        return int(self.docker("image", "inspect", "--format", "{{.Size}}", tag))

    @contextmanager
    def running(self, tag: str, health: str) -> Iterator[None]:
        """A container of the image on the host's network, from its first answer at the URL `health` on."""
        name = self.docker("run", "--detach", "--network", "host", tag)
        try:
            self._await(name, health)
            yield
        finally:
            self.docker("rm", "--force", name)

    def _await(self, name: str, url: str) -> None:
        for _ in range(150):
            try:
                with urllib.request.urlopen(url, timeout=2) as answer:
                    answer.read()
                    return
            except OSError:
                time.sleep(0.2)
        raise AssertionError(f"{url} never answered:\n{self.docker('logs', name)}")


@contextmanager
def engine_folder() -> Iterator[Path]:
    """A folder for an engine, outside pytest's: an engine leaves mounts behind, which pytest cannot clear away."""
    folder = Path(tempfile.mkdtemp(prefix="lightship-engine-"))
    try:
        yield folder
    finally:
        mounts = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
        for mount in reversed([mount for mount in mounts if mount.startswith(f"{folder}/")]):
            subprocess.run(("umount", "--lazy", mount), check=False)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def engine(folder: Path) -> Iterator[Engine]:
    """An engine with all that it writes in `folder`; it is stopped by its own process."""
    socket = folder / "docker.sock"
    places = ("--data-root", folder / "data", "--exec-root", folder / "exec", "--pidfile", folder / "pid")
    network = ("--iptables=false", "--ip6tables=false", "--bridge=none")
    with open(folder / "dockerd.log", "w") as log:
        daemon = subprocess.Popen(("dockerd", *places, "-H", f"unix://{socket}", *network), stdout=log, stderr=log)
    try:
        started = Engine(socket)
        _until_it_answers(started, daemon, folder / "dockerd.log")
        yield started
    finally:
        daemon.terminate()
        daemon.wait(60)


def _until_it_answers(started: Engine, daemon: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(150):
        assert daemon.poll() is None, log.read_text()
        try:
            started.docker("version")
        except AssertionError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError(log.read_text())


def make_stand_in(started: Engine, folder: Path) -> None:
    """Debian with its Python as the image STAND_IN, to be tagged as what a Dockerfile names."""
    archive = folder / "stand-in.tar"
    hooks = [f"--customize-hook={hook}" for hook in HOOKS]
    subprocess.run(
        ("mmdebstrap", "--quiet", "--variant=minbase", f"--include={PACKAGES}", *hooks, "trixie", archive), check=True
    )
    path = "PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
    started.docker("import", "--change", f"ENV {path}", "-", STAND_IN, stdin=archive)
    archive.unlink()
