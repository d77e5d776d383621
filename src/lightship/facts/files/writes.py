"""Whether a RUN may write at a path: a command that is not known may write anywhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lightship.build import Build, Invocation
from lightship.dockerfile.tree import Instruction, Stage
from lightship.evaluation.paths import below, related
from lightship.facts.installs.dependencies import NODE
from lightship.facts.stages.tree_calls import Made
from lightship.facts.stages.tree_makers import made_by
from lightship.facts.users.accounts import accounts
from lightship.facts.values.command_values import value
from lightship.facts.values.directories import directories_of, in_directory
from lightship.record import record
from lightship.shell.commands import Command
from lightship.shell.packages import PackageCommand, read_command
from lightship.shell.python_calls import module_call
from lightship.shell.words import Word

# They write nothing, or only what the system keeps for itself
_HARMLESS = frozenset(
    """: [ a2dismod a2enmod a2ensite addgroup apt-key apt-mark cd chpasswd date
    docker-php-ext-configure docker-php-ext-enable docker-php-ext-install dpkg-reconfigure echo
    exit export false groupadd groupmod id ldconfig locale-gen nproc passwd printf return set sleep
    test true uname update-alternatives update-ca-certificates update-locale usermod which
    whoami""".split()
)
# They write to the paths that they name
_NAMING = frozenset("chgrp chmod chown cp install ln mkdir mv rm rmdir touch".split())
_ALONE = frozenset({"mkdir", "rmdir", "touch"})  # and nothing below them
_OWNERS = frozenset({"chown", "chgrp", "chmod"})  # their first operand is no path
_COPIERS = frozenset({"cp", "ln"})  # they write to the last one alone
# They write to the paths that they name, and below the directory in which they run
_AROUND = frozenset("bunzip2 curl git gunzip tar unzip wget xz".split())
_KNOWN = _NAMING | _AROUND
_GLOBS = "*?[{"
_OF_PIP = ("/usr", "/root/.cache", "/root/.config")
_SYSTEM = tuple("/bin /boot /dev /etc /lib /lib64 /opt /run /sbin /usr /var".split())
_SYSTEM_PACKAGES = frozenset({"apt", "apk", "rpm", "zypper"})
# Subcommands of package managers that touch their own settings alone
_HARMLESS_COMMANDS = ("config", "cache", "self")
_LOCAL_KINDS = frozenset({"directory", "file", "variable"})


@record
class _PossibleWrite:
    """A command of a stage that runs in `directory`, and the path that it may write to."""

    build: Build
    call: Invocation
    stage: Stage
    directory: str | None  # None where it is not known
    path: str

    @property
    def command(self) -> Command:
        return self.call.command

    @property
    def is_around(self) -> bool:
        """Whether the path may lie in the directory, or around it."""
        return related(self.directory, self.path)

    @property
    def made(self) -> Made | None:
        """The virtual environment, or another place for packages, that the command makes."""
        return made_by(self.build, self.call, self.stage, self.directory)


def may_write(
    build: Build,
    run: Instruction,
    path: str,
    besides: Callable[[Command], bool] | None = None,
) -> bool:
    """Whether a RUN may write to `path`, something below it, or a directory above it as a whole.

    Commands for which `besides` says so do not count.
    """
    stage = build.dockerfile.stage_of(run)
    before = build.evaluation.before(run)
    if stage is None or before is None:
        return True

    for script in build.scripts(run):
        if script.opaque or script.errors:
            return True
        directories = directories_of(script, before.workdir)
        for command in script.commands:
            if besides is not None and besides(command):
                continue
            call = Invocation(run, script, command)
            directory = directories[command.index]
            place = _PossibleWrite(build, call, stage, directory, path)
            if not _keeps_off(place):
                return True
    return False


def _keeps_off(place: _PossibleWrite) -> bool:
    """Whether a command surely writes nothing there."""
    command = place.command
    if not _redirects_off(place):
        return False
    does = read_command(command)
    if does is not None:
        return _installs_off(place, does)

    if not command.words:
        return True  # assignments alone
    if _is_shell(place):
        return True  # the script in `sh -c` is looked at by itself
    name = command.name
    if name in ("useradd", "adduser"):
        return _makes_homes_off(place)
    if name in _HARMLESS:
        return True
    if module_call(command.words, "venv"):
        return _makes_venv_off(place)
    if name not in _KNOWN:
        return False
    if name in _AROUND and place.is_around:
        return False
    return _names_off(place)


def _makes_venv_off(place: _PossibleWrite) -> bool:
    """Whether the environment that `python -m venv` makes is elsewhere."""
    made = place.made
    if made is None:
        return False
    return not related(made.path, place.path)


def _redirects_off(place: _PossibleWrite) -> bool:
    """Whether no redirect of the command writes there."""
    for redirect in place.command.redirects:
        if not redirect.operator.startswith(">"):
            continue
        if redirect.target is None:
            continue
        target = redirect.target.value
        if target == "/dev/null":
            continue
        if not place_is_off(target, place.directory, place.path):
            return False
    return True


def _is_shell(place: _PossibleWrite) -> bool:
    """Whether the command runs a script that is read by itself."""
    run = place.call.instruction
    scripts = place.build.scripts(run)
    return any(script.outer is place.command for script in scripts)


def _makes_homes_off(place: _PossibleWrite) -> bool:
    """Whether the home directories of the users that the RUN makes are elsewhere."""
    run = place.call.instruction
    makes_one = False
    for account in accounts(place.build):
        if account.maker is not run:
            continue
        makes_one = True
        home = account.home
        if home is None:
            return False
        if below(home, place.path) is not None:
            return False
    return makes_one


def place_is_off(
    place: str | None, directory: str | None, path: str, alone: bool = False
) -> bool:
    """Whether a word that may name a path surely names none that has to do with `path`.

    With `alone` none in it.
    """
    if place is None:
        return False
    where = in_directory(directory, place)
    if where is None:
        return False
    if alone:
        return below(where, path) is None
    return not related(where, path)


def _names_off(place: _PossibleWrite) -> bool:
    """Whether none of the paths that a command names has to do with the path."""
    is_alone = place.command.name in _ALONE
    for word in _targets(place.command):
        text = _named(place, word)
        if text is None:
            return False
        if "://" in text:
            continue
        start = _before_glob(text)
        if not place_is_off(start, place.directory, place.path, is_alone):
            return False
    return True


def _targets(command: Command) -> list[Word]:
    """The words that may name what a command writes to."""
    operands = [word for word in command.args if _may_name_path(word)]
    if command.name in _OWNERS:
        return operands[1:]
    if command.name not in _COPIERS:
        return operands
    if command.has("-t", "--target-directory"):
        return operands
    return operands[-1:]


def _may_name_path(word: Word) -> bool:
    """Whether it is not an option, or one with a value."""
    if word.text.startswith("-"):
        return "=" in word.text
    return True


def _named(place: _PossibleWrite, word: Word) -> str | None:
    """The path in a word, or in the value of an option; None where it is not known."""
    text = word.value
    if text is None:
        text = word.text.replace('"', "")
    path = value(place.build, place.call, text)
    if path is None:
        return None
    if path.startswith("-"):
        _, _, path = path.partition("=")
    return path


def _before_glob(text: str) -> str:
    """The directory in which a pattern looks; a plain path as it is."""
    marks = [text.find(mark) for mark in _GLOBS if mark in text]
    if not marks:
        return text
    first = min(marks)
    start = text[:first]
    directory, slash, _ = start.rpartition("/")
    if directory:
        return directory
    return slash or "."


def _installs_off(place: _PossibleWrite, does: PackageCommand) -> bool:
    """A package manager writes where it installs, and in the project that it installs."""
    spelling = does.facts.spelling
    if spelling in _SYSTEM_PACKAGES:
        return not _is_in_one_of(_SYSTEM, place.path)
    if does.action in ("clean", "remove"):
        return True
    if does.name.startswith(_HARMLESS_COMMANDS):
        return True
    if does.manager in NODE:
        return _installs_node_off(place, does)

    if spelling not in ("pip", "poetry"):
        return False
    if not does.installs and does.name != "venv":
        return False
    if not _packages_off(place, does):
        return False
    return _project_off(place, does)


def _installs_node_off(place: _PossibleWrite, does: PackageCommand) -> bool:
    """Whether a package manager for Node writes elsewhere than in node_modules here."""
    if not does.installs:
        return False
    if does.option("--global"):
        return True
    return not place.is_around


def _is_in_one_of(directories: Sequence[str], path: str) -> bool:
    """Whether a path lies in one of the directories, or holds one."""
    return any(related(directory, path) for directory in directories)


def _packages_off(place: _PossibleWrite, does: PackageCommand) -> bool:
    """Whether an installer for Python puts its packages elsewhere."""
    made = place.made
    is_usual = made is None or made.path.endswith("/.venv")
    if is_usual and _may_be_environment(place.path, place.directory):
        return False

    if made is not None:
        if related(made.path, place.path):
            return False
    elif does.manager == "uv" and does.name in ("venv", "sync"):
        return False
    return not _is_in_one_of(_OF_PIP, place.path)


def _project_off(place: _PossibleWrite, does: PackageCommand) -> bool:
    """Whether an installer for Python leaves the project in its directory alone."""
    if not place.is_around:
        return True
    for package in does.packages:
        if package.editable:
            return False
        if package.kind in _LOCAL_KINDS:
            return False

    if does.action != "sync" or does.requirements:
        return True
    if does.option("--system"):
        return True
    if not does.option("--no-install-project", "--no-root", "--no-self"):
        return False
    return place.made is not None


def _may_be_environment(path: str, directory: str | None) -> bool:
    """Whether a path is of `.venv` in a project's directory, or in one above that it belongs to."""
    above, mark, _ = path.partition("/.venv")
    if not mark:
        return False
    if directory is None:
        return True
    return below(directory, above or "/") is not None
