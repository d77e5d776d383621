"""The options of a shell: those it starts with, and what `set` does (POSIX.1-2024, `set`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeGuard

_LETTERS = {
    "a": "allexport",
    "b": "notify",
    "C": "noclobber",
    "e": "errexit",
    "f": "noglob",
    "h": "hashall",
    "m": "monitor",
    "n": "noexec",
    "u": "nounset",
    "v": "verbose",
    "x": "xtrace",
}
_FILE_OPTIONS = ("--rcfile", "--init-file")


def after_set(options: frozenset[str], args: Sequence[str | None]) -> frozenset[str]:
    """The options after `set args`; an argument that is not known ends it."""
    changed = set(options)
    rest = iter(args)
    for arg in rest:
        if not _is_option(arg):
            break
        for letter in arg[1:]:
            name = next(rest, None) if letter == "o" else _LETTERS.get(letter)
            if not name:
                continue
            if arg.startswith("-"):
                changed.add(name)
            else:
                changed.discard(name)
    return frozenset(changed)


def _is_option(arg: str | None) -> TypeGuard[str]:
    if not arg or arg in ("-", "--", "+"):
        return False
    return arg.startswith(("-", "+"))


def start_options(args: Sequence[str]) -> tuple[frozenset[str], int | None]:
    """How `sh args` starts: its options, and where in `args` the script is that `-c` asks for.

    None without `-c`.
    """
    options: frozenset[str] = frozenset()
    is_script = False
    at = 0
    while at < len(args):
        arg = args[at]
        if arg == "-" or not arg.startswith(("-", "+")):
            break
        at += 1
        if arg == "--":
            break
        if arg.startswith("--"):
            at += arg in _FILE_OPTIONS
            continue

        # Each `o` takes the name of an option, each `O` that of one of bash's own
        values = arg.count("o") + arg.count("O")
        is_script = is_script or "c" in arg
        letters = arg.replace("O", "").replace("c", "")
        options = after_set(options, [letters, *args[at : at + values]])
        at += values
    return options, at if is_script else None
