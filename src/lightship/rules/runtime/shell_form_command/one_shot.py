"""Jobs that end by themselves: they build, migrate or convert something, and are done."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from posixpath import basename
from typing import TYPE_CHECKING

from lightship.build import Build
from lightship.evaluation.dispatch import Step
from lightship.facts.start.later_changes import may_be_rewritten
from lightship.facts.start.start_files import interpreter_of, start_files, text_of
from lightship.pyproject.data_files import python
from lightship.regex import regex
from lightship.shell.commands import Command, Script
from lightship.shell.python_calls import is_python
from lightship.shell.specs import written

if TYPE_CHECKING:
    import ast

# What stands between the steps of a job
_AROUND = frozenset(
    ": [ [[ cd chmod chown cp echo exit export ls mkdir mv printf pwd rm set source test".split()
)
# What they do with these words, they do once
_STEPS = {
    "npm": frozenset("ci install".split()),
    "yarn": frozenset(["install"]),
    "pnpm": frozenset(["install"]),
    "pip": frozenset("install wheel".split()),
    "pip3": frozenset("install wheel".split()),
    "poetry": frozenset("build install publish".split()),
    "uv": frozenset("build sync publish".split()),
    "twine": frozenset("check upload".split()),
    "alembic": frozenset("downgrade stamp upgrade".split()),
    "cargo": frozenset("build package publish".split()),
}
# `make dist`, `make db-migrate`, `migrate_data.py`
_OF_JOB = regex(
    r"(?:^|[-_/.])(?:build|dist|migrate|migrations?|package|pex|seed|sdist|wheels?|whl)(?=[-_./]|$)"
)
_STAYS = regex(r"(?:^|[-_/.])(?:dev|run|serve|server|start|up|watch)(?=[-_./]|$)")
# Modules with which a program of Python waits for others, or goes on
_WAITING = frozenset(
    """asyncio cmd code concurrent http multiprocessing queue sched select selectors signal socket
    socketserver threading wsgiref xmlrpc""".split()
)
_STARTING = frozenset(
    """Popen call check_call check_output execl execv execve execvp getoutput popen run spawnl
    spawnv system""".split()
)
_BRIEF = frozenset(
    "chmod chown cp file git gzip ls mkdir mount mv rm sync tar umount unzip".split()
)


def is_one_shot(build: Build, step: Step, script: Script | None) -> bool:
    """Whether what CMD or ENTRYPOINT starts is a job, whose end comes without a signal."""
    if script is not None and _is_row_of_steps(script):
        return True
    return _starts_short_program(build, step)


def _is_row_of_steps(script: Script) -> bool:
    """Whether each of its commands does one thing: `yarn install && make dist`."""
    steps = [command for command in script.commands if command.name not in _AROUND]
    return bool(steps) and all(map(_is_step, steps))


def _is_step(command: Command) -> bool:
    texts = [written(word) for word in command.args]
    operands = [text for text in texts if not text.startswith("-") and "=" not in text]
    if command.name == "make":
        return bool(operands) and all(map(_is_named_job, operands))
    known = _STEPS.get(command.name)
    if known is not None:
        return not known.isdisjoint(operands[:1])
    if is_python(command.name):
        return _is_named_job(basename(operands[0])) if operands else False
    return _is_named_job(basename(command.name)) if "." in command.name else False


def _is_named_job(name: str) -> bool:
    return _OF_JOB.search(name) is not None and _STAYS.search(name) is None


def _starts_short_program(build: Build, step: Step) -> bool:
    """Whether it starts a file in Python that works on files, without waiting for anything."""
    for file in start_files(build):
        if file.started.step.instruction is not step.instruction:
            continue
        text = text_of(build, file)
        if text is None or build.context is None or may_be_rewritten(build, file):
            continue
        interpreter = interpreter_of(file, text)
        if interpreter is None or not is_python(interpreter.name):
            continue
        tree = python(build.context, file.origin)
        if tree is not None and _ends_by_itself(tree):
            return True
    return False


def _ends_by_itself(tree: ast.Module) -> bool:
    """Whether it has nothing but Python's own modules, no `while`, and starts what ends soon."""
    import ast  # noqa: PLC0415 - few commands get here

    for node in ast.walk(tree):
        if isinstance(node, ast.While):
            return False
        if not all(map(_is_brief_module, _imported(node))):
            return False
        if isinstance(node, ast.Call) and not _is_brief_call(node):
            return False
    return bool(tree.body)


def _imported(node: ast.AST) -> Iterator[str]:
    import ast  # noqa: PLC0415 - as above

    if isinstance(node, ast.Import):
        yield from (name.name for name in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield "." if node.level else node.module or ""


def _is_brief_module(module: str) -> bool:
    first, _, _ = module.partition(".")
    return first in sys.stdlib_module_names and first not in _WAITING


def _is_brief_call(call: ast.Call) -> bool:
    """Whether a call neither waits nor starts a program that may stay."""
    import ast  # noqa: PLC0415 - as above

    function = call.func
    name = function.attr if isinstance(function, ast.Attribute) else ""
    if isinstance(function, ast.Name):
        name = function.id
    if name in ("sleep", "input"):
        return False
    if name not in _STARTING:
        return True
    program, _, _ = _first_text(call.args[:1]).partition(" ")
    return basename(program) in _BRIEF


def _first_text(values: Sequence[ast.expr]) -> str:
    """The text with which a command line begins: of `["mount", …]` and of `f"mount {path}"`."""
    import ast  # noqa: PLC0415 - as above

    if not values:
        return ""
    value = values[0]
    if isinstance(value, ast.List | ast.Tuple):
        return _first_text(value.elts)
    if isinstance(value, ast.JoinedStr):
        return _first_text(value.values)
    is_text = isinstance(value, ast.Constant) and isinstance(value.value, str)
    return str(value.value) if is_text and isinstance(value, ast.Constant) else ""
