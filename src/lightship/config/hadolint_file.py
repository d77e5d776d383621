"""What hadolint's own configuration says, of rules that lightship has too and of the policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lightship.config.config_keys import Config
from lightship.config.known_rules import known_rules
from lightship.config.value_readers import FAIL_ON, READERS, threshold
from lightship.errors import ConfigError
from lightship.lint.finding import Severity
from lightship.lint.rule_selection import is_foreign

_LEVELS = ("error", "warning", "info", "style")
_NO_LEVEL = ("ignore", "none")
# Its keys, as of 2.15 (src/Hadolint/Config/Configuration.hs). The second are about its output.
_READ = (
    "failure-threshold",
    "ignored",
    "label-schema",
    "no-fail",
    "override",
    "strict-labels",
    "trustedRegistries",
)
_ABOUT_OUTPUT = ("format", "formats", "no-color", "verbose")


def read_hadolint(path: str, data: bytes) -> Config:
    """What hadolint's configuration says, as far as it concerns lightship.

    `warnings` of the Config name what is not understood. A ConfigError for what hadolint itself
    refuses.
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

    warnings = [f"{path}: {text}" for text in _not_understood(table, levels)]
    ignored = _names(path, "ignored", table.get("ignored"), warnings)
    severity: dict[str, Severity] = {}
    for level in _LEVELS:
        for name in _names(path, level, levels.get(level), warnings):
            severity[name] = Severity[level.upper()]
    return Config(
        ignore=ignored,
        severity=severity,
        fail_on=_fail_on(path, table),
        trusted_registries=_read(
            path, table, "trustedRegistries", "trusted_registries"
        ),
        label_schema=_schema(path, table),
        strict_labels=_read(path, table, "strict-labels", "strict_labels") or False,
        source=path,
        warnings=tuple(warnings),
    )


def _not_understood(
    table: Mapping[Any, Any], levels: Mapping[Any, Any]
) -> Iterator[str]:
    """A line for each key that changes nothing here."""
    for key in table:
        if key == "disable-ignore-pragma":
            yield f"{key} is not supported: comments of hadolint are obeyed"
        elif key not in (*_READ, *_ABOUT_OUTPUT):
            yield f"unknown key {key!r}, which is ignored"
    for level in levels:
        if level not in _LEVELS:
            yield f"unknown severity {level!r} of override, which is ignored"


def _names(path: str, key: str, value: Any, warnings: list[str]) -> tuple[str, ...]:
    """The names that mean a rule here; a warning for others, unless they are ShellCheck's."""
    if not isinstance(value, list | None):
        raise ConfigError(f"{path}: {key} must be a list")
    known = known_rules()
    names: list[str] = []
    for item in value or ():
        name = str(item)
        if name.lower() in known:
            names.append(name)
        elif not is_foreign(name):
            warnings.append(f"{path}: {key}: unknown rule {name!r}")
    return tuple(names)


def _fail_on(path: str, table: Mapping[Any, Any]) -> Severity | None:
    """The least severity that fails."""
    level = table.get("failure-threshold")
    if table.get("no-fail") is True or level in _NO_LEVEL:
        return None
    if level is None:
        return threshold("warning")
    if level not in FAIL_ON:
        choices = ", ".join((*_LEVELS, *_NO_LEVEL))
        raise ConfigError(f"{path}: failure-threshold must be one of {choices}")
    return threshold(level)


def _schema(path: str, table: Mapping[Any, Any]) -> Mapping[str, str]:
    """The labels and their types; hadolint takes an empty type for text."""
    schema = table.get("label-schema")
    if isinstance(schema, dict):
        types = {name: "text" if kind == "" else kind for name, kind in schema.items()}
        table = {**table, "label-schema": types}
    read: dict[str, str] = _read(path, table, "label-schema", "label_schema") or {}
    return {str(name): kind for name, kind in read.items()}


def _read(path: str, table: Mapping[Any, Any], key: str, field: str) -> Any:
    """A value that lightship's own configuration has too; what is not there is empty."""
    value = table.get(key)
    if value is None:
        return ()
    try:
        return READERS[field](value)
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{path}: {key} {error}") from error
