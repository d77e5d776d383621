"""What ENTRYPOINT or CMD starts, and where in the image it may stand.

A container runtime looks a name without `/` up in PATH, and takes a relative path from the last
WORKDIR.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.base_images.known import is_bare, starts_in_root
from lightship.build import Build
from lightship.evaluation.dispatch import Step
from lightship.evaluation.paths import clean, in_workdir
from lightship.evaluation.state import DEFAULT_PATH
from lightship.facts.start.purpose import start_steps
from lightship.record import record
from lightship.shell.commands import Command, Word
from lightship.shell.interpreters import SHELLS
from lightship.shell.programs import program_of
from lightship.shell.shell_options import start_options
from lightship.shell.starter import INIT
from lightship.shell.starters import INITS


@record
class Started:
    """`word` of `command` names what is started.

    `by` is who runs it: kernel, starter (execvp, or a shell that looks for a program) or shell
    (`sh file`). `init` says that an init such as tini is process 1.
    """

    step: Step
    command: Command
    word: Word
    by: str
    init: bool


def started(build: Build) -> Iterator[Started]:
    """What ENTRYPOINT starts, or CMD where that is what is run."""
    has_init = False
    starts_cmd = False
    for step in start_steps(build):
        scripts = build.scripts(step.instruction)
        if not scripts:
            return
        script = scripts[0]
        if len(script.commands) != 1:
            return
        [command] = script.commands

        if step.instruction.keyword == "CMD":
            if not starts_cmd and not _runs_cmd(build):
                return
        else:
            program = program_of(command.all_words)
            roles = {starter.role for starter in program.starters}
            has_init = INIT in roles
            if program.awaits_command:
                starts_cmd = True
                continue

        word = _program(command)
        if word is not None and word.value:
            is_alone = script.shell == "exec" and not starts_cmd
            by = _runner(command, word, is_alone)
            has_init = has_init or _is_init(command)
            yield Started(step, command, word, by, has_init)
        return


def _is_init(command: Command) -> bool:
    """Whether an init such as tini stands before the command."""
    return any(map(command.wrapped_by, INITS))


def _runs_cmd(build: Build) -> bool:
    """Whether CMD is what is run: there is no ENTRYPOINT, and the base image has none for sure."""
    steps = start_steps(build)
    if len(steps) > 1:
        return False
    first = build.lineage[0]
    image = build.root_image(first)
    if image is None:
        return False
    return is_bare(image)


def _program(command: Command) -> Word | None:
    """The word that names the file: the first, or the first operand of a shell."""
    if not command.words:
        return None
    if command.name not in SHELLS:
        return command.words[0]
    _, script = start_options(command.argument_texts)
    if script is not None:
        return None

    for word in command.args:
        text = word.text.lstrip("'\"")
        if not text.startswith(("-", "+")):
            return word
    return None


def _runner(command: Command, word: Word, alone: bool) -> str:
    """Who runs the file; `alone` is whether the container runtime starts the command itself."""
    if word is not command.words[0]:
        return "shell"
    if alone and not command.wrappers:
        return "kernel"
    return "starter"


def paths_of(build: Build, start: Started) -> Iterator[str]:
    """Where what is started may stand, as absolute paths in the order of the search."""
    final = build.final
    if final is None:
        return
    state = build.evaluation.finals[final.index]
    name = start.word.value or ""
    if name.startswith("/"):
        yield clean(name)
        return

    if "/" not in name and start.by != "shell":
        search_path = state.env.get("PATH") or DEFAULT_PATH
        for directory in search_path.split(":"):
            if directory.startswith("/"):
                yield clean(f"{directory}/{name}")
        return

    first = build.lineage[0]
    root = build.evaluation.root(first)
    if state.workdir_known or starts_in_root(root.name):
        yield in_workdir(state.workdir, name)
