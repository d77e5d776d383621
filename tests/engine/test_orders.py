"""The example project: the naive Dockerfile and the fixed one really build, and the app answers the same."""

from __future__ import annotations

import json
import shutil
import socket
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner
from engine.engine_process import STAND_IN, Engine

from lightship.cli import cli
from lightship.dockerfile.parse import parse

ORDERS = Path(__file__).parents[2] / "examples" / "orders"
URL = "http://127.0.0.1:8000"


def ask(path: str, body: object = None) -> tuple[int, object]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def conversation() -> list[tuple[int, object]]:
    """All that the app is asked, and what it answers."""
    return [
        ask("/health"),
        ask("/orders/1"),
        ask("/orders", {"item": "lamp", "count": 2}),
        ask("/orders", {"count": 2}),
        ask("/orders/1"),
        ask("/openapi.json"),
    ]


def answers(docker: Engine, tag: str) -> list[tuple[int, object]]:
    with docker.running(tag, f"{URL}/health"):
        return conversation()


def bases(dockerfile: str) -> set[str]:
    return {stage.base.text for stage in parse(dockerfile).stages}


@pytest.mark.engine
def test_naive_and_fixed_build_and_answer_the_same(docker: Engine, tmp_path: Path) -> None:
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", 8000)), "another program listens on port 8000"
    naive, fixed = tmp_path / "naive", tmp_path / "fixed"
    shutil.copytree(ORDERS, naive)
    shutil.copytree(ORDERS, fixed)
    done = CliRunner().invoke(cli, ["fix", "--unsafe-fixes", str(fixed / "Dockerfile")])
    assert done.exit_code == 0, done.output
    for base in bases((naive / "Dockerfile").read_text()) | bases((fixed / "Dockerfile").read_text()):
        docker.docker("tag", STAND_IN, base)

    docker.build(naive, "orders:naive")
    docker.build(fixed, "orders:fixed")

    expected = answers(docker, "orders:naive")
    assert [status for status, _ in expected] == [200, 404, 201, 422, 200, 200]
    assert answers(docker, "orders:fixed") == expected
    assert docker.config("orders:naive")["User"] == ""
    assert int(str(docker.config("orders:fixed")["User"]).partition(":")[0]) > 10000
    assert docker.size("orders:fixed") < docker.size("orders:naive")
    missing = "import shutil, sys; sys.exit(shutil.which('gcc') is not None)"
    docker.docker("run", "--rm", "--network", "host", "orders:fixed", "python", "-c", missing)
