"""The settings of an image's config by name, and their values without secrets.

A report goes further than the image: a value is left out where its variable is named as a secret,
and of every other value the parts that look like one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from lightship.facts.secrets.secret_names import is_secret_name
from lightship.image.image import ImageConfig
from lightship.inspection.secrets import hidden
from lightship.regex import regex

MASK = "***"  # in the place of a secret
_TEXTS = ("user", "workdir", "stop_signal")
_LISTS = ("entrypoint", "cmd", "shell", "on_build")
_SETS = ("exposed_ports", "volumes")
_JSON_TEXT = regex(r'"(?:[^"\\]|\\.)*"')


def settings(config: ImageConfig) -> dict[str, str]:
    """The settings that are there, by name: `user`, `env PATH`, `label version`."""
    named = {name: text for name, text in _plain_settings(config) if text}
    for variable in config.env:
        name, _, value = variable.partition("=")
        named[f"env {name}"] = value
    for name, value in sorted(config.labels.items()):
        named[f"label {name}"] = value
    return named


def _plain_settings(config: ImageConfig) -> Iterator[tuple[str, str]]:
    """Those that are there once; the value is empty where one is not set."""
    for name in _TEXTS:
        yield name.replace("_", " "), getattr(config, name)
    for name in _LISTS:
        values = getattr(config, name)
        text = as_json(values) if values else ""
        yield name.replace("_", " "), text
    for name in _SETS:
        members = sorted(getattr(config, name))
        yield name.replace("_", " "), " ".join(members)

    healthcheck = as_json(config.healthcheck) if config.healthcheck else ""
    yield "healthcheck", healthcheck


def shown_settings(config: ImageConfig) -> dict[str, str]:
    """As `settings`, without secrets."""
    return {name: masked(name, value) for name, value in settings(config).items()}


def masked(name: str, value: str) -> str:
    """The value of a setting of that name, without secrets."""
    kind, _, variable = name.partition(" ")
    if kind == "env" and value and is_secret_name(variable):
        return MASK
    if kind in ("env", "label", "history") or '"' not in value:
        return hidden(value)
    return _JSON_TEXT.sub(_hidden_text, value)


def _hidden_text(match: re.Match[str]) -> str:
    """A text in JSON; what only looks like one, in the name of a user, is a text as it stands."""
    try:
        return as_json(hidden(json.loads(match[0])))
    except ValueError:
        return hidden(match[0])


def masked_variable(pair: str) -> str:
    """`NAME=value`, without secrets."""
    name, equals, value = pair.partition("=")
    shown = masked(f"env {name}", value)
    return f"{name}{equals}{shown}"


def masked_values(value: Any) -> Any:
    """Texts, lists and mappings of a config as they are, without secrets."""
    return json.loads(masked("", as_json(value)))


def as_json(value: Any) -> str:
    """A value of a config as one text, the same for the same value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
