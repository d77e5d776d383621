"""Proofs of applications with services, where the engine is podman."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import sleep

import pytest
from engine.busybox import base_of
from engine.engine_process import engine_folder

from lightship.docker.connection import address, connected
from lightship.docker.inside import Said, told
from lightship.docker.leftovers import clean, labels
from lightship.docker.service_names import NO_NAMES, why_no_names

pytestmark = pytest.mark.engine
BASE = "localhost/base:1"
RUN = "lightship-0123456789ab"
STORE = '[storage]\ndriver = "vfs"\nrunroot = "{0}/run"\ngraphroot = "{0}/graph"\n'
# crun runs nothing where the kernel has both kinds of control groups, runc does
RUNC = '[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\n'
ALONE = '[engine]\nhelper_binaries_dir = ["{0}"]\n'
APP = """\
mkdir -p /www
busybox wget -q -O /www/index.html http://db:9000/state || exit 3
trap 'exit 0' TERM
busybox httpd -f -p 8000 -h /www &
wait $!
"""
DOCKERFILE = f'FROM {BASE}\nCOPY app.sh /\nEXPOSE 8000\nCMD ["sh", "/app.sh"]\n'
COMPOSE = f"""\
services:
  web:
    build: .
    depends_on: [db]
  db:
    image: {BASE}
    command: ["sh", "-c", "mkdir /d; echo fresh > /d/state; exec busybox httpd -f -p 9000 -h /d"]
    healthcheck:
      test: ["CMD", "busybox", "wget", "-q", "-O-", "http://127.0.0.1:9000/state"]
      interval: 1s
"""
WORDS = ("--quick", "--no-attribute", "--no-config", "--grace=1", "--format=json")


def podman(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ("podman", *words),
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )


@pytest.fixture(scope="module")
def place(busybox: bytes) -> Iterator[Path]:
    """A folder with a store of podman's that has one image, and settings with which it runs."""
    if not shutil.which("podman"):
        pytest.skip("no podman on this machine")
    with engine_folder() as folder, pytest.MonkeyPatch.context() as patch:
        (folder / "storage.conf").write_text(STORE.format(folder), encoding="utf-8")
        (folder / "containers.conf").write_text("")
        (folder / "base.tar").write_bytes(base_of(busybox, "x"))
        patch.setenv("CONTAINERS_STORAGE_CONF", str(folder / "storage.conf"))
        patch.setenv("CONTAINERS_CONF", str(folder / "containers.conf"))
        patch.setenv("XDG_RUNTIME_DIR", str(folder))
        podman("import", str(folder / "base.tar"), BASE)
        words = ("run", "--rm", "--network=none", BASE, "true")
        if podman(*words).returncode:
            (folder / "containers.conf").write_text(RUNC, encoding="utf-8")
        if (done := podman(*words)).returncode:
            pytest.skip(f"podman runs nothing here: {done.stderr[-300:]}")
        yield folder


def serving(folder: Path, patch: pytest.MonkeyPatch) -> subprocess.Popen[bytes]:
    """podman's API, which DOCKER_HOST names."""
    path = folder / "s"
    words = ("podman", "system", "service", "--time=0", f"unix://{path}")
    process = subprocess.Popen(words, stderr=subprocess.DEVNULL)
    for _ in range(3000):
        if path.exists():
            break
        sleep(0.1)
    patch.setenv("DOCKER_HOST", f"unix://{path}")
    return process


@pytest.fixture
def api(place: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """podman's API; at the end nothing is in the store that was not there before."""
    before = left()
    process = serving(place, monkeypatch)
    try:
        yield place
        clean(RUN)
        assert left() == before
    finally:
        process.terminate()
        process.wait(20)
        (place / "s").unlink(missing_ok=True)


def left() -> list[str]:
    lists = (("ps", "--all"), ("volume", "ls"), ("network", "ls"), ("images", "--all"))
    return [podman(*words, "--quiet").stdout for words in lists]


@pytest.fixture
def alone(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """podman's API, without the program that resolves names."""
    netavark = next(iter(Path("/usr").glob("lib*/podman/netavark")), None)
    if netavark is None:
        pytest.skip("no netavark on this machine")
    (tmp_path / "helpers").mkdir()
    (tmp_path / "helpers/netavark").symlink_to(netavark)
    settings = (place / "containers.conf").read_text(encoding="utf-8") or "[engine]\n"
    own = ALONE.format(tmp_path / "helpers").removeprefix("[engine]\n")
    (tmp_path / "containers.conf").write_text(settings + own, encoding="utf-8")
    monkeypatch.setenv("CONTAINERS_CONF", str(tmp_path / "containers.conf"))
    process = serving(place, monkeypatch)
    try:
        yield place
    finally:
        process.terminate()
        process.wait(20)
        (place / "s").unlink(missing_ok=True)


def prove(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "app.sh").write_text(APP, encoding="utf-8")
    (folder / "compose.yaml").write_text(COMPOSE, encoding="utf-8")
    (folder / "Dockerfile").write_text(DOCKERFILE, encoding="utf-8")
    (folder / "Dockerfile.new").write_text(f"{DOCKERFILE}LABEL a=b\n", encoding="utf-8")
    for words in (("init", "--quiet"), ("add", "--all")):
        subprocess.run(("git", *words), cwd=folder, check=True)
    versions = ("prove", "Dockerfile", "Dockerfile.new")
    return subprocess.run(
        (sys.executable, "-m", "lightship", *versions, *WORDS, *options),
        cwd=folder,
        env={**os.environ},
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )


def test_a_question_to_a_program_that_has_ended_is_no_fault_of_the_engine(
    api: Path,
) -> None:
    """podman says of such a container only that something is wrong."""
    with connected(address()) as client:
        alone = client.create_host_config(network_mode="none")
        options = {"labels": labels(RUN), "host_config": alone}
        made = client.create_container(BASE, ["true"], **options)["Id"]
        client.start(made)
        client.wait(made)
        assert told(client, made, ["true"], 10.0, 100) == Said(None)


def test_services_are_not_started_where_no_names_are_resolved(
    alone: Path, tmp_path: Path
) -> None:
    assert why_no_names() == NO_NAMES
    (tmp_path / "app").mkdir()
    done = prove(tmp_path / "app", "--services=compose.yaml")
    assert done.returncode == 2
    [*_, last] = done.stderr.splitlines()
    assert last == f"error: {NO_NAMES}: install that package"


@pytest.mark.builds
def test_an_application_finds_its_service_in_the_same_state_each_time(
    api: Path, tmp_path: Path
) -> None:
    if why_no_names():
        pytest.skip("no aardvark-dns on this machine")
    done = prove(tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert [item["name"] for item in found["services"]["services"]] == ["db"]
    answers = [fact["after"] for fact in found["facts"] if fact["key"] == "answer"]
    assert answers == ["200 fresh"]
    assert found["verdict"]["kind"] not in ("broken", "cannot tell")
