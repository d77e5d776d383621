"""Starts by `uv run`, which installs the project as a link again, whatever the image has."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.start.purpose import start_steps
from lightship.facts.start.start_files import start_files, text_of
from lightship.regex import regex

# `uv run --directory . shop`, `["uv", "run", "shop"]`
_UV_RUN = regex(r"\buv[\s\"',]{1,9}run\b[^\n]*")
_AS_IT_IS = ("--no-sync", "--no-editable", "--no-project", "--isolated")
_COMPOSE = regex(r"(?:^|/)(?:docker-)?compose[^/]*\.ya?ml$")


def links_at_start(build: Build) -> bool:
    """Whether the image, or a service of compose, is started by `uv run`."""
    for text in _texts(build):
        for found in _UV_RUN.finditer(text):
            call = found[0]
            if not any(option in call for option in _AS_IT_IS):
                return True
    return False


def _texts(build: Build) -> Iterator[str]:
    """What says how the image is started."""
    for step in start_steps(build):
        yield step.instruction.span.of(build.dockerfile.text)
    for file in start_files(build):
        yield text_of(build, file) or ""
    context = build.context
    if context is None:
        return
    compose_files = filter(_COMPOSE.search, context.paths)
    for path in sorted(compose_files):
        yield context.read(path) or ""
