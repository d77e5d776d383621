"""Why the image may need root.

Parts of the image may be for root alone, or for the user that installs them.
"""

from __future__ import annotations

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.dispatch import Step
from lightship.evaluation.stages import SCRATCH
from lightship.facts.command_variables import is_true
from lightship.facts.start.purpose import start_commands
from lightship.facts.start.start_scripts import start_scripts
from lightship.rules.security.root_user.closed_files import closes_files
from lightship.rules.security.root_user.home_files import fills_home
from lightship.rules.security.root_user.project_signs import is_run_as_root
from lightship.shell.commands import Command
from lightship.shell.packages import PackageCommand, read_command

_KEYWORDS = ("VOLUME", "SHELL", "ONBUILD")
_STARTED = frozenset("apt-get apk chown useradd service poetry pipenv conda".split())
_IN_SCRIPT = (
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
    "poetry pipenv pipx conda micromamba playwright nvm rustup sdk".split()
)
# Programs for raw packets, and the rules of the kernel for them
_RAW_NETWORK = frozenset(
    "ebtables iptables libpcap libpcap0.8 nftables openvpn tcpdump wireguard"
    " wireguard-tools".split()
)
_FALSE = ("0", "false", "no")
_NO_VENV_AT_HOME = (
    ("virtualenvs.create", "false"),
    ("virtualenvs.in-project", "true"),
)
_PYTHON_GETTERS = ("sync", "tool install", "python install")  # of uv


def needs_root(build: Build) -> bool:
    """Whether something in the image is known to be for root only, or for the user that installs
    it.
    """
    if any(_is_for_root(build, step) for step in build.shipped_steps):
        return True
    if _uses_raw_network(build):
        return True
    if closes_files(build) or is_run_as_root(build):
        return True
    for command in start_commands(build):
        if not command.name or command.name in _STARTED:
            return True
    if has_no_shell(build):
        return False

    for script in start_scripts(build):
        if script is None:
            return True
        if any(mark in script for mark in _IN_SCRIPT):
            return True
    return False


def _uses_raw_network(build: Build) -> bool:
    """Whether the image has programs for raw packets, which need root or a capability."""
    for call in build.packages("apt-get", "apt", "apk", "dnf", "yum", action="install"):
        if call.instruction not in build.shipped:
            continue
        names = {package.name for package in call.does.packages}
        if names & _RAW_NETWORK:
            return True
    return False


def has_no_shell(build: Build) -> bool:
    """An image that runs no scripts: what it starts is a program."""
    first = build.lineage[0]
    name = build.evaluation.root(first).name
    return name == SCRATCH or name.startswith("gcr.io/distroless/")


def _is_for_root(build: Build, step: Step) -> bool:
    item = step.instruction
    if item.keyword in _KEYWORDS or item.trigger is not None:
        return True
    if item.keyword == "RUN":
        return _installs_for_root(build, item)
    return any(map(_is_at_home, step.operands))


def _is_at_home(path: str) -> bool:
    return "/root" in path or path.startswith("~")


def _installs_for_root(build: Build, run: Instruction) -> bool:
    """Programs or packages that end under /root, which no other user can read."""
    if any(script.opaque for script in build.scripts(run)):
        return True
    if fills_home(build, run):
        return True
    for call in build.commands(of=run):
        command = call.command
        if _keeps_off_home(build, run, command):
            continue
        does = read_command(command)
        if _is_of_home(command, does):
            return True
        if does is None or does.manager != "uv":
            continue
        if does.name in _PYTHON_GETTERS:
            return _makes_python(build, run)
    return False


def _is_of_home(command: Command, does: PackageCommand | None) -> bool:
    """Whether a command installs into a home directory, or names it."""
    if command.name in _OF_HOME:
        return True
    if does is None:
        return False
    if does.option("--user"):
        return True
    return does.installs and does.manager in _OF_HOME


def _keeps_off_home(build: Build, run: Instruction, command: Command) -> bool:
    """Whether Poetry or Pipenv install into the system, or into the project's directory."""
    state = build.evaluation.before(run)
    env = state.env if state is not None else {}
    if command.name == "pipenv":
        in_project = is_true(env.get("PIPENV_VENV_IN_PROJECT"))
        in_system = is_true(env.get("PIPENV_SYSTEM"))
        return in_project or in_system or command.has("--system")
    if command.name != "poetry":
        return False

    if is_true(env.get("POETRY_VIRTUALENVS_IN_PROJECT")):
        return True
    creates = env.get("POETRY_VIRTUALENVS_CREATE", "")
    if creates.lower() in _FALSE:
        return True
    settings = {call.command.values[2:4] for call in build.commands("poetry")}
    return not settings.isdisjoint(_NO_VENV_AT_HOME)


def _makes_python(build: Build, run: Instruction) -> bool:
    """Whether uv may fetch an interpreter, which it puts under /root."""
    image = build.root_image(build.lineage[0])
    if image is not None:
        has_python = image.name == "python" or "python" in image.tag
        if has_python:
            return False
    state = build.evaluation.before(run)
    return state is None or "UV_PYTHON_INSTALL_DIR" not in state.env
