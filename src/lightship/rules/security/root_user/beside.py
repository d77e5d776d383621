"""The files beside a Dockerfile, and whether they make its image an action of GitHub."""

from __future__ import annotations

from collections.abc import Iterable
from posixpath import dirname

from lightship.build import Build
from lightship.regex import regex

_ACTION = regex(r"(?m)^\s*using:\s*['\"]?docker\b")
_ACTIONS = ("action.yml", "action.yaml")
READMES = ("README.md", "README.rst", "README.txt", "README")


def is_github_action(build: Build) -> bool:
    """Whether GitHub runs it: "Docker actions must be run by the default Docker user (root)".

    Source: docs.github.com, "Dockerfile support for GitHub Actions", USER.
    """
    return any(_ACTION.search(text) for text in beside(build, _ACTIONS))


def beside(build: Build, names: Iterable[str]) -> list[str]:
    """The texts of those files at the root of the context and beside the Dockerfile."""
    context = build.context
    if context is None:
        return []
    folders = dict.fromkeys(("", dirname(build.path or "")))
    texts = []
    for folder in folders:
        for name in names:
            text = context.read(f"{folder}/{name}".lstrip("/"))
            if text:
                texts.append(text)
    return texts
