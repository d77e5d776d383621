"""Commands that may put a copied virtual environment right."""

from __future__ import annotations

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.facts.stages.package_trees import Arrival

_MENDING = frozenset({"ln", "sed", "find", "uv", "virtualenv"})


def is_mended(build: Build, arrival: Arrival) -> bool:
    """Whether a command of the stage may fix the link, or rebuild the environment."""
    path = arrival.after.path
    for stage in build.lineage_of(arrival.copy.stage):
        for item in stage.instructions:
            if item.keyword != "RUN":
                continue
            if _mends(build, item, path):
                return True
    return False


def _mends(build: Build, run: Instruction, path: str) -> bool:
    text = run.span.of(build.dockerfile.text)
    if path not in text:
        return False
    others = text.replace(path, "")
    words = others.split()
    if "venv" in words:
        return True

    for script in build.scripts(run):
        for command in script.commands:
            if command.name in _MENDING:
                return True
    return False
