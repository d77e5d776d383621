"""Whether gunicorn waits so long for a worker that a slow disk does not matter."""

from __future__ import annotations

from lightship.build import Build
from lightship.facts.stages.final_image import image_env
from lightship.facts.start.launch import Launch
from lightship.regex import regex

_LONG = 600  # seconds: no disk blocks for so long
_VARIABLE = regex(r"\$(?:(?P<plain>\w+)|\{(?P<name>\w+)(?::?-(?P<default>[^}]*))?\})")
# `timeout = 0`, or a variable of the environment with that default
_IN_SETTINGS = regex(
    r"(?m)^timeout\s*=\s*(?:int\(\s*)?"
    r"(?:(?:os\.)?(?:environ\.get|getenv)\([^,()\n]*,\s*)?"
    r"[\"']?(?P<seconds>\d+)[\"']?\s*\)*\s*(?:#|;|$)"
)


def is_timeout_long(build: Build, launch: Launch) -> bool:
    """Whether the command gives ten minutes or more, or 0, which kills no worker."""
    for value, _ in launch.values("--timeout", "-t"):
        seconds = _expanded(build, launch, value)
        if _is_long(seconds):
            return True
    return False


def is_set_long(settings: str) -> bool:
    """The same of a configuration file."""
    match = _IN_SETTINGS.search(settings)
    if match is None:
        return False
    return _is_long(match["seconds"])


def _is_long(seconds: str) -> bool:
    if not seconds.isdecimal() or len(seconds) > 9:
        return False
    number = int(seconds)
    return number == 0 or number >= _LONG


def _expanded(build: Build, launch: Launch, value: str) -> str:
    """What a variable of the image or of the script stands for."""
    match = _VARIABLE.fullmatch(value)
    if match is None:
        return value
    name = match["plain"] or match["name"]
    assigned = launch.assigned.get(name)
    if assigned is not None:
        return assigned
    variable = image_env(build).get(name)
    if variable is not None:
        return variable.value
    return match["default"] or ""
