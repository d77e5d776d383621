"""justfile, Taskfile.yml, package.json, pyproject.toml and their like: named commands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lightship.builds.build_words import may_build
from lightship.builds.ci.job_commands import JobCommands, documents, job_builds
from lightship.builds.commands.script_builds import script_builds
from lightship.builds.commands.script_text import ScriptText
from lightship.builds.definition import BuildSourceKind, Found, Written
from lightship.builds.workspace import Workspace, folder_of, joined, rooted
from lightship.builds.yaml_tree import YamlNode
from lightship.regex import regex

_JUST_VALUE = regex(r"\{\{([^{}]*)\}\}")
_JUST_ASSIGNMENT = regex(r"(?:export\s+)?([A-Za-z_][\w-]*)\s*:=\s*(.+)")
_JUST_RECIPE = regex(r"@?([A-Za-z_][\w-]*)(?:\s[^:\n]*)?:(?!=)")
_QUOTED = regex(r"'([^']*)'|\"([^\"\\]*)\"")
_TASK_VALUE = regex(r"\{\{-?\s*\.(\w+)\s*-?\}\}")
_HERE = frozenset({"justfile_directory()", "justfile_dir()", "source_directory()"})
_TASK_TABLES = ("tasks", "scripts")
_DEEPEST = 8


def just_builds(workspace: Workspace, path: str) -> Iterator[Found]:
    """Recipes of a justfile: each line is a script, and so is a recipe that begins with `#!`."""
    if not may_build(workspace.read(path)):
        return
    text = workspace.text(path) or ""
    values = _just_values(text)
    for name, first, rows in _just_recipes(text):
        body = "\n".join(row.strip().lstrip("@-") for row in rows)
        is_script = bool(rows) and rows[0].strip().startswith("#!")
        parts = [(first, body)]
        if not is_script:
            parts = list(_lines_of(first, body))
        for line, part in parts:
            command, reasons = _replaced(
                _JUST_VALUE, part, values, folder_of(path), "just"
            )
            yield from script_builds(
                workspace,
                ScriptText(
                    command,
                    path,
                    (folder_of(path),),
                    BuildSourceKind.SCRIPT,
                    f"just {name}",
                    _at(path, line),
                    reasons=reasons,
                ),
            )


def _at(path: str, line: int) -> Callable[[int], Written]:
    """Where the lines of a command are written that begins at `line`."""
    return lambda inner: Written(path, line + inner - 1)


def _lines_of(first: int, body: str) -> Iterator[tuple[int, str]]:
    """The lines of a recipe with their continuations."""
    pending: list[str] = []
    begin = first
    for number, row in enumerate(body.split("\n"), first):
        if not pending:
            begin = number
        pending.append(row)
        if not row.endswith("\\"):
            yield begin, "\n".join(pending)
            pending = []
    if pending:
        yield begin, "\n".join(pending)


def _just_values(text: str) -> dict[str, str]:
    """Variables with a text; what is computed is left out."""
    values: dict[str, str] = {}
    for line in text.split("\n"):
        match = _JUST_ASSIGNMENT.fullmatch(line.strip())
        if match is None or line[:1] in (" ", "\t"):
            continue
        value = match[2].strip()
        quoted = _QUOTED.fullmatch(value)
        if quoted is not None:
            values[match[1]] = quoted[1] if quoted[1] is not None else quoted[2]
        elif value in _HERE:
            values[match[1]] = f"{{{{{value}}}}}"
    return values


def _just_recipes(text: str) -> Iterator[tuple[str, int, list[str]]]:
    """Each recipe: its name, the line of its body, and its rows."""
    name = ""
    first = 0
    rows: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line[:1] in (" ", "\t") and name:
            rows.append(line)
            continue
        if not line.strip() and rows:
            rows.append("")
            continue
        if rows:
            yield name, first, rows
        match = _JUST_RECIPE.match(line)
        name = match[1] if match is not None else ""
        first, rows = number + 1, []
    if rows:
        yield name, first, rows


def _replaced(
    pattern: re.Pattern[str],
    text: str,
    values: Mapping[str, str],
    folder: str,
    program: str,
    depth: int = 0,
) -> tuple[str, dict[str, str]]:
    """A command with the values of a program; those that are not known become the shell's."""
    reasons: dict[str, str] = {}

    def value(match: re.Match[str]) -> str:
        name = match[1].strip()
        if name in _HERE:
            return rooted(folder)
        known = values.get(name)
        if known is not None and depth < _DEEPEST:
            inner, more = _replaced(pattern, known, values, folder, program, depth + 1)
            reasons.update(more)
            return inner
        variable = f"LIGHTSHIP_{depth}_{len(reasons)}"
        reasons[variable] = f"{match[0][:60]} is known only to {program}"
        return f"${{{variable}}}"

    return pattern.sub(value, text), reasons


