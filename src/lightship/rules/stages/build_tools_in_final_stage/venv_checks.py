"""What a stage may do that a virtual environment would not bear: `check_shape` gives up there."""

from __future__ import annotations

from lightship.build import Build
from lightship.dockerfile.tree import Instruction, Pair
from lightship.facts.edits import moves
from lightship.facts.edits.moves import GiveUp
from lightship.facts.start.purpose import start_commands
from lightship.pyproject.manifest_names import is_manifest
from lightship.pyproject.requirement_manifests import of_requirements
from lightship.rules.stages.build_tools_in_final_stage.login_shells import (
    uses_login_shell,
)
from lightship.rules.stages.build_tools_in_final_stage.one_stage import (
    APT,
    Shape,
    commands_of,
    is_for_build,
    is_poetry_install,
)
from lightship.shell.build_tools import is_build_tool
from lightship.shell.commands import Command
from lightship.shell.packages import Package, PackageCommand, read_command

VENV = "/opt/venv"
SETTINGS = frozenset(
    "ENV ARG WORKDIR LABEL EXPOSE HEALTHCHECK STOPSIGNAL MAINTAINER".split()
)
_COPIES = ("COPY", "ADD")
_ALL = (".", "./", "/", "*", "./*")
# Commands that arrange files and accounts, and need no compiler
_HARMLESS = frozenset(
    "useradd groupadd adduser addgroup usermod mkdir chown chmod ln rm touch echo true : set cp"
    " mv sed".split()
)
_CACHES = ("-", "/var/", "/root/.cache", "/tmp/")  # noqa: S108 - nothing is written there
_NEUTRAL = frozenset(("set", "true", ":", "echo"))
_APT_ACTIONS = ("install", "update", "clean")
_APT_OPTIONS = frozenset(
    "--yes --quiet --no-install-recommends --no-install-suggests --fix-missing --auto-remove"
    " --purge".split()
)
# Options that install somewhere else, or something that is not a registry's
_ELSEWHERE = (
    "--user",
    "--target",
    "--prefix",
    "--root",
    "--python",
    "--editable",
    "--find-links",
)
# Environment that sends packages, or the search for them, elsewhere
_REDIRECTING = (
    "PIP_TARGET",
    "PIP_PREFIX",
    "PIP_USER",
    "PYTHONUSERBASE",
    "PYTHONHOME",
    "VIRTUAL_ENV",
    "UV_SYSTEM_PYTHON",
)
# They find Python by a path of their own, or clear the environment
_OWN_PYTHON = (
    "cron",
    "anacron",
    "apache2",
    "libapache2",
    "uwsgi",
    "systemd",
    "openssh-server",
    "jupyter",
)
_DEBIAN_PYTHON = ("python-", "python3-", "python3.")
_PYTHON_TOOLS = frozenset({"pip", "setuptools", "wheel", "uv", "virtualenv"})
_POETRY_SETTINGS = (
    ("virtualenvs.create",),
    ("installer.max-workers",),
    ("installer.parallel",),
)
_FALSE = ("0", "false", "no")
_PIP_NAMES = ("pip", "pip3", "uv", "python", "python3")
_PROJECT_RUNNERS = frozenset({"poetry", "pdm", "pipenv", "uv", "hatch", "rye"})
_PACKAGE_DIRECTORIES = (VENV, "site-packages", "dist-packages")
_SYSTEM_BIN = ("/usr/local/bin", "/usr/bin", "/bin")


def check_shape(shape: Shape) -> None:
    """Give up where a virtual environment may not do what the installs of this stage did."""
    build, items = shape.build, shape.stage.instructions
    environment = build.evaluation.finals[shape.stage.index].env
    if any(item.keyword in ("SHELL", "ONBUILD") for item in items):
        raise GiveUp
    if any(name in environment for name in _REDIRECTING):
        raise GiveUp
    if not all(moves.is_closed(build.dockerfile, item) for item in items):
        raise GiveUp

    for item in shape.before:
        _check_before(build, item)
    for item in shape.region:
        _check_region(shape, item)
    for item in shape.after:
        check_after(build, item)
    _check_paths(shape)
    _check_start(shape)
    if uses_login_shell(build):
        raise GiveUp


