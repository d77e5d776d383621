"""`Config`: what lightship.toml, pyproject.toml or .hadolint.yaml say, and where it was found.

The nearest file upward from the Dockerfile wins, and nothing is merged: `lightship.toml`, else
`[tool.lightship]` in `pyproject.toml`, else, where neither is found up to the root, hadolint's own
`.hadolint.yaml`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from typing import Any

from lightship.config.config_keys import HADOLINT, YAML, Config
from lightship.errors import ConfigError
from lightship.files.reading import read_file


@cache
def config_for(directory: str) -> Config:
    """The configuration that holds for files in `directory`."""
    folders = _upward(os.path.abspath(directory))
    for folder in folders:
        path = os.path.join(folder, "lightship.toml")
        if os.path.isfile(path):
            return load(path)
        path = os.path.join(folder, "pyproject.toml")
        if os.path.isfile(path):
            config = _of_pyproject(path)
            if config is not None:
                return config

    for folder in folders:
        for name in HADOLINT:
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                return load(path)
    return Config()


def _of_pyproject(path: str) -> Config | None:
    """What a pyproject.toml says; None where it says nothing of us."""
    data = read_file(path)
    if b"tool.lightship" not in data:
        return None
    tools = _toml(path, data).get("tool", {})
    table = tools.get("lightship")
    if table is None:
        return None
    return _read(table, path, data)


def load(path: str) -> Config:
    """The configuration in one file."""
    data = read_file(path)
    if path.endswith(YAML):
        # Most projects have none
        from lightship.config.hadolint_file import read_hadolint  # noqa: PLC0415

        return read_hadolint(path, data)

    table = _toml(path, data)
    if os.path.basename(path) == "pyproject.toml":
        table = table.get("tool", {}).get("lightship", {})
    return _read(table, path, data)


def _read(table: Mapping[str, Any], path: str, data: bytes) -> Config:
    # Only where there is a configuration
    from lightship.config.config_table import read_table  # noqa: PLC0415

    return read_table(table, path, data)


def _upward(directory: str) -> list[str]:
    folders = [directory]
    while (parent := os.path.dirname(directory)) != directory:
        folders.append(parent)
        directory = parent
    return folders


def _toml(path: str, data: bytes) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 - only where there is a configuration

    try:
        return tomllib.loads(data.decode())
    except ValueError as error:
        raise ConfigError(f"{path}: {error}") from error
