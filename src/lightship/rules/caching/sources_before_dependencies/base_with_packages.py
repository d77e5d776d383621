"""A base image of the repository whose own Dockerfile installs the same files of requirements."""

from __future__ import annotations

from posixpath import basename

from lightship.base_images.reference import Reference
from lightship.build import Build
from lightship.facts.installs.dependencies import Install
from lightship.regex import regex
from lightship.rules.caching.sources_before_dependencies.early_copies import EarlyCopy

_DOCKERFILE = regex(
    r"(?i)(?:docker|container)file(?:[._-].+)?|.+\.(?:docker|container)file"
)
_INSTALL = regex(
    r"\b(?:pip3?|uv|poetry|pdm|pipenv|npm|pnpm|yarn)[^\n]*\b(?:install|sync|ci)\b"
)
_LONGEST = 100_000  # bytes
_MOST = 20  # Dockerfiles that are read


def base_installs_the_same(early: EarlyCopy) -> bool:
    """Whether the packages are in the base image already, so that the install only looks at them.

    A file of the repository has to name the image, as what it builds or pushes, unless it is known
    to be its own; and another Dockerfile, which shares a word with the image's name, has to install
    from a file of the same name.
    """
    build = early.build
    image = build.root_image(early.stage)
    if image is None or image.official or not _is_named(build, image):
        return False
    wanted = {name for install in early.installs for name in _files(install)}
    if not wanted:
        return False

    words = set(_words(basename(image.path)))
    for name, text in _other_dockerfiles(build):
        if words.isdisjoint(_words(name)):
            continue
        if _INSTALL.search(text) and all(file in text for file in wanted):
            return True
    return False


def _files(install: Install) -> list[str]:
    """The names of the files that an install reads."""
    return [basename(path) for path in install.does.requirements]


def _is_named(build: Build, image: Reference) -> bool:
    """Whether the repository makes the image, as far as its scripts and workflows say."""
    if build.is_own_image(image):
        return True
    context = build.context
    if context is None or context.run_texts is None:
        return False
    made = regex(
        rf"(?:tags?\b|-t\b|--tag\b|push)[^\n]*{_literal(image.path)}(?![\w/-])"
    )
    return any(made.search(text) for text in context.run_texts() or ())


def _literal(text: str) -> str:
    return text.replace(".", r"\.")


def _words(name: str) -> list[str]:
    parts = name.lower().replace(".", "-").replace("_", "-").split("-")
    return [part for part in parts if part not in ("", "dockerfile", "containerfile")]


def _other_dockerfiles(build: Build) -> list[tuple[str, str]]:
    """The other Dockerfiles of the build context, by name, with their texts."""
    context = build.context
    if context is None:
        return []
    found: list[tuple[str, str]] = []
    for file in context.files:
        if len(found) == _MOST:
            break
        if not _DOCKERFILE.fullmatch(file.name) or file.path == context.dockerfile:
            continue
        text = context.read(file.path) if file.size <= _LONGEST else None
        if text:
            found.append((file.path.replace("/", "-"), text))
    return found