def _check_before(build: Build, item: Instruction) -> None:
    """What comes first is done for both stages, as it was for one."""
    if item.keyword == "RUN":
        for command in commands_of(build, item):
            _check_tools_only(command)
        return
    if item.keyword not in SETTINGS and item.keyword not in _COPIES:
        raise GiveUp
    if any(word.text in _ALL for word in item.args[:-1]):
        raise GiveUp


def _check_tools_only(command: Command) -> None:
    """No Python package is installed outside the virtual environment, except for pip and similar
    tools.
    """
    does = read_command(command)
    if does is None or not does.installs:
        return
    if does.facts.spelling not in ("pip", "poetry", "conda"):
        return
    if does.action != "install" or does.requirements:
        raise GiveUp
    names = {package.name for package in does.packages if package.kind == "registry"}
    if not names or not names <= _PYTHON_TOOLS:
        raise GiveUp


def _check_region(shape: Shape, item: Instruction) -> None:
    if item.keyword == "RUN":
        for command in commands_of(shape.build, item):
            _check_install(shape, command)
    elif item.keyword in _COPIES:
        _check_copy(item)
    elif item.keyword not in SETTINGS:
        raise GiveUp
    elif item.keyword in ("ENV", "ARG"):
        # Settings move above the installs, which must not see another value then
        for pair in item.pairs:
            name = pair.name.text
            if f"${name}" in shape.scripts or f"${{{name}" in shape.scripts:
                raise GiveUp


def _check_install(shape: Shape, command: Command) -> None:
    """apt-get and pip, with what they can be given here, and what cleans up after them."""
    does = read_command(command)
    if command.name == "poetry":
        _check_poetry(shape, command, does)
    elif does is None:
        if command.name not in _NEUTRAL and not _empties_cache(command):
            raise GiveUp
    elif does.manager in APT:
        _check_apt(does)
    elif does.manager == "pip" or (does.manager == "uv" and not shape.is_debian):
        _check_pip(shape.build, command, does)
    else:
        raise GiveUp


def _check_poetry(shape: Shape, command: Command, does: PackageCommand | None) -> None:
    """Only settings, and installs into the environment in which Poetry runs.

    It takes the one that VIRTUAL_ENV names. Without `virtualenvs.create = false` it had one of its
    own, and the program is started through it.
    """
    if command.wrappers or command.assignments or shape.is_debian:
        raise GiveUp
    if command.values[1:2] == ("config",):
        if command.values[2:3] not in _POETRY_SETTINGS:
            raise GiveUp
        return
    if does is None or not is_poetry_install(does):
        raise GiveUp
    if not _is_in_system(shape.build):
        raise GiveUp
    if any(value is None or value.startswith(("-C", "-P")) for value in command.values):
        raise GiveUp
    if does.option("--directory", "--project"):
        raise GiveUp


def _is_in_system(build: Build) -> bool:
    """Whether Poetry makes no environment of its own, by ENV or by its settings."""
    final = build.lineage[-1]
    environment = build.evaluation.finals[final.index].env
    if environment.get("POETRY_VIRTUALENVS_CREATE", "").lower() in _FALSE:
        return True
    for call in build.commands("poetry"):
        if call.command.values[1:4] == ("config", "virtualenvs.create", "false"):
            return True
    return False


def _empties_cache(command: Command) -> bool:
    paths = [value or "" for value in command.values[1:]]
    return command.name == "rm" and all(path.startswith(_CACHES) for path in paths)


def _check_apt(does: PackageCommand) -> None:
    if does.reads_more or does.action not in _APT_ACTIONS:
        raise GiveUp
    if any(option.name not in _APT_OPTIONS for option in does.options):
        raise GiveUp
    for package in does.packages:
        _check_debian_package(package)


def _check_debian_package(package: Package) -> None:
    name = package.name
    if package.kind != "registry" or not name:
        raise GiveUp
    if name.startswith(_DEBIAN_PYTHON) and not is_for_build(package):
        raise GiveUp
    if name.startswith(_OWN_PYTHON) or "*" in name or "$" in package.word.text:
        raise GiveUp


