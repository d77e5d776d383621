"""Options that make a server restart when files change, which they never do in an image."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from lightship.build import Build
from lightship.facts.stages.final_image import is_mounted_over
from lightship.facts.start.launch import Launch
from lightship.lint.finding import Finding, Fix, Safety
from lightship.record import record
from lightship.shell.commands import Word
from lightship.shell.specs import written

FOR_DEVELOPMENT = "is for development, and files never change in an image: remove it"


@record
class ReloadOptions:
    """The options of a server that reload, and those beside them that take a value."""

    flags: str
    valued: str = ""


RELOADS = {
    "uvicorn": ReloadOptions(
        "--reload", "--reload-dir --reload-include --reload-exclude --reload-delay"
    ),
    "gunicorn": ReloadOptions("--reload", "--reload-engine --reload-extra-file"),
    "hypercorn": ReloadOptions("--reload"),
    "granian": ReloadOptions(
        "--reload",
        "--reload-paths --reload-ignore-dirs --reload-ignore-patterns --reload-ignore-paths",
    ),
    "fastapi": ReloadOptions("--reload", "--reload-dir"),
    "litestar": ReloadOptions(
        "-r --reload -d --debug",
        "-R --reload-dir -I --reload-include -E --reload-exclude",
    ),
    "sanic": ReloadOptions(
        "-r --reload --auto-reload --dev --debug", "-R --reload-dir"
    ),
}


def of_reload(build: Build, launch: Launch, where: str) -> Finding | None:
    """The finding of a server with such an option; `where` begins its message."""
    options = RELOADS[launch.program]
    flags = options.flags.split()
    reloads = [word for word in launch.words[1:] if written(word) in flags]
    if not reloads:
        return None

    from lightship.facts.edits.word_edits import without  # noqa: PLC0415 - only a finding needs it

    # As above
    from lightship.rules.runtime.development_server.mounted_sources import (  # noqa: PLC0415
        are_sources_mounted,
    )

    if launch.program in ("litestar", "fastapi") and launch.subcommand != "run":
        return None
    if is_mounted_over(build) or are_sources_mounted(build):
        return None  # files do change

    option = written(reloads[0])
    message = f"{where}{option} {FOR_DEVELOPMENT}"
    if launch.script is None:
        return Finding(launch.place, message)

    unwanted = [*reloads, *_with_values(launch, options.valued.split())]
    edits = without(build, launch.script, launch.words, unwanted)
    fix = None
    if edits:
        fix = Fix(f"Remove {option}", edits, Safety.UNSAFE)
    return Finding(reloads[0].span, message, fix)


def _with_values(launch: Launch, names: list[str]) -> Iterator[Word]:
    """The options of these names, each with its value: they mean nothing without the others."""
    for word, after in zip_longest(launch.words[1:], launch.words[2:]):
        name, equals, _ = written(word).partition("=")
        if name not in names:
            continue
        yield word
        if after is not None and not equals:
            yield after
