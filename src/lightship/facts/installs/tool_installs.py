"""How the tools that manage a Python project come into an image, and in which version.

Sources: docs.astral.sh/uv (installation, Docker guide), python-poetry.org (installation),
pdm-project.org and hatch.pypa.io (installation), pipenv.pypa.io.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from posixpath import basename

from lightship.base_images.retired import retirement_of
from lightship.build import Build, Invocation, PackageInvocation
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.image_references import UsedImage
from lightship.facts.command_variables import variable
from lightship.facts.values.command_values import value
from lightship.record import record
from lightship.regex import regex
from lightship.shell.commands import Command
from lightship.shell.packages import Package
from lightship.shell.python_calls import is_python
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

    `version` is as asked for, empty where nothing is asked, None where something is that is not
    known. `package` is what was installed by name.
    """

    tool: str
    by: str
    version: str | None
    span: Span
    instruction: Instruction | None
    package: Package | None = None

    @property
    def title(self) -> str:
        return TOOLS[self.tool]

    @property
    def number(self) -> tuple[int, int] | None:
        """Major and minor; a minor that is not given counts as 0.

        None where a range is asked for.
        """
        if self.package is not None:
            operator = self.package.operator or ""
            if operator.startswith((">", "!", "<")):
                return None
        match = _NUMBER.match(self.version or "")
        if match is None:
            return None
        major = int(match[1])
        minor = int(match[2] or 0)
        return major, minor


def tool_installs(build: Build) -> tuple[ToolInstall, ...]:
    """Those of all stages, in the order of the text."""
    return build.once(_tool_installs)


def _tool_installs(build: Build) -> tuple[ToolInstall, ...]:
    text = build.dockerfile.text
    if not any(tool in text for tool in TOOLS):
        return ()
    installs = list(_packages(build))
    if any(place in text for place, *_ in _INSTALLERS):
        installs.extend(_installers(build))
        installs.extend(_added(build))
    if "astral" in text:
        installs.extend(_images(build))
    installs.sort(key=_place)
    return tuple(installs)


def _place(install: ToolInstall) -> Span:
    return install.span


def _packages(build: Build) -> Iterator[ToolInstall]:
    for call in build.packages(*_MANAGERS, action="install"):
        for package in call.does.packages:
            name = package.name.lower()
            if name not in TOOLS:
                continue
            if package.kind != "registry":
                continue
            version = _version_of(build, call, package)
            span = package.word.span
            yield ToolInstall(
                name,
                "package",
                version,
                span,
                call.instruction,
                package,
            )


def _version_of(build: Build, call: PackageInvocation, package: Package) -> str | None:
    """The version that is asked for in the command; a file that it names may say more."""
    version: str | None = ""
    if package.version is not None:
        invocation = Invocation(call.instruction, call.script, call.command)
        version = value(build, invocation, package.version)
    if version:
        return version
    if call.does.constraints:
        return None
    if call.does.requirements:
        return None
    return version


def _installers(build: Build) -> Iterator[ToolInstall]:
    for call in build.commands("curl", "wget"):
        for word in call.command.args:
            installer = _installer(written(word))
            if installer is None:
                continue
            tool, variable_name = installer
            version = _asked_version(build, call, word, variable_name)
            yield ToolInstall(
                tool,
                "installer",
                version,
                word.span,
                call.instruction,
            )


def _installer(url: str) -> tuple[str, str] | None:
    """The tool that is installed from an address, and the variable that names its version."""
    for place, tool, variable_name in _INSTALLERS:
        if place in url:
            return tool, variable_name
    return None


def _asked_version(build: Build, call: Invocation, word: Word, name: str) -> str | None:
    """In the address, in a variable, or given to the script that the address is piped to."""
    url = written(word)
    match = _IN_URL.search(url)
    if match is not None:
        return match[1]
    if "$" in url:
        return None

    for command in call.script.commands:
        other = Invocation(call.instruction, call.script, command)
        option = _version_option(command)
        if option is not None:
            return value(build, other, written(option))
        version = variable(build, other, name)
        if version is not None:
            return version
        for assignment in command.assignments:
            if assignment.name == name:
                return None  # to what, only the shell knows
    return None if name in build.dockerfile.text else ""


def _version_option(command: Command) -> Word | None:
    """The value of the installer's own option, where Python runs it."""
    if not is_python(command.name):
        return None
    for option, after in pairwise(command.args):
        if written(option) in ("--version", "-v"):
            return after
    return None


def _added(build: Build) -> Iterator[ToolInstall]:
    """Installers that ADD fetches."""
    for instruction in build.each("ADD"):
        for word in instruction.args[:-1]:
            url = word.text
            installer = _installer(url)
            if installer is None or "install" not in url:
                continue

            tool, variable_name = installer
            version = _version_in(url)
            if version == "":
                version = _version_at_start(build, instruction, variable_name)
            yield ToolInstall(
                tool,
                "installer",
                version,
                word.span,
                instruction,
            )


def _version_in(url: str) -> str | None:
    match = _IN_URL.search(url)
    if match is not None:
        return match[1]
    if "$" in url:
        return None
    return ""


def _version_at_start(build: Build, added: Instruction, name: str) -> str | None:
    """The version that the installer is given where it is started, or that a variable names."""
    source = added.args[0].text
    target = added.args[-1].text
    # A target that ends in a slash is a directory: the file keeps its name
    file = basename(target) or basename(source)
    for call in build.commands():
        if not _names_file(call.command, file):
            continue
        option = _version_option(call.command)
        if option is not None:
            return value(build, call, written(option))
        version = variable(build, call, name)
        if version is not None:
            return version
    return None if name in build.dockerfile.text else ""


def _names_file(command: Command, file: str) -> bool:
    texts = map(written, command.all_words)
    return any(text.endswith(file) for text in texts)


def _images(build: Build) -> Iterator[ToolInstall]:
    for used in build.images:
        if used.image.name not in UV_IMAGES:
            continue
        version = _tag(used)
        yield ToolInstall("uv", "image", version, used.span, None)


def _tag(used: UsedImage) -> str | None:
    """The version of uv that a tag begins with; a digest says which without a name."""
    image = used.image
    if image.digest or retirement_of(image) is not None:
        return None  # a tag that uv has left keeps the version that it has
    first, _, _ = image.tag.partition("-")
    if first[:1].isdigit():
        return first
    return ""
