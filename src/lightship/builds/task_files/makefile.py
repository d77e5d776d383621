"""Makefiles: recipes, with the variables that have one value.

Source: the GNU make manual, "Writing Recipes" and "How to Use Variables".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lightship.builds.build_words import may_build
from lightship.builds.commands.script_builds import script_builds
from lightship.builds.commands.script_text import ScriptText
from lightship.builds.definition import BuildSourceKind, Found, Written
from lightship.builds.task_files.shell_files import starts
from lightship.builds.workspace import Workspace, folder_of, rooted
from lightship.regex import regex

_ASSIGNMENT = regex(
    r"(?:export\s+|override\s+)*([\w.-]+)\s*(::?:?=|\?=|\+=|!=|=)\s*(.*)"
)
_TARGET = regex(r"([^\s:#=][^:#=]*):(?!=)")
# A variable that holds for one target, and for what it needs
_OF_TARGET = regex(
    r"([^\s:#=][^:#=]*):\s*((?:export\s+|override\s+)*[\w.-]+\s*(?:::?:?=|\?=|\+=|=).*)"
)
_REFERENCE = regex(r"\$(?:\$|\(([^()$]*)\)|\{([^{}$]*)\}|([\w@<^*?%]))")
_VARIABLE = regex(r"\$\(([\w.-]+)\)")
_FOLDER = regex(r"\bdir(?:name)?\b")
_WORD = regex(r"[A-Za-z_]\w*")
_DEEPEST = 8  # variables in variables
_LONGEST = 20_000  # characters of one command
_MOST_RECIPES = 5_000
_CURDIR = "${PWD}"  # of the shell that make starts; read again it is the same
_HERE = frozenset(
    {
        "CURDIR",
        "PWD",
        "shell pwd",
        "realpath .",
        "abspath .",
    }
)


def makefile_builds(workspace: Workspace, path: str) -> Iterator[Found]:
    """What the recipes build: each line is a script of its own."""
    data = workspace.read(path)
    if data is None or not may_build(data):
        return
    rows = list(_logical_lines(workspace.text(path) or ""))
    make = _Make(rows)
    name = path.rpartition("/")[2]
    # Only a file that is not named as make looks for it is read by another one
    folders = (folder_of(path),) if "akefile" in name else starts(path)
    target = ""
    recipes = 0
    for line, text in rows:
        if not text.startswith("\t"):
            match = _TARGET.match(text)
            target = match[1].strip() if match is not None else target
            continue
        # A line that is continued by an empty one keeps its end
        recipe = text.lstrip().lstrip("@-+").lstrip()
        command, reasons = make.expanded(recipe, target)
        recipes += 1
        if recipes > _MOST_RECIPES or not may_build(command.encode("utf-8", "replace")):
            continue
        yield from script_builds(
            workspace,
            ScriptText(
                command,
                path,
                folders,
                BuildSourceKind.SCRIPT,
                f"make {target}" if target else "a Makefile",
                _at(path, line),
                reasons=reasons,
            ),
        )


def _at(path: str, line: int) -> Callable[[int], Written]:
    """Where the lines of a command are written that begins at `line`."""
    return lambda inner: Written(path, line + inner - 1)


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their continuations, and the number of the first."""
    pending: list[str] = []
    first = 1
    for number, line in enumerate(text.split("\n"), 1):
        if not pending:
            first = number
        row = line.removesuffix("\r")
        pending.append(row)
        if not row.endswith("\\"):
            yield first, "\n".join(pending)
            pending = []
    if pending:
        yield first, "\n".join(pending)


def _closing(text: str, at: int) -> int:
    """Where the bracket that opened before `at` closes, past it; the end where it does not."""
    depth = 1
    while at < len(text) and depth:
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        at += 1
    return at


