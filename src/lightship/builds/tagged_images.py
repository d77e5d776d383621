"""The images that a repository's files tag or push, by their text.

What a loop, a variable or a template hides from the readers of commands is found here: the array of
names that a script builds one after the other, or the start of a name that ends in a variable.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from lightship.base_images.reference import read_reference
from lightship.builds.workspace import Workspace

ANY = "*"
"""Stands for the last part of a name that a variable decides."""
_TOOLS = (b"docker", b"podman", b"buildah", b"kaniko", b"nerdctl")
_NAME = rb"[\"']?(?P<name>[a-z0-9][a-z0-9._-]*(?::[0-9]+(?=/))?(?:/[a-z0-9][a-z0-9._-]*)*/?)"
_LISTS = (".sh", ".bash")
_LONGEST = 100_000  # bytes of a file: what is longer was made by a program


def tagged_images(workspace: Workspace) -> Iterator[str]:
    """Names without tags, as Docker writes them in full; `acme/*` where a variable ends one."""
    for path in workspace.paths:
        data = workspace.read(path) or b""
        if len(data) > _LONGEST or not any(tool in data for tool in _TOOLS):
            continue
        yield from names_tagged_in(data)
        found: list[bytes] = []
        if _building().search(data) is not None:
            found += [match["name"] for match in _assigned().finditer(data)]
            if path.endswith(_LISTS):
                found += [match["name"] for match in _listed().finditer(data)]
        yield from _full_names(found)


def names_tagged_in(data: bytes) -> Iterator[str]:
    """What the commands in a text tag or push, by names as above."""
    yield from _full_names(match["name"] for match in _tagging().finditer(data))


def _full_names(found: Iterable[bytes]) -> Iterator[str]:
    for name in found:
        full = _full_name(name.decode())
        if full is not None:
            yield full


def _full_name(name: str) -> str | None:
    """The name as Docker writes it; None for one without a namespace, which says nothing."""
    if "/" not in name:
        return None
    is_open = name.endswith("/")
    reference = read_reference(f"{name}any" if is_open else name)
    if isinstance(reference, str):
        return None
    if is_open:
        return reference.name.removesuffix("any") + ANY
    return reference.name


@cache
def _tagging() -> re.Pattern[bytes]:
    """`docker build -t NAME`, `docker push NAME`, `docker tag ID NAME`; continued lines are one.

    Also `docker buildx imagetools create -t NAME` and `docker manifest create NAME`, which join the
    images of several platforms.
    """
    line = rb"(?:[^\n\\;&|]|\\\r?\n|\\.)"
    tools = rb"\b(?:docker|podman|buildah|nerdctl|img|executor)\b"
    built = (
        rb"\b(?:build|bud|imagetools\s+create)\b"
        + line
        + rb"{0,600}?\s(?:-t|--tag)(?:\s+|=)"
    )
    pushed = rb"\b(?:push|manifest\s+create)\s+(?:-\S+\s+)*|\btag\s+\S+\s+"
    pushed += rb"|--destination(?:\s+|=)"
    found = rb"(?:" + built + rb"|" + pushed + rb")"
    return re.compile(tools + line + rb"{0,200}?" + found + _NAME)


@cache
def _building() -> re.Pattern[bytes]:
    return re.compile(rb"\b(?:docker|podman|buildah|nerdctl)\b[^\n]*\b(?:build|bud)\b")


@cache
def _assigned() -> re.Pattern[bytes]:
    """`APP_IMAGE ?= NAME`, but for the variable of a base image."""
    used = rb"(?!\w*(?:BASE|FROM|PARENT|UPSTREAM))"
    start = rb"(?m)^[ \t]*(?:export[ \t]+)?" + used
    return re.compile(start + rb"\w*IMAGE(?:_NAME)?[ \t]*[?:]?=[ \t]*" + _NAME)


@cache
def _listed() -> re.Pattern[bytes]:
    """A name that stands alone in a line of an array."""
    return re.compile(rb"(?m)^[ \t]+" + _NAME + rb"[\"']?[ \t]*$")
