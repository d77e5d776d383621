"""Whether instructions name files of the working directory, as it is before them."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.regex import regex
from lightship.shell.commands import Script
from lightship.shell.python_calls import python_call

_STARTS = ("CMD", "ENTRYPOINT")
# `.`, `./run`, `*.sh`, `bin/run`, `start.sh`; neither an option, nor a URL, nor a package@1.2
_RELATIVE = regex(
    r"\.{1,2}(?:/.*)?|[\w.-]*\*[\w.*-]*"
    r"|[A-Za-z_][\w.-]*/[\w./*-]*"
    r"|[\w.-]+\.(?:sh|py|txt|toml|lock|cfg|json|ya?ml|whl|deb|rpm|tar|t?gz|zip|jar)"
)


def relies_on_directory(build: Build, items: Sequence[Instruction]) -> bool:
    """Whether one of `items` has a relative path, until WORKDIR sets another directory.

    Such a path is an operand of COPY, the target of a mount, or a word of a command; what follows
    a `cd` to an absolute path is not looked at.
    """
    targets = {
        copying.instruction: copying.destination.value or ""
        for copying in build.copyings()
    }
    for item in items:
        if item.keyword == "WORKDIR":
            return False
        target = targets.get(item, "/")
        if not target.startswith(("/", "$")):
            return True
        if _has_relative_mount(build, item):
            return True
        if any(_is_relative(script, item.keyword) for script in build.scripts(item)):
            return True
    return False


def _has_relative_mount(build: Build, item: Instruction) -> bool:
    if item.keyword != "RUN":
        return False
    targets = [mount.target for mount in build.mounts(item)]
    return any(target and not target.startswith("/") for target in targets)


def _is_relative(script: Script, keyword: str) -> bool:
    for command in script.commands:
        if command.name == "cd":
            target = "".join(command.argument_texts)
            return not target.startswith("/")
        if keyword in _STARTS:
            call = python_call(command.words)
            if call is not None and call.kind == "module":
                return True
        texts = [word.value or word.text for word in command.all_words]
        if any(map(_RELATIVE.fullmatch, texts)):
            return True
    return False
