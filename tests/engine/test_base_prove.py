"""`lightship base --prove` on a real engine: a project on its base and on other tags of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from engine import naive
from engine.engine_process import Engine, engine, engine_folder, why_not
from schemas import validator

pytestmark = pytest.mark.engine
DOCKERFILE = """\
FROM python:3.13
WORKDIR /app
COPY main.py .
EXPOSE 8000
CMD ["python", "main.py"]
"""
# An image in which the program ends at once
BROKEN = """\
FROM python:3.13-slim
RUN rm /usr/local/bin/python && printf '#!/bin/sh\\nexit 3\\n' > /usr/local/bin/python \\
    && chmod 755 /usr/local/bin/python
"""
SLIM, FULL, NEXT = "3.13-slim-trixie", "3.13-trixie", "3.14-slim-trixie"


@pytest.fixture(scope="module")
def docker(debian: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine with stand-ins for python:3.13, two other tags of it, and a tag that breaks."""
    if reason := why_not():
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("bases")
    with engine_folder() as place, engine(place) as started:
        naive.provide(started, debian, folder)
        started.docker("tag", "python:3.13-slim", f"python:{SLIM}")
        (folder / "Dockerfile").write_text(BROKEN, encoding="utf-8")
        started.build(folder, f"python:{FULL}")
        yield started


def base(
    docker: Engine, project: Path, *arguments: str
) -> subprocess.CompletedProcess[str]:
    (project / "main.py").write_text(naive.MAIN, encoding="utf-8")
    (project / "Dockerfile").write_text(DOCKERFILE, encoding="utf-8")
    environment = {**os.environ, "DOCKER_HOST": f"unix://{docker.socket}"}
    words = ("base", "--prove", "--no-config", "--network=host", *arguments)
    return subprocess.run(
        (sys.executable, "-m", "lightship", *words),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        cwd=project,
        encoding="utf-8",
    )


def test_what_was_built_comes_first_the_best_verdict_first(
    docker: Engine, tmp_path: Path
) -> None:
    done = base(docker, tmp_path, "--others", "2", "--format", "json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    validator("bases", "bases").validate(document)
    ((found,),) = [build["bases"] for build in document["builds"]]
    slim, full, *others = found["alternatives"]
    assert (slim["name"], full["name"]) == (f"python:{SLIM}", f"python:{FULL}")
    assert slim["proof"]["verdict"] == "better"
    assert slim["proof"]["size"] < slim["proof"]["before"] - 80_000_000
    assert slim["proof"]["start"] is not None
    assert (full["fit"], full["proof"]["verdict"]) == ("fails", "broken")
    assert others
    assert all(item["proof"] is None for item in others)
    assert (tmp_path / "Dockerfile").read_text(encoding="utf-8") == DOCKERFILE
    assert sorted(os.listdir(tmp_path)) == ["Dockerfile", "main.py"]


def test_text_says_what_it_came_to(docker: Engine, tmp_path: Path) -> None:
    done = base(docker, tmp_path, "--others", "2")
    assert done.returncode == 0, done.stderr
    assert "          built and run: better\n" in done.stdout
    assert "          built and run: broken\n" in done.stdout
    assert "          the whole image has " in done.stdout
    assert f"building it on python:{SLIM}" in done.stderr


def test_of_a_tag_that_the_engine_cannot_get_nothing_is_told(
    docker: Engine, tmp_path: Path
) -> None:
    # The third is python:3.13-alpine, which this engine does not have
    done = base(docker, tmp_path, "--others", "3", "--no-run", "--format", "json")
    assert done.returncode == 0, done.stderr
    ((found,),) = [build["bases"] for build in json.loads(done.stdout)["builds"]]
    proofs = [item["proof"] for item in found["alternatives"]]
    (unknown,) = [proof for proof in proofs if proof and not proof["size"]]
    assert unknown["verdict"] == "cannot tell"
    assert unknown["reasons"][0] == "the engine cannot get it"


def test_without_an_engine_it_is_an_error(tmp_path: Path, docker: Engine) -> None:
    (tmp_path / "main.py").write_text(naive.MAIN, encoding="utf-8")
    (tmp_path / "Dockerfile").write_text(DOCKERFILE, encoding="utf-8")
    environment = {**os.environ, "DOCKER_HOST": f"unix://{tmp_path}/no.sock"}
    done = subprocess.run(
        (sys.executable, "-m", "lightship", "base", "--prove"),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        encoding="utf-8",
    )
    assert done.returncode == 2
    assert "no Docker engine answers" in done.stderr
    assert "Traceback" not in done.stderr