class _Make:
    """The variables of a Makefile; None where one has several values."""

    def __init__(self, rows: list[tuple[int, str]]) -> None:
        self.values: dict[str, str | None] = {}
        self.of_targets: dict[str, dict[str, str | None]] = {}
        self.target = ""
        for _, row in rows:
            text = row.strip().replace("\\\n", " ")
            if row.startswith("\t"):
                continue
            if (match := _ASSIGNMENT.fullmatch(text)) is not None:
                self._assign(self.values, *match.groups())
            elif (match := _OF_TARGET.fullmatch(text)) is not None:
                self._assign_for_targets(match[1].split(), match[2])

    def _assign_for_targets(self, targets: list[str], text: str) -> None:
        match = _ASSIGNMENT.fullmatch(text)
        assert match is not None
        for target in targets:
            values = self.of_targets.setdefault(target, {})
            self._assign(values, *match.groups())

    def _assign(
        self, values: dict[str, str | None], name: str, operator: str, value: str
    ) -> None:
        value = value.partition(" #")[0].strip()
        before = values.get(name, self.values.get(name))
        if operator == "!=":
            values[name] = None
        elif operator == "+=" and before is not None:
            values[name] = f"{before} {value}"
        elif name in values and values[name] != value:
            is_default = operator == "?="
            values[name] = values[name] if is_default else None
        else:
            values[name] = value

    def expanded(self, text: str, target: str) -> tuple[str, dict[str, str]]:
        """A command of a target with its variables; those that are not known are the shell's.

        With them comes why each is not known.
        """
        reasons: dict[str, str] = {}
        self.target, _, _ = target.partition(" ")
        return self._expanded(text, reasons, 0), reasons

    def _expanded(self, text: str, reasons: dict[str, str], depth: int) -> str:
        if depth > _DEEPEST or len(text) > _LONGEST:
            return self._unknown("it", reasons)
        text = self._without_nested(text, reasons)

        def value(name: str) -> str:
            return self._value(name.strip(), reasons, depth)

        parts = []
        at = 0
        for match in _REFERENCE.finditer(text):
            parts.append(text[at : match.start()])
            at = match.end()
            name = match[1] or match[2] or match[3]
            parts.append("$" if match[0] == "$$" else value(name or ""))
        parts.append(text[at:])
        return "".join(parts)

    def _without_nested(self, text: str, reasons: dict[str, str]) -> str:
        """A text in which the functions that have others in them are worked out."""
        parts = []
        at = 0
        while (start := text.find("$(", at)) >= 0:
            end = _closing(text, start + 2)
            inner = text[start + 2 : end - 1]
            is_shells = start > 0 and text[start - 1] == "$"
            parts.append(text[at:start])
            is_nested = "(" in inner and not is_shells
            parts.append(self._nested(inner, reasons) if is_nested else text[start:end])
            at = end
        parts.append(text[at:])
        return "".join(parts)

    def _nested(self, inner: str, reasons: dict[str, str]) -> str:
        """A function with another one in it: those that give the directory of the file."""
        whole = _VARIABLE.sub(
            lambda match: self.values.get(match[1]) or match[0], inner
        )
        is_folder = _FOLDER.search(whole) is not None and ".." not in whole
        if "MAKEFILE_LIST" in whole and is_folder:
            return _CURDIR
        return self._unknown(inner, reasons)

    def _value(self, name: str, reasons: dict[str, str], depth: int) -> str:
        if name in _HERE:
            return _CURDIR
        if name == "shell git rev-parse --show-toplevel":
            return rooted(".")
        if name == "MAKE":
            return "make"
        if name in reasons:
            return f"${{{name}}}"  # what stands for a function that is not known
        own = self.of_targets.get(self.target, {})
        value = own[name] if name in own else self.values.get(name)
        if value is None:
            return self._unknown(name, reasons)
        return self._expanded(value, reasons, depth + 1)

    def _unknown(self, name: str, reasons: dict[str, str]) -> str:
        """A variable of the shell in place of what is not known."""
        variable = name if _WORD.fullmatch(name) else f"LIGHTSHIP_{len(reasons)}"
        shown = f"$({name})" if len(name) < 60 else f"$({name[:60]}…)"
        reasons[variable] = f"{shown} is known only to make"
        return f"${{{variable}}}"
