"""What differs between the configs of two images, setting by setting.

Values are without secrets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from lightship.image.image import HistoryRow, Image
from lightship.inspection.comparison import ConfigChange
from lightship.inspection.config_settings import as_json, masked, settings

Settings = Mapping[str, str]  # the text of each, by its name

_NOTHING: tuple[Any, ...] = (None, "", False, [], {})
# The keys of a config that are looked at one by one, or say what the layers are.
_KNOWN = {"config", "history", "rootfs", "created", "os", "architecture", "variant"}
_KNOWN_INSIDE = set(
    "User Env Entrypoint Cmd WorkingDir ExposedPorts Volumes Labels StopSignal".split()
    + "Healthcheck Shell OnBuild".split()
)
# What the classic builder notes of the containers and images on its way, another for each build.
_OF_ONE_BUILD = {"container", "container_config", "Hostname", "Image"}


def config_changes(
    before: Image,
    after: Image,
    semantic: bool,
) -> Iterator[ConfigChange]:
    """Platform first, then what a container starts with, what else the documents hold, history.

    Times last.
    """
    if before.platform != after.platform:
        yield ConfigChange("platform", str(before.platform), str(after.platform))
    yield from _differing(settings(before.config), settings(after.config))

    ignored = _OF_ONE_BUILD if semantic else set()
    old_others = _others(before.config.raw, ignored)
    new_others = _others(after.config.raw, ignored)
    yield from _differing(old_others, new_others)

    old_rows = list(map(_words, before.history))
    new_rows = list(map(_words, after.history))
    yield from _differing(*_numbered(old_rows, new_rows))
    if semantic:
        return

    yield from _differing(_created(before), _created(after))
    # Rows that say something else have other times anyway
    if old_rows == new_rows:
        yield from _differing(_row_times(before), _row_times(after))


def _differing(
    old: Settings,
    new: Settings,
) -> Iterator[ConfigChange]:
    """In the order of the first, then what only the second has."""
    for name in dict.fromkeys((*old, *new)):
        before = old.get(name)
        after = new.get(name)
        if before != after:
            yield ConfigChange(name, _masked(name, before), _masked(name, after))


def _masked(name: str, value: str | None) -> str | None:
    return None if value is None else masked(name, value)


def _others(raw: Mapping[str, Any], ignored: Iterable[str]) -> Settings:
    """The keys of a config whose meaning, if any, does not concern its content."""
    texts = dict(_texts(raw, _KNOWN, ignored))
    inner = raw.get("config")
    if isinstance(inner, dict):
        for key, text in _texts(inner, _KNOWN_INSIDE, ignored):
            texts[f"config.{key}"] = text
    return texts


def _texts(
    values: Mapping[str, Any],
    known: set[str],
    ignored: Iterable[str],
) -> Iterator[tuple[str, str]]:
    """The keys that are not known, and hold something."""
    for key in sorted(values.keys() - known):
        value = values[key]
        if key not in ignored and value not in _NOTHING:
            yield key, as_json(value)


def _words(row: HistoryRow) -> str:
    """What a row of history says but for its time."""
    texts = (row.created_by, row.comment, row.author)
    return " ".join(filter(None, texts)) or "-"


def _numbered(
    old: Sequence[str],
    new: Sequence[str],
) -> tuple[Settings, Settings]:
    """Rows by number, but for those alike at the end: so one row less is one difference."""
    tail = _alike_at_the_end(old, new)
    old_end = len(old) - tail
    new_end = len(new) - tail
    return _rows(old[:old_end]), _rows(new[:new_end])


def _alike_at_the_end(old: Sequence[str], new: Sequence[str]) -> int:
    """How many rows are the same from the end, but for those that are from the start."""
    shorter = min(len(old), len(new))
    head = 0
    while head < shorter and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < shorter - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return tail


def _rows(texts: Sequence[str]) -> Settings:
    return {f"history {number}": text for number, text in enumerate(texts, 1)}


def _created(image: Image) -> Settings:
    created = image.config.created
    return {"created": created} if created else {}


def _row_times(image: Image) -> Settings:
    rows = enumerate(image.history, 1)
    return {f"history {number} created": row.created for number, row in rows}
