"""The program that a command line starts in the end, after all starters and after Python."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.record import record
from lightship.shell.python_calls import python_call
from lightship.shell.specs import written
from lightship.shell.starter import Starter
from lightship.shell.starters import starter_at
from lightship.shell.words import Word

_MODULE_OPTIONS = ("-m", "--module")
_FILE_OPTIONS = ("-s", "--script", "--gui-script")


@record
class Program:
    """What words start.

    `name` is the last part of the program's path: flask for `python -m flask`, main.py for
    `python app/main.py`. It is empty where the words only start something, and where Python is
    given code or nothing. `starters` come first, then `interpreter`, the words of Python, then
    `words`, the program and its arguments. `is_module` says that Python is given the name of a
    module, not a path.
    """

    name: str
    starters: tuple[Starter, ...]
    interpreter: tuple[Word, ...]
    words: tuple[Word, ...]
    is_module: bool = False

    @property
    def awaits_command(self) -> bool:
        """Whether the words are starters alone, which start what is added to them."""
        return bool(self.starters) and not self.interpreter and not self.words


def program_of(words: Sequence[Word]) -> Program:
    """What a command line starts."""
    starters: list[Starter] = []
    at = 0
    while at < len(words):
        found = starter_at(words, at)
        if found is None:
            break
        starter, end = found
        starters.append(starter)
        program = _run_by_starter(starters, words, at, end)
        if program is not None:
            return program
        at = end

    rest = tuple(words[at:])
    call = python_call(rest)
    if call is None:
        name = _name_of(rest, starters)
        return Program(name, tuple(starters), (), rest)
    if call.target is None:
        return Program("", tuple(starters), rest, ())
    arguments = rest[call.at + 1 :]
    return Program(
        _last_part(call.name),
        tuple(starters),
        interpreter=rest[: call.at],
        words=(call.target, *arguments),
        is_module=call.kind == "module",
    )


def _run_by_starter(
    starters: Sequence[Starter], words: Sequence[Word], at: int, end: int
) -> Program | None:
    """The program where the starter has Python run it: `uv run app.py`, `uv run -m flask`."""
    if end >= len(words) or not starters[-1].runs_files:
        return None
    name = _last_part(written(words[end]))
    option = words[end - 1].value
    is_module = option in _MODULE_OPTIONS
    if not (is_module or option in _FILE_OPTIONS or name.endswith(".py")):
        return None
    return Program(
        name,
        tuple(starters),
        interpreter=tuple(words[at:end]),
        words=tuple(words[end:]),
        is_module=is_module,
    )


def _name_of(words: Sequence[Word], starters: Sequence[Starter]) -> str:
    """The program's name, without the version that a package may have: `npx http-server@14`."""
    if not words:
        return ""
    name = _last_part(written(words[0]))
    if not starters or not starters[-1].fetches:
        return name
    package, _, _ = name.partition("@")
    package, _, _ = package.partition("==")
    return package or name


def _last_part(path: str) -> str:
    _, _, name = path.rpartition("/")
    return name
