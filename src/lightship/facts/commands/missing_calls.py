"""Calls of commands that the image surely lacks: what may have brought them, is followed."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from lightship.base_images.missing_commands import (
    PIP_BRINGS,
    apk_brings,
    bringers,
    may_any_package_bring,
)
from lightship.build import Build
from lightship.dockerfile.tree import Instruction, Stage
from lightship.dockerfile.tree import Word as DockerfileWord
from lightship.evaluation.state import DEFAULT_PATH
from lightship.facts.commands.lacking_bases import calls_any_missing, missing_in_base
from lightship.facts.stages.program_places import brings_programs
from lightship.record import record
from lightship.shell.interpreters import SHELLS
from lightship.shell.packages import Package, PackageCommand, read_command
from lightship.shell.python_calls import is_python
from lightship.shell.tree import Command, Script
from lightship.shell.words import Word

_APT = frozenset({"apt-get", "apt", "aptitude"})
_PYTHON_MANAGERS = frozenset("pip uv pipx poetry pdm pipenv conda micromamba".split())
_NODE_MANAGERS = frozenset("npm yarn pnpm".split())
_ASKING = ("command", "which", "type", "hash", "whereis")
# What `COPY --from=ghcr.io/astral-sh/uv` takes: files, and no directory of programs
_OF_UV = frozenset({"/uv", "/uvx"})
_UV_COMMANDS = frozenset({"uv", "uvx"})
# They bring no program, whatever their arguments: what is not here may bring any
_PLAIN = frozenset(
    """: [ [[ addgroup adduser apk apt apt-get aptitude apt-mark arch awk base64 basename bunzip2
    bzip2 cat cd chgrp chmod chown chpasswd cmp command corepack cut date dd declare df diff dirname
    dpkg-query du echo egrep env eval exec exit expand export expr false fc-cache fgrep file find
    free fold g++ gcc getconf getent git gpasswd gpg grep groupadd groupdel groupmod groups gunzip
    hash head hostname iconv id javac jq kill ldconfig ldd local locale locale-gen ls lsb_release
    md5sum mkdir mkfifo mktemp nl node nproc npm npx passwd pip pip3 pipenv pnpm poetry popd printf
    pushd pwd python python3 read readlink readonly realpath return rm rmdir sed seq set sha1sum
    sha256sum sha512sum shift shopt sleep sort ssh-keyscan stat strip sudo sync tail tee test time
    touch tr trap true type tzselect ulimit umask uname uniq unset
    update-alternatives update-ca-certificates update-locale useradd userdel usermod uv uvx wait wc
    which whoami xargs yarn yes""".split()
)
_PYTHON = frozenset("python python3 pip pip3".split())
_SHELL_PLACES = ("/bin/sh", "/usr/bin/sh")
_PROGRAM_PLACES = ("", "/bin", "/usr/bin", "/usr/local/bin")


@record(eq=False)
class Missing:
    """A command that is called and that the stage does not have.

    `command` is the one that is not run: of sudo the command after it. `is_first` is whether no
    call of it stands before, in the stage or in one that it starts from.
    """

    name: str
    word: Word
    script: Script
    command: Command
    stage: Stage
    is_first: bool


@record
class _Lacking:
    """What a stage lacks at some point, and what of that was called by then."""

    left: set[str]
    called: set[str]


def missing_calls(build: Build) -> tuple[Missing, ...]:
    """All calls of commands that the image of their stage lacks, in the order of the text.

    Whether they are run in any case is not asked.
    """
    return build.once(_missing_calls)


def _missing_calls(build: Build) -> tuple[Missing, ...]:
    if build.final is None or build.contexts:
        return ()
    if not build.once(calls_any_missing):
        return ()

    calls: list[Missing] = []
    states: dict[int, _Lacking] = {}
    for stage in build.dockerfile.stages:
        base = build.base_of(stage)
        if base is None:
            state = _Lacking(missing_in_base(build, stage), set())
        else:
            below = states[base.index]
            state = _Lacking(set(below.left), set(below.called))
        states[stage.index] = state
        calls += _of_stage(build, stage, state)
    return tuple(calls)


def _of_stage(build: Build, stage: Stage, state: _Lacking) -> Iterator[Missing]:
    left = state.left
    for item in stage.instructions:
        if not left:
            return
        if item.trigger is not None:
            left.clear()
        elif item.keyword == "RUN":
            yield from _of_run(build, stage, item, state)
        elif item.keyword in ("COPY", "ADD"):
            left -= _of_copy(build, item, left)


def _of_run(
    build: Build, stage: Stage, run: Instruction, state: _Lacking
) -> Iterator[Missing]:
    left = state.left
    for mount in build.mounts(run):
        # What is mounted may lie anywhere; it is gone again after this RUN
        if mount.type == "bind" and mount.from_:
            return

    scripts = build.scripts(run)
    if any(script.opaque or script.errors for script in scripts):
        left.clear()
        return

    handing_over = [script.outer for script in scripts]
    calls: list[tuple[Script, Command]] = []
    for script in scripts:
        calls += [(script, command) for command in script.commands]
    calls.sort(key=_place)
    for script, command in calls:
        word = _missing_word(script, command, left)
        if word is not None:
            name = posixpath.basename(word.value or "")
            is_first = name not in state.called
            state.called.add(name)
            yield Missing(name, word, script, command, stage, is_first)
        is_read = command in handing_over
        left -= _brought(command, left, is_read=is_read)

    # A function of a script that is written here
    bodies = " ".join(heredoc.content for heredoc in run.heredocs)
    left -= {name for name in left if f"{name}()" in bodies}


def _place(call: tuple[Script, Command]) -> int:
    _, command = call
    return command.span.start


def _missing_word(script: Script, command: Command, left: set[str]) -> Word | None:
    """The word that names a missing command: the command itself, or sudo before it."""
    for wrapper in command.wrappers:
        if wrapper.name in left and wrapper.words:
            return wrapper.words[0]
    if command.name not in left or not command.words:
        return None
    if any(command.wrapped_by(name) for name in _ASKING):
        return None

    word = command.words[0]
    path = word.value or "/"
    directory, _, name = path.rpartition("/")
    if directory not in _PROGRAM_PLACES or name != command.name:
        return None

    # A function of the script has that name
    text = script.text.text
    if f"{name}()" in text or f"{name} ()" in text:
        return None
    return word


def _brought(command: Command, left: set[str], *, is_read: bool) -> set[str]:
    """What a command may bring of what is left."""
    does = read_command(command)
    if does is not None:
        return _of_package_manager(does, left)
    if command.name in SHELLS or command.name in (".", "source"):
        return set() if is_read else set(left)

    if command.words and command.words[0].value is None:
        return set(left)  # a variable, which may name a package manager

    mentioned = _mentioned(command, left)
    if is_python(command.name):
        # A virtual environment has python and pip; a module may install what pip may
        return mentioned | (left & (_PYTHON | PIP_BRINGS))
    if command.name in ("curl", "wget"):
        return mentioned
    if command.name in _PLAIN or not command.name or _links_shell(command):
        return mentioned - {command.name}
    return set(left)


def _links_shell(command: Command) -> bool:
    """Whether it puts another shell in the place of sh, and nothing else anywhere."""
    return (
        command.name == "ln"
        and command.args[-1:] != ()
        and (command.args[-1].value in _SHELL_PLACES)
    )


def _mentioned(command: Command, left: set[str]) -> set[str]:
    """The commands that the words and redirections of another one speak of."""
    texts = [word.text for word in command.all_words[1:]]
    # What stands in `$(…)` is a command of its own
    own = [text for text in texts if "$(" not in text and "`" not in text]
    text = " ".join(own)
    return {name for name in left if name in text}


def _of_package_manager(does: PackageCommand, left: set[str]) -> set[str]:
    if does.manager in _NODE_MANAGERS:
        return _mentioned(does.command, left)
    if does.manager in _PYTHON_MANAGERS:
        return _of_python_manager(does, left)
    if not does.installs:
        return set()
    if does.manager in _APT:
        return _of_apt(does, left)
    if does.manager == "apk":
        return _of_apk(does, left)
    return set(left)


def _of_python_manager(does: PackageCommand, left: set[str]) -> set[str]:
    if does.manager in ("conda", "micromamba"):
        return set(left)
    brought = left & PIP_BRINGS
    if does.manager in ("uv", "poetry", "pdm", "pipenv"):
        brought |= left & _PYTHON
    return brought | _mentioned(does.command, left)


def _of_apt(does: PackageCommand, left: set[str]) -> set[str]:
    # The lists of all packages
    from lightship.facts.packages.release_packages import is_listed  # noqa: PLC0415

    if does.action != "install":
        return set()
    if does.name != "install" or does.reads_more:
        return set(left)

    brought = {name for name in left if may_any_package_bring(name)}
    for package in does.packages:
        name, _colon, _architecture = (package.name or "").partition(":")
        if package.kind == "removal":
            continue
        if package.kind != "registry" or not is_listed(name):
            return set(left)
        brought |= {item for item in left if name in bringers().get(item, ())}
    return brought


def _of_apk(does: PackageCommand, left: set[str]) -> set[str]:
    if does.action != "install":
        return set()
    if does.reads_more:
        return set(left)

    brought: set[str] = set()
    for package in does.packages:
        commands = _apk_commands(package)
        if commands is None:
            return set(left)
        brought |= commands & left
    return brought


def _apk_commands(package: Package) -> frozenset[str] | None:
    """The commands that a package of Alpine brings; None where they are not known."""
    if package.kind == "removal":
        return frozenset()
    if package.kind != "registry":
        return None
    return apk_brings().get(package.name or "")


def _of_copy(build: Build, item: Instruction, left: set[str]) -> set[str]:
    """What COPY and ADD may bring."""
    text = item.span.of(build.dockerfile.text)
    if _OF_UV.issuperset(word.text for word in item.args[:-1]):
        return left & _UV_COMMANDS
    if item in build.once(_bringing):
        return set(left)
    if _has_own_path(build, item):
        return set(left)
    return {name for name in left if _names(item.args, name) or f"/{name}" in text}


def _bringing(build: Build) -> frozenset[Instruction]:
    """The COPY and ADD that may bring programs."""
    copies = build.copyings()
    bringing = [copying for copying in copies if brings_programs(build, copying)]
    return frozenset(copying.instruction for copying in bringing)


def _has_own_path(build: Build, item: Instruction) -> bool:
    """Whether PATH has directories that anything may be copied to, now or later."""
    stage = build.dockerfile.stage_of(item)
    if stage is None:
        return True
    final = build.evaluation.finals[stage.index]
    path = final.env.get("PATH", DEFAULT_PATH)
    usual = set(DEFAULT_PATH.split(":"))
    return not usual.issuperset(path.split(":"))


def _names(words: tuple[DockerfileWord, ...], name: str) -> bool:
    return any(posixpath.basename(word.text) == name for word in words)
