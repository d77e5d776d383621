"""What hadolint's own configuration says of rules that lightship has too."""

from __future__ import annotations

from typing import Any

from lightship.config.config_keys import Config
from lightship.config.known_rules import known_rules
from lightship.config.value_readers import FAIL_ON, threshold
from lightship.errors import ConfigError
from lightship.lint.finding import Severity

HADOLINT_LEVELS = {
    "error": "error",
    "warning": "warning",
    "info": "info",
    "style": "style",
    "ignore": "none",
    "none": "none",
}


def read_hadolint(path: str, data: bytes) -> Config:
    """What hadolint's configuration says of rules that lightship has too.

    Its other keys do not concern us.
    """
    import yaml  # noqa: PLC0415 - only where hadolint's configuration is the one that holds

    try:
        table = yaml.safe_load(data) or {}
    except (yaml.YAMLError, ValueError) as error:
        raise ConfigError(f"{path}: {' '.join(str(error).split())}") from error
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: must be a mapping")
    levels = table.get("override") or {}
    if not isinstance(levels, dict):
        raise ConfigError(f"{path}: override must be a mapping")
    ignored = _known(path, "ignored", table.get("ignored"))
    severity = {
        name: Severity[level.upper()]
        for level in FAIL_ON[:-1]
        for name in _known(path, level, levels.get(level))
    }
    fail_on = threshold(
        HADOLINT_LEVELS.get(str(table.get("failure-threshold")), "warning")
    )
    return Config(ignore=ignored, severity=severity, fail_on=fail_on, source=path)


def _known(path: str, key: str, value: Any) -> tuple[str, ...]:
    """The names that mean a rule here: hadolint has rules that lightship has not."""
    if not isinstance(value, list | None):
        raise ConfigError(f"{path}: {key} must be a list")
    known = known_rules()
    return tuple(str(name) for name in value or () if str(name).lower() in known)
