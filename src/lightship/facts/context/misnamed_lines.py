"""Lines of an ignore file whose path does not exist, while one that is written much alike does."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from lightship.build import Build
from lightship.context.files import Context, File
from lightship.context.needless import secret
from lightship.context.patterns import IgnorePattern
from lightship.facts.context.ignore_file import (
    IgnoreFile,
    files_at,
    ignore_file,
    is_literal,
)
from lightship.facts.context.made_later import is_made_later
from lightship.facts.context.misread_lines import Misread, with_text
from lightship.facts.context.near_paths import Near, near
from lightship.facts.context.root_only_lines import at_root_only
from lightship.facts.context.takings import path_of
from lightship.facts.context.usual_names import is_usual

_WILDCARDS = frozenset("*?[")


def misnamed(build: Build) -> tuple[tuple[Misread, Near], ...]:
    """Paths that do not exist, each a letter or a directory away from one that does."""
    return build.once(_misnamed)


def _misnamed(build: Build) -> tuple[tuple[Misread, Near], ...]:
    return tuple(_missing(build))


def _missing(build: Build) -> Iterator[tuple[Misread, Near]]:
    """The patterns that name one path, which is not there, and what they may have meant."""
    file = ignore_file(build)
    context = build.context
    if file is None or context is None:
        return

    sources = _sources(build)
    sent = {item.path for item in context.sent}
    rooted = {line.pattern for line in at_root_only(build)}
    told: set[tuple[str, bool]] = set()
    for pattern in file.plain:
        if pattern in rooted:
            continue
        if _is_there(context, pattern) or is_made_later(build, pattern.text):
            continue
        for candidate in near(build, pattern.text, is_usual):
            path = candidate.path
            line = (path, pattern.negated)
            if line in told or _is_named(path, sources):
                continue
            if _is_of_directory(build, pattern) and context.has_file(path):
                continue  # `build/` does not mean the file BUILD
            meant = _meant(file, context, pattern, path, sent)
            if meant is not None:
                told.add(line)
                yield meant, candidate
                break


def _sources(build: Build) -> set[str]:
    """The paths of the context that COPY names, or a RUN mounts."""
    sources: set[str] = set()
    for copying in build.copyings():
        paths = map(path_of, copying.local)
        sources.update(paths)

    for run in build.each("RUN"):
        for mount in build.mounts(run):
            if mount.type == "bind" and not mount.from_:
                path = mount.source.strip("/")
                sources.add(path.removeprefix("./"))
    return sources


def _is_there(context: Context, pattern: IgnorePattern) -> bool:
    """Whether the path exists, or may.

    Nothing is known of what lies in a closed directory, or stands for a wildcard.
    """
    path = pattern.text
    is_escaped = "\\" in path and _WILDCARDS.isdisjoint(path)
    if not is_escaped and not is_literal(pattern):
        return True
    if context.exists(path):
        return True

    above = ""
    for name in path.split("/"):
        above += name
        if context.has_file(above):
            return True
        above += "/"
    return False


def _is_of_directory(build: Build, pattern: IgnorePattern) -> bool:
    """Whether it is written with a slash at its end, so that it means a directory."""
    file = ignore_file(build)
    return file is not None and file.as_written(pattern).endswith("/")


def _is_named(path: str, sources: Collection[str]) -> bool:
    """Whether COPY or a mount names the path or something below it: then it is wanted."""
    if path in sources:
        return True
    return any(source.startswith(f"{path}/") for source in sources)


def _meant(
    file: IgnoreFile,
    context: Context,
    pattern: IgnorePattern,
    path: str,
    sent: Collection[str],
) -> Misread | None:
    """The line with another path, where that changes what is sent.

    Of what is a secret another rule speaks.
    """
    items = files_at(context, path)
    paths = [item.path for item in items]
    ignore = with_text(file, pattern, path)
    sent_then = set(ignore.sent(paths))

    changed: list[File] = []
    for item in items:
        is_sent = item.path in sent
        is_sent_then = item.path in sent_then
        if is_sent != is_sent_then:
            changed.append(item)
    if not changed:
        return None

    secrets = [secret(context, item) for item in changed]
    are_secrets = None not in secrets
    if are_secrets and not pattern.negated:
        return None
    files = [item.path for item in changed]
    return Misread(pattern, path, (path,), frozenset(files))
