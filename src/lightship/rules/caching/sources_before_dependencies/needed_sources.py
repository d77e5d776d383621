"""Where an install may need the sources that are copied before it, or nobody builds with them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from itertools import islice

from lightship.base_images.missing_commands import missing_commands
from lightship.builds.definition import Purpose
from lightship.context.files import Context
from lightship.evaluation.paths import below, in_workdir, related
from lightship.facts.copies.deliveries import deliveries
from lightship.facts.stages.final_image import is_for_development
from lightship.facts.stages.program_places import brings_programs
from lightship.regex import regex
from lightship.rules.caching.sources_before_dependencies.early_copies import EarlyCopy
from lightship.shell.specs import written

_FEW = 1
_MOST_LINES = 10
# `__version__: str = "2.4.56"`, or a docstring in one line
_PLAIN_VALUE = regex(
    r"""\w+\s*(?::\s*\w+\s*)?=\s*(?:"[^"]*"|'[^']*'|[\d., ()]+)(?:\s*#.*)?"""
    r'|"""[^"]*"""'
)
_LICENCES = ("licence", "license", "copying", "notice")
_MANIFESTS = frozenset(("pyproject.toml", "setup.py", "setup.cfg", "package.json"))
_PRODUCTION = Purpose.PRODUCTION.value
_OF_SYSTEM = (
    *("apt-get", "apt", "apk", "dnf", "yum", "microdnf", "zypper"),
    "conda",
    "mamba",
)
_SHELL_PLACES = ("/bin/sh", "/usr/bin/sh")
_BIN = frozenset({"bin", "sbin"})


def is_mounted_over(early: EarlyCopy) -> bool:
    """Whether a container of an image that nobody pulls has the sources of the host instead.

    A change to those needs no build.
    """
    build = early.build
    is_for_work = is_for_development(build)
    is_pulled = build.is_published or build.repository.has_pushed_build
    if not is_for_work and (is_pulled or build.purpose == _PRODUCTION):
        return False
    root = early.delivery.root
    for volume in build.volumes:
        target = volume.target.rstrip("/") or "/"
        if not volume.from_host or not related(target, root):
            continue
        # A file, or a directory for data, is not all of the sources
        if is_for_work or below(root or "/", target) is not None:
            return True
    return False


def brings_a_program(early: EarlyCopy) -> bool:
    """Whether a program in PATH was linked to before, and comes with the copy.

    The install may run it.
    """
    for place in links_into(early):
        folders = (place, posixpath.dirname(place))
        if any(posixpath.basename(folder) in _BIN for folder in folders):
            return True
    return False


def may_bring_installer(early: EarlyCopy) -> bool:
    """Whether the image lacks the program that installs, and the copy may have it."""
    build = early.build
    image = build.root_image(early.stage)
    if image is None or not brings_programs(build, early.delivery.copying):
        return False
    missing = missing_commands(image)
    return any(install.command.name in missing for install in early.installs)


def links_into(early: EarlyCopy) -> Iterator[str]:
    """The links that were made before and lead into what the copy brings.

    The install may need what they lead to.
    """
    build = early.build
    root = early.delivery.root
    for call in build.commands("ln"):
        if call.instruction.span.start > early.copy.span.start:
            continue
        state = build.evaluation.before(call.instruction)
        if state is None:
            continue

        words = [written(word) for word in call.command.args]
        operands = [word for word in words if not word.startswith("-")]
        if operands[-1:] and operands[-1] in _SHELL_PLACES:
            continue  # another shell, which the image has
        for target in operands[:1]:
            if below(in_workdir(state.workdir, target), root) is not None:
                yield operands[-1].rstrip("/")


def is_helper(early: EarlyCopy) -> bool:
    """Whether the copy is not the sources: a version and no code, or what stands apart from them.

    Who copies that before the install, and the sources after it, knows why it stands there.
    """
    context = early.build.context
    sources = early.delivery.sources
    if context is None or not sources:
        return False
    if all(_is_version(context, path) for path in sources):
        return True
    if len(sources) != 1 or not _stands_apart(early, context):
        return False

    start = early.run.span.start
    for _, brought in deliveries(early.build):
        if brought is None or not brought.takes_all:
            continue
        later = brought.copying.instruction
        is_here = early.build.dockerfile.stage_of(later) is early.stage
        if is_here and later.span.start > start:
            return True
    return False


