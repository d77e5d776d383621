"""Images of GitHub actions that build what their users have: the compiler is for those."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename, normpath

from lightship.build import Build
from lightship.regex import regex

_NAMES = ("action.yml", "action.yaml")
_IMAGE = regex(r"(?m)^[ \t]+image:[ \t]*[\"']?([^\s\"'#]+)")
_OF_DOCKER = regex(r"(?m)^[ \t]+using:[ \t]*[\"']?docker\b")
# An input by which the user says what to build or to run
_RUNS_BUILDS = regex(
    r"(?m)^[ \t]+[\"']?(?:build|(?:\w+[_-])?(?:commands?|cmd|scripts?))[\"']?:"
)


def is_action_that_builds(build: Build) -> bool:
    """Whether an action that takes commands or builds of its users runs in this image."""
    return any(_names_it(build, inner, text) for inner, text in _actions(build))


def _actions(build: Build) -> Iterator[tuple[str, str]]:
    """The actions of the context and above it, each with the path of the context from there."""
    context = build.context
    if context is None:
        return
    for name in _NAMES:
        own = context.read(name)
        if own:
            yield "", own
        if context.read_above is None:
            continue
        for file in context.read_above(name):
            yield file.inner, file.text


def _names_it(build: Build, inner: str, text: str) -> bool:
    image = _IMAGE.search(text)
    if image is None or not _OF_DOCKER.search(text):
        return False
    if not _RUNS_BUILDS.search(text):
        return False

    own = _own_path(build)
    if basename(image[1]) != basename(own):
        return False
    named = normpath(image[1])
    from_action = f"{inner}/{own}".lstrip("/")
    return named in (normpath(own), normpath(from_action))


def _own_path(build: Build) -> str:
    """The path of the Dockerfile; empty where it is not known."""
    if build.path:
        return build.path
    context = build.context
    if context is None:
        return ""
    return context.dockerfile or ""
