"""The files of a project as data: TOML, JSON, YAML, INI and the syntax tree of Python.

Nothing is ever run.

Whatever a file holds, there is an answer and no exception: an empty one where it cannot be read,
or is too long.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from lightship.context.files import Context
from lightship.pyproject.manifest_text import text_of

if TYPE_CHECKING:
    import ast
    from configparser import ConfigParser

LONGEST_YAML = 1 << 16  # its reader takes 0.1 s for that much
LONGEST_PYTHON = 1 << 18  # of setup.cfg, too
LONGEST_TOML = 1 << 22  # a lock file of a thousand packages has about 1 MB


def toml(context: Context, path: str) -> Mapping[str, Any]:
    """The table of a TOML file."""
    return parse_toml(text_of(context, path)) or {}


@lru_cache(maxsize=8)
def parse_toml(text: str) -> Mapping[str, Any] | None:
    """The table of a text in TOML; None where it cannot be read."""
    if not text:
        return {}
    import tomllib  # noqa: PLC0415 - few Dockerfiles need it

    try:
        return tomllib.loads(text) if len(text) <= LONGEST_TOML else None
    except (ValueError, RecursionError):
        return None


def json_of(context: Context, path: str) -> Mapping[str, Any]:
    """The object of a JSON file."""
    return parse_json(text_of(context, path)) or {}


@lru_cache(maxsize=8)
def parse_json(text: str) -> Mapping[str, Any] | None:
    """The object of a text in JSON; None where it cannot be read, or is none."""
    if not text:
        return None
    import json  # noqa: PLC0415 - only a project of Node has such a file

    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def yaml_of(context: Context, path: str) -> Mapping[str, Any]:
    """The mapping of a YAML file."""
    text = text_of(context, path)
    if not text or len(text) > LONGEST_YAML:
        return {}
    import yaml  # noqa: PLC0415 - only a project of conda has such a file

    try:
        data = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def ini_value(context: Context, path: str, section: str, option: str) -> str:
    """What a configuration file such as setup.cfg says; empty where it says nothing of it."""
    text = text_of(context, path)
    if not text or len(text) > LONGEST_PYTHON:
        return ""
    return _ini(text).get(section, option, fallback="") or ""


@lru_cache(maxsize=8)
def _ini(text: str) -> ConfigParser:
    import configparser  # noqa: PLC0415

    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return configparser.ConfigParser(interpolation=None)
    return parser


def python(context: Context, path: str) -> ast.Module | None:
    """The syntax tree of a Python file."""
    text = text_of(context, path)
    return _python(text) if text and len(text) <= LONGEST_PYTHON else None


@lru_cache(maxsize=8)
def _python(text: str) -> ast.Module | None:
    import ast  # noqa: PLC0415
    import warnings  # noqa: PLC0415

    try:
        with warnings.catch_warnings():
            # A `"\d"` in the project is not for our reader to hear of
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def at(data: Any, *keys: str) -> Any:
    """What stands at `data[key][key]...`; None where it is not a table, or has no such key."""
    for key in keys:
        data = data.get(key) if isinstance(data, Mapping) else None
    return data


def table(data: Any, *keys: str) -> Mapping[str, Any]:
    """The table at that place; empty where there is none."""
    found = at(data, *keys)
    return found if isinstance(found, Mapping) else {}


def rows(data: Any, *keys: str) -> list[Any]:
    """The list at that place; empty where there is none."""
    found = at(data, *keys)
    return found if isinstance(found, list) else []


def text_at(data: Any, *keys: str) -> str:
    """The text at that place; empty where there is none."""
    found = at(data, *keys)
    return found if isinstance(found, str) else ""
