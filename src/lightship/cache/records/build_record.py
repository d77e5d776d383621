"""`BuildRecord`: all that a file says of one build that was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from enum import StrEnum
from re import Match

from lightship.cache.times.buildkit_progress import seconds_of
from lightship.cache.times.recorded_step import Recorded
from lightship.record import record
from lightship.regex import regex

_BUILD_ARG = "build-arg:"
_FROM = regex(r"\[[^\]]{0,200}\] FROM (\S{1,1000})@(sha256:[0-9a-f]{64})\b")
_IMPORT = regex(r"(?:\[[^\]]{1,200}\] )?importing cache manifest from (\S.*)")
_EXPORT = regex(r"(?:\[[^\]]{1,200}\] )?exporting cache to (\S+)")
_ESCAPE = regex("%([0-7][0-9A-Fa-f])")
_MATERIAL = regex(r"pkg:docker/([^@?#]{1,500})(?:@([^?#]{1,200}))?")


class RecordForm(StrEnum):
    """Where it is from: each says more or less of a build."""

    DOCKERBUILD = "build record"
    RAWJSON = "rawjson log"
    PLAIN = "plain log"
    PROVENANCE = "provenance"
    METADATA = "metadata file"


@record
class CacheImport:
    """A cache that was read, and why it could not be; empty where it could."""

    source: str
    error: str = ""


@record
class BuildRecord:
    """One build that was.

    `steps` are those of its progress, none where the file has none. `attributes` are what the
    Dockerfile frontend was given (`build-arg:NAME`, `target`, `filename`, `vcs:revision`,
    `no-cache`). `lines` are the first lines of the instructions, by the digest of a step.
    `materials` are digests of base images, by their names. `started` and `completed` are in seconds
    since 1970. `number` is its place in a file with several builds, from 1; 0 is not known.
    """

    form: RecordForm
    steps: Recorded = ()
    reference: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    materials: Mapping[str, str] = field(default_factory=dict)
    started: float | None = None
    completed: float | None = None
    error: str = ""
    number: int = 0

    @property
    def seconds(self) -> float | None:
        """How long the whole build took."""
        if self.started is None or self.completed is None:
            return None
        return max(self.completed - self.started, 0.0)

    @property
    def revision(self) -> str:
        """The commit that was built; empty where nothing says it."""
        return self.attributes.get("vcs:revision", "").removesuffix("-dirty")

    @property
    def build_args(self) -> dict[str, str]:
        """The build arguments that were given."""
        args: dict[str, str] = {}
        for name, value in self.attributes.items():
            if name.startswith(_BUILD_ARG):
                args[name.removeprefix(_BUILD_ARG)] = value
        return args

    @property
    def bases(self) -> dict[str, str]:
        """The digests of its base images, by their names as BuildKit shows them."""
        digests = dict(self.materials)
        for step in self.steps:
            base = _FROM.match(step.name)
            if base is not None:
                name, digest = base.groups()
                digests[name] = digest
        return digests

    @property
    def imports(self) -> tuple[CacheImport, ...]:
        """The caches that it read, or tried to."""
        return tuple(self._imports())

    def _imports(self) -> Iterator[CacheImport]:
        for step in self.steps:
            imported = _IMPORT.fullmatch(step.name)
            if imported is not None:
                source = imported[1]
                yield CacheImport(source, step.error)

    @property
    def export_seconds(self) -> float | None:
        """How long it wrote caches; None where it wrote none."""
        times = seconds_of(self.steps)
        exports: list[float] = []
        for name, seconds in times.items():
            if _EXPORT.match(name) is not None:
                exports.append(seconds)
        if not exports:
            return None
        return sum(exports)


def image_of_material(uri: str) -> str:
    """The name of an image in provenance, `docker.io/library/NAME:TAG`, as BuildKit shows it.

    Empty for what is not an image. Source: moby/buildkit, util/purl.
    """
    material = _MATERIAL.match(uri)
    if material is None:
        return ""
    name = _unquoted(material[1])
    if "/" not in name:
        name = f"docker.io/library/{name}"
    elif not _has_host(name):
        name = f"docker.io/{name}"
    tag = _unquoted(material[2] or "latest")
    return f"{name}:{tag}"


def _has_host(name: str) -> bool:
    """Whether the first part of a name with a `/` is a registry's host."""
    first, _slash, _rest = name.partition("/")
    has_mark = "." in first or ":" in first
    return has_mark or first == "localhost"


def _unquoted(text: str) -> str:
    """A part of an URI without its percent escapes."""
    return _ESCAPE.sub(_character, text)


def _character(escape: Match[str]) -> str:
    return chr(int(escape[1], 16))
