"""`BuildDefinition`: one way in which a Dockerfile is built, and where that is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from enum import StrEnum

from lightship.record import record
from lightship.repository_facts import GivenLabel, MountedVolume


class BuildSourceKind(StrEnum):
    """What says how an image is built."""

    CONFIG = "config"  # a configuration: lightship's own, or that of a platform
    COMPOSE = "compose"
    BAKE = "bake"
    WORKFLOW = "workflow"
    GITLAB = "gitlab"
    ACTION = "action"
    DEVCONTAINER = "devcontainer"
    SCRIPT = "script"
    GUESS = "guess"  # nothing says it


class Purpose(StrEnum):
    """What an image is for."""

    PRODUCTION = "production"
    DEVELOPMENT = "development"
    TEST = "test"
    CI = "ci"
    TOOL = "tool"
    UNKNOWN = "unknown"


@record
class Written:
    """Where something is written: a path from the root of the workspace, and a line from 1."""

    path: str
    line: int = 1


@record
class Inline:
    """A Dockerfile inside another file: its text, that file, and the line where the text begins.

    The file may be another than the one that says how it is built, which only inherits it.
    """

    text: str
    path: str
    line: int


@record
class ProjectMount:
    """A directory or file of the workspace, and where it is mounted in containers."""

    source: str
    target: str


@record
class BuildOption:
    """An option of a build that does not say what is built: `cache-from`, `push`, `no-cache`.

    `name` is without dashes. `value` is as written where it is not known, and empty where the
    option takes none.
    """

    name: str
    value: str
    written: Written
    is_known: bool = True


@record
class CalledWith:
    """How a build is started: `docker build`, `docker buildx build`, `bake`, `buildah` and others.

    `options` are those beside what a definition says.
    """

    program: str
    options: tuple[BuildOption, ...] = ()


@record
class BuildDefinition:
    """One way in which a Dockerfile is built.

    Paths count from the root of the workspace, with `/`. `dockerfile` is the file that holds the
    Dockerfile; with `inline` that is the file where it is written. `target` is None for the last
    stage. Of `args` and `contexts` a value is None where it comes from outside, as the environment.
    `contexts` are named contexts, local ones as paths. `sources` are all places that say the same,
    the best one first. `names` are what the result is called: services, tags, targets.
    `is_published` is whether it is pushed to a registry, or run by a platform. `volumes` are what
    is mounted into its containers. `called` is how a command or a bake file starts it, None for
    others. `may_be_buildah` is whether the repository builds with buildah
    or podman, and the Dockerfile has what only these expand: a variable in `--from`. `has_init` is
    whether its containers run under an init. `starts` are the commands that services start in place
    of the image's own, empty for one that starts that. `is_worked_on` is whether a service mounts
    files of the project, and a variable of it says that it is for development. `is_uncached` is
    whether all that build it say `--no-cache`. `is_exported` is whether they all ask for files
    (`--output type=local`), so that there is no image. `has_user` is whether all are services that
    set a `user:` other than root. `mounts` are what all its services mount of the project, none
    where one of them is kept running, as a service that is deployed is. `labels` are those that the
    build gives the image. `serves_tests` is whether they all are services of compose files that run
    tests, and publish no port.
    """

    dockerfile: str
    context: str
    kind: BuildSourceKind
    sources: tuple[Written, ...]
    why: str
    target: str | None = None
    args: Mapping[str, str | None] = field(default_factory=dict)
    platforms: tuple[str, ...] = ()
    contexts: Mapping[str, str | None] = field(default_factory=dict)
    purpose: Purpose = Purpose.UNKNOWN
    inline: Inline | None = None
    names: tuple[str, ...] = ()
    is_published: bool = False
    volumes: tuple[MountedVolume, ...] = ()
    may_be_buildah: bool = False
    has_init: bool = False
    starts: tuple[str, ...] = ()
    called: CalledWith | None = None
    is_worked_on: bool = False
    is_uncached: bool = False
    is_exported: bool = False
    has_user: bool = False
    mounts: tuple[ProjectMount, ...] = ()
    labels: Mapping[str, GivenLabel] = field(default_factory=dict)
    serves_tests: bool = False

    @property
    def source(self) -> Written:
        """The place that says it best."""
        return self.sources[0]

    @property
    def tags(self) -> tuple[str, ...]:
        """The names that are tags: the first of compose and bake is a service or target."""
        is_first_another = self.kind in (BuildSourceKind.COMPOSE, BuildSourceKind.BAKE)
        return self.names[1:] if is_first_another else self.names


@record
class Unresolved:
    """A place that builds something, and why it cannot be known what.

    `is_missing` is whether the repository lacks its Dockerfile or its build context.
    """

    source: Written
    why: str
    called: CalledWith | None = None
    is_missing: bool = False


@record
class BakeOverride:
    """`--set` of bake: `target` is a pattern of names, `key` what is set, such as `args.VERSION`.

    `value` is None where it is not known; `why` says why, and is empty if it comes from outside.
    `text` is the value as it is written, as far as that can be told. With `adds` it is one more of
    a list (`+=`).
    """

    target: str
    key: str
    value: str | None
    why: str = ""
    text: str = ""
    adds: bool = False
    written: Written | None = None


@record
class ComposeStart:
    """How `docker compose up` or `run` starts services: what is missing is built.

    With `with_needs` also what they depend on; with `builds` (`--build`) also what could be pulled.
    """

    with_needs: bool = True
    builds: bool = False


@record
class BuildCall:
    """A command that builds what files say: `docker compose` or `bake`, by `kind`.

    `paths` are the files in their order, none for the usual ones; `folder` is the directory from
    which relative paths count; `only` are the targets that are named, `overrides` what is set.
    `starts` is how compose starts them, None where it builds alone.
    """

    kind: BuildSourceKind
    written: Written
    folder: str
    paths: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    overrides: tuple[BakeOverride, ...] = ()
    called: CalledWith | None = None
    starts: ComposeStart | None = None


Found = BuildDefinition | Unresolved | BuildCall


@record
class Discovery:
    """What was found; and what could not be resolved.

    `images` are the images that the files build, by name without tag: also those of other
    Dockerfiles than the one that was asked for. `acme/*` is one whose last part a variable decides,
    `ubuntu:base` a tag of an official image that a build here takes.
    """

    builds: tuple[BuildDefinition, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    calls: tuple[BuildCall, ...] = ()
    images: frozenset[str] = frozenset()

    @classmethod
    def of(cls, items: Iterable[Found]) -> Discovery:
        """What was found, sorted by what it is."""
        found = list(items)
        return cls(
            tuple(item for item in found if isinstance(item, BuildDefinition)),
            tuple(item for item in found if isinstance(item, Unresolved)),
            tuple(item for item in found if isinstance(item, BuildCall)),
        )
