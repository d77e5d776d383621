"""`lightship improve` on a real engine: what pays is found, what breaks is dropped, nothing else changes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from engine import naive
from engine.engine_process import Engine, engine, engine_folder, why_not

from lightship.bench.bench import Bench
from lightship.bench.improvement_search import Improvement, NamedCandidate, search
from lightship.bench.measuring_run import MeasuringRun
from lightship.bench.set_trials import ComposedSide
from lightship.build import Build
from lightship.cache.plan.plan import Side
from lightship.cache.selection.context_tree import FileTree
from lightship.context.files import Context
from lightship.dockerfile.parse import parse
from lightship.proof.candidate_search import Keys, SearchCandidate
from lightship.proof.change_parts import with_files
from lightship.proof.journal import Journal
from lightship.proof.measure_plan import MeasurePlan, Running
from lightship.proof.proof import Weights

pytestmark = pytest.mark.engine
CLEAN = """\
FROM python:3.13-slim
WORKDIR /app
COPY main.py .
{more}USER 1000:1000
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


def lightship(docker: Engine, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DOCKER_HOST": f"unix://{docker.socket}"}
    command = (sys.executable, "-m", "lightship", *arguments)
    return subprocess.run(
        command,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )


def median_of(proof: dict, key: str, side: str) -> float:
    values = sorted(next(each[side] for each in proof["figures"] if each["key"] == key))
    return values[len(values) // 2]


@pytest.mark.builds
def test_the_naive_dockerfile_of_a_service_becomes_small_quick_and_safe(
    docker: Engine, tmp_path: Path
) -> None:
    project = naive.project(tmp_path / "app")
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    done = lightship(
        docker,
        "improve",
        str(project),
        "--quick",
        "--network=host",
        "--no-config",
        "--format=json",
    )
    assert done.returncode == 0, done.stderr
    proof = json.loads(done.stdout)
    # One round decides: beside other work its start or its cold build may take longer
    assert proof["verdict"]["kind"] in {"better", "mixed"}, proof["verdict"]
    assert {"user", "edit", "content"} <= {*proof["verdict"]["keys"]}
    assert (
        median_of(proof, "content", "after")
        <= median_of(proof, "content", "before") / 2
    )
    # pip waits that long in each build before; on a busy machine the rest may take seconds on both sides
    saved = median_of(proof, "edit", "before") - median_of(proof, "edit", "after")
    assert saved > naive.SECONDS / 2
    assert all(ran["code"] == 0 and not ran["killed"] for ran in proof["after"]["runs"])
    facts = {fact["key"]: fact for fact in proof["facts"]}
    assert (facts["user"]["before"], facts["user"]["after"]) == ("root", "10001:10001")
    assert facts["answer"]["change"] == "same"
    assert "200 hello" in facts["answer"]["after"]
    assert {share["rule"] for share in proof["shares"]} >= {
        "full-base-image",
        "sources-before-dependencies",
        "root-user",
    }
    assert "+USER 10001:10001" in proof["diff"]
    assert {path: path.read_bytes() for path in before} == before
    assert {path.name for path in project.iterdir()} == {
        path.relative_to(project).parts[0] for path in before
    } | {".lightship"}


Edit = Callable[[str], str]


def search_of(
    docker: Engine, tmp_path: Path, text: str, **edits: Edit
) -> tuple[Improvement, list[str]]:
    """What a search keeps of edits of a Dockerfile by their names, and all that it said."""
    tree = FileTree.of({"main.py": naive.MAIN, "Dockerfile": text})
    context = Context(tree.files.values, tree.read, "Dockerfile")
    side = Side(Build(parse(text), context, {}, None, "Dockerfile"), tree)
    found = Improvement(side, side)
    asked = MeasurePlan(
        runs=1,
        running=Running(port=8000, paths=("/",), patience=15),
        edit="main.py",
        options=("--network=host",),
    )

    def folder(name: str) -> str:
        (tmp_path / name).mkdir()
        return str(tmp_path / name)

    def compose(keys: Keys) -> ComposedSide:
        edited = text
        for key in filter(keys.__contains__, edits):
            edited = edits[key](edited)
        return ComposedSide(with_files(side, edited, {}))

    candidates = [
        NamedCandidate(SearchCandidate(name), name.replace("_", " ")) for name in edits
    ]
    said: list[str] = []
    run = MeasuringRun("lightship-0123456789ab", asked, Journal(""), said.append)
    with Bench(run) as bench:
        search(found, candidates, compose, bench, folder, 300, Weights())
    return found, said


def test_what_breaks_is_worse_or_does_nothing_is_dropped_with_the_reason(
    docker: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{docker.socket}")
    fat = "RUN head -c 30000000 /dev/zero > /var/fat\n"
    fatter = "WORKDIR /app\nRUN head -c 60000000 /dev/zero > /var/more\n"
    found, said = search_of(
        docker,
        tmp_path,
        CLEAN.format(more=fat),
        does_not_build=lambda text: text.replace("main.py .", "main.py other.py ./"),
        does_not_start=lambda text: text.replace('"main.py"]', '"other.py"]'),
        is_root=lambda text: text.replace("USER 1000:1000\n", ""),
        is_fatter=lambda text: text.replace("WORKDIR /app\n", fatter),
        says_it_otherwise=lambda text: f"# as it is\n{text}",
        is_lean=lambda text: text.replace(fat, ""),
    )
    assert [share.title for share in found.shares] == ["is lean"]
    assert found.after.build.dockerfile.text == CLEAN.format(more="")
    notes = dict(note.split(": ", 1) for note in found.notes)
    assert notes["does not build"].startswith("dropped, broken: the build fails")
    assert notes["does not start"].startswith("dropped, broken: it does not start")
    assert notes["is root"] == "dropped, worse: user: 1000:1000 -> root"
    assert notes["is fatter"].startswith("dropped, worse: ")
    assert notes["says it otherwise"].startswith("dropped, ")
    assert not any("time was used up" in note for note in found.notes)
    # As it is, and each version once: nothing is built a second time
    built = [text for text in said if ": warm, " in text]
    assert len(built) == len(set(built)) == found.tried


def test_what_was_kept_is_written_and_only_that(docker: Engine, tmp_path: Path) -> None:
    text = CLEAN.format(more="").replace("USER 1000:1000\n", "")
    (tmp_path / "main.py").write_text(naive.MAIN, encoding="utf-8")
    (tmp_path / "Dockerfile").write_text(text, encoding="utf-8")
    (tmp_path / ".dockerignore").write_text("*\n!main.py\n")
    done = lightship(
        docker,
        "improve",
        str(tmp_path),
        "--quick",
        "--network=host",
        "--no-config",
        "--write",
        "--format=json",  # a text has room for three reasons, and a busy machine gives more
    )
    assert done.returncode == 0, done.stderr
    assert "user: root -> " in done.stdout
    assert "USER 10001:10001\n" in (tmp_path / "Dockerfile").read_text(encoding="utf-8")
    again = lightship(
        docker,
        "improve",
        str(tmp_path),
        "--quick",
        "--network=host",
        "--no-config",
        "--write",
    )
    assert (again.returncode, again.stdout) == (0, ""), again.stderr


def test_what_is_kept_without_time_to_try_each_is_tried_at_once(
    docker: Engine, tmp_path: Path
) -> None:
    project = naive.project(tmp_path / "app")
    (project / "Dockerfile").write_text(
        naive.DOCKERFILE.replace("RUN pip install -r requirements.txt\n", ""),
        encoding="utf-8",
    )
    done = lightship(
        docker,
        "improve",
        str(project),
        "--budget=1s",
        "--quick",
        "--network=host",
        "--no-config",
        "--format=json",
    )
    assert done.returncode == 0, done.stderr
    proof = json.loads(done.stdout)
    assert proof["verdict"]["kind"] == "better"
    assert any("kept with the others" in note for note in proof["notes"])
    assert "2 versions built" in done.stderr
