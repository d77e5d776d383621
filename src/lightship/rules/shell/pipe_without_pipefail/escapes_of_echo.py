"""RUN instructions whose echo prints one thing in dash, and another in bash."""

from __future__ import annotations

from lightship.build import Build
from lightship.dockerfile.tree import Stage
from lightship.regex import regex
from lightship.shell.commands import Command

_ESCAPE = regex(r"\\[abcfnrtv0\\]")


def last_escape(build: Build, stage: Stage) -> int:
    """Where the last RUN begins that means one thing to sh and another to bash, in the stage or
    in one that starts from it; -1 without one.
    """
    return build.once(_last_escapes).get(stage.index, -1)


def _last_escapes(build: Build) -> dict[int, int]:
    last: dict[int, int] = {}
    for call in build.commands("echo"):
        stage = build.dockerfile.stage_of(call.instruction)
        if stage is not None and _has_escape(call.command):
            last[stage.index] = call.instruction.span.start

    # The later stages first: what they have counts for those that they start from
    for stage in reversed(build.dockerfile.stages):
        base = build.base_of(stage)
        if base is not None and stage.index in last:
            last[base.index] = max(last.get(base.index, -1), last[stage.index])
    return last


def _has_escape(echo: Command) -> bool:
    """Whether the echo of dash replaces something in its operands, as XSI has it."""
    if echo.has("-e", "-ne", "-en"):
        return False
    for word in echo.args:
        text = word.text if word.value is None else word.value
        if _ESCAPE.search(text):
            return True
    return False
