"""Whether its platform says as whom an image is run, by the files beside the Dockerfile, too.

That is an action of GitHub, an add-on of Home Assistant, or a function of AWS Lambda.
"""

from __future__ import annotations

from collections.abc import Iterable
from posixpath import dirname

from lightship.build import Build
from lightship.facts.start.start_files import start_files, text_of
from lightship.regex import regex

_ACTION = regex(r"(?m)^[^\S\n]*using:\s*['\"]?docker\b")
_ACTIONS = ("action.yml", "action.yaml")
_ADD_ON_SETTINGS = ("config.yaml", "config.yml", "config.json")
_SLUG = regex(r"(?m)(?:^|[{,])[ \t]*[\"']?slug[\"']?[ \t]*:")
_ARCH = regex(r"(?m)(?:^|[{,])[ \t]*[\"']?arch[\"']?[ \t]*:")
_ADD_ON_LABEL = regex(r"io\.hass\.type=[\"']?(?:addon|app)\b")
# Their scripts call bashio, and s6 starts them
_ADD_ON_BASE = regex(
    r"(?:home-assistant|homeassistant|hassio-addons)/(?:[\w-]+-)?(?:addon-)?base\b"
)
# The client of its runtime for Python and Node, and the emulator for tests
_LAMBDA = regex(r"(?m)^(?![ \t]*#).*\b(?:awslambdaric|aws-lambda-ri[ce])\b")
READMES = ("README.md", "README.rst", "README.txt", "README")


def is_github_action(build: Build) -> bool:
    """Whether GitHub runs it: "Docker actions must be run by the default Docker user (root)".

    Source: docs.github.com, "Dockerfile support for GitHub Actions", USER.
    """
    return any(_ACTION.search(text) for text in beside(build, _ACTIONS))


def is_add_on(build: Build) -> bool:
    """Whether the Supervisor of Home Assistant runs it, which mounts /data and more as root's.

    Source: developers.home-assistant.io, "App configuration", `map`, and the labels of its builder.
    """
    if _ADD_ON_LABEL.search(build.dockerfile.text):
        return True
    base = build.root_image(build.lineage[0]) if build.lineage else None
    if base is not None and _ADD_ON_BASE.search(base.name):
        return True
    texts = beside(build, _ADD_ON_SETTINGS)
    return any(_SLUG.search(text) and _ARCH.search(text) for text in texts)


def is_for_lambda(build: Build) -> bool:
    """Whether AWS Lambda runs it, as a user with few rights whatever the image says.

    Source: docs.aws.amazon.com, "Create a Lambda function using a container image".
    """
    if _LAMBDA.search(build.dockerfile.text):
        return True
    texts = [text_of(build, file) or "" for file in start_files(build)]
    return any(map(_LAMBDA.search, texts))


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
