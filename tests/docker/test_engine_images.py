"""`docker://` against a real engine, with either of its image stores."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from engine.engine_process import Engine, engine, engine_folder, why_not
from engine.small_base import with_base
from registry.registry_process import free_port

from lightship.docker.connection import Address
from lightship.docker.engine_images import engine_stream, saved
from lightship.docker.ssh import ssh_command
from lightship.errors import EngineError, ImageNotFoundError
from lightship.image.choose import Choice
from lightship.image.layer import Reading
from lightship.image.read import Contents, read_contents
from lightship.image.read_limits import Limits
from lightship.image.scan import NOTHING_WANTED
from lightship.sources import SourceOptions, open_image

pytestmark = pytest.mark.engine

DOCKERFILE = "FROM base:1\nLABEL of=tests\nCOPY new /app/old\nCOPY --chmod=755 new /app/second\nUSER 1000\n"


def read(name: str) -> Contents:
    reading = Reading(NOTHING_WANTED, Limits())
    with open_image(name, Choice(), reading, SourceOptions()) as opened:
        return read_contents(opened, reading)


@pytest.fixture
def context(tmp_path: Path) -> Path:
    folder = tmp_path / "context"
    folder.mkdir()
    (folder / "Dockerfile").write_text(DOCKERFILE, encoding="utf-8")
    (folder / "new").write_bytes(b"new\n" * 1000)
    return folder


def test_an_image_of_the_engine_is_that_of_docker_save(
    docker_engine: Engine, context: Path, tmp_path: Path
):
    docker_engine.build(context, "app:1")
    docker_engine.docker("save", "-o", str(tmp_path / "app.tar"), "app:1")
    ours, saved_one = read("docker://app:1"), read(f"archive://{tmp_path / 'app.tar'}")
    assert ours.image.source == "docker"
    assert ours.image.digest == saved_one.image.digest
    assert [layer.diff_id for layer in ours.image.layers] == [
        layer.diff_id for layer in saved_one.image.layers
    ]
    assert ours.waste == saved_one.waste
    assert ours.wasted_bytes == 300_000
    assert (ours.size, ours.content_bytes) == (saved_one.size, saved_one.content_bytes)
    assert ours.image.config.user == "1000"


def test_an_id_names_it_too(docker_engine: Engine, context: Path):
    docker_engine.build(context, "app:1")
    identity = docker_engine.docker("image", "inspect", "--format", "{{.Id}}", "app:1")
    assert read(f"docker://{identity}").wasted_bytes == 300_000
    assert (
        read(f"docker://{identity.removeprefix('sha256:')[:12]}").wasted_bytes
        == 300_000
    )


def test_one_that_is_not_there_is_not_pulled_and_the_nearest_are_named(
    docker_engine: Engine, context: Path
):
    docker_engine.build(context, "app:1")
    with pytest.raises(
        ImageNotFoundError,
        match=r"no image app:2: it has app:1.*docker pull app:2.*registry://app:2",
    ):
        read("docker://app:2")
    with pytest.raises(ImageNotFoundError, match="no image given"):
        read("docker://")


def test_a_context_of_docker_leads_to_its_engine(
    docker_engine: Engine, monkeypatch, tmp_path
):
    monkeypatch.delenv("DOCKER_HOST")
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    place = f"host=unix://{docker_engine.socket}"
    subprocess.run(
        ("docker", "context", "create", "tests", "--docker", place),
        check=True,
        capture_output=True,
    )
    monkeypatch.setenv("DOCKER_CONTEXT", "tests")
    assert read("docker://base:1").content_bytes == 350_026
    monkeypatch.delenv("DOCKER_CONTEXT")
    subprocess.run(
        ("docker", "context", "use", "tests"), check=True, capture_output=True
    )
    assert read("docker://base:1").content_bytes == 350_026


def test_nothing_is_read_before_somebody_does(docker_engine: Engine):
    with engine_stream("base:1") as stream:
        assert stream.read(512)


def test_ssh_goes_through_the_user_s_own_client(
    docker_engine: Engine, monkeypatch, tmp_path
):
    client = tmp_path / "ssh"
    client.write_text(
        f'#!/bin/sh\necho "$@" > {tmp_path}/asked\nexec docker -H unix://{docker_engine.socket} system dial-stdio\n',
        encoding="utf-8",
    )
    client.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("DOCKER_HOST", "ssh://sailor@host.example")
    assert read("docker://base:1").content_bytes == 350_026
    asked = (tmp_path / "asked").read_text(encoding="utf-8")
    assert asked.endswith("-l sailor -- host.example docker system dial-stdio\n")


@pytest.fixture
def certificates(tmp_path: Path) -> Path:
    """A folder as DOCKER_CERT_PATH has it: one certificate for both sides, which signs itself."""
    folder = tmp_path / "certificates"
    folder.mkdir()
    names = (
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=DNS:localhost,IP:127.0.0.1",
    )
    new = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names)
    files = ("-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem"))
    subprocess.run(("openssl", *new, *files), check=True, capture_output=True)
    (folder / "ca.pem").write_bytes((folder / "cert.pem").read_bytes())
    return folder


def test_an_engine_behind_tls_wants_certificates(certificates: Path, monkeypatch):
    if reason := why_not():
        pytest.skip(reason)
    port = free_port()
    files = [
        f"--tls{kind}={certificates / name}.pem"
        for kind, name in (("cacert", "ca"), ("cert", "cert"), ("key", "key"))
    ]
    with (
        engine_folder() as folder,
        engine(
            folder, "-H", f"tcp://127.0.0.1:{port}", "--tlsverify", *files
        ) as started,
    ):
        with_base(started, folder)
        monkeypatch.setenv("DOCKER_HOST", f"tcp://localhost:{port}")
        with pytest.raises(EngineError, match="no Docker engine answers"):
            read("docker://base:1")
        monkeypatch.setenv("DOCKER_TLS_VERIFY", "1")
        monkeypatch.setenv("DOCKER_CERT_PATH", str(certificates))
        assert read("docker://base:1").content_bytes == 350_026


def built(engine: Engine, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`lightship build` as a process: docker writes to the streams of a process."""
    command = (sys.executable, "-m", "lightship", "build", *arguments)
    return subprocess.run(
        command, capture_output=True, text=True, check=False, encoding="utf-8"
    )


