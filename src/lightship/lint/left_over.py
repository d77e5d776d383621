"""Dockerfiles that are left over: nothing builds them, and nobody can or means to."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename

from lightship.build import Build
from lightship.context.files import Context
from lightship.context.wildcards import clean, has_wildcards
from lightship.regex import regex

# Files that people write for a build, and that no build makes
_WRITTEN = regex(
    r"Pipfile(?:\.lock)?|(?:poetry|uv|pdm)\.lock|pyproject\.toml|setup\.(?:py|cfg)"
    r"|[\w.-]*requirements[\w.-]*\.(?:txt|in)|package\.json|yarn\.lock|package-lock\.json"
    r"|[\w.-]+\.(?:py|sh)"
)
# `Dockerfile.old`, `Dockerfile.api.tmp`, `Dockerfile-backup`, `Dockerfile.bak2`
_PUT_ASIDE = regex(
    r"(?i)(?:.*[._-])?(?:old|bak|backup|orig|te?mp|unused|disabled|deprecated|obsolete|before)"
    r"\d*(?:\.Dockerfile)?"
)
_PUT_IN_BY_EDITORS = regex(r"^\W*(?:top|echo)\b")


def is_left_over(build: Build) -> bool:
    """Whether no file of the repository builds a Dockerfile that is named as one which was put
    aside, that is still the stub of an editor, or that copies files which are nowhere.

    The context is the directory that has most of them. A file that git ignores, that a script
    makes or names, or that lies in another directory may be there when somebody builds.
    """
    context = build.context
    if not build.is_guess or context is None:
        return False
    if _PUT_ASIDE.fullmatch(basename(build.path or "")) or is_stub(build):
        return True
    return context.is_whole and build.once(_lacks_files)


def is_stub(build: Build) -> bool:
    """Whether the image is given nothing, and starts what editors put into a new Dockerfile."""
    if build.has_instruction("RUN", "COPY", "ADD"):
        return False
    starts = [
        item.args[0].text for item in build.each("ENTRYPOINT", "CMD") if item.args
    ]
    return bool(starts) and _PUT_IN_BY_EDITORS.search(starts[0]) is not None


def _lacks_files(build: Build) -> bool:
    context = build.context
    if context is None:
        return False
    missing = [path for path in _named(build) if not context.exists(path)]
    if any(_may_come(context, path) for path in missing):
        return False
    return any(_WRITTEN.fullmatch(basename(path)) for path in missing)


def _named(build: Build) -> Iterator[str]:
    """What COPY and ADD of the stages take by name."""
    for copying in build.copyings():
        if copying.step is None:
            continue
        for source in copying.local:
            name = source.value
            if name is None or source.varies or has_wildcards(name):
                continue
            path = clean(f"/{name}").removeprefix("/")
            if path:
                yield path


def _may_come(context: Context, path: str) -> bool:
    name = basename(path)
    for knows in (context.is_made, context.is_staged):
        if knows is not None and knows(name):
            return True
    if context.git_ignores is not None and context.git_ignores(path):
        return True
    return any(file.name == name for file in context.files)
