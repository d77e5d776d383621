"""BuildKit takes what `lightship pin` writes, and a tag that moves changes the build no more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from engine.engine_process import Engine
from images import file, layer, oci_blobs
from registry.registry_process import push, registry, why_not

from lightship.flows.pin import PinRequest, plan_pins, write_pins
from lightship.pins.pin_choice import PinTask

pytestmark = pytest.mark.engine

FILES = (
    "FROM {base}\n",
    "ARG BASE={base}\nFROM $BASE\n",
    "ARG TAG=1\nFROM {name}:${{TAG}}\n",
    "FROM scratch\nCOPY --from={base} /mark /mark\n",
    'FROM "{base}" AS x\nFROM x\n',
)


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if reason := why_not():
        pytest.skip(reason)
    with registry(tmp_path_factory.mktemp("registry")) as found:
        yield found


def mark_of(docker: Engine, folder: Path) -> str:
    """What the image of a Dockerfile holds, built from what the registry has now."""
    docker.build(folder, "pinned", "--pull", "--no-cache")
    container = docker.docker("create", "pinned", "none").strip()
    try:
        docker.docker("cp", f"{container}:/mark", str(folder / "mark"))
    finally:
        docker.docker("rm", container)
    return (folder / "mark").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", FILES)
def test_what_is_pinned_builds_and_stays(
    docker: Engine, host: str, tmp_path: Path, text: str
) -> None:
    name = f"{host}/pins/base"
    push(host, "pins/base", oci_blobs(layer(file("mark", b"old"))), "1")
    written = text.format(base=f"{name}:1", name=name)
    dockerfile = tmp_path / "Dockerfile"
    dockerfile.write_text(written, encoding="utf-8")
    request = PinRequest(plain_http=True)
    report = plan_pins([str(dockerfile)], PinTask.PIN, request)
    write_pins(report)
    assert dockerfile.read_text(encoding="utf-8").count("@sha256:") == 1

    assert mark_of(docker, tmp_path) == "old"
    push(host, "pins/base", oci_blobs(layer(file("mark", b"new"))), "1")
    assert mark_of(docker, tmp_path) == "old"

    write_pins(plan_pins([str(dockerfile)], PinTask.UPDATE, request))
    assert mark_of(docker, tmp_path) == "new"
