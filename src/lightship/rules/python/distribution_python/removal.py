"""Taking a second Python out of an install, and out of what removes it again."""

from __future__ import annotations

from lightship.base_images.full import packages_of_full
from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Stage
from lightship.facts.edits.word_edits import without
from lightship.lint.finding import Fix, Safety
from lightship.regex import regex
from lightship.shell.build_tools import BRING_HEADERS
from lightship.shell.commands import Word
from lightship.shell.packages import Package
from lightship.text import Edit

REPLACED = regex(
    r"(?:lib)?python(?:3|3\.[0-9]+)?"
    r"(?:-(?:pip|dev|venv|all|all-dev|virtualenv|setuptools|wheel|distutils|minimal|full))?"
    r"|python-dev-is-python[23]|python-is-python3|py3-(?:pip|setuptools|wheel|virtualenv)"
)
_COMPILER = regex(r"(?:gcc|gfortran|clang)(?:-[0-9]+)?|cmake")


def removing(
    build: Build, call: PackageInvocation, second: list[Package]
) -> Fix | None:
    if not all(REPLACED.fullmatch(package.name) for package in second):
        return None
    if len(second) == len(call.does.packages):
        return None
    if _is_of_argument(build, call):
        return None

    edits = _edits(build, call, second)
    if not edits:
        return None
    return Fix("Use the image's own Python", edits, Safety.UNSAFE)


def _is_of_argument(build: Build, call: PackageInvocation) -> bool:
    """Whether a build arg names the base image, which may be one without a Python."""
    stage = build.dockerfile.stage_of(call.instruction)
    if stage is None:
        return True
    line = build.lineage_of(stage)
    base = line[0].base.text
    return base.lstrip('"').startswith("$")


def _edits(
    build: Build, call: PackageInvocation, needless: list[Package]
) -> tuple[Edit, ...]:
    """Take the packages out of the install, and out of what removes them again."""
    names = {package.name for package in needless}
    words = [package.word for package in needless]
    headers = _lost_headers(build, call, needless)
    if headers is not None:
        words.remove(headers.word)

    edits: list[Edit] = []
    if words:
        taken_out = without(build, call.script, call.command.words, words)
        if taken_out is None:
            return ()
        edits += taken_out
    if headers is not None:
        edit = Edit.replace(headers.word.span, "libc6-dev")
        edits.append(edit)

    for removal in build.packages(call.does.manager, action="remove"):
        removed = _removed(removal, names)
        if not removed:
            continue
        if len(removed) == len(removal.does.operands):
            return ()  # nothing would be left
        more = without(build, removal.script, removal.command.words, removed)
        if more is None:
            return ()
        edits += more
    return tuple(edits)


def _removed(removal: PackageInvocation, names: set[str]) -> list[Word]:
    """The words with which a command removes packages of those names."""
    return [word for word in removal.does.operands if word.value in names]


def _lost_headers(
    build: Build, call: PackageInvocation, needless: list[Package]
) -> Package | None:
    """The package that alone brings the headers of C, which a compiler here needs."""
    if call.does.manager == "apk":
        return None
    headers = [package for package in needless if package.name.endswith("-dev")]
    if not headers:
        return None
    stage = build.dockerfile.stage_of(call.instruction)
    if stage is None:
        return None
    image = build.root_image(stage)
    if image is None or packages_of_full(image):
        return None

    removed = {package.name for package in needless}
    kept = _installed(build, stage) - removed
    if not any(map(_COMPILER.fullmatch, kept)):
        return None
    if not kept.isdisjoint(BRING_HEADERS):
        return None
    return headers[0]


def _installed(build: Build, stage: Stage) -> set[str]:
    """The names of all that apt installs in a stage."""
    names: set[str] = set()
    for install in build.packages("apt-get", "apt", "aptitude", action="install"):
        if build.dockerfile.stage_of(install.instruction) is stage:
            names.update(package.name for package in install.does.packages)
    return names
