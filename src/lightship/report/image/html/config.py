"""What a container starts with, for people. A page is made to be shared: values of secret variables stay out."""

from __future__ import annotations

import json
from collections.abc import Iterator

from lightship.facts.secrets.secret_names import is_secret_name
from lightship.image.model import ImageConfig
from lightship.report.image.html.text import lines, shown

HIDDEN = "(not shown: the name is that of a secret)"


def shown_config(config: ImageConfig) -> list[list[str]]:
    """Rows of name and value, of what is set."""
    return [[shown(name), lines(value)] for name, value in _settings(config) if value]


def masked(name: str, value: str | None) -> str | None:
    """The value of a setting as compare names them (`env TOKEN`), unless it is a secret; None where it is not set."""
    kind, _, variable = name.partition(" ")
    return HIDDEN if value and kind == "env" and is_secret_name(variable) else value


def _settings(config: ImageConfig) -> Iterator[tuple[str, str]]:
    yield "entrypoint", _command(config.entrypoint)
    yield "cmd", _command(config.cmd)
    yield "workdir", config.workdir
    yield "ports", ", ".join(config.exposed_ports)
    yield "volumes", ", ".join(config.volumes)
    yield "stop signal", config.stop_signal
    yield "healthcheck", json.dumps(config.healthcheck, ensure_ascii=False) if config.healthcheck else ""
    yield "shell", _command(config.shell)
    for each in config.env:
        name, _, value = each.partition("=")
        yield f"env {name}", masked(f"env {name}", value) or ""
    for name, value in config.labels.items():
        yield f"label {name}", value


def _command(words: tuple[str, ...]) -> str:
    return json.dumps(words, ensure_ascii=False) if words else ""
