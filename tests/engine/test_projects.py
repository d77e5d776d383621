"""Every project builds and answers after `lightship fix --unsafe-fixes` as it did before."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from engine.engine_process import GRACE
from engine.outcomes import Outcome
from engine.projects import Project, all_projects, fix, found_in, texts
from engine.stand_ins import StandIns
from engine.trial import Trial

LONGEST_STOP = GRACE - 1.0
AN_ACCOUNT = 64_000  # bytes: a user's lines in /etc, and a home directory
ASKS_FOR = "import shutil, sys; sys.exit(shutil.which(sys.argv[1]) is not None)"
BYTECODE = """
import os
print(sum(os.lstat(os.path.join(at, name)).st_size for top in ("/usr", "/opt", "/app", "/srv", "/root")
          for at, _, names in os.walk(top) for name in names if name.endswith(".pyc")))
"""


def marked(project: Project) -> object:
    marks = (
        [pytest.mark.engine]
        if project.quick
        else [pytest.mark.engine, pytest.mark.builds]
    )
    return pytest.param(project, id=project.name, marks=marks)


@pytest.mark.parametrize("project", [marked(each) for each in all_projects()])
def test_fixed_project_builds_and_answers_as_before(
    project: Project, stand_ins: StandIns, outcome: Outcome, tmp_path: Path
) -> None:
    start = time.monotonic()
    outcome.project = project.name
    before = Trial(
        project, stand_ins, project.copy_to(tmp_path / "before"), outcome.before
    )
    after = Trial(
        project, stand_ins, project.copy_to(tmp_path / "after"), outcome.after
    )
    try:
        before.prepare(also=after)
        check_fix(project, outcome, after.directory)
        answers = before.answers()
        assert after.answers() == answers
        check_images(project, before, after)
    except BaseException as error:
        error.add_note((after.directory / "Dockerfile").read_text(encoding="utf-8"))
        raise
    finally:
        outcome.seconds = time.monotonic() - start
    outcome.result = "passed"


def check_fix(project: Project, outcome: Outcome, directory: Path) -> None:
    """Once is enough, and what is good stays as it is."""
    written = texts(directory)
    fix(directory)
    fixed = texts(directory)
    outcome.left = found_in(directory)
    fix(directory)
    assert texts(directory) == fixed, "a second fix changes what the first one made"
    assert "rule-crashed" not in outcome.left
    assert not project.unchanged or fixed == written


def check_size(before: Trial, after: Trial) -> None:
    """Not larger, but for bytecode: who is not root cannot write it at the first start, so the build does."""
    sizes = [each.image.bytes for each in (before, after)]
    if sizes[1] > sizes[0] + AN_ACCOUNT:
        sizes = [
            each.image.bytes - int(each.called("python", "-c", BYTECODE).output)
            for each in (before, after)
        ]
    assert sizes[1] <= sizes[0] + AN_ACCOUNT


def check_images(project: Project, before: Trial, after: Trial) -> None:
    """Not larger, not root, stopped by a signal and not by a kill, without what only a build needs."""
    check_size(before, after)
    user, was = after.user(), before.user()
    own = user == was or user in (before.directory / "Dockerfile").read_text(
        encoding="utf-8"
    )
    assert own or (user.isdigit() and int(user) > 10_000), user
    assert (user in ("", "0", "root")) == bool(project.as_root), user
    killed = after.image.code == 137 or after.image.stop > LONGEST_STOP
    assert killed == bool(project.killed), after.image
    for name in project.absent:
        assert after.called("python", "-c", ASKS_FOR, name).status == 0, (
            f"{name} is in the fixed image"
        )
