"""`lightship improve` reaches what a careful person reaches by hand, within its time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from engine.engine_process import Engine
from engine.naive_projects import DJANGO, FASTAPI, PSYCOPG, NaiveProject
from engine.stand_ins import StandIns

pytestmark = [pytest.mark.engine, pytest.mark.builds]
# Seconds on an idle machine, and so many builds from nothing on a busy one
BUDGET, BUILDS = 180, 12
AS_SMALL = 1.1


@pytest.mark.parametrize(
    "project",
    [
        pytest.param(FASTAPI, id="fastapi"),
        pytest.param(DJANGO, id="django"),
        pytest.param(PSYCOPG, id="psycopg2-pillow"),
    ],
)
def test_what_is_found_is_as_good_as_what_a_person_makes(
    project: NaiveProject, stand_ins: StandIns, tmp_path: Path
) -> None:
    for image in ("python:3.13", "python:3.13-slim"):
        stand_ins.provide(image)
    engine = stand_ins.engine
    by_hand = project.write(tmp_path / "hand", by_hand=True)
    longest = engine.build(by_hand, "hand", "--no-cache")
    folder = project.write(tmp_path / "app")
    longest = max(longest, engine.build(folder, "first", "--no-cache"))
    budget = max(BUDGET, BUILDS * longest)

    proof = improved(engine, folder, budget)
    engine.build(folder, "improved")
    assert engine.size("improved") <= AS_SMALL * engine.size("hand")
    facts = {fact["key"]: fact for fact in proof["facts"]}
    assert facts["user"]["after"].startswith("10001"), proof["diff"]
    assert facts["answer"]["change"] == "same"
    assert not any(run["killed"] for run in proof["after"]["runs"])
    # An edit installs nothing again
    with (folder / project.edit).open("a") as edited:
        edited.write("# edited\n")
    assert "RUN pip install" not in steps_again(engine, folder)


def improved(engine: Engine, folder: Path, budget: float) -> dict:
    """The proof of what is found and written in the time."""
    command = (sys.executable, "-m", "lightship", "improve", str(folder))
    options = ("--quick", "--network=host", "--no-config", "--write", "--format=json")
    done = subprocess.run(
        (*command, f"--budget={budget:.0f}s", *options),
        env={**os.environ, "DOCKER_HOST": f"unix://{engine.socket}"},
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def steps_again(engine: Engine, folder: Path) -> str:
    """The steps that a build carries out, rather than finds in the cache."""
    how = ("--network", "host", "--progress=plain", "--tag=edited", str(folder))
    done = engine.tried("buildx", "build", "--load", *how, both=True)
    assert done.status == 0, done.output
    rows = done.output.splitlines()
    cached = {row.split()[0] for row in rows if row.endswith(" CACHED")}
    return "\n".join(
        row for row in rows if row.split()[:1] and row.split()[0] not in cached
    )
