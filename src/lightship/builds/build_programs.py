"""The images that a repository builds by a program of its own in Python, such as `build.py`.

Nothing of it is run: the names stand in it as texts.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from lightship.base_images.reference import Reference, read_reference
from lightship.builds.workspace import Workspace, folders_above
from lightship.regex import regex

# `build.py`, `build_images.py`, `docker_release.py`, and the files of task runners
_PROGRAM = regex(
    r"(?:\w+_)?(?:build|docker|images?|release|publish|package)(?:_\w+)?\.py"
    r"|(?:tasks|noxfile|fabfile|dodo)\.py"
)
_FOLDERS = ("scripts", "script", "docker", "build", "tools", "ci", ".ci", "bin", "dev")
_MOST_PROGRAMS = 20
_LONGEST = 100_000  # characters of a program
# It builds: `docker build`, `["docker", "build"`, `client.images.build(`, `build_docker_image(`
_BUILDS = regex(
    r"docker[\"',\s]+(?:buildx[\"',\s]+)?build\b|images\.(?:build|push)\(|build_(?:docker_)?image\w*\("
)
# `IMAGE_NAME = "acme/shop"`, `REMOTE_IMAGE_PREFIX = "acme/"`
_NAMED = regex(
    r"(?m)^[ \t]*\w*(?i:image|repository|registry|docker)\w*[ \t]*=[ \t]*[frb]?[\"']"
    r"([a-z0-9][\w.:-]*/(?:[a-z0-9][\w./-]*)?)"
)
_BASE = regex(r"(?i)base|from|parent|upstream")
_TEXT = regex(r"[\"']([a-z0-9][a-z0-9._-]{3,60})[\"']")


def programs_that_build(
    workspace: Workspace, dockerfile: str, image: Reference
) -> Iterator[str]:
    """The programs that build images and call one so, as a whole or by its parts."""
    for path in islice(_programs(workspace, dockerfile), _MOST_PROGRAMS):
        text = workspace.text(path)
        if text is None or len(text) > _LONGEST or not _BUILDS.search(text):
            continue
        if any(_is_called(text, name, image) for name in _names_in(text)):
            yield path


def _programs(workspace: Workspace, dockerfile: str) -> Iterator[str]:
    for folder in dict.fromkeys((*folders_above(dockerfile), *_FOLDERS)):
        for name in workspace.names(folder):
            path = name if folder == "." else f"{folder}/{name}"
            if _PROGRAM.fullmatch(name) and workspace.is_file(path):
                yield path


def _names_in(text: str) -> Iterator[str]:
    """What variables for images say, but for those of a base image."""
    for named in _NAMED.finditer(text):
        variable = named[0].partition("=")[0]
        if not _BASE.search(variable):
            yield named[1]


def _is_called(text: str, name: str, image: Reference) -> bool:
    """Whether a name is the image's; one that ends in `/` needs another text for the last part."""
    if not name.endswith("/"):
        read = read_reference(name)
        return not isinstance(read, str) and read.name == image.name
    above, _, last = image.name.rpartition("/")
    if above != name.rstrip("/"):
        return False
    return any(last.startswith(part) for part in _TEXT.findall(text))
