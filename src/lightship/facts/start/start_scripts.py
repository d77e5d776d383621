"""The scripts of the build context that an image starts."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.start.purpose import start_commands


def start_scripts(build: Build) -> Iterator[str | None]:
    """The text of each script of the build context that the image starts; None where it cannot be read."""
    names = {
        (value or "").rpartition("/")[2]
        for command in start_commands(build)
        for value in command.values
    } - {""}
    seen: set[str] = set()
    for step in build.shipped_steps:
        if (
            step.instruction.keyword in ("COPY", "ADD")
            and step.instruction.flag("from") is None
        ):
            for source in step.operands[:-1]:
                name = source.rpartition("/")[2]
                if name in names and not name.endswith(
                    (".py", ".js", ".jar", ".php", ".rb", ".json", ".conf")
                ):
                    seen.add(name)
                    yield _script(build, source)
    for name in sorted(names - seen):
        if name.endswith((".sh", ".bash")) or "entrypoint" in name:
            yield _script(build, name)


def _script(build: Build, path: str) -> str | None:
    """A program has NUL bytes or is too long to be read: nothing can be said of it, and nothing needs to."""
    if build.context is None:
        return None
    text = build.context.read(path)
    if text is None:
        return "" if build.context.exists(path) else None
    return "" if "\0" in text else text
