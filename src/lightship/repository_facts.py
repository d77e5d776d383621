"""What the repository of a Dockerfile says beside how one build of it is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from functools import cached_property

from lightship.record import record


@record
class MountedVolume:
    """A directory or file of the container that a volume is mounted at, and may be written to.

    `from_host` is whether it is one of the host.
    """

    target: str
    from_host: bool


@record
class GivenLabel:
    """A label that a build gives its image, beside those of the Dockerfile.

    `value` is None where it is known only when the image is built. `path`, from the root of the
    repository, and `line` are where it is written.
    """

    value: str | None
    path: str
    line: int


@record
class OwnBase:
    """What makes an image of the repository: the text of its Dockerfile.

    `cleaners` are the names of the scripts in it that remove the index of apt.
    """

    dockerfile: str
    cleaners: frozenset[str] = frozenset()


@record(eq=False, slots=False)
class RepositoryFacts:
    """What the repository of a Dockerfile says beside how this Build is made.

    `images` are the images that it builds itself, by name without tag; `acme/*` where the last part
    is not known, `ubuntu:base` where it takes a tag of an official name. `is_fixture` is whether
    tests read the Dockerfile as data; `is_example` whether it lies in a directory of examples.
    `projects` are the names of its own packages, as PyPI normalises them.
    `cache_settings` are the variables with which others of its Dockerfiles and scripts switch the
    caches of installers off, where the base image is one of its own. `is_uncached` is whether all
    that builds the Dockerfile does so with `--no-cache`. `has_user` is whether all are services of
    compose with a `user:` other than root. `has_pushed_build` is whether some build of the
    Dockerfile is pushed, so that nobody pulls what the others make. `dockerfile` is the
    Dockerfile's path inside the repository, empty where that is not known. `bases` are what makes
    the images that the Dockerfile starts from, and those under them, by the names that FROM has.
    `names` are what results of its builds are called: services, tags, targets.
    """

    images: frozenset[str] = frozenset()
    is_fixture: bool = False
    is_example: bool = False
    projects: frozenset[str] = frozenset()
    cache_settings: frozenset[str] = frozenset()
    is_uncached: bool = False
    has_user: bool = False
    has_pushed_build: bool = False
    dockerfile: str = ""
    bases: Mapping[str, OwnBase] = field(default_factory=dict)
    names: frozenset[str] = frozenset()

    @cached_property
    def namespaces(self) -> frozenset[str]:
        """Where it publishes images: `ghcr.io/acme` of `ghcr.io/acme/app`."""
        return frozenset(name.rpartition("/")[0] for name in self.images) - {""}
