"""Proofs of applications that need services, on a real engine: nothing of them is left afterwards."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from engine.engine_listing import OwnThings, own_things
from engine.engine_process import Engine
from engine.service_apps import (
    CELERY,
    CELERY_RABBITMQ,
    DJANGO,
    EARLY,
    FASTAPI,
    WASTE,
    write,
)
from engine.stand_ins import StandIns

pytestmark = pytest.mark.engine
SMALLER = (WASTE, "")
QUICK = ("--quick", "--no-attribute", "--network=host", "--no-config", "--grace=1")
IMAGES = ("python-services", "postgres:17", "redis:8")
LONGEST = 900  # seconds of a proof
NOTHING = OwnThings((), (), ())
TIMED = ("cold", "nothing", "edit", "dependency", "start", "stop", "memory")


class Project:
    """A repository with an application, and proofs of it."""

    def __init__(self, docker: Engine, folder: Path) -> None:
        self.docker = docker
        self.folder = folder
        self.pids: list[int] = []

    def write(self, files: dict[str, str], *changes: tuple[str, str]) -> None:
        write(self.folder, files, *changes)
        for words in (("init", "--quiet"), ("add", "--all")):
            subprocess.run(("git", *words), cwd=self.folder, check=True)

    def start(self, *options: str, command: str = "prove") -> subprocess.Popen[str]:
        versions = ("Dockerfile", "Dockerfile.new") if command == "prove" else ()
        environment = {
            **os.environ,
            "DOCKER_HOST": f"unix://{self.docker.socket}",
            "SECRET_KEY": "the-developers-own",
        }
        process = subprocess.Popen(
            (sys.executable, "-m", "lightship", command, *versions, *options),
            cwd=self.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self.pids.append(process.pid)
        return process

    def left(self) -> OwnThings:
        """What the engine has of the processes of this test: others use it at the same time."""
        return own_things(self.docker, self.pids)

    def proof(self, *options: str, code: int = 0) -> dict:
        process = self.start(*QUICK, "--format=json", *options)
        out, said = process.communicate(timeout=LONGEST)
        assert process.returncode == code, f"{said}\n{out[:2000]}"
        return json.loads(out)


@pytest.fixture
def project(stand_ins: StandIns, tmp_path: Path) -> Iterator[Project]:
    """A folder; when the test ends the engine has nothing of it."""
    for image in IMAGES:
        stand_ins.provide(image)
    project = Project(stand_ins.engine, tmp_path)
    yield project
    until(lambda: project.left() == NOTHING)


def until(done: Callable[[], bool]) -> None:
    for _ in range(3000):
        if done():
            return
        time.sleep(0.1)
    raise AssertionError("never")


def verdict(found: dict) -> str:
    return found["verdict"]["kind"]


def check_better(found: dict) -> None:
    """It is smaller, and nothing else: what is timed is anybody's while others use the machine."""
    changed = {
        figure["key"]: figure["change"]
        for figure in found["figures"]
        if figure["key"] not in TIMED
    }
    assert changed["content"] == "better"
    assert "worse" not in changed.values()
    assert verdict(found) in ("better", "mixed"), found["verdict"]
    # One second of grace may be too short there
    assert set(found["verdict"]["keys"]) <= {*TIMED, "ends", "content", "compressed"}


def facts(found: dict, key: str) -> list[str]:
    return [fact["before"] for fact in found["facts"] if fact["key"] == key]


def services(found: dict) -> dict[str, str]:
    return {item["name"]: item["role"] for item in found["services"]["services"]}


def test_django_with_postgresql_and_migrations(project: Project) -> None:
    project.write(DJANGO, SMALLER)
    (project.folder / ".env").write_text("DB_PASSWORD=live-credential\n")

    found = project.proof("--path=/items")

    check_better(found)
    assert facts(found, "answer") == ['200 {"items": ["lamp"]}']
    assert services(found) == {"db": "data", "migrate": "job"}
    assert found["services"]["services"][0]["id"].startswith("sha256:")
    assert found["services"]["replaced"] == [
        "web: .:/app is not mounted: it would hide the image's own files",
        ".env is not read: .env.example is in its place",
        "stand-ins for SECRET_KEY",
    ]
    kept = "".join(
        path.read_text(encoding="utf-8")
        for path in (project.folder / ".lightship").rglob("*.json")
    )
    assert "live-credential" not in kept
    assert "the-developers-own" not in kept


@pytest.mark.parametrize(
    ("change", "why"),
    [
        pytest.param(
            "RUN rm -r /usr/lib/python3/dist-packages/psycopg2\n",
            "psycopg2",
            marks=pytest.mark.builds,
        ),
        (
            "RUN echo 'raise RuntimeError(\"no such column\")' >> shop/migrations/0001_initial.py\n",
            "no such column",
        ),
    ],
    ids=["psycopg2-lost", "migration-fails"],
)
def test_a_change_after_which_migrations_fail_is_broken(
    project: Project, change: str, why: str
) -> None:
    project.write(DJANGO, ("EXPOSE", f"{change}EXPOSE"))
    found = project.proof("--path=/items")
    assert verdict(found) == "broken"
    [reason] = found["verdict"]["reasons"]
    assert reason.startswith("it does not start: the job migrate fails: it ended with")
    assert why in found["after"]["runs"][0]["log"]


def test_fastapi_with_redis_finds_the_same_state_at_each_start(
    project: Project,
) -> None:
    project.write(FASTAPI, SMALLER)
    found = project.proof("--path=/starts")
    check_better(found)
    assert facts(found, "answer") == ['200 {"starts":1}']
    assert services(found) == {"redis": "data"}

    lost = "RUN rm -r /usr/lib/python3/dist-packages/redis\nEXPOSE"
    project.write(FASTAPI, ("EXPOSE", lost))
    found = project.proof("--path=/starts")
    assert verdict(found) == "broken"
    assert "No module named 'redis'" in found["verdict"]["reasons"][0]


