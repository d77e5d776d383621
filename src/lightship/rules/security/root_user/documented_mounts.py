"""The directories of the host that the README mounts into a container."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build, MountedVolume
from lightship.evaluation.paths import clean
from lightship.rules.security.root_user.beside import READMES, beside
from lightship.shell.run_mounts import host_mounts


def documented_mounts(build: Build) -> Iterator[MountedVolume]:
    """What the README mounts from the host, to be written to."""
    for text in beside(build, READMES):
        for target in host_mounts(text):
            yield MountedVolume(clean(target), from_host=True)
