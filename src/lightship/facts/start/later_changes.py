"""What RUN may do to a start file after it was copied: change what it says, or its mode."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from posixpath import basename

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.paths import below, clean
from lightship.facts.start.start_files import StartFile
from lightship.facts.values.unread import is_unread
from lightship.shell.commands import Command, Word
from lightship.shell.mode_commands import mode_command

_HARMLESS = frozenset("chmod chown chgrp ls cat echo test [ [[ mkdir rm".split())
_EDITORS = frozenset("find dos2unix sed perl mv cp ln git tar unzip rsync".split())


def may_be_rewritten(build: Build, file: StartFile) -> bool:
    """Whether a command of a later RUN may change what stands in the file, or put it elsewhere."""
    for run in file.later:
        for command in _commands(build, run):
            if _may_rewrite(command, file):
                return True
    return False


def may_be_made_executable(build: Build, file: StartFile) -> bool:
    """Whether a flag of a COPY, or a later RUN, says or may say what mode it has."""
    for copying in file.copyings:
        instruction = copying.instruction
        if instruction.flag("chmod"):
            return True

    if may_be_rewritten(build, file):
        return True
    path = file.path
    for run in file.later:
        if is_unread(build, run):
            return True
        for command in _commands(build, run):
            if _may_change_mode(command, path):
                return True
    return False


def _commands(build: Build, run: Instruction) -> Iterator[Command]:
    for script in build.scripts(run):
        yield from script.commands


def _may_change_mode(command: Command, path: str) -> bool:
    change = mode_command(command)
    if change is None:
        return command.name == "chmod"
    targets = change.targets
    return _may_name_one(targets, path)


def _may_name_one(words: Iterable[Word], path: str) -> bool:
    """Whether one of the words may stand for the file, or a directory above it."""
    return any(_may_name(word, path) for word in words)


def _may_rewrite(command: Command, file: StartFile) -> bool:
    name = file.name
    name_in_context = basename(file.origin)
    for text in _texts_of(command):
        if name in text:
            return True
        if name_in_context in text:
            return True
    if command.name not in _EDITORS:
        return False
    return _may_name_one(command.args, file.path)


def _texts_of(command: Command) -> Iterator[str]:
    """The targets of a command's redirects, and its words where it may write to what they name."""
    for redirect in command.redirects:
        operator = redirect.operator
        if operator.startswith("<"):
            continue
        target = redirect.target
        if target is not None:
            yield target.text
    if command.name in _HARMLESS:
        return
    for word in command.words:
        yield word.text


def _may_name(word: Word, path: str) -> bool:
    """Whether a word may stand for the file, or a directory above it.

    Of a relative path the directory is not known.
    """
    value = word.value
    if value is None:
        return True
    if word.glob:
        return True
    if value in (".", "./", ".."):
        return True
    if value.startswith("/"):
        directory = clean(value)
        return below(path, directory) is not None
    bare = value.rstrip("/")
    name = basename(bare)
    parts = path.split("/")
    return name in parts