def test_build_builds_and_inspects(docker_engine: Engine, context: Path):
    done = built(docker_engine, "--format=json", "--", "--tag", "app:2", str(context))
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout)
    assert shown["image"]["waste"] == 300_000
    assert shown["image"]["user"] == "1000"
    assert "COPY new /app/old" in done.stderr


def test_provenance_of_a_real_build_traces_layers_to_lines(
    containerd_engine: Engine, context: Path, monkeypatch
):
    monkeypatch.setenv("DOCKER_HOST", f"unix://{containerd_engine.socket}")
    containerd_engine.build(context, "app:4", "--provenance=mode=max")
    contents = read("docker://app:4")
    assert [each.predicate_type for each in contents.image.attestations] == [
        "https://slsa.dev/provenance/v0.2"
    ]
    done = subprocess.run(
        (sys.executable, "-m", "lightship", "inspect", "--format=json", "docker://app:4"),
        capture_output=True, text=True, check=True, encoding="utf-8")  # fmt: skip
    blames = [each["blame"] for each in json.loads(done.stdout)["layers"]]
    assert [(each["first"], each["confidence"]) for each in blames] == [
        (1, "exact"),
        (3, "exact"),
        (4, "exact"),
    ]


def test_without_a_double_dash_all_is_docker_s(docker_engine: Engine, context: Path):
    done = built(
        docker_engine, "-f", str(context / "Dockerfile"), "-t", "app:3", str(context)
    )
    assert done.returncode == 0, done.stderr
    assert "app:3" in done.stdout


def test_a_limit_that_is_broken_fails_the_build(docker_engine: Engine, context: Path):
    done = built(docker_engine, "--max-size=1kB", "--", str(context))
    assert done.returncode == 1, done.stderr
    assert "max-size" in done.stdout


def test_a_build_that_fails_ends_with_docker_s_code(
    docker_engine: Engine, context: Path
):
    (context / "Dockerfile").write_text("FROM base:1\nCOPY missing /\n")
    done = built(docker_engine, str(context))
    assert done.returncode == 1
    assert "missing" in done.stderr
    assert not done.stdout


def test_a_containerfile_is_found(docker_engine: Engine, context: Path):
    (context / "Dockerfile").rename(context / "Containerfile")
    done = built(docker_engine, "--format=json", "--", "-q", str(context))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["image"]["waste"] == 300_000


def test_a_build_without_an_image_is_said(
    docker_engine: Engine, context: Path, tmp_path: Path
):
    done = built(
        docker_engine, "--output", f"type=local,dest={tmp_path / 'out'}", str(context)
    )
    assert done.returncode == 2
    assert "made no image" in done.stderr


def test_where_no_engine_is_the_error_says_what_was_tried(monkeypatch, tmp_path):
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    with pytest.raises(
        EngineError,
        match=r"no Docker engine answers at unix://.*none.sock \(DOCKER_HOST says so\)",
    ):
        read("docker://app")
    monkeypatch.setenv("DOCKER_HOST", "nonsense://x")
    with pytest.raises(EngineError, match="nonsense"):
        read("docker://app")


def test_a_context_that_is_not_there_is_said(monkeypatch, tmp_path):
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.setenv("DOCKER_CONTEXT", "nowhere")
    with pytest.raises(EngineError, match="docker context ls"):
        read("docker://app")


@pytest.mark.parametrize(
    ("host", "end"),
    [
        ("ssh://host", ["-T", "--", "host", "docker", "system", "dial-stdio"]),
        (
            "ssh://me@host:2222",
            ["-l", "me", "-p", "2222", "--", "host", "docker", "system", "dial-stdio"],
        ),
        (
            "ssh://host/run/a b",
            [
                "--",
                "host",
                "docker",
                "--host=unix://'/run/a b'",
                "system",
                "dial-stdio",
            ],
        ),
    ],
)
def test_ssh_is_called_as_docker_calls_it(host, end):
    assert ssh_command(host)[-len(end) :] == end


@pytest.mark.parametrize(
    "host", ["ssh://", "ssh://me:secret@host", "ssh://host:port", "ssh://host?x"]
)
def test_an_ssh_host_that_is_none_is_said(host):
    with pytest.raises(EngineError, match="ssh://"):
        ssh_command(host)


def test_what_answers_but_is_no_engine_is_an_error(tmp_path):
    with pytest.raises(EngineError), saved(Address("tcp://127.0.0.1:1"), "app"):
        pass
