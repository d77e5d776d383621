"""What a default proof of a small project costs, in cold builds, and how near its announcement is: on an engine of its own.

    python benchmarks/proof_cost.py [PROJECT ...]

For each project of tests/projects: `lightship prove --unsafe-fixes`, with parts and all, and the same for a comment more.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from engine.engine_process import Engine, engine, engine_folder
from engine.outcomes import Image
from engine.projects import all_projects, images_of
from engine.stand_ins import StandIns
from engine.trial import Trial

USUAL = ("flask-hashes", "starlette-uv-pip", "uv-fastapi")
ROW = "{:<18} {:<13} {:>9} {:>6} {:>7} {:>8} {:>8} {:>8} {:>7} {:>8}"
HEAD = (
    "project",
    "change",
    "announced",
    "builds",
    "cold s",
    "building",
    "in colds",
    "told s",
    "all s",
    "told/all",
)
SECONDS = {"s": 1, "min": 60}


def main() -> None:
    """Each project that is named, and a row for each of its proofs."""
    wanted = sys.argv[1:] or USUAL
    with engine_folder() as folder, engine(folder) as docker:
        stand_ins = StandIns(folder)
        if reason := stand_ins.why_not():
            sys.exit(reason)
        print(ROW.format(*HEAD), flush=True)
        for project in (each for each in all_projects() if each.name in wanted):
            with tempfile.TemporaryDirectory() as place:
                prove_project(project, stand_ins, docker, Path(place))


def prove_project(
    project: object, stand_ins: StandIns, docker: Engine, place: Path
) -> None:
    """Two proofs of one project: all its fixes, and a line that does nothing."""
    own = project.copy_to(place / "app")
    trial = Trial(project, stand_ins, own, Image())
    trial.prepare(also=trial)
    for name in images_of(own):
        stand_ins.provide(name)
    other = own / "Dockerfile.new"
    other.write_text(
        (own / "Dockerfile").read_text(encoding="utf-8") + 'LABEL more="yes"\n',
        encoding="utf-8",
    )
    print_row(project.name, "--unsafe-fixes", prove(docker, own, "--unsafe-fixes"))
    print_row(
        project.name, "a label", prove(docker, own, "Dockerfile", "Dockerfile.new")
    )


def prove(docker: Engine, place: Path, *arguments: str) -> tuple[str, dict, float]:
    """What was said on the way, the proof, and all its seconds."""
    words = ("prove", *arguments, "--format=json", "--network=host", "--no-config")
    environment = {**os.environ, "DOCKER_HOST": f"unix://{docker.socket}"}
    start = time.monotonic()
    done = subprocess.run(
        (sys.executable, "-m", "lightship", *words),
        cwd=place, env=environment, capture_output=True, text=True, check=False, encoding="utf-8")  # fmt: skip
    assert done.stdout, done.stderr
    return done.stderr, json.loads(done.stdout), time.monotonic() - start


def print_row(name: str, change: str, proven: tuple[str, dict, float]) -> None:
    """Announced and made, as counts and as seconds; `in colds` by the slower of both cold builds."""
    said, proof, whole = proven
    announced = re.search(r"(\d+) builds", said)[1]
    lines = said.splitlines()
    took = [
        float(line.removesuffix(" s").split()[-1])
        for before, line in pairwise(lines)
        if re.search(r": (cold|warm|nothing|edit|dependency), round", before)
    ]
    cold = max(
        made["seconds"]
        for side in ("before", "after")
        for made in proof[side]["builds"]
        if made["scenario"] == "cold"
    )
    # What is told after the first run, and of further rounds before they begin
    in_all = re.findall(r"about ([\d.]+) (s|min) in all", said)[:1]
    further = re.findall(r"for at most ([\d.]+) (s|min) more", said)
    told = sum(float(number) * SECONDS[unit] for number, unit in (*in_all, *further))
    row = (
        announced,
        len(took),
        f"{cold:.1f}",
        f"{sum(took):.0f}",
        f"{sum(took) / cold:.1f}",
    )
    times = (f"{told:.0f}", f"{whole:.0f}", f"{told / whole:.2f}")
    print(ROW.format(name, change, *row, *times), flush=True)
    print("\n".join(f"    {line}" for line in lines), flush=True)


if __name__ == "__main__":
    main()
