"""Commands that install what a project asks for: `pip install -r`, `uv sync`, `npm ci` and so on.

What they read is known from their options: requirements files by name, a project by the directory
that it is in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.paths import clean, join_workdir
from lightship.facts.values.directories import directory_of
from lightship.record import record
from lightship.shell.commands import Command, Script
from lightship.shell.packages import Package, PackageCommand

PYTHON = frozenset({"pip", "uv", "poetry", "pdm", "pipenv", "conda", "micromamba"})
NODE = frozenset({"npm", "yarn", "pnpm", "bun"})
_DIRECTORY = {
    "npm": ("--prefix",),
    "yarn": ("--cwd",),
    "pnpm": ("--dir",),
    "bun": ("--cwd",),
    "uv": ("--project", "--directory"),
    "poetry": ("--directory", "--project"),
    "pdm": ("--project",),
}
# The option that leaves the project itself out, so that its sources need not be there
LEAVE_OUT = {
    "uv": "--no-install-project",
    "poetry": "--no-root",
    "pdm": "--no-self",
}
# With one of them the directory is not that of what is installed
_OF_WORKSPACE = (
    "--filter",
    "--workspace",
    "--workspaces",
    "--package",
    "--all-packages",
)
_LEFT_OUT = {
    "uv": ("--no-install-project", "--no-install-workspace"),
    "poetry": ("--no-root",),
    "pdm": ("--no-self",),
}


@record
class Install:
    """One such command.

    `directory` is where in the image it runs or looks for the project, None where that is not
    known. `files` are the requirements and constraints that it names, as paths in the image.
    `whole` is whether it reads the project in `directory` (a manifest, a lock file); `project` is
    whether it installs the project itself too.
    """

    instruction: Instruction
    script: Script
    command: Command
    does: PackageCommand
    directory: str | None
    files: tuple[str, ...]
    whole: bool
    project: bool

    @property
    def tool(self) -> str:
        return self.does.manager

    @property
    def title(self) -> str:
        """The command as a person would name it: `pip install -r`, `pip install .`, `uv sync`."""
        name = f"{self.tool} {self.does.name}".strip()
        if self.files and name in ("pip install", "uv pip install"):
            return f"{name} -r"
        if self.local:
            return f"{name} {self.local[0].name}"
        return name

    @property
    def is_node(self) -> bool:
        """Whether it fills node_modules; otherwise it is Python's."""
        return self.tool in NODE

    @property
    def separable(self) -> bool:
        """Whether it can do without the project's sources.

        It can as it is, with an option, or by its manifest.
        """
        if not self.project or self.manifest is not None:
            return True
        return self.whole and self.tool in LEAVE_OUT

    @property
    def local(self) -> tuple[Package, ...]:
        """The directories that it installs as packages: `.`."""
        packages = self.does.packages
        return tuple(package for package in packages if package.kind == "directory")

    @property
    def manifest(self) -> str | None:
        """What `uv pip install .` can be given with `-r`.

        It then installs the dependencies of the directory alone.
        """
        if self.tool != "uv" or self.does.name != "pip install":
            return None
        if len(self.local) != 1:
            return None
        directory = self.local[0].name.rstrip("/")
        if directory == ".":
            return "pyproject.toml"
        return f"{directory}/pyproject.toml"


def installs(build: Build) -> Sequence[Install]:
    """Those of all RUN, in order."""
    return build.once(_installs)


def _installs(build: Build) -> Sequence[Install]:
    return tuple(_read_all(build))


def _read_all(build: Build) -> Iterator[Install]:
    for call in build.packages(*PYTHON, *NODE):
        if build.evaluation.before(call.instruction) is None:
            continue
        does = call.does
        if not does.installs or does.option("--global"):
            continue
        directory = directory_of(build, call)
        install = _read(call, directory)
        if install is not None:
            yield install


def _read(call: PackageInvocation, directory: str | None) -> Install | None:
    does = call.does
    paths = [path for path in _named_files(does) if "://" not in path]
    files = [_in(directory, path) for path in paths]
    is_local = any(package.kind == "directory" for package in does.packages)
    is_whole = does.action == "sync" and not paths
    if is_whole:
        directory = project_directory(does, directory)
    installs_project = is_local or (is_whole and _takes_project(does))

    # These install the project without what it asks for
    if does.option("--only-root"):
        return None
    if is_local and does.option("--no-deps"):
        return None
    if not (files or is_whole or installs_project):
        return None
    return Install(
        call.instruction,
        call.script,
        call.command,
        does,
        directory,
        tuple(files),
        is_whole,
        installs_project,
    )


def _takes_project(does: PackageCommand) -> bool:
    """Whether a command that installs what a project asks for installs the project too."""
    options = _LEFT_OUT.get(does.manager)
    return options is not None and not does.option(*options)


def _in(directory: str | None, path: str) -> str:
    """A path of the image; as it is written where that is not known."""
    if "$" in path:
        return path
    if path.startswith("/"):
        return clean(path)
    if directory is None:
        return path
    return clean(f"{directory}/{path}")


def _named_files(does: PackageCommand) -> tuple[str, ...]:
    """The requirements and constraints that a command names."""
    files = does.requirements
    if does.name == "pip sync" and does.operands:
        operands = [word.value or word.text for word in does.operands]
        files = tuple(operands)
    if not files:
        return ()
    return (*files, *does.constraints)


def project_directory(does: PackageCommand, directory: str | None) -> str | None:
    """The directory of the project, which an option may name; None where it is not known."""
    if directory is None or does.option(*_OF_WORKSPACE):
        return None
    options = _DIRECTORY.get(does.manager, ())
    for path in does.values(*options):
        if "$" in path:
            return None
        directory = join_workdir(directory, path).path
    return clean(directory)
