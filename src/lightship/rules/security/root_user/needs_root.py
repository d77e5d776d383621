"""What speaks against another user than root: things of the image that are for root alone, or for whoever installs them."""

from __future__ import annotations

from lightship.base_images.reference import read_reference
from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.stages import SCRATCH
from lightship.facts.start.purpose import start_commands
from lightship.facts.start.start_scripts import start_scripts
from lightship.facts.variables import is_true
from lightship.shell.commands import Command
from lightship.shell.packages import read_command

_ROOT_IN_SCRIPT = (
    "apt-get",
    "apk add",
    "chown",
    "useradd",
    "adduser",
    "/etc/",
    "service ",
    "mount ",
    "nginx",
    "sshd",
    "cron",
)
# What is installed for the user who installs it, so that another cannot read it
_OF_HOME = frozenset(
    {
        "poetry",
        "pipenv",
        "pipx",
        "conda",
        "micromamba",
        "playwright",
        "nvm",
        "rustup",
        "sdk",
    }
)
_VENV_MAKERS = ("poetry", "pipenv")
_FALSE = ("0", "false", "no")
_NO_VENV_AT_HOME = (("virtualenvs.create", "false"), ("virtualenvs.in-project", "true"))


def needs_root(build: Build) -> bool:
    """Whether something in the image is known to be for root only, or for whoever installs it."""
    for step in build.shipped_steps:
        item = step.instruction
        if item.keyword in ("VOLUME", "SHELL", "ONBUILD") or item.trigger is not None:
            return True
        if item.keyword == "RUN" and _installs_for_root(build, item):
            return True
        if item.keyword != "RUN" and any(
            "/root" in operand or operand.startswith("~") for operand in step.operands
        ):
            return True
    commands = start_commands(build)
    if any(
        command.name
        in (
            "",
            "apt-get",
            "apk",
            "chown",
            "useradd",
            "service",
            "poetry",
            "pipenv",
            "conda",
        )
        for command in commands
    ):
        return True
    if has_no_shell(build):
        return False
    scripts = list(start_scripts(build))
    return None in scripts or any(
        mark in (text or "") for text in scripts for mark in _ROOT_IN_SCRIPT
    )


def has_no_shell(build: Build) -> bool:
    """An image that runs no scripts: what it starts is a program."""
    name = build.evaluation.root(build.lineage[0]).name
    return name == SCRATCH or name.startswith("gcr.io/distroless/")


def _installs_for_root(build: Build, run: Instruction) -> bool:
    """Programs or packages that end under /root, which no other user can read."""
    for script in build.scripts(run):
        if script.opaque:
            return True
        for command in script.commands:
            does = read_command(command)
            if command.name in _VENV_MAKERS and _keeps_off_home(build, run, command):
                continue
            if does is not None and (
                does.option("--user") or (does.manager in _OF_HOME and does.installs)
            ):
                return True
            if (
                does is not None
                and does.manager == "uv"
                and does.name in ("sync", "tool install", "python install")
            ):
                return _makes_python(build, run)
            if command.name in _OF_HOME or (does is None and _names_home(command)):
                return True
    return False


def _keeps_off_home(build: Build, run: Instruction, command: Command) -> bool:
    """Whether Poetry or Pipenv install into the system, or into the project's directory, as far as is said before."""
    state = build.evaluation.before(run)
    env = state.env if state is not None else {}
    if command.name == "pipenv":
        return command.has("--system") or any(
            is_true(env.get(name))
            for name in ("PIPENV_VENV_IN_PROJECT", "PIPENV_SYSTEM")
        )
    if (
        is_true(env.get("POETRY_VIRTUALENVS_IN_PROJECT"))
        or env.get("POETRY_VIRTUALENVS_CREATE", "").lower() in _FALSE
    ):
        return True
    return any(
        invocation.command.values[2:4] in _NO_VENV_AT_HOME
        for invocation in build.commands("poetry")
    )


def _makes_python(build: Build, run: Instruction) -> bool:
    """Whether uv may fetch an interpreter, which it puts under /root."""
    state = build.evaluation.before(run)
    name = build.evaluation.root(build.lineage[0]).name
    image = read_reference(name)
    has = not isinstance(image, str) and (
        image.name == "python" or "python" in image.tag
    )
    return not has and (state is None or "UV_PYTHON_INSTALL_DIR" not in state.env)


def _names_home(command: Command) -> bool:
    if command.name in ("rm", "echo", "chmod", "mkdir"):
        return False
    return any(
        "/root/" in word.text or "$HOME" in word.text or word.text.startswith("~")
        for word in command.words
    )
