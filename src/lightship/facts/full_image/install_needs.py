"""What installs of libraries need of the system: compilers, git, headers, programs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from lightship.base_images.full import missing_libraries
from lightship.build import PackageInvocation
from lightship.facts.context.git_questions import reads_version
from lightship.facts.full_image.compiled_pins import compiled_pins
from lightship.facts.full_image.manifest_texts import (
    manifest_texts,
    project_texts,
)
from lightship.facts.full_image.stages_on_image import (
    INSTALLERS,
    StagesOnImage,
)
from lightship.pyproject.dependency import normalised
from lightship.record import record
from lightship.regex import regex

_FROM_SOURCE = ("--no-binary", "--no-binary-package", "--build-from-source")
# In a manifest: the project itself is compiled
_BUILDS = (
    "ext_modules",
    "cythonize",
    "scikit-build",
    "meson-python",
    "maturin",
    "setuptools-rust",
    "pybind11",
)
# What git fetches
_REPOSITORY = (
    "git+",
    "git://",
    "github:",
    "gitlab:",
    "bitbucket:",
    "git = ",
    "git@",
)
# In package.json: an address that ends in .git, or `owner/name`
_NODE_REPOSITORY = regex(
    r"\"(?:https?|ssh)://[^\"\s]+\.git(?:#[^\"]*)?\""
    r"|:\s*\"[A-Za-z0-9][\w.-]*/[\w.-]+(?:#[^\"\s]*)?\"\s*[,}\n]"
)
_NODE_SECTIONS = regex(
    r"\"(?:dependencies|devDependencies|optionalDependencies)\"\s*:\s*\{[^{}]*\}"
)
# A requirement, or a package of a lock file, not an extra of another one
_PSYCOPG2 = regex(r"(?im)^[ \t]*(?:name = \")?psycopg2(?![\w-])")
# Before 0.6 it draws with Wand, which loads ImageMagick when it is imported
_OLD_PDFPLUMBER = regex(
    r"(?i)\bpdfplumber[\s\"']*(?:==|~=|=|\^|~)[\s\"'^~=]*0\.[0-5]\b"
)


@record
class _Libraries:
    """Libraries that the slim image cannot build or run: names, and how manifests write them."""

    names: frozenset[str]
    written: re.Pattern[str]


def _libraries(installed: Collection[str]) -> _Libraries:
    names = [normalised(name) for name in missing_libraries(installed)]
    spellings = "|".join(names).replace("-", "[-_.]")
    pattern = rf"(?<![\w.-])(?:{spellings})(?![\w-])"
    return _Libraries(frozenset(names), regex(pattern, re.IGNORECASE))


def install_needs(stages: StagesOnImage) -> Iterator[str]:
    """Libraries that are built from source, or need a program of the system."""
    build = stages.build
    libraries = _libraries(stages.installed)
    calls = build.packages(*INSTALLERS)
    own = [call for call in calls if call.instruction in stages.instructions]
    installs = [call for call in own if call.does.installs]
    for call in installs:
        yield from _named(call, stages.missing, libraries)
        if "gcc" in stages.missing:
            yield from compiled_pins(build, call)

    if "git" in stages.missing and reads_version(build, project_texts(build, installs)):
        yield "git"
    for text in manifest_texts(build, installs):
        yield from _asked_for(text, stages.missing, libraries)


def _asked_for(
    text: str, missing: frozenset[str], libraries: _Libraries
) -> Iterator[str]:
    """What a manifest asks for."""
    flat = normalised(text)
    # A look that costs little comes first
    if any(name in flat for name in libraries.names):
        for match in libraries.written.finditer(text):
            if not _has_wheels(match[0], text):
                yield match[0]

    if "convert" in missing and _OLD_PDFPLUMBER.search(text):
        yield "pdfplumber"
    if "git" in missing and _names_repository(text):
        yield "git"
    if "gcc" in missing and any(mark in text for mark in _BUILDS):
        yield "gcc"


def _names_repository(text: str) -> bool:
    """Whether a manifest or lock file has a dependency that git fetches."""
    if any(mark in text for mark in _REPOSITORY):
        return True
    sections = _NODE_SECTIONS.findall(text)
    return any(map(_NODE_REPOSITORY.search, sections))


def _has_wheels(name: str, text: str) -> bool:
    """Whether it is requested in the form that includes its libraries: `psycopg[binary]`.

    `psycopg2-binary` beside `psycopg2` is another package, not its libraries.
    """
    if f"{name}[binary" in text:
        return True
    return f"{name}-binary" in text and _PSYCOPG2.search(text) is None


def _named(
    call: PackageInvocation, missing: frozenset[str], libraries: _Libraries
) -> Iterator[str]:
    """What one command installs by name."""
    if "gcc" in missing and call.does.option(*_FROM_SOURCE):
        yield "gcc"

    for package in call.does.packages:
        if package.kind == "url" and "git" in missing:
            address = package.word.text.strip("'\"")
            if address.startswith(("git", "-e git")):
                yield "git"

        # What extras bring is their choice: `psycopg[binary]` has its libraries with it
        if package.kind not in ("registry", "url") or package.extras:
            continue
        if normalised(package.name) in libraries.names:
            yield package.name
        if "convert" in missing and _OLD_PDFPLUMBER.search(package.word.text):
            yield package.name
