"""Variables that a program reads from its environment while the image is built."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename

from lightship.build import Build
from lightship.context.files import File
from lightship.dockerfile.tree import Stage

_SCRIPTS = (".py", ".sh", ".bash", ".js", ".mjs", ".cjs", ".ts", ".rb")
# They find what begins with AWS_ by themselves
_OF_AWS = ("boto3", "aws ", "s3fs", "aws-sdk")
_LONGEST_SCRIPT = 1 << 16  # characters


def is_read_in_build(build: Build, stage: Stage, name: str) -> bool:
    """Whether a RUN of the stage starts a script of the build context that reads the variable."""
    marks = [name]
    if name.upper().startswith("AWS_"):
        marks += _OF_AWS
    texts = "\n".join(_scripts_of(build, stage))
    return any(mark in texts for mark in marks)


def _scripts_of(build: Build, stage: Stage) -> Iterator[str]:
    """The texts of the scripts that the RUN of a stage call by their names."""
    context = build.context
    if context is None:
        return
    called = set(_called(build, stage))
    if not called:
        return
    for file in context.sent:
        if file.name in called and _is_short(file):
            yield context.read(file.path) or ""


def _is_short(file: File) -> bool:
    return file.size <= _LONGEST_SCRIPT


def _called(build: Build, stage: Stage) -> Iterator[str]:
    """Words of commands that name a script."""
    for item in stage.instructions:
        if item.keyword != "RUN":
            continue
        for script in build.scripts(item):
            for command in script.commands:
                names = [basename(word.text.strip("\"'")) for word in command.words]
                yield from (name for name in names if name.endswith(_SCRIPTS))