def _check_pip(build: Build, command: Command, does: PackageCommand) -> None:
    if does.action == "clean":
        return
    if does.action != "install" or does.reads_more or does.option(*_ELSEWHERE):
        raise GiveUp
    if does.manager == "uv" and does.name != "pip install":
        raise GiveUp
    if command.words[0].value not in _PIP_NAMES:
        raise GiveUp
    if command.wrappers or command.assignments:
        raise GiveUp

    for package in does.packages:
        if package.editable or package.kind not in ("registry", "url"):
            raise GiveUp
    context = build.context
    for path in does.requirements:
        known = context is not None and context.read(path) is not None
        if known and of_requirements(context, path).refusal:
            raise GiveUp


def _check_copy(item: Instruction) -> None:
    """Only what says what to install is copied; and uv, which nothing else needs."""
    sources = [word.text for word in item.args[:-1]]
    if item.flag("from") is not None:
        if not all(source in ("/uv", "/uvx") for source in sources):
            raise GiveUp
    elif item.heredocs or not all(map(is_manifest, sources)):
        raise GiveUp


def check_after(build: Build, item: Instruction) -> None:
    """What is done after the installs is done without compilers."""
    if item.keyword != "RUN":
        return
    for command in commands_of(build, item):
        does = read_command(command)
        if does is not None and does.manager in APT:
            names = [package.name for package in does.packages]
            if does.reads_more or any(is_build_tool("apt-get", name) for name in names):
                raise GiveUp
        elif command.name not in _HARMLESS and not _is_collectstatic(command):
            raise GiveUp


def _is_collectstatic(command: Command) -> bool:
    """`python manage.py collectstatic`, which writes files of the project."""
    if command.name not in ("python", "python3"):
        return False
    return command.values[1:3] == ("manage.py", "collectstatic")


def _check_paths(shape: Shape) -> None:
    """No path leads around the virtual environment."""
    after = set(shape.after)
    for item in shape.stage.instructions:
        text = item.line.text
        if any(directory in text for directory in _PACKAGE_DIRECTORIES):
            raise GiveUp
        for pair in item.pairs:
            if pair.name.text != "PATH":
                continue
            if not _keeps_path(pair) or (item in after and _puts_system_first(pair)):
                raise GiveUp
        # ENTRYPOINT of a stage takes away the CMD that it inherits
        if item.keyword in ("CMD", "ENTRYPOINT") and item not in after:
            raise GiveUp


def _keeps_path(pair: Pair) -> bool:
    text = pair.value.text if pair.value is not None else ""
    return "$PATH" in text or "${PATH" in text


def _puts_system_first(pair: Pair) -> bool:
    """Whether the system's interpreter would be found before that of the virtual environment."""
    text = pair.value.text if pair.value is not None else ""
    in_front, _, _ = text.strip("\"'").partition("$")
    names = [name.rstrip("/") for name in in_front.split(":")]
    return any(name in _SYSTEM_BIN for name in names)


def _check_start(shape: Shape) -> None:
    """What the image starts is found by name, or was copied: no path names a program that moves."""
    copied = set()
    for item in shape.stage.instructions:
        if item.keyword in _COPIES:
            copied |= {word.text.rpartition("/")[2] for word in item.args}
    for command in start_commands(shape.build):
        if _reads_project(command) and not _copies_all(shape):
            raise GiveUp
        first = command.words[0].value if command.words else None
        if first is None:
            raise GiveUp
        if first.startswith("/usr") and first.rpartition("/")[2] not in copied:
            raise GiveUp


def _reads_project(command: Command) -> bool:
    """Whether it starts the program by its project, whose files it reads: `poetry run`."""
    names = [*(wrapper.name for wrapper in command.wrappers), command.name]
    return not _PROJECT_RUNNERS.isdisjoint(names)


def _copies_all(shape: Shape) -> bool:
    """Whether the whole context comes into the second stage, with the project's files."""
    for item in shape.after:
        if item.keyword in _COPIES and any(
            word.text in _ALL for word in item.args[:-1]
        ):
            return True
    return False
