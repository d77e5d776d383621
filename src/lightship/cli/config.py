"""`lightship config`: the settings in effect and where they come from."""

from __future__ import annotations

import json
import os
from typing import Any

import click

from lightship.cli import output
from lightship.cli.build_options import CONFIG
from lightship.cli.sections import as_command
from lightship.config.config_keys import Config, keys
from lightship.errors import FileError
from lightship.flows.build_options import BuildOptions, config_of
from lightship.lint.finding import Severity

# What is meant where the Config has nothing
_UNSET = {"select": ("default",), "fixable": ("all",), "fail_on": "none"}


@as_command("Show the settings in effect and where they come from.")
@click.argument("path", default=".", type=click.Path())
@CONFIG
@output.form(["text", "json"])
def command(path: str, config_file: str | None, form: str) -> None:
    """Show the settings in effect for PATH, in the form of lightship.toml.

    PATH is a Dockerfile or a directory. --format json prints an object with `source` (the file,
    or null), `settings`, `defaults` (the names of those that are as by default) and `warnings`.
    """
    if not os.path.exists(path):
        raise FileError(f"cannot read {path}: no such file or directory")
    folder = path if os.path.isdir(path) else os.path.dirname(os.path.abspath(path))
    config = config_of(BuildOptions(config_file=config_file), folder)
    if form == "json":
        click.echo(json.dumps(_as_json(config), indent=2))
        return

    output.ConfigWarnings().tell(config)
    if config.source:
        click.echo(f"# from {config.source}")
    else:
        click.echo("# no configuration found: the defaults")
    for key, name in keys().items():
        click.echo(_row(key, name, getattr(config, name)))


def _as_json(config: Config) -> dict[str, Any]:
    default = Config()
    settings: dict[str, Any] = {}
    defaults: list[str] = []
    for key, name in keys().items():
        value = getattr(config, name)
        settings[key] = _plain(name, value)
        if value == getattr(default, name):
            defaults.append(key)
    return {
        "source": config.source,
        "settings": settings,
        "defaults": defaults,
        "warnings": list(config.warnings),
    }


def _plain(name: str, value: Any) -> Any:
    """A value as JSON has it."""
    if value is None:
        return _UNSET.get(name)
    if isinstance(value, Severity):
        return value.label
    if isinstance(value, tuple | list):
        return [_plain("", item) for item in value]
    if isinstance(value, dict):
        return {key: _plain("", item) for key, item in value.items()}
    return value


def _row(key: str, name: str, value: Any) -> str:
    """A key with its value, marked where it is the default."""
    if name == "target" and value is None:
        return "# target is not set"
    is_default = value == getattr(Config(), name)
    mark = "  # default" if is_default else ""
    return f"{key} = {_toml(name, value)}{mark}"


def _toml(name: str, value: Any) -> str:
    """A value as TOML writes it."""
    if value is None:
        return _toml("", _UNSET[name])
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Severity):
        return _quoted(value.label)
    if isinstance(value, tuple):
        return f"[{', '.join(_toml('', item) for item in value)}]"
    if isinstance(value, list):
        return _toml(name, tuple(value))
    if isinstance(value, dict):
        inner = ", ".join(
            f"{_quoted(key)} = {_toml('', item)}" for key, item in value.items()
        )
        return f"{{ {inner} }}" if inner else "{}"
    return _quoted(str(value))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
