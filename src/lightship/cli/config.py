"""`lightship config`: what holds, and from where."""

from __future__ import annotations

import os
from typing import Any

import click

from lightship.config import Config, keys
from lightship.errors import FileError
from lightship.flows.lint import Settings
from lightship.lint.finding import Severity
from lightship.lint.selection import Request


@click.command(short_help="Show the configuration that holds, and where it is from.")
@click.argument("path", default=".", type=click.Path())
@click.option(
    "--config",
    "config_file",
    type=click.Path(exists=True, dir_okay=False),
    help="Read this configuration.",
)
def command(path: str, config_file: str | None) -> None:
    """Show the configuration that holds for PATH, a Dockerfile or a directory, as it would stand in lightship.toml."""
    if not os.path.exists(path):
        raise FileError(f"cannot read {path}: no such file or directory")
    inside = os.path.join(path, "Dockerfile") if os.path.isdir(path) else path
    config = Settings(Request(), config_file=config_file).config(inside)
    click.echo(
        f"# from {config.source}"
        if config.source
        else "# no configuration found: the defaults"
    )
    for key, name in keys().items():
        value = getattr(config, name)
        mark = "" if value != getattr(Config(), name) else "  # default"
        click.echo(
            f"{key} = {_toml(name, value)}{mark}"
            if value is not None or name != "target"
            else "# target is not set"
        )


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
        return f"[{', '.join(_quoted(item) for item in value)}]"
    if isinstance(value, dict):
        inner = ", ".join(
            f"{_quoted(key)} = {_toml('', item)}" for key, item in value.items()
        )
        return f"{{ {inner} }}" if inner else "{}"
    return _quoted(str(value))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
