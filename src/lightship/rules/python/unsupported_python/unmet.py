"""What is installed that has nothing for the Python of the image."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import join
from typing import TYPE_CHECKING

from lightship.base_images.pythons import LOCAL, Python
from lightship.build import Build, Invocation, PackageInvocation
from lightship.dockerfile.tree import Stage
from lightship.evaluation.paths import clean
from lightship.facts.command_variables import variable
from lightship.facts.copies.origins import origin_of
from lightship.facts.installs.requirement_files import install_of, requirements_of
from lightship.facts.stages.built_stages import built_stage
from lightship.facts.stages.stage_python import stage_python
from lightship.record import record
from lightship.regex import regex
from lightship.shell.failing import ends_build
from lightship.shell.specs import written
from lightship.text import Span

if TYPE_CHECKING:
    from lightship.pyproject.dependency import Dependency
    from lightship.pyproject.locks import Locked

# They publish no sources
_WITHOUT_SOURCES = frozenset({"torch", "tensorflow", "tensorflow-cpu"})
_OTHERS = (
    "--ignore-requires-python",
    "--python",
    "--python-version",
    "--platform",
    "--dry-run",
)
_VARIABLES = (
    "PIP_IGNORE_REQUIRES_PYTHON",
    "UV_PYTHON",
)
_OWN_VERSION = regex(r"(?:python|pip)(?P<minor>3\.[0-9]+)")
_NEWEST_PATCH = 99  # the tag of a minor has its newest patch release, whichever that is
_PRE_RELEASE = regex(r"[0-9]+(?:\.[0-9]+)*(?:a|b|rc)[0-9]*")


@record
class Unmet:
    """An install that has nothing for the Python of a stage, at `span`.

    Either the project `requires` another version, or `package` has no wheel, and perhaps
    `has_sources`.
    """

    stage: Stage
    span: Span
    minor: str
    requires: str = ""
    package: str = ""
    has_sources: bool = False


def unmet_installs(build: Build, tools: tuple[str, ...]) -> Iterator[Unmet]:
    """Those of all stages that are built, in order."""
    for call in build.packages(*tools):
        stage = built_stage(build, call.instruction)
        if stage is None or not call.does.installs:
            continue
        found = _python(build, stage, call)
        if found is None or not ends_build(call.script, call.command):
            continue
        unmet = tuple(_of_call(build, stage, call, found))
        if unmet and not _may_have_other(build, stage, call):
            yield from unmet


def _python(build: Build, stage: Stage, call: PackageInvocation) -> Python | None:
    """The Python of a python image, where surely that one is used."""
    found = stage_python(build, stage)
    image = build.root_image(stage)
    if found is None or image is None or not found.minor:
        return None
    if found.prefix != LOCAL or found.libc != "glibc":
        return None
    if _PRE_RELEASE.fullmatch(image.tag.partition("-")[0]):
        return None
    if call.does.option(*_OTHERS):
        return None

    run = Invocation(call.instruction, call.script, call.command)
    if any(variable(build, run, name) for name in _VARIABLES):
        return None

    name = (call.command.words[0].value or "").rpartition("/")[2]
    own = _OWN_VERSION.fullmatch(name)
    return found if own is None or own["minor"] == found.minor else None


def _may_have_other(build: Build, stage: Stage, call: PackageInvocation) -> bool:
    """Whether the packages may come from another index, or the Python from another stage."""
    # Few installs are unmet
    from lightship.facts.installs.other_indexes import may_use_other_index  # noqa: PLC0415
    from lightship.facts.stages.program_places import may_copy_programs  # noqa: PLC0415 - as above

    if may_use_other_index(build, call):
        return True
    return may_copy_programs(build, stage) and build.once(_may_have_python)


def _may_have_python(build: Build) -> bool:
    """Whether a copy speaks of another Python, or of all that a stage has."""
    for copying in build.copyings():
        if copying.from_context:
            continue
        for source in copying.sources:
            path = (source.value or "python").rstrip("/")
            if "python" in path or path in ("", "/usr", LOCAL, f"{LOCAL}/bin"):
                return True
    return False


def _of_call(
    build: Build, stage: Stage, call: PackageInvocation, found: Python
) -> Iterator[Unmet]:
    span = call.does.subcommand.span
    requires = _ruled_out(build, call, found)
    if requires:
        yield Unmet(stage, span, found.minor, requires=requires)
        return
    for locked in _locked(build, call, found):
        yield Unmet(stage, span, found.minor, package=_named(locked))
    for dependency, place in _asked(build, call):
        # Most installs ask for nothing that such a table has
        from lightship.pyproject.cpython_wheels import has_no_wheel  # noqa: PLC0415

        if dependency.marker or not has_no_wheel(dependency, found.minor):
            continue
        package = f"{dependency.name}{dependency.specifier}"
        has_sources = dependency.name not in _WITHOUT_SOURCES
        yield Unmet(stage, place, found.minor, "", package, has_sources)


def _named(locked: Locked) -> str:
    return f"{locked.name} {locked.version}"


def _asked(build: Build, call: PackageInvocation) -> Iterator[tuple[Dependency, Span]]:
    """What pip is asked for, by name and in files, and where that is written."""
    if call.does.manager == "poetry":
        return
    for package in call.does.packages:
        # Most installs name a file
        from lightship.pyproject.dependency import read_requirement  # noqa: PLC0415

        requirement = read_requirement(written(package.word))
        if package.kind == "registry" and requirement is not None:
            yield requirement, package.word.span
    for file in requirements_of(build, call) or ():
        if file.options:
            continue
        for dependency in file.dependencies:
            yield dependency, call.does.subcommand.span


def _ruled_out(build: Build, call: PackageInvocation, found: Python) -> str:
    """What the project asks for, where that rules the Python out; else empty."""
    for directory in _directories(build, call):
        text = _requires(build, call, directory)
        if text and not _allows(text, found.minor):
            return text
    return ""


def _directories(build: Build, call: PackageInvocation) -> Iterator[str]:
    """The directories of the image whose projects are installed."""
    install = install_of(build, call)
    does = call.does
    if install is None or install.directory is None:
        return
    if does.manager == "poetry":
        yield install.directory
        return
    if does.manager == "uv" and not does.option("--system"):
        return
    for package in install.local:
        yield join(install.directory, (package.name or ".").rstrip("/") or ".")


def _requires(build: Build, call: PackageInvocation, directory: str) -> str:
    """What a project says of its Python, in the words of PEP 440; the first that counts."""
    # Few installs are of a project
    from lightship.pyproject.data_files import at, ini_value, python, toml  # noqa: PLC0415

    # Few installs are of a project
    from lightship.pyproject.dependency import pep440  # noqa: PLC0415

    context = build.context
    if context is None:
        return ""

    def origin(name: str) -> str:
        path = clean(join(directory, name))
        return origin_of(build, call.instruction, path)

    pyproject = toml(context, origin("pyproject.toml"))
    texts = [
        at(pyproject, "project", "requires-python"),
        at(pyproject, "tool", "poetry", "dependencies", "python"),
    ]
    if call.does.manager == "pip" and not at(pyproject, "project"):
        from lightship.pyproject.setup_py import read_setup  # noqa: PLC0415 - few projects have one

        setup_cfg = origin("setup.cfg")
        texts.append(ini_value(context, setup_cfg, "options", "python_requires"))
        texts.append(read_setup(python(context, origin("setup.py"))).python_requires)
    for text in texts:
        if isinstance(text, str) and text.strip() not in ("", "*"):
            return pep440(text.strip())
    return ""


def _allows(text: str, minor: str) -> bool:
    """Whether a specifier allows any patch release of a minor; True where it cannot be read."""
    # Few projects state a Python
    from lightship.pyproject.version_ranges import fitting  # noqa: PLC0415

    releases = [f"{minor}.{patch}" for patch in range(_NEWEST_PATCH + 1)]
    allowed = fitting(text, releases)
    return allowed is None or bool(allowed)


def _locked(build: Build, call: PackageInvocation, found: Python) -> Iterator[Locked]:
    """The packages that Poetry takes from its lock and that have nothing for the Python."""
    context = build.context
    install = install_of(build, call)
    if context is None or install is None or install.directory is None:
        return
    # uv fetches a Python that fits
    if call.does.manager != "poetry":
        return
    # Only for a lock of Poetry
    from lightship.facts.installs.locked_packages import locked_packages  # noqa: PLC0415

    names = locked_packages(build, call)
    path = origin_of(build, call.instruction, join(install.directory, "poetry.lock"))
    if not names or not path:
        return

    from lightship.pyproject.locks import read_lock  # noqa: PLC0415 - as above

    text = context.read(path) or ""
    by_name: dict[str, list[Locked]] = {}
    for locked in read_lock(context, path):
        by_name.setdefault(locked.name, []).append(locked)
    for name in sorted(names):
        versions = by_name.get(name, [])
        has_nothing = [_has_nothing(locked, found) for locked in versions]
        if versions and all(has_nothing) and not _is_conditional(text, name):
            yield versions[0]


def _has_nothing(locked: Locked, found: Python) -> bool:
    if locked.source != "registry" or locked.has_sdist or not locked.wheels:
        return False
    wheels = locked.wheels_for(found.libc)
    if not wheels:
        return False

    from lightship.pyproject.locks import is_for_python  # noqa: PLC0415 - as above

    return not any(is_for_python(wheel, found.minor) for wheel in wheels)


def _is_conditional(text: str, name: str) -> bool:
    """Whether a marker says when a package is needed, as far as can be seen in the lock."""
    at_name = text.find(f'name = "{name}"')
    block = text[at_name : text.find("[[package]]", at_name)]
    return at_name < 0 or "markers = " in block
