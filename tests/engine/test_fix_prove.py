"""`lightship fix --prove` on a real engine: unsafe fixes that break an image are dropped, and no others."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from engine import naive
from engine.engine_process import Engine, engine, engine_folder, why_not

pytestmark = pytest.mark.engine
# The program writes where only root may, which its sources do not show
WRITES = naive.MAIN.replace(
    "import signal, socket, sys\n",
    'import os, signal, socket, sys\nplace = "/".join(["", "etc", "state"])\n'
    "getattr(os, 'mk' + 'dir')(place)\n",
)
DOCKERFILE = """\
FROM python:3.13
WORKDIR /app
COPY main.py .
RUN useradd app && pip install flask==3.1.2
EXPOSE 8000
CMD ["python", "main.py"]
"""


@pytest.fixture(scope="module")
def docker(debian: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine with stand-ins for the bases of the small program."""
    if reason := why_not():
        pytest.skip(reason)
    with engine_folder() as place, engine(place) as started:
        naive.provide(started, debian, tmp_path_factory.mktemp("bases"))
        yield started


def fix(
    docker: Engine, project: Path, *arguments: str
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DOCKER_HOST": f"unix://{docker.socket}"}
    words = ("fix", "--prove", "--no-config", "--network=host", *arguments)
    return subprocess.run(
        (sys.executable, "-m", "lightship", *words),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        cwd=project,
        encoding="utf-8",
    )


def write(project: Path, main: str, dockerfile: str = DOCKERFILE) -> Path:
    (project / "main.py").write_text(main, encoding="utf-8")
    (project / "Dockerfile").write_text(dockerfile, encoding="utf-8")
    return project / "Dockerfile"


def test_a_fix_after_which_the_program_does_not_start_is_dropped(
    docker: Engine, tmp_path: Path
) -> None:
    path = write(tmp_path, WRITES)
    done = fix(docker, tmp_path)
    assert done.returncode == 0, done.stderr
    text = path.read_text(encoding="utf-8")
    assert "USER" not in text
    assert "FROM python:3.13-slim\n" in text
    assert "--no-cache-dir" in text
    assert "  dropped root-user: Run as a user with a fixed number: " in done.stderr
    assert "root-user: " in done.stderr
    assert "(dropped: it breaks the image)" in done.stderr


def test_fixes_that_break_nothing_are_all_made(docker: Engine, tmp_path: Path) -> None:
    path = write(tmp_path, naive.MAIN)
    done = fix(docker, tmp_path, "--diff")
    assert done.returncode == 0, done.stderr
    assert path.read_text(encoding="utf-8") == DOCKERFILE
    assert "+USER app" in done.stdout
    assert "+FROM python:3.13-slim" in done.stdout
    assert "dropped" not in done.stderr


def test_a_fix_after_which_the_image_does_not_build_is_dropped(
    docker: Engine, tmp_path: Path
) -> None:
    # What the full image has, and the slim one has not
    needs_full = DOCKERFILE.replace("RUN ", "RUN test -e /usr/lib/gcc/cc1 && ")
    path = write(tmp_path, naive.MAIN, needs_full)
    done = fix(docker, tmp_path)
    assert "  dropped full-base-image: " in done.stderr, done.stderr
    assert "the build fails" in done.stderr
    assert path.read_text(encoding="utf-8").startswith("FROM python:3.13\n")
    assert "USER app" in path.read_text(encoding="utf-8")


def test_nothing_is_proven_where_the_image_does_not_build_as_it_is(
    docker: Engine, tmp_path: Path
) -> None:
    path = write(tmp_path, naive.MAIN, DOCKERFILE.replace("RUN ", "RUN false && "))
    done = fix(docker, tmp_path)
    assert "where the image does not build as it is" in done.stderr
    assert "USER" not in path.read_text(encoding="utf-8")
    assert "--no-cache-dir" in path.read_text(encoding="utf-8"), "safe fixes are made"
    assert "(not proven)" in done.stderr


def test_both_versions_are_built_for_the_platform_that_is_named(
    docker: Engine, tmp_path: Path
) -> None:
    path = write(tmp_path, naive.MAIN)
    done = fix(docker, tmp_path, "--no-run", "--platform=linux/amd65")
    # The engine has the base image for its own platform alone
    assert "where the image does not build as it is" in done.stderr
    assert "USER" not in path.read_text(encoding="utf-8")


def test_safe_fixes_need_no_engine(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM scratch AS Build\nCOPY a /\n")
    (tmp_path / "a").write_text("")
    words = (sys.executable, "-m", "lightship", "fix", "--prove", "--no-config")
    environment = {**os.environ, "DOCKER_HOST": "unix:///nowhere.sock"}
    command = (*words, "--select", "StageNameCasing")
    subprocess.run(command, env=environment, check=True, cwd=tmp_path)
    assert "AS build" in (tmp_path / "Dockerfile").read_text(encoding="utf-8")


def test_the_additional_contexts_of_a_compose_file_are_passed_to_the_build(
    docker: Engine, tmp_path: Path
) -> None:
    project, settings = tmp_path / "app", tmp_path / "settings"
    project.mkdir()
    settings.mkdir()
    (settings / "settings.ini").write_text("[app]\n")
    # The directory of the repository, which the context of the service lies in
    (tmp_path / ".git").mkdir()
    (tmp_path / "compose.yaml").write_text(
        "services:\n  app:\n    build:\n      context: app\n"
        "      additional_contexts:\n        settings: settings\n"
    )
    text = DOCKERFILE.replace(
        "COPY main.py .\n", "COPY main.py .\nCOPY --from=settings settings.ini .\n"
    )
    path = write(project, naive.MAIN, text)
    done = fix(docker, tmp_path, "app/Dockerfile")
    assert done.returncode == 0, done.stderr
    fixed = path.read_text(encoding="utf-8")
    assert "COPY --from=settings settings.ini .\n" in fixed
    assert "--no-cache-dir" in fixed
    assert "dropped" not in done.stderr
