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
    if words and words[0].rpartition("/")[2] == "env":
        words = words[2:] if words[1:2] == ["-S"] else words[1:]
    path, *options = words or [""]
    name = path.rpartition("/")[2]
    if _PYTHON.fullmatch(name):
        name = "python3"
    if name not in KNOWN:
        raise ValueError(name)
    return name, [option for option in options if option not in _ENDS]