def _stands_apart(early: EarlyCopy, context: Context) -> bool:
    """Whether it is one file, a directory with one, or a package with a licence of its own."""
    path = early.delivery.sources[0]
    return _is_one_file(early, context) or _has_own_licence(context, path)


def _is_one_file(early: EarlyCopy, context: Context) -> bool:
    """Whether no more than one file of code comes with it."""
    path = early.delivery.sources[0]
    if context.read(path) is not None:
        return True
    if early.delivery.takes_all or not context.is_whole:
        return False
    code = set(islice(early.delivery.code_of(context), _FEW + 1))
    return len(code) <= _FEW


def _has_own_licence(context: Context, path: str) -> bool:
    """Whether it is a package with a licence and a manifest of its own."""
    if not path:
        return False
    names = {name.lower() for name in _names_in(context, path)}
    has_licence = any(name.startswith(_LICENCES) for name in names)
    return has_licence and not names.isdisjoint(_MANIFESTS)


def _names_in(context: Context, folder: str) -> Iterator[str]:
    """The names of the files that stand in the directory itself."""
    for path in context.paths:
        above, _, name = path.rpartition("/")
        if above == folder:
            yield name


def _is_version(context: Context, path: str) -> bool:
    """Whether a Python file sets a version, and does nothing else: it changes with a release."""
    if not path.endswith(".py"):
        return False
    text = context.read(path) or ""
    lines = [line for line in map(str.strip, text.splitlines()) if line]
    code = [line for line in lines if not line.startswith("#")]
    if len(code) > _MOST_LINES:
        return False
    are_plain = all(map(_PLAIN_VALUE.fullmatch, code))
    return are_plain and any("version" in line.lower() for line in code)


def is_of_project(early: EarlyCopy) -> bool:
    """Whether the copy is the last one before `pip install .`, and goes into that directory."""
    if early.behind:
        return False
    for install in early.installs:
        if install.separable or install.directory is None:
            continue
        for package in install.local:
            place = in_workdir(install.directory, package.name or ".")
            if below(early.delivery.root, place) is not None:
                return True
    return False


def installs_anything(early: EarlyCopy, count: int | None) -> bool:
    """Whether packages are installed again: more than one where there is no simple cure."""
    separable = any(install.separable for install in early.installs)
    if count is not None and 0 < count <= _FEW and not separable:
        return False
    return count != 0 or any(item.whole for item in early.installs)


def installs_more(early: EarlyCopy) -> bool:
    """Whether the RUN also installs what is not counted.

    Packages of the distribution, or those that pip-sync reads.
    """
    build = early.build
    for call in build.packages(*_OF_SYSTEM, action="install", of=early.run):
        if call.does.packages:
            return True
    return any(build.commands("pip-sync", of=early.run))


def brings_packages(early: EarlyCopy) -> bool:
    """Whether the packages come with the files, or were built elsewhere.

    `pip install --find-links /wheels` looks for them among the files; and where `/wheels/*.whl` of
    another stage is installed, nothing is left to install first.
    """
    state = early.build.evaluation.before(early.run)
    if state is None:
        return False

    for install in early.installs:
        if any(_is_built_elsewhere(early, package.name) for package in install.local):
            return True

    for call in early.build.packages("pip", "uv"):
        if call.instruction is not early.run:
            continue
        for path in call.does.values("--find-links"):
            place = in_workdir(state.workdir, path)
            if early.delivery.writes(early.build.context, place):
                return True
    return False


def _is_built_elsewhere(early: EarlyCopy, name: str) -> bool:
    """Whether it is a pattern of wheels that the copy does not bring."""
    folder, star, _ = name.partition("*")
    if not star or not folder.startswith("/"):
        return False
    return not early.delivery.writes(early.build.context, folder.rstrip("/"))
