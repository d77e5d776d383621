"""The options of a shell: those it is started with, and what `set` does to them (POSIX.1-2024, `set`)."""

from __future__ import annotations

from collections.abc import Sequence

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


def after_set(options: frozenset[str], args: Sequence[str | None]) -> frozenset[str]:
    """The options after `set args`; an argument that is not known ends it."""
    changed, rest = set(options), iter(args)
    for arg in rest:
        if not arg or arg[0] not in "-+" or arg in ("-", "--", "+"):
            break
        for letter in arg[1:]:
            name = next(rest, None) if letter == "o" else _LETTERS.get(letter)
            if name and arg[0] == "-":
                changed.add(name)
            elif name:
                changed.discard(name)
    return frozenset(changed)


def start_options(args: Sequence[str]) -> tuple[frozenset[str], int | None]:
    """How `sh args` starts: its options, and where in `args` the script is that `-c` asks for (None without `-c`)."""
    options: frozenset[str] = frozenset()
    command, at = False, 0
    while at < len(args) and args[at][:1] in ("-", "+") and args[at] not in ("-", "--"):
        arg, at = args[at], at + 1
        if arg.startswith("--"):
            at += arg in ("--rcfile", "--init-file")
            continue
        values = arg.count("o") + arg.count("O")
        command = command or "c" in arg
        options = after_set(
            options, [arg.replace("O", "").replace("c", ""), *args[at : at + values]]
        )
        at += values
    if at < len(args) and args[at] == "--":
        at += 1
    return options, at if command else None
