"""Whether a file of the container comes from a mount, as far as the repository says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from posixpath import basename

from lightship.build import Build
from lightship.evaluation.paths import and_above, below, clean
from lightship.facts.start.built_services import built_services, is_compose
from lightship.facts.start.container_lines import run_texts
from lightship.regex import regex

_DOCKERFILE = regex(
    r"(?:[ \t]*(?:#[^\n]*|(?i:ARG)[ \t][^\n]*)?\n)*[ \t]*(?i:FROM)[ \t]"
)
# What stands before the path: `-v ~/app:`, `- ./app:` and `"./app:`, `target: `
_BEFORE = (
    r"(?:(?:\s-v|--volume)[ =]+(?:(?! -)[^\n]){1,200}?:"
    r"|(?:^[ \t]*-[ \t]+[\"']?|[\"'])[^\n#=\"']{1,200}?:"
    r"|\b(?:target|dst|destination|mountPath|mount_path|containerPath)[\"']?[ \t]*[:=][ \t]*[\"']?)"
)


def is_mounted(build: Build, path: str) -> bool:
    """Whether something is mounted at `path`, or at a directory above it, when it is started.

    Compose files tell, devcontainers, manifests, and `docker run` in task files and manuals. Where
    these are too many to read, it may be. A file of whose name the repository knows nothing does
    not come from a mount either.
    """
    is_staged = None if build.context is None else build.context.is_staged
    if is_staged is not None and not is_staged(basename(path)):
        return False
    for volume in build.volumes:
        target = clean(volume.target)
        if target != "/" and below(path, target) is not None:
            return True

    places = [re.escape(place) for place in and_above(path) if place != "/"]
    mount = regex(rf"(?m){_BEFORE}(?:{'|'.join(places)})/?(?=[:,\"'\s\])}}]|$)")
    texts = _texts(build)
    return texts is None or any(map(mount.search, texts))


def _texts(build: Build) -> tuple[str, ...] | None:
    return build.once(_mounting_texts)


def _mounting_texts(build: Build) -> tuple[str, ...] | None:
    """The services that are built, and what other files say; Dockerfiles only mount into RUN."""
    texts = run_texts(build)
    if texts is None:
        return None
    return (*built_services(build), *_others(texts))


def _others(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        if not is_compose(text) and _DOCKERFILE.match(text) is None:
            yield text
