"""Files of tasks that a build runs: `tasks.py` where a RUN, or a script of it, calls invoke.

Elsewhere they are for those who work on the project.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.context.files import File
from lightship.regex import regex

_FILES_OF = {
    "invoke": "tasks.py",
    "inv": "tasks.py",
    "fab": "fabfile.py",
    "nox": "noxfile.py",
}
TASK_FILES = frozenset(_FILES_OF.values())
# At the start of a command, or behind what starts another one: `poetry run inv setup`
_CALL = regex(
    r"(?m)(?:^|[;&|(]|\brun|\bexec|\bsudo|\s-m)[ \t]*(?P<tool>invoke|inv|fab|nox)(?=\s|$)"
)
_SCRIPTS = (".sh", ".bash")
_MOST_SCRIPTS = 50
_LONGEST_SCRIPT = 100_000  # characters


def run_task_files(build: Build) -> frozenset[str]:
    """The names of the files of tasks that the build, or the container's start, reads."""
    return build.once(_run_task_files)


def _run_task_files(build: Build) -> frozenset[str]:
    if not _has_task_file(build):
        return frozenset()
    names: set[str] = set()
    own = _text_of_runs(build)
    texts = (own, *_named_scripts(build))
    for text in texts:
        for call in _CALL.finditer(text):
            tool = call["tool"]
            name = _FILES_OF[tool]
            names.add(name)
    return frozenset(names)


def _named_scripts(build: Build) -> Iterator[str]:
    """The texts of the scripts that the Dockerfile names, and of those that they name."""
    context = build.context
    if context is None:
        return
    files = [file for file in context.sent if file.name.endswith(_SCRIPTS)]
    waiting = files[:_MOST_SCRIPTS]
    naming = [build.dockerfile.text]
    for text in naming:
        named = [file for file in waiting if file.name in text]
        waiting = [file for file in waiting if file.name not in text]
        for script in _texts(build, named):
            yield script
            naming.append(script)


def _has_task_file(build: Build) -> bool:
    """Whether there is a file of tasks at all: then alone the scripts are read."""
    context = build.context
    if context is None:
        return False
    return any(file.name in TASK_FILES for file in context.sent)


def _text_of_runs(build: Build) -> str:
    """The command lines of the Dockerfile, each on a line of its own."""
    text = build.dockerfile.text
    lines: list[str] = []
    for call in build.commands():
        span = call.command.span
        line = span.of(text)
        lines.append(line)
    return "\n".join(lines)


def _texts(build: Build, files: list[File]) -> Iterator[str]:
    context = build.context
    if context is None:
        return
    for file in files:
        text = context.read(file.path)
        if text is None:
            continue
        if len(text) <= _LONGEST_SCRIPT:
            yield text
