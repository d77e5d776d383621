"""Whether a RUN may write at a path: a command that is not known may write anywhere."""

from __future__ import annotations

from collections.abc import Callable

from lightship.build import Build, Invocation
from lightship.dockerfile.tree import Instruction, Stage
from lightship.evaluation.paths import below, in_workdir, related
from lightship.facts.installs.dependencies import NODE
from lightship.facts.stages.tree_makers import made_by
from lightship.facts.users.accounts import accounts
from lightship.facts.values.command_values import value
from lightship.facts.values.directories import directories_of
from lightship.shell.commands import Command
from lightship.shell.packages import PackageCommand, read_command
from lightship.shell.python import module_call

# They write nothing, or only what the system keeps for itself
_HARMLESS = frozenset(
    """: [ a2dismod a2enmod a2ensite addgroup apt-key apt-mark chpasswd date docker-php-ext-configure
    docker-php-ext-enable docker-php-ext-install dpkg-reconfigure echo exit export false groupadd groupmod id ldconfig
    locale-gen nproc passwd printf return set sleep test true uname update-alternatives update-ca-certificates
    update-locale usermod which whoami""".split()
)
# They write to the paths that they name
_NAMING = frozenset("chgrp chmod chown cp install ln mkdir mv rm rmdir touch".split())
_ALONE = frozenset({"mkdir", "rmdir", "touch"})  # and nothing below them
# They write to the paths that they name, and below the directory in which they run
_AROUND = frozenset("bunzip2 curl git gunzip tar unzip wget xz".split())
_KNOWN = _NAMING | _AROUND
_OF_PIP = ("/usr", "/root/.cache", "/root/.config")
_SYSTEM = (
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/lib",
    "/lib64",
    "/opt",
    "/run",
    "/sbin",
    "/usr",
    "/var",
)


def may_write(
    build: Build,
    run: Instruction,
    path: str,
    besides: Callable[[Command], bool] | None = None,
) -> bool:
    """Whether a RUN may write to `path`, something below it, or a directory above it as a whole.

    Commands for which `besides` says so do not count.
    """
    stage, before = build.dockerfile.stage_of(run), build.evaluation.before(run)
    if stage is None or before is None:
        return True
    for script in build.scripts(run):
        if script.opaque or script.errors:
            return True
        directories = directories_of(script, before.workdir)
        for command in script.commands:
            call = Invocation(run, script, command)
            if not (besides is not None and besides(command)) and not _keeps_off(
                build, call, stage, directories[command.index], path
            ):
                return True
    return False


def _keeps_off(
    build: Build, call: Invocation, stage: Stage, directory: str | None, path: str
) -> bool:
    command = call.command
    for redirect in command.redirects:
        if redirect.operator.startswith(">") and redirect.target is not None:
            place = redirect.target.value
            if place != "/dev/null" and not place_is_off(place, directory, path):
                return False
    does = read_command(command)
    if does is not None:
        return _installs_off(build, call, stage, does, directory, path)
    if not command.words or any(
        script.outer is command for script in build.scripts(call.instruction)
    ):
        return True  # assignments alone; the script in `sh -c` is looked at by itself
    if command.name in ("useradd", "adduser"):
        homes = [
            account.home
            for account in accounts(build)
            if account.maker is call.instruction
        ]
        return bool(homes) and not any(
            home is None or below(home, path) is not None for home in homes
        )
    if command.name == "cd" or command.name in _HARMLESS:
        return True
    if module_call(command.words, "venv") is not None:
        made = made_by(build, call, stage, directory)
        return made is not None and not related(made.path, path)
    if command.name in _AROUND and related(directory, path):
        return False
    return command.name in _KNOWN and _names_off(build, call, command, directory, path)


def place_is_off(
    place: str | None, directory: str | None, path: str, alone: bool = False
) -> bool:
    """Whether a word that may name a path surely names none that has to do with `path`; `alone`, none in it."""
    if place is None or (directory is None and not place.startswith("/")):
        return False
    where = in_workdir(directory or "/", place)
    return below(where, path) is None if alone else not related(where, path)


def _names_off(
    build: Build, call: Invocation, command: Command, directory: str | None, path: str
) -> bool:
    """Whether none of the paths that a command names has to do with `path`."""
    operands = [
        word
        for word in command.args
        if not word.text.startswith("-") or "=" in word.text
    ]
    alone = command.name in _ALONE
    if command.name in ("chown", "chgrp", "chmod"):
        operands = operands[1:]  # the first is the owner or mode
    elif command.name in ("cp", "ln") and not command.has("-t", "--target-directory"):
        operands = operands[-1:]
    for word in operands:
        text = value(
            build,
            call,
            word.value if word.value is not None else word.text.replace('"', ""),
        )
        if text is not None and text.startswith("-"):
            text = text.partition("=")[2]
        if text is None or not (
            "://" in text or place_is_off(_before_glob(text), directory, path, alone)
        ):
            return False
    return True


def _before_glob(text: str) -> str:
    """The directory in which a pattern looks; a plain path as it is."""
    at = min((text.find(mark) for mark in "*?[{" if mark in text), default=-1)
    return (
        text
        if at < 0
        else text[:at].rpartition("/")[0] or ("/" if text.startswith("/") else ".")
    )


def _installs_off(
    build: Build,
    call: Invocation,
    stage: Stage,
    does: PackageCommand,
    directory: str | None,
    path: str,
) -> bool:
    """A package manager writes where it installs, and in the project that it installs."""
    spelling = does.facts.spelling
    if spelling in ("apt", "apk", "rpm", "zypper"):
        return not any(related(place, path) for place in _SYSTEM)
    if does.action in ("clean", "remove") or does.name.startswith(
        ("config", "cache", "self")
    ):
        return True
    if does.manager in NODE:
        return does.installs and (
            does.option("--global") is not None or not related(directory, path)
        )
    if spelling not in ("pip", "poetry") or not (does.installs or does.name == "venv"):
        return False
    made = made_by(build, call, stage, directory)
    if (made is None or made.path.endswith("/.venv")) and _may_be_environment(
        path, directory
    ):
        return False
    if made is None and does.manager == "uv" and does.name in ("venv", "sync"):
        return False
    if (made is not None and related(made.path, path)) or any(
        related(place, path) for place in _OF_PIP
    ):
        return False
    local = any(
        package.kind in ("directory", "file", "variable") or package.editable
        for package in does.packages
    )
    project = does.action == "sync" and not does.requirements
    whole = project and not does.option(
        "--no-install-project", "--no-root", "--no-self", "--system"
    )
    unknown = project and made is None and not does.option("--system")
    return not ((local or whole or unknown) and related(directory, path))


def _may_be_environment(path: str, directory: str | None) -> bool:
    """Whether a path is of `.venv` in the directory of a project, or of one above it that the project belongs to."""
    above, mark, _ = path.partition("/.venv")
    return bool(mark) and (
        directory is None or below(directory, above or "/") is not None
    )
