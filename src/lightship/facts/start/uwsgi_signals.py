"""Whether uWSGI ends by the signal to stop: its master takes SIGTERM for a reload.

Source: uWSGI's manual, "Managing the uWSGI server", Signals for controlling uWSGI.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.copies.sources import sources_of
from lightship.facts.stages.final_image import image_env
from lightship.regex import regex
from lightship.shell.commands import Command
from lightship.shell.specs import written

# One of them is in each file with settings of uWSGI
_SECTIONS = ("[uwsgi]", "uwsgi:", "<uwsgi", '"uwsgi"')
_SETTINGS = (".ini", ".yml", ".yaml", ".xml", ".json")
_DIES = regex(r"\bdie-on-term\b|\bhook-master-start\b")
_MASTER = regex(r"(?m)^[ \t]*[\"<]?master\b(?![ \t]*[=:][ \t]*(?:false|0|no)\b)")
_STOPS = frozenset({"SIGINT", "INT", "2", "SIGQUIT", "QUIT", "3"})


def uwsgi_acts_on_stop(build: Build, command: Command) -> bool | None:
    """Whether the uWSGI that a command starts ends by it; None where its settings are not known."""
    words = [written(word) for word in command.words]
    variables = image_env(build)
    settings = list(_settings(build))
    if any(map(_DIES.search, (*words, *settings))):
        return True
    if "UWSGI_DIE_ON_TERM" in variables or _has_own_signal(build):
        return True
    if "UWSGI_MASTER" in variables or any(map(_MASTER.search, settings)):
        return False
    if not {"--master", "-M"}.isdisjoint(words):
        return False if settings or not _names_settings(words) else None
    return True if settings or not _names_settings(words) else None


def _settings(build: Build) -> Iterator[str]:
    for text in sources_of(build, _SETTINGS):
        if any(section in text for section in _SECTIONS):
            yield text


def _names_settings(words: list[str]) -> bool:
    return any(word.endswith(_SETTINGS) for word in words)


def _has_own_signal(build: Build) -> bool:
    """Whether the image asks for a signal by which uWSGI ends."""
    for step in build.shipped_steps:
        if step.instruction.keyword == "STOPSIGNAL" and _STOPS.intersection(
            step.operands
        ):
            return True
    return False
