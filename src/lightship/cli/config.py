"""`lightship config`: the settings in effect and where they come from."""

from __future__ import annotations

import os
from typing import Any

import click

from lightship.cli.build_options import CONFIG
from lightship.cli.sections import as_command
from lightship.config.config_keys import Config, keys
from lightship.errors import FileError
from lightship.flows.build_options import BuildOptions, config_of
from lightship.lint.finding import Severity


@as_command("Show the settings in effect and where they come from.")
@click.argument("path", default=".", type=click.Path())
@CONFIG
def command(path: str, config_file: str | None) -> None:
    """Show the settings in effect for PATH, in the form of lightship.toml.

    PATH is a Dockerfile or a directory.
    """
    if not os.path.exists(path):
        raise FileError(f"cannot read {path}: no such file or directory")
    folder = path if os.path.isdir(path) else os.path.dirname(os.path.abspath(path))
    config = config_of(BuildOptions(config_file=config_file), folder)

    if config.source:
        click.echo(f"# from {config.source}")
    else:
        click.echo("# no configuration found: the defaults")
    for key, name in keys().items():
        click.echo(_row(key, name, getattr(config, name)))


def _row(key: str, name: str, value: Any) -> str:
    """A key with its value, marked where it is the default."""
    if name == "target" and value is None:
        return "# target is not set"
    is_default = value == getattr(Config(), name)
    mark = "  # default" if is_default else ""
    return f"{key} = {_toml(name, value)}{mark}"


def _toml(name: str, value: Any) -> str:
    """A value as TOML writes it."""
    if name == "select" and value is None:
        return '["default"]'
    if name == "fail_on" and value is None:
        return '"none"'
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
