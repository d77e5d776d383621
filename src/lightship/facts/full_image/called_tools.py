"""The commands of RUN and of the start that a slim image lacks."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Invocation
from lightship.facts.full_image.stages_on_image import StagesOnImage
from lightship.shell.python_calls import is_python

_KEYWORDS = ("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK")
_SHELLS = frozenset(("sh", "bash", "dash", "ash", ".", "source"))


def called_tools(stages: StagesOnImage) -> Iterator[str]:
    """Commands that the slim image lacks, and scripts that cannot be read."""
    missing = stages.missing
    for call in stages.build.commands(keywords=_KEYWORDS):
        if call.instruction not in stages.instructions:
            continue

        name = call.command.name
        ran_by = call.instruction.trigger or call.instruction
        if name in missing:
            yield name
        elif name == "tar" and (packer := _packer(call)) in missing:
            yield packer
        elif _runs_setup(call):
            # It may have an extension in C
            if "gcc" in missing:
                yield "setup.py"
        elif ran_by.keyword == "RUN" and _runs_script(call):
            yield call.command.words[0].text


def _runs_setup(call: Invocation) -> bool:
    command = call.command
    if command.name == "setup.py":
        return True
    return is_python(command.name) and command.has("setup.py")


def _packer(call: Invocation) -> str:
    """What tar needs to unpack: xz, bzip2, or nothing that the slim image lacks."""
    words = [word.prefix for word in call.command.args]
    letters = ""
    if words and not words[0].startswith("--"):
        letters = words[0].lstrip("-")

    names = " ".join(words)
    if "J" in letters or ".xz" in names or ".txz" in names:
        return "xz"
    if "j" in letters or ".bz2" in names or ".tbz" in names:
        return "bzip2"
    return ""


def _runs_script(call: Invocation) -> bool:
    """Whether it runs a script of the project: what that needs is unknown."""
    words = call.command.words
    if not words:
        return False
    if call.command.name in _SHELLS:
        if len(words) == 1 or words[1].prefix.startswith("-"):
            return False
        return not words[1].suffix.endswith("activate")
    path = words[0].prefix
    return path.startswith(("./", "../")) or path.endswith(".sh")
