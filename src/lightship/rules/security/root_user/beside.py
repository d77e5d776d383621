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
    if _is_on_add_on_base(build):
        return True
    texts = beside(build, _ADD_ON_SETTINGS)
    return any(_SLUG.search(text) and _ARCH.search(text) for text in texts)


def _is_on_add_on_base(build: Build) -> bool:
    if not build.lineage:
        return False
    first = build.lineage[0]
    base = build.root_image(first)
    if base is None:
        return False
    return _ADD_ON_BASE.search(base.name) is not None


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
    own = dirname(build.path or "")
    folders = dict.fromkeys(("", own))
    texts = []
    for folder in folders:
        for name in names:
            path = f"{folder}/{name}".lstrip("/")
            text = context.read(path)
            if text:
                texts.append(text)
    return texts