@pytest.mark.builds
def test_a_service_can_be_named_without_a_compose_file(project: Project) -> None:
    files = {name: text for name, text in FASTAPI.items() if "compose" not in name}
    project.write(files, SMALLER)
    found = project.proof("--path=/starts", "--service=redis:8")
    check_better(found)
    assert services(found) == {"redis": "data"}


def test_a_celery_worker_does_its_work(project: Project) -> None:
    project.write(CELERY, SMALLER)
    found = project.proof("--check=python3 ask.py", "--ready=python3 ask.py")
    check_better(found)
    assert facts(found, "answer") == ["0 5"]

    project.write(
        CELERY, ("COPY . .\n", "COPY . .\nRUN echo import absent >> tasks.py\n")
    )
    found = project.proof("--check=python3 ask.py", "--ready=python3 ask.py")
    assert verdict(found) == "broken"
    assert "No module named 'absent'" in found["verdict"]["reasons"][0]


@pytest.mark.builds
def test_a_celery_worker_with_rabbitmq_does_its_work(
    stand_ins: StandIns, project: Project
) -> None:
    stand_ins.provide("rabbitmq:4-management")
    project.write(CELERY_RABBITMQ, SMALLER)
    found = project.proof("--check=python3 ask.py", "--ready=python3 ask.py")
    check_better(found)
    assert facts(found, "answer") == ["0 5"]
    assert services(found) == {"queue": "data"}


@pytest.mark.builds
def test_a_better_version_is_found_with_the_services(project: Project) -> None:
    """Each version that is tried finds the state of a first start."""
    naive = (
        "FROM python-services\nCOPY . /app\nEXPOSE 8000\n"
        "CMD python3 -m uvicorn --app-dir /app main:app --host 0.0.0.0\n"
    )
    dump = "insert into items values (1);\n" * 100_000
    project.write({**FASTAPI, "Dockerfile": naive, "dump.sql": dump})
    options = ("--path=/starts", "--network=host", "--no-config", "--grace=1")
    process = project.start(
        *options, "--quick", "--budget=5m", "--format=json", command="improve"
    )
    out, said = process.communicate(timeout=LONGEST)
    assert process.returncode == 0, said
    found = json.loads(out)
    assert "with the services of compose.yaml: redis (redis:8)" in said
    assert services(found) == {"redis": "data"}
    assert facts(found, "answer") == ['200 {"starts":1}']
    assert verdict(found) in ("better", "mixed"), found["verdict"]
    assert found["shares"], said
    assert "-COPY . /app" in found["diff"] or "+dump.sql" in found["diff"]


def test_an_application_that_starts_before_its_database_is_ready(
    project: Project,
) -> None:
    project.write(EARLY, SMALLER)
    found = project.proof()
    check_better(found)
    assert facts(found, "answer") == ["200 lamp"]


def test_an_image_that_is_missing_is_said_and_never_pulled(project: Project) -> None:
    compose = FASTAPI["compose.yaml"].replace("redis:8", "redis:absent")
    project.write({**FASTAPI, "compose.yaml": compose}, SMALLER)
    found = project.proof("--path=/starts", code=3)
    assert found["services"] is None
    assert any("`docker pull redis:absent`" in note for note in found["notes"])

    process = project.start(*QUICK, "--services=compose.yaml")
    _, said = process.communicate(timeout=LONGEST)
    assert process.returncode == 2
    assert "error: the engine has no image redis:absent" in said


def test_a_service_that_is_never_ready_tells_nothing_of_the_change(
    project: Project,
) -> None:
    image = "image: postgres:17"
    ends = f'{image}\n    entrypoint: ["sh", "-c", "exit 7"]'
    compose = EARLY["compose.yaml"].replace(image, ends)
    project.write({**EARLY, "compose.yaml": compose}, SMALLER)
    found = project.proof(code=3)
    assert verdict(found) == "cannot tell"
    assert found["verdict"]["reasons"] == [
        "the service db (postgres:17) fails: it ended with exit code 7"
    ]


# It is never ready, so that a run is surely interrupted while its services are there
WAITING = FASTAPI["compose.yaml"].replace(
    '"redis:8"', '"redis:8", healthcheck: {test: "false"}'
)


def test_services_are_removed_after_an_interrupt_and_by_the_next_run_after_a_kill(
    project: Project,
) -> None:
    project.write({**FASTAPI, "compose.yaml": WAITING}, SMALLER)
    process = project.start(*QUICK)
    until(lambda: bool(project.left().containers))
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=LONGEST)
    assert process.returncode == 130
    assert project.left() == NOTHING

    process = project.start(*QUICK)
    until(lambda: bool(project.left().containers))
    process.kill()
    process.communicate(timeout=LONGEST)
    left = project.left()
    assert left.networks
    assert len(left.volumes) > 1  # one is the record of the run
    project.proof("--no-services", "--no-run")


@pytest.mark.builds
def test_fixes_are_proven_with_the_services(project: Project) -> None:
    as_shell = EARLY["Dockerfile"].replace(
        '["python3", "/main.py"]', "python3 /main.py"
    )
    project.write({**EARLY, "Dockerfile": as_shell})
    process = project.start(
        "Dockerfile",
        "--prove",
        "--network=host",
        "--no-config",
        "--diff",
        command="fix",
    )
    out, said = process.communicate(timeout=LONGEST)
    assert process.returncode == 0, said
    assert "with the services of compose.yaml: db (postgres:17)" in said
    assert "does not start here" not in said
    assert '+CMD ["python3", "/main.py"]' in out
