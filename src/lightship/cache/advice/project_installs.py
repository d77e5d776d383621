"""Steps that install the project alone, because an earlier one has installed its dependencies.

`uv sync` after `uv sync --no-install-project` finds everything in place but the project: it is
rebuilt as often as before, in a fraction of the time.
"""

from __future__ import annotations

from collections.abc import Sequence

from lightship.cache.replay.results import StepHistory

# An install, and the options with which it leaves the project out
_LEAVE_OUT = {
    "uv sync": ("--no-install-project", "--no-install-workspace"),
    "poetry install": ("--no-root",),
    "pdm install": ("--no-self",),
    "pdm sync": ("--no-self",),
}


def installs_project_alone(step: StepHistory, steps: Sequence[StepHistory]) -> bool:
    """Whether the dependencies that a step would install are there from another of its stage."""
    for earlier in steps:
        if earlier.stage != step.stage or earlier.line >= step.line:
            continue
        if _leaves_only_project(earlier.instruction, step.instruction):
            return True
    return False


def _leaves_only_project(earlier: str, later: str) -> bool:
    """Whether both install, and only the earlier one leaves the project out."""
    for command, options in _LEAVE_OUT.items():
        if command not in earlier or command not in later:
            continue
        for option in options:
            if option in earlier and option not in later:
                return True
    return False
