"""Labels that a build gives its image end no cache: not its own steps', nor those of what starts from it."""

from __future__ import annotations

from pathlib import Path

import pytest
from engine.engine_process import Engine
from engine.small_base import with_base

pytestmark = pytest.mark.engine


def cached(docker: Engine, folder: Path, file: str, label: str) -> dict[str, bool]:
    """Each step of a build with a label, and whether it was found in the cache."""
    words = ("--label", label, "--file", str(folder / file), "--tag", file.lower())
    done = docker.tried(
        "buildx", "build", "--load", "--progress=plain", *words, str(folder), both=True
    )
    assert done.status == 0, done.output
    rows = done.output.splitlines()
    hits = {row.split()[0] for row in rows if row.endswith(" CACHED")}
    steps = [row.split(maxsplit=1) for row in rows if "] COPY " in row]
    return {text: number in hits for number, text in steps}


def test_another_label_runs_no_step_again(docker: Engine, tmp_path: Path) -> None:
    engine = with_base(docker, tmp_path)
    (tmp_path / "Parent").write_text("FROM base:1\nCOPY kept /kept\n")
    (tmp_path / "Child").write_text("FROM parent\nCOPY kept /again\n")
    (tmp_path / "kept").write_text("1")

    first = [cached(engine, tmp_path, name, "commit=1") for name in ("Parent", "Child")]
    again = [cached(engine, tmp_path, name, "commit=2") for name in ("Parent", "Child")]

    assert [list(steps.values()) for steps in first] == [[False], [False]]
    assert [list(steps.values()) for steps in again] == [[True], [True]]
    shown = engine.docker("inspect", "--format={{.Config.Labels.commit}}", "child")
    assert shown.strip() == "2"
