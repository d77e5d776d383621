"""Which interpreter reads a script, and with which options: SHELL, `#!`, `sh -c` (sh(1), bash(1))."""

from __future__ import annotations

from functools import lru_cache

from lightship.record import record
from lightship.shell.shell_options import start_options

SHELLS = frozenset(
    ("sh", "bash", "dash", "ash", "rbash", "ksh", "mksh", "zsh", "yash", "posh")
)
DEFAULT = ("/bin/sh", "-c")  # what BuildKit runs on Linux where SHELL says nothing


@record
class Interpreter:
    """`known` is whether its language is read here; `name` without path and `.exe`."""

    name: str
    options: frozenset[str]
    known: bool


def program(value: str) -> str:
    """The name of the program at a path of any system."""
    return value.replace("\\", "/").rpartition("/")[2].removesuffix(".exe")


@lru_cache(maxsize=32)
def from_shell(argv: tuple[str, ...]) -> Interpreter:
    """The interpreter that SHELL `argv` starts; what stands before it, such as `conda run -n env`, is passed over."""
    for at in range(len(argv) - 1, -1, -1):
        name = program(argv[at])
        if name in SHELLS:
            options, script = start_options(argv[at + 1 :])
            return Interpreter(name, options, script == len(argv) - at - 1)
    return Interpreter(program(argv[0]) if argv else "", frozenset(), False)


def from_first_line(script: str) -> Interpreter | None:
    """The interpreter that `#!` asks for; None where the script does not begin with one."""
    if not script.startswith("#!"):
        return None
    argv = script[2:].partition("\n")[0].split()
    if argv and program(argv[0]) == "env":
        argv = [
            word
            for word in argv[1:]
            if word not in ("-S", "-i", "--") and "=" not in word
        ]
    name = program(argv[0]) if argv else ""
    return Interpreter(name, start_options(argv[1:])[0], name in SHELLS)
