"""A table of lightship's own keys as a Config."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from lightship.config.config_keys import Config, keys
from lightship.config.known_rules import known_rules
from lightship.config.value_readers import READERS
from lightship.errors import ConfigError, UsageError
from lightship.lint.rule_selection import is_foreign, resolve


def read_table(table: Mapping[str, Any], path: str, data: bytes) -> Config:
    """A table of our own keys as a Config.

    A ConfigError, with the line, for an unknown key or a value of the wrong type.
    """
    known, values = keys(), {}
    for name, value in table.items():
        where = f"{path}:{_line(data, name)}"
        if name not in known:
            raise ConfigError(f"{where}: unknown key {name!r}; {_hint(name, known)}")
        try:
            values[known[name]] = READERS[known[name]](value)
        except (TypeError, ValueError) as error:
            raise ConfigError(f"{where}: {name} {error}") from error
    config = Config(**values, source=path)
    _check_rules(config, data)
    return config


def _hint(name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - 2 ms, and only an error needs it

    near = get_close_matches(name, known, n=1)
    return f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"


def _check_rules(config: Config, data: bytes) -> None:
    """Every name of a rule must mean one; another linter's may be ignored."""
    known = known_rules()
    chosen = (
        *(config.select or ()),
        *config.extend_select,
        *config.severity,
        *(config.fixable or ()),
    )
    ignored = [*config.ignore, *config.extend_ignore, *config.unfixable]
    for names in config.per_file_ignores.values():
        ignored += names
    ours = [name for name in ignored if not is_foreign(name)]
    for name in (*chosen, *ours):
        try:
            resolve(name, known)
        except UsageError as error:
            line = _line(data, name)
            raise ConfigError(f"{config.source}:{line}: {error}") from error


def _line(data: bytes, name: str) -> int:
    """The line that first has `name` as a word; TOML's own parser does not tell."""
    match = re.search(
        rf"(?<![\w-]){re.escape(name)}(?![\w-])", data.decode("utf-8", "replace")
    )
    return (
        data.decode("utf-8", "replace").count("\n", 0, match.start()) + 1
        if match
        else 1
    )
