"""Which interpreter reads a script, with which options: SHELL, `#!`, `sh -c` (sh(1), bash(1))."""

from __future__ import annotations

from functools import lru_cache

from lightship.record import record
from lightship.shell.shell_options import start_options

SHELLS = frozenset(
    {
        "sh",
        "bash",
        "dash",
        "ash",
        "rbash",
        "ksh",
        "mksh",
        "zsh",
        "yash",
        "posh",
    }
)
# What BuildKit runs on Linux where SHELL says nothing
DEFAULT = ("/bin/sh", "-c")
# What `env` takes before the interpreter
_OF_ENV = ("-S", "-i", "--")


@record
class Interpreter:
    """`known` is whether its language is read here; `name` without path and `.exe`."""

    name: str
    options: frozenset[str]
    known: bool


def program(value: str) -> str:
    """The name of the program at a path of any system."""
    path = value.replace("\\", "/")
    _, _, name = path.rpartition("/")
    return name.removesuffix(".exe")


@lru_cache(maxsize=32)
def from_shell(argv: tuple[str, ...]) -> Interpreter:
    """The interpreter that SHELL `argv` starts.

    What stands before it, such as `conda run -n env`, is passed over.
    """
    for at in reversed(range(len(argv))):
        name = program(argv[at])
        if name in SHELLS:
            args = argv[at + 1 :]
            options, script = start_options(args)
            return Interpreter(name, options, script == len(args))
    name = program(argv[0]) if argv else ""
    return Interpreter(name, frozenset(), False)


def from_first_line(script: str) -> Interpreter | None:
    """The interpreter that `#!` asks for; None where the script does not begin with one."""
    if not script.startswith("#!"):
        return None
    first_line, _, _ = script.partition("\n")
    argv = first_line.removeprefix("#!").split()
    if argv and program(argv[0]) == "env":
        argv = [word for word in argv[1:] if not _is_of_env(word)]
    if not argv:
        return Interpreter("", frozenset(), False)
    name = program(argv[0])
    options, _ = start_options(argv[1:])
    return Interpreter(name, options, name in SHELLS)


def _is_of_env(word: str) -> bool:
    return word in _OF_ENV or "=" in word
