"""Official images, known by what their own instructions leave in the history of an image.

Those of Debian, Ubuntu and Alpine end with the first CMD; python and node set their version, fetch
it and end with a CMD of their own. Full images of both stand on buildpack-deps, which installs
compilers. Sources: the Dockerfiles of docker-library/python, docker-library/buildpack-deps,
nodejs/docker-node, and of the distributions (debuerreotype, alpinelinux/docker-alpine).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lightship.base_images.official_tags import ImageKind, OfficialTag
from lightship.image.blame.history_text import ReadRow, read_rows
from lightship.image.distribution import Distribution
from lightship.image.image import Image
from lightship.record import record
from lightship.regex import regex

_SYSTEMS = ("debian", "ubuntu", "alpine")
_FIRST_ROWS = 12  # a distribution's image has at most half as many
_MOST_ROWS = 512
_VERSION = regex(r"[0-9]+(?:\.[0-9]+){1,2}(?:(?:a|b|rc)[0-9]+)?")
_ALPINE = regex(r"[0-9]+\.[0-9]+")


@record
class _Program:
    """What an official image of a program leaves: a variable, what it fetches, its last CMD."""

    name: str
    variable: str
    fetches: str
    ends: str


_PROGRAMS = (
    _Program("python", "PYTHON_VERSION", "/Python-$PYTHON_VERSION", '["python3"]'),
    _Program("node", "NODE_VERSION", "node-v$NODE_VERSION", '["node"]'),
)
# What buildpack-deps installs, in one RUN
_COMPILERS = ("autoconf", "automake", "make")


@record
class OfficialBase:
    """An official image by name and tag, and how many layers of the image are its own."""

    name: str
    layers: int


def official_base(
    image: Image, distribution: Distribution | None
) -> OfficialBase | None:
    """The official image that an image stands on; None where its history has none."""
    if distribution is None or distribution.id not in _SYSTEMS:
        return None
    if not image.history_matches:
        return None
    rows = read_rows(image)[:_MOST_ROWS]
    end = _end_of_system(rows)
    if end is None:
        return None
    for program in _PROGRAMS:
        found = _of_program(rows, end, program, distribution)
        if found is not None:
            return found
    name = _system(distribution)
    return OfficialBase(name, _layers(rows[:end])) if name else None


def _end_of_system(rows: Sequence[ReadRow]) -> int | None:
    """Where the rows of the distribution's own image end: after its files and its CMD."""
    has_files = False
    for place, row in enumerate(rows[:_FIRST_ROWS]):
        has_files = has_files or not row.history.empty
        if row.keyword == "CMD" and has_files:
            return place + 1
        if row.keyword in ("RUN", "COPY"):
            return None
    return None


def _of_program(
    rows: Sequence[ReadRow], start: int, program: _Program, system: Distribution
) -> OfficialBase | None:
    """The image of a program where its version, its download and its CMD follow one another."""
    version = ""
    is_fetched = False
    is_full = False
    for place, row in enumerate(rows[start:], start):
        if row.keyword == "RUN":
            text = row.history.created_by
            is_full = is_full or (not version and _installs_compilers(text))
            is_fetched = is_fetched or (bool(version) and program.fetches in text)
        elif row.keyword == "ENV" and not version:
            version = _value(row, program.variable)
        elif row.keyword == "CMD":
            if not is_fetched or row.text != f"CMD {program.ends}":
                return None
            name = _tag(program.name, version, system, is_full=is_full)
            return OfficialBase(name, _layers(rows[: place + 1])) if name else None
    return None


def _installs_compilers(text: str) -> bool:
    words = text.split()
    return all(name in words for name in _COMPILERS)


def _value(row: ReadRow, variable: str) -> str:
    """The version that an ENV sets; empty for another variable, and for what is not a version."""
    name, _, value = row.text.removeprefix("ENV ").partition("=")
    if name != variable:
        return ""
    value = value.strip("\"'")
    return value if _VERSION.fullmatch(value) else ""


def _tag(name: str, version: str, system: Distribution, *, is_full: bool) -> str:
    """The image under the tag that names its release; empty where that is not known."""
    kind = ImageKind.FULL if is_full else ImageKind.SLIM
    release = system.codename if system.id == "debian" else ""
    if system.id == "alpine":
        kind = ImageKind.ALPINE
        numbers = _ALPINE.match(system.version)
        release = f"alpine{numbers[0]}" if numbers else ""
    if not release:
        return ""
    return f"{name}:{OfficialTag(name, version, kind, release).text}"


def _system(system: Distribution) -> str:
    """The distribution's own image. Whether it is Debian's slim one its history does not tell."""
    if system.id == "debian":
        return f"debian:{system.codename}" if system.codename else ""
    return f"{system.id}:{system.version}" if system.version else ""


def _layers(rows: Iterable[ReadRow]) -> int:
    """How many layers these rows made."""
    return sum(not row.history.empty for row in rows)
