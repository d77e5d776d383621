"""`.dive-ci`, dive's file of limits, as a Gate.

Names and defaults are those of dive's README and cmd/: limits that the file does not name apply
too: an efficiency of at least 0.9 and at most 0.1 of user waste. `disabled`, `off`, `false` and an
empty value switch a rule off. An image fails where its figure is beyond the limit; one that meets
it passes, as in dive's code. The figures are lightship's: waste is what no one can read, where dive
counts every copy of a path.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from lightship.errors import ConfigError, UsageError
from lightship.inspection.gate import Gate
from lightship.wording.shares import read_share
from lightship.wording.sizes import read_size

T = TypeVar("T")

_LONGEST = 64 << 10
_EFFICIENCY = "lowestefficiency"
_BYTES = "highestwastedbytes"
_PERCENT = "highestuserwastedpercent"
_DEFAULTS = {_EFFICIENCY: "0.9", _BYTES: "disabled", _PERCENT: "0.1"}
_OFF = frozenset(("disabled", "off", "false", ""))


def read_dive_ci(text: str, where: str = ".dive-ci") -> Gate:
    """The limits of such a file.

    A ConfigError that names `where` and the key for what dive would refuse.
    """
    rules = _rules(text, where)
    most = _read(rules, _BYTES, read_size, where)
    return Gate(
        max_all_waste=most,
        min_efficiency=_read(rules, _EFFICIENCY, read_share, where),
        max_user_waste=_read(rules, _PERCENT, read_share, where),
    )


def _rules(text: str, where: str) -> Mapping[str, str]:
    rules = dict(_DEFAULTS)
    for key, value in _written(text, where).items():
        name = str(key).replace("-", "").replace("_", "").lower()
        if name not in _DEFAULTS:
            raise ConfigError(f"{where}: dive has no rule {key!r}")
        if isinstance(value, dict | list):
            raise ConfigError(f"{where}: {key} must be a number or a string")
        rules[name] = "" if value is None else str(value)
    return rules


def _written(text: str, where: str) -> Mapping[Any, Any]:
    """The rules that the file names."""
    import yaml  # noqa: PLC0415 - only where there is such a file

    if len(text) > _LONGEST:
        raise ConfigError(f"{where}: must be a mapping with rules")
    try:
        document: Any = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ConfigError(f"{where}: {' '.join(str(error).split())}") from error

    rules = document.get("rules") if isinstance(document, dict) else document
    is_mapping = isinstance(document, dict | None) and isinstance(rules, dict | None)
    if not is_mapping:
        raise ConfigError(f"{where}: must be a mapping with rules")
    return rules or {}


def _read(
    rules: Mapping[str, str],
    name: str,
    read: Callable[[str], T],
    where: str,
) -> T | None:
    value = rules[name].strip()
    if value.lower() in _OFF:
        return None
    try:
        return read(value)
    except UsageError as error:
        raise ConfigError(f"{where}: {name}: {error}") from error
