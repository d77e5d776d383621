"""What differs between the configs of two images, setting by setting.

Values are without secrets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from lightship.image.image import HistoryRow, Image
from lightship.inspection.comparison import ConfigChange
from lightship.inspection.config_settings import as_json, masked, settings

_ROW = ("created_by", "comment", "author")
# The keys of a config that are looked at one by one, or say what the layers are.
_KNOWN = {"config", "history", "rootfs", "created", "os", "architecture", "variant"}
_KNOWN_INSIDE = set(
    "User Env Entrypoint Cmd WorkingDir ExposedPorts Volumes Labels StopSignal Healthcheck Shell OnBuild".split()
)
# What the classic builder notes of the containers and images on its way, another for each build.
_OF_ONE_BUILD = {"container", "container_config", "Hostname", "Image"}


def config_changes(
    before: Image, after: Image, semantic: bool
) -> Iterator[ConfigChange]:
    """Platform first, then what a container starts with, what else the documents hold, history.

    Times last.
    """
    if before.platform != after.platform:
        yield ConfigChange("platform", str(before.platform), str(after.platform))
    yield from _differing(settings(before.config), settings(after.config))
    ignored = _OF_ONE_BUILD if semantic else set()
    yield from _differing(
        _others(before.config.raw, ignored), _others(after.config.raw, ignored)
    )
    rows = _numbered(
        [_words(row) for row in before.history], [_words(row) for row in after.history]
    )
    yield from _differing(*rows)
    if not semantic:
        yield from _times(before, after)


def _differing(
    old: Mapping[str, str], new: Mapping[str, str]
) -> Iterator[ConfigChange]:
    """In the order of the first, then what only the second has."""
    for name in (*old, *(name for name in new if name not in old)):
        if old.get(name) != new.get(name):
            values = (side.get(name) for side in (old, new))
            yield ConfigChange(
                name,
                *(value if value is None else masked(name, value) for value in values),
            )


def _others(raw: Mapping[str, Any], ignored: Iterable[str]) -> dict[str, str]:
    """The keys of a config whose meaning, if any, does not concern its content."""
    inner = raw.get("config")
    found = {key: raw[key] for key in sorted(raw) if key not in _KNOWN}
    if isinstance(inner, dict):
        found |= {
            f"config.{key}": inner[key]
            for key in sorted(inner)
            if key not in _KNOWN_INSIDE
        }
    return {
        key: as_json(value)
        for key, value in found.items()
        if value not in (None, "", False, [], {})
        and key.removeprefix("config.") not in ignored
    }


def _words(row: HistoryRow) -> str:
    """What a row of history says but for its time."""
    return " ".join(filter(None, (getattr(row, name) for name in _ROW))) or "-"


def _numbered(
    old: Sequence[str], new: Sequence[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Rows by number, but for those alike at the end: so one row less is one difference."""
    shorter = min(len(old), len(new))
    head = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    tail = next(
        (at for at in range(shorter - head) if old[-1 - at] != new[-1 - at]),
        shorter - head,
    )
    return (
        {
            f"history {at + 1}": text
            for at, text in enumerate(old)
            if at < len(old) - tail
        },
        {
            f"history {at + 1}": text
            for at, text in enumerate(new)
            if at < len(new) - tail
        },
    )


def _times(before: Image, after: Image) -> Iterator[ConfigChange]:
    """The time of the image; and of history, where the rows say the same but for that."""
    sides = [
        {"created": image.config.created} if image.config.created else {}
        for image in (before, after)
    ]
    yield from _differing(*sides)
    if list(map(_words, before.history)) == list(map(_words, after.history)):
        rows = [
            {
                f"history {at} created": row.created
                for at, row in enumerate(image.history, start=1)
            }
            for image in (before, after)
        ]
        yield from _differing(*rows)
