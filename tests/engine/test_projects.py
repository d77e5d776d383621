"""Every project builds and answers after `lightship fix --unsafe-fixes` as it did before."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from engine.engine_process import GRACE, Container, Done, Engine
from engine.outcomes import Image, Outcome
from engine.projects import Project, Question, all_projects, fix, found_in, images_of, texts
from engine.stand_ins import StandIns

PROJECTS = tuple(all_projects())
LONGEST_STOP = GRACE - 1
AN_ACCOUNT = 64_000  # bytes of a user's lines in /etc and of the home directory


def marks(project: Project) -> list[pytest.MarkDecorator]:
    return [pytest.mark.engine] if project.quick else [pytest.mark.engine, pytest.mark.builds]


@pytest.mark.parametrize("project", [pytest.param(each, id=each.name, marks=marks(each)) for each in PROJECTS])
def test_fixed_project_builds_and_answers_as_before(
    project: Project, stand_ins: StandIns, outcome: Outcome, tmp_path: Path
) -> None:
    outcome.project, start = project.name, time.monotonic()
    before, after = project.copy_to(tmp_path / "before"), project.copy_to(tmp_path / "after")
    prepare(project, stand_ins, before, after)
    fix(after)
    outcome.left = found_in(after)
    fixed = texts(after)
    fix(after)
    assert texts(after) == fixed, "a second fix changes what the first one made"
    try:
        if project.unchanged:
            assert fixed == texts(before)
        expected = measured(project, stand_ins, before, outcome.before)
        answers = measured(project, stand_ins, after, outcome.after)
        assert answers == expected
        compare(project, stand_ins.engine, outcome)
    except BaseException:
        print("\n".join(fixed.values()))
        raise
    finally:
        outcome.seconds = time.monotonic() - start
    outcome.result = "passed"


def prepare(project: Project, stand_ins: StandIns, *directories: Path) -> None:
    """Make the lock files, in each copy the same."""
    first, *others = directories
    for command in project.prepare:
        stand_ins.provide("ghcr.io/astral-sh/uv:python3.13")
        mount = ("--volume", f"{first}:/project", "--workdir", "/project")
        before = {path: path.read_bytes() for path in first.iterdir() if path.is_file()}
        image = "ghcr.io/astral-sh/uv:python3.13"
        stand_ins.engine.docker("run", "--rm", "--network", "host", *mount, image, "sh", "-euc", command)
        for path in first.iterdir():
            if path.is_file() and path.read_bytes() != before.get(path):
                for other in others:
                    (other / path.name).write_bytes(path.read_bytes())


def measured(project: Project, stand_ins: StandIns, directory: Path, image: Image) -> list[Any]:
    """Build and run what is in a directory; what the program answers."""
    docker, tag = stand_ins.engine, f"{project.name}:{directory.name}"
    for name in images_of(directory):
        stand_ins.provide(name)
    image.build = docker.build(directory, tag)
    image.bytes = docker.size(tag)
    if not project.is_service:
        answers = [answer(project, each, docker, tag, None) for each in project.ask]
    else:
        with docker.started(tag) as container:
            if project.ready:
                image.start = container.await_answer(project.port, project.ready)
            else:
                image.start = container.await_log(project.ready_log)
            answers = [answer(project, each, docker, tag, container) for each in project.ask]
            image.stop, image.code = container.stopped()
    if project.edit:
        with open(directory / project.edit, "a") as file:
            file.write("\n# edited\n")
        image.rebuild = docker.build(directory, f"{tag}-edited")
    return answers


def answer(project: Project, question: Question, docker: Engine, tag: str, container: Container | None) -> Any:
    """The answer to one question; its status must be the expected one."""
    if question.path:
        assert container is not None
        body = {"json": question.json} if question.json is not None else {}
        body |= {"form": question.form} if question.form else {}
        found = container.asked({"port": project.port, "path": question.path, **body})
        assert found is not None, f"nobody answers at {question.path}:\n{container.logs()}"
        assert found["status"] == question.expected, f"{question.path}: {found}\n{container.logs()}"
        return found["status"] if question.only_status else found
    if question.call is not None:
        done = docker.called(tag, *question.call)
    else:
        assert container is not None
        done = container.told(*question.run)
    assert done.status == question.expected, f"{question}\n{done.output}"
    return Done(done.status, "") if question.only_status else done


def compare(project: Project, docker: Engine, outcome: Outcome) -> None:
    """Not larger, not root, stopped by a signal and not by a kill."""
    before, after = outcome.before, outcome.after
    assert before.bytes is not None
    assert after.bytes is not None
    assert after.bytes <= before.bytes + AN_ACCOUNT
    users = [docker.config(f"{project.name}:{name}")["User"].partition(":")[0] for name in ("before", "after")]
    assert users[1] == users[0] or (users[1].isdigit() and int(users[1]) > 10_000), users
    assert (users[1] in ("", "0", "root")) == bool(project.as_root), users
    if project.is_service:
        assert after.stop is not None
        assert (after.code == 137 or after.stop > LONGEST_STOP) == bool(project.killed), after
    for name in project.absent:
        gone = f"import shutil, sys; sys.exit(shutil.which({name!r}) is not None)"
        done = docker.tried("run", "--rm", "--network", "none", "--entrypoint", "python", f"{project.name}:after", "-c", gone)
        assert done.status == 0, f"{name} is still there"
