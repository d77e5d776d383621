"""How the tools that manage a Python project come into an image, and in which version.

Sources: docs.astral.sh/uv (installation, Docker guide), python-poetry.org (installation), pdm-project.org and
hatch.pypa.io (installation), pipenv.pypa.io.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build, Invocation, PackageInvocation
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.image_references import UsedImage
from lightship.facts.values.command_values import value
from lightship.facts.variables import variable
from lightship.record import record
from lightship.regex import regex
from lightship.shell.packages import Package
from lightship.shell.specs import written
from lightship.shell.words import Word
from lightship.text import Span

TOOLS = {
    "uv": "uv",
    "poetry": "Poetry",
    "pdm": "PDM",
    "pipenv": "Pipenv",
    "hatch": "Hatch",
    "rye": "Rye",
}
"""The tools by the name of their distribution, with the names that people write."""
_MANAGERS = ("pip", "pipx", "uv")
UV_IMAGES = ("ghcr.io/astral-sh/uv", "astral/uv", "docker.io/astral/uv")
# Where an installer is fetched, with the variable that names the version
_INSTALLERS = (
    ("install.python-poetry.org", "poetry", "POETRY_VERSION"),
    ("poetry/master/get-poetry.py", "poetry", "POETRY_VERSION"),
    ("poetry/master/install-poetry.py", "poetry", "POETRY_VERSION"),
    ("poetry/main/install-poetry.py", "poetry", "POETRY_VERSION"),
    ("astral.sh/uv", "uv", "UV_VERSION"),
    ("pdm-project.org/install-pdm.py", "pdm", "PDM_VERSION"),
    ("pdm/main/install-pdm.py", "pdm", "PDM_VERSION"),
    ("rye.astral.sh/get", "rye", "RYE_VERSION"),
    ("rye-up.com/get", "rye", "RYE_VERSION"),
)
_IN_URL = regex(r"/uv/v?([0-9]+(?:\.[0-9]+)*)/install\.")
_NUMBER = regex(r"[v=~<>!^ ]*([0-9]{1,6})(?:\.([0-9]{1,6}))?")


@record
class ToolInstall:
    """One of them: `by` is package, installer or image.

    `version` is as asked for, empty where nothing is asked, None where something is that is not known. `package` is
    what was installed by name, `call` the command that did it.
    """

    tool: str
    by: str
    version: str | None
    span: Span
    instruction: Instruction | None
    package: Package | None = None
    call: PackageInvocation | None = None

    @property
    def title(self) -> str:
        return TOOLS[self.tool]

    @property
    def number(self) -> tuple[int, int] | None:
        """Major and minor; a minor that is not said counts as 0. None where a range is asked for."""
        operator = self.package.operator if self.package is not None else None
        if operator is not None and operator.startswith((">", "!", "<")):
            return None
        match = _NUMBER.match(self.version or "")
        return (int(match[1]), int(match[2] or 0)) if match else None


def tool_installs(build: Build) -> tuple[ToolInstall, ...]:
    """Those of all stages, in the order of the text."""
    return build.once(_find)


def _find(build: Build) -> tuple[ToolInstall, ...]:
    text = build.dockerfile.text
    if not any(tool in text for tool in TOOLS):
        return ()
    found = [*_packages(build)]
    if any(place in text for place, *_ in _INSTALLERS):
        found += (*_installers(build), *_added(build))
    if "astral" in text:
        found += _images(build)
    return tuple(sorted(found, key=lambda each: each.span))


def _packages(build: Build) -> Iterator[ToolInstall]:
    for call in build.packages(*_MANAGERS, action="install"):
        for package in call.does.packages:
            name = package.name.lower()
            if name in TOOLS and package.kind == "registry":
                version = (
                    _known(build, call, package.version)
                    if package.version is not None
                    else ""
                )
                asked = version or (
                    None if call.does.constraints or call.does.requirements else version
                )
                yield ToolInstall(
                    name,
                    "package",
                    asked,
                    package.word.span,
                    call.instruction,
                    package,
                    call,
                )


def _known(build: Build, call: PackageInvocation, text: str) -> str | None:
    return value(build, Invocation(call.instruction, call.script, call.command), text)


def _installers(build: Build) -> Iterator[ToolInstall]:
    for call in build.commands("curl", "wget"):
        for word in call.command.args:
            found = _installer(written(word))
            if found is not None:
                tool, name = found
                version = _version(build, call, word, name)
                yield ToolInstall(
                    tool, "installer", version, word.span, call.instruction
                )


def _installer(url: str) -> tuple[str, str] | None:
    return next(
        ((tool, name) for place, tool, name in _INSTALLERS if place in url), None
    )


def _version(build: Build, call: Invocation, word: Word, name: str) -> str | None:
    """In the address, in a variable, or given to the script that the address is piped to."""
    url = written(word)
    if found := _IN_URL.search(url):
        return found[1]
    if "$" in url:
        return None
    for other in call.script.commands:
        for option, after in zip(other.args, other.args[1:], strict=False):
            if written(option) in ("--version", "-v") and other.name.startswith(
                "python"
            ):
                return value(
                    build,
                    Invocation(call.instruction, call.script, other),
                    written(after),
                )
        given = variable(build, Invocation(call.instruction, call.script, other), name)
        if given is not None or any(
            assignment.name == name for assignment in other.assignments
        ):
            return given
    return None if name in build.dockerfile.text else ""


def _added(build: Build) -> Iterator[ToolInstall]:
    for instruction in build.each("ADD"):
        for word in instruction.args[:-1]:
            found = _installer(word.text)
            if found is not None and "install" in word.text:
                match = _IN_URL.search(word.text)
                version = match[1] if match else None if "$" in word.text else ""
                yield ToolInstall(
                    found[0], "installer", version, word.span, instruction
                )


def _images(build: Build) -> Iterator[ToolInstall]:
    for used in build.images:
        if used.image.name in UV_IMAGES:
            yield ToolInstall("uv", "image", _tag(used), used.span, None)


def _tag(used: UsedImage) -> str | None:
    """The version of uv that a tag begins with; a digest says which without a name."""
    if used.image.digest:
        return None
    first = used.image.tag.partition("-")[0]
    return first if first[:1].isdigit() else ""
