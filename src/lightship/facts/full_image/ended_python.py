"""Libraries that an old Python or Node compiles, since nothing is built for it any more."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from lightship.base_images.lifetimes import parts, supported, version_numbers
from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Instruction
from lightship.facts.full_image.manifest_texts import manifest_texts
from lightship.facts.full_image.stages_on_image import INSTALLERS
from lightship.regex import regex

# Releases of that time have no wheels, or hardly any
_LONG = timedelta(days=913)
_MINOR = regex(r"[23]\.[0-9]+|2\b")
# Libraries in C, C++ or Rust whose releases leave old Pythons behind
_COMPILED = regex(
    r"(?im)^[ \t\"']*(?:aiohttp|asyncpg|blis|cryptography|cymem|gevent|greenlet|grpcio|lxml"
    r"|matplotlib|murmurhash|numpy|orjson|pandas|pillow|preshed|psutil|pydantic-core|pyyaml"
    r"|pyzmq|regex|scikit-learn|scipy|spacy|thinc|tokenizers|uvloop)(?![\w.-])"
)


def has_ended(build: Build) -> bool:
    """Whether the image's Python gets no fixes: new releases of libraries have no wheels for it."""
    image = build.root_image(build.lineage[0])
    if image is None or image.name != "python":
        return False
    match = _MINOR.match(image.tag)
    if match is None:
        return False

    own = version_numbers(match[0])
    releases = supported("Python", build.today)
    alive = [version_numbers(release.version) for release in releases]
    return own < min(alive, default=(0,))


def install_of_another_time(
    build: Build, instructions: Collection[Instruction]
) -> str | None:
    """What installs libraries on a Python or Node whose support ended years ago, if anything.

    In its time fewer projects published wheels, and prebuilt files of Node's packages are gone from
    where they were: which of them are compiled is not known.
    """
    image = build.root_image(build.lineage[0])
    if image is None:
        return None
    ends = [part.release.ends for part in parts(image) if part.start == 0]
    if not any(build.today - end > _LONG for end in ends):
        return None
    for call in build.packages(*INSTALLERS):
        if call.instruction in instructions and call.does.installs:
            return call.does.manager
    return None


def compiled_library(build: Build, instructions: Collection[Instruction]) -> str | None:
    """A library that is compiled where it has no wheel, of those that are installed."""
    texts: list[str] = []
    calls: list[PackageInvocation] = []
    for call in build.packages(*INSTALLERS, action="install"):
        if call.instruction not in instructions:
            continue
        names = [package.name for package in call.does.packages]
        if names and _is_python_2(build):
            return names[0]
        texts += names
        calls.append(call)

    texts += manifest_texts(build, calls)
    match = _COMPILED.search("\n".join(texts))
    return match[0].strip() if match is not None else None


def _is_python_2(build: Build) -> bool:
    image = build.root_image(build.lineage[0])
    return image is not None and image.tag.startswith("2")
