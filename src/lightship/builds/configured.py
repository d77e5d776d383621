"""`[[build]]` of the configuration: builds that a user has written down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lightship.builds.build_paths import is_remote
from lightship.builds.definition import (
    BuildDefinition,
    BuildSourceKind,
    Purpose,
    Written,
)
from lightship.builds.workspace import folder_of, joined
from lightship.repository_facts import GivenLabel

_TEXTS = ("dockerfile", "context", "target", "purpose")
_TABLES = ("args", "contexts", "labels")
_LISTS = ("platforms",)
KEYS = (*_TEXTS, *_TABLES, *_LISTS)


def check_tables(tables: Any) -> tuple[Mapping[str, Any], ...]:
    """Tables of the configuration as they are. A TypeError or ValueError for the first problem."""
    if not isinstance(tables, list) or not all(
        isinstance(item, dict) for item in tables
    ):
        raise TypeError("must be a list of tables: [[build]]")
    for table in tables:
        _check(table)
    return tuple(tables)


def _check(table: Mapping[str, Any]) -> None:
    if "dockerfile" not in table:
        raise ValueError("needs the key dockerfile")
    for key, value in table.items():
        if key not in KEYS:
            known = ", ".join(KEYS)
            raise ValueError(f"has the unknown key {key!r}; there are {known}")
        _check_value(key, value)

    purposes = [purpose.value for purpose in Purpose]
    if table.get("purpose", "unknown") not in purposes:
        raise ValueError(f"needs one of {', '.join(purposes)} for purpose")


def _check_value(key: str, value: Any) -> None:
    if key in _TEXTS:
        if not isinstance(value, str):
            raise TypeError(f"needs a string for {key}")
    elif key in _TABLES:
        if not isinstance(value, dict) or not _all_strings(value.values()):
            raise TypeError(f"needs a table of strings for {key}")
    elif not isinstance(value, list) or not _all_strings(value):
        raise TypeError(f"needs a list of strings for {key}")


def _all_strings(values: Any) -> bool:
    return all(isinstance(value, str) for value in values)


def configured_build(
    table: Mapping[str, Any], written: Written
) -> BuildDefinition | str:
    """A table as a build, or why it cannot be one; its paths count from the configuration."""
    folder = folder_of(written.path)
    dockerfile = joined(folder, table["dockerfile"])
    if dockerfile is None:
        return f"{table['dockerfile']} is outside the repository"
    context: str | None = folder_of(dockerfile)
    if "context" in table:
        context = joined(folder, table["context"])
    if context is None:
        return f"{table['context']} is outside the repository"
    contexts = {
        name: value if is_remote(value) else joined(folder, value)
        for name, value in table.get("contexts", {}).items()
    }
    return BuildDefinition(
        dockerfile,
        context,
        BuildSourceKind.CONFIG,
        (written,),
        "the configuration says so",
        table.get("target"),
        dict(table.get("args", {})),
        tuple(table.get("platforms", ())),
        contexts,
        Purpose(table.get("purpose", "unknown")),
        labels={
            key: GivenLabel(value, written.path, written.line)
            for key, value in table.get("labels", {}).items()
        },
    )
