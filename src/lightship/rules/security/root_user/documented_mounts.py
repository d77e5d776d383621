"""The directories of the host that the README mounts into a container."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build, MountedVolume
from lightship.evaluation.paths import clean
from lightship.regex import regex
from lightship.rules.security.root_user.beside import READMES, beside

# `-v ~/data:/data` of docker run; a name without a slash is a volume
_OF_COMMANDS = regex(
    r"(?:\s-v|--volume)[ =]+[\"']?(?:[/.~$%<{]|[A-Za-z]:[/\\])[^\s:]*"
    r":(?P<target>/[\w./-]+)(?::(?P<mode>[\w,]+))?"
)


def documented_mounts(build: Build) -> Iterator[MountedVolume]:
    """What the README mounts from the host, to be written to."""
    for text in beside(build, READMES):
        for mount in _OF_COMMANDS.finditer(text):
            if "ro" not in (mount["mode"] or "").split(","):
                yield MountedVolume(clean(mount["target"]), from_host=True)
