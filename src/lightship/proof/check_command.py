"""By what a script of `--check-file` is run: the program of its first line, with its options."""

from __future__ import annotations

import shlex

from lightship.regex import regex

KNOWN = ("sh", "bash", "python3", "python")
_PYTHON = regex(r"python3(?:\.[0-9]{1,2})?")
_ENDS = ("-", "--")  # of options: what follows here is ours


def command_of(text: str) -> tuple[str, ...]:
    """The command that runs a script, whose text is its last word: so no file is written.

    A ValueError says which interpreter its first line names, where that is none of KNOWN.
    """
    name, options = _interpreter(text)
    if name.startswith("python"):
        return (name, *options, "-c", text)
    return (name, *options, "-c", f"exec 2>&1\n{text}")


def _interpreter(text: str) -> tuple[str, list[str]]:
    """`bash` and `-eu` of `#!/bin/bash -eu`; the shell where no line names one."""
    first = text.partition("\n")[0].strip()
    if not first.startswith("#!"):
        return "sh", []
    words = shlex.split(first.removeprefix("#!"))
    path, *options = _without_env(words) or [""]
    name = _base_name(path)
    if _PYTHON.fullmatch(name):
        name = "python3"
    if name not in KNOWN:
        raise ValueError(name)
    kept = [option for option in options if option not in _ENDS]
    return name, kept


def _without_env(words: list[str]) -> list[str]:
    """The words after `/usr/bin/env`, which may be told to split them."""
    if not words or _base_name(words[0]) != "env":
        return words
    if words[1:2] == ["-S"]:
        return words[2:]
    return words[1:]


def _base_name(path: str) -> str:
    return path.rpartition("/")[2]