def task_builds(workspace: Workspace, path: str) -> Iterator[Found]:
    """Tasks of a Taskfile.yml."""
    for tree in documents(workspace, path):
        tasks = tree.get("tasks")
        for name, task in (tasks.entries if tasks is not None else {}).items():
            values = {
                **_task_values(tree.get("vars")),
                **_task_values(task.get("vars")),
                "ROOT_DIR": rooted(folder_of(path)),
                "TASKFILE_DIR": rooted(folder_of(path)),
            }
            folder = folder_of(path)
            own = task.get("dir")
            if own is not None and own.text is not None:
                text, reasons = _replaced(_TASK_VALUE, own.text, values, folder, "task")
                place = joined(folder, text)
                if place is None or reasons:
                    continue
                folder = place
            for command in _task_commands(task):
                yield from _task_command(workspace, path, name, command, values, folder)


def _task_values(node: YamlNode | None) -> dict[str, str]:
    entries = node.entries if node is not None else {}
    return {name: item.text for name, item in entries.items() if item.text is not None}


def _task_commands(task: YamlNode) -> Iterator[YamlNode]:
    node = task.get("cmds") or task.get("cmd") or task
    for item in node.items or [node]:
        command = item.get("cmd") or item
        if command.text is not None:
            yield command


def _task_command(
    workspace: Workspace,
    path: str,
    name: str,
    command: YamlNode,
    values: Mapping[str, str],
    folder: str,
) -> Iterator[Found]:
    text, reasons = _replaced(
        _TASK_VALUE, command.text or "", values, folder_of(path), "task"
    )
    text, more = _replaced(_TEMPLATE_GROUP, text, {}, folder, "task", _DEEPEST)
    node = YamlNode(text, command.line, is_block=command.is_block)
    yield from job_builds(
        workspace,
        JobCommands(
            path, f"task {name}", [node], folder=folder, reasons={**reasons, **more}
        ),
    )


_TEMPLATE_GROUP = regex(r"\{\{([^{}]*)\}\}")


def package_json_builds(workspace: Workspace, path: str) -> Iterator[Found]:
    """`scripts` of a package.json."""
    for tree in documents(workspace, path):
        scripts = tree.get("scripts")
        for name, node in (scripts.entries if scripts is not None else {}).items():
            yield from job_builds(
                workspace,
                JobCommands(path, f"script {name}", [node], folder=folder_of(path)),
            )


def toml_task_builds(workspace: Workspace, path: str) -> Iterator[Found]:
    """Tasks of pyproject.toml, Pipfile, hatch.toml and pixi.toml.

    They are those of poe, taskipy, PDM, Hatch, pixi and pipenv.
    """
    if not may_build(workspace.read(path)):
        return
    import tomllib  # noqa: PLC0415 - only where a manifest builds something

    text = workspace.text(path) or ""
    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError):
        return
    for name, command in _toml_commands(tables, 0):
        yield from script_builds(
            workspace,
            ScriptText(
                command,
                path,
                (folder_of(path),),
                BuildSourceKind.SCRIPT,
                f"task {name}",
                _at(path, _line_of(text, command)),
            ),
        )


def _toml_commands(table: Any, depth: int) -> Iterator[tuple[str, str]]:
    """The texts below tables that hold tasks, each with the name of its task."""
    if depth > _DEEPEST or not isinstance(table, dict):
        return
    for key, value in table.items():
        if key in _TASK_TABLES and isinstance(value, dict):
            for task, command in value.items():
                for text in _texts(command, 0):
                    yield task, text
        elif depth < _DEEPEST:
            yield from _toml_commands(value, depth + 1)


def _texts(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif depth < _DEEPEST and isinstance(value, list | dict):
        items = value.values() if isinstance(value, dict) else value
        for item in items:
            yield from _texts(item, depth + 1)


def _line_of(text: str, command: str) -> int:
    """The line where a command is written; TOML's own parser does not tell."""
    start = command.strip().split("\n")[0][:60]
    at = text.find(start)
    return text.count("\n", 0, max(at, 0)) + 1
