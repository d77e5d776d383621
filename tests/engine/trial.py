"""One project in one state: built, started, asked, stopped, and built again after a change of its code."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.engine_process import Container, Done
from engine.outcomes import Image
from engine.projects import Project, Question, images_of
from engine.stand_ins import StandIns

TOOLS = "ghcr.io/astral-sh/uv:python3.13"
# A rebuild is measured for the table at the end, which several workers do not print
SHOWN = "PYTEST_XDIST_WORKER" not in os.environ


@dataclass(frozen=True)
class Trial:
    """A project in a directory, and what is measured of it."""

    project: Project
    stand_ins: StandIns
    directory: Path
    image: Image

    @property
    def tag(self) -> str:
        """The name of the image."""
        return f"{self.project.name}:{self.directory.name}"

    def prepare(self, also: Trial) -> None:
        """Make the lock files, in both directories the same."""
        here = {
            path: path.read_bytes()
            for path in self.directory.iterdir()
            if path.is_file()
        }
        place = ("--volume", f"{self.directory}:/project", "--workdir", "/project")
        for script in self.project.prepare:
            self.stand_ins.provide(TOOLS)
            self.stand_ins.engine.docker(
                "run", "--rm", "--network", "host", *place, TOOLS, "sh", "-euc", script
            )
        for path in self.directory.iterdir():
            if path.is_file() and (data := path.read_bytes()) != here.get(path):
                (also.directory / path.name).write_bytes(data)

    def answers(self) -> list[Any]:
        """What the built program answers; each with the status that the project expects."""
        for name in images_of(self.directory):
            self.stand_ins.provide(name)
        self.image.build = self.stand_ins.engine.build(self.directory, self.tag)
        self.image.bytes = self.stand_ins.engine.size(self.tag)
        found = (
            self._of_service()
            if self.project.is_service
            else [self._called(each) for each in self.project.ask]
        )
        if SHOWN:
            self._rebuild()
        return found

    def user(self) -> str:
        """As whom the image runs, without a group; empty where it does not say."""
        return self.stand_ins.engine.config(self.tag)["User"].partition(":")[0]

    def called(self, *command: str) -> Done:
        """A command in the image, without its entrypoint, that may read every file."""
        return self.stand_ins.engine.called(
            self.tag, *command[1:], entrypoint=command[0]
        )

    def _of_service(self) -> list[Any]:
        with self.stand_ins.engine.started(self.tag) as container:
            if self.project.ready:
                self.image.start = container.await_answer(
                    self.project.port, self.project.ready
                )
            else:
                self.image.start = container.await_log(self.project.ready_log)
            found = [self._asked(container, each) for each in self.project.ask]
            self._check_health(container)
            self.image.stop, self.image.code = container.stopped()
        return found

    def _check_health(self, container: Container) -> None:
        """The image's own health check works, where it has one."""
        kind, *command = (
            self.stand_ins.engine.config(self.tag)
            .get("Healthcheck", {})
            .get("Test", ["NONE"])
        )
        if kind != "NONE":
            done = container.told(
                *(("sh", "-c", *command) if kind == "CMD-SHELL" else command)
            )
            assert done.status == 0, f"HEALTHCHECK {command}:\n{done.output}"

    def _asked(self, container: Container, question: Question) -> Any:
        if question.run:
            return _expected(question, container.told(*question.run))
        body = {"json": question.json} if question.json is not None else {}
        body |= {"form": question.form} if question.form else {}
        found = container.asked(
            {"port": self.project.port, "path": question.path, **body}
        )
        assert found is not None, (
            f"nobody answers at {question.path}:\n{container.logs()}"
        )
        assert found["status"] == question.expected, (
            f"{question}: {found}\n{container.logs()}"
        )
        return found["status"] if question.only_status else found

    def _called(self, question: Question) -> Any:
        assert question.call is not None, (
            f"nothing runs that could be asked: {question}"
        )
        return _expected(
            question, self.stand_ins.engine.called(self.tag, *question.call)
        )

    def _rebuild(self) -> None:
        if self.project.edit:
            with open(
                self.directory / self.project.edit, "a", encoding="utf-8"
            ) as file:
                file.write("\n# edited\n")
            self.image.rebuild = self.stand_ins.engine.build(self.directory, self.tag)


def _expected(question: Question, done: Done) -> Any:
    assert done.status == question.expected, f"{question}\n{done.output}"
    return done.status if question.only_status else done
