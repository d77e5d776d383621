"""Whether a user has no home directory although what is started writes its cache there."""

from __future__ import annotations

from lightship.build import Build
from lightship.facts.start.purpose import start_commands
from lightship.facts.start.start_scripts import start_scripts
from lightship.facts.users.account_calls import account_calls
from lightship.facts.users.accounts import Account
from lightship.regex import regex
from lightship.shell.account_commands import AccountCommand

# Programs that stop where they cannot make their cache
_CACHING = ("uv", "uvx", "poetry", "pipenv")
_IN_SCRIPT = regex(r"(?m)(?:^|[\s;&|(])(?:uvx?|poetry|pipenv)\s")
_PLACES = ("HOME", "XDG_CACHE_HOME", "UV_CACHE_DIR", "UV_NO_CACHE", "POETRY_CACHE_DIR")


def lacks_home_for_caches(build: Build, account: Account) -> bool:
    """Whether no command makes the home directory in which a program keeps its cache."""
    if not _writes_cache(build) or _has_place(build):
        return False

    for account_call in account_calls(build):
        if account_call.call is not account.call:
            continue
        if _makes_home(account_call.command):
            return False

    home = account.home
    if home is None:
        return True

    for call in build.commands("mkdir", "install"):
        if any(word.text.startswith(home) for word in call.command.args):
            return False
    return True


def _writes_cache(build: Build) -> bool:
    if any(command.name in _CACHING for command in start_commands(build)):
        return True
    scripts = start_scripts(build)
    known = filter(None, scripts)
    return any(map(_IN_SCRIPT.search, known))


def _has_place(build: Build) -> bool:
    if build.final is None:
        return False
    finals = build.evaluation.finals
    environment = finals[build.final.index].env
    return any(name in environment for name in _PLACES)


def _makes_home(command: AccountCommand) -> bool:
    """useradd makes a home directory only when asked to; adduser does unless it is told not to."""
    if command.program == "useradd":
        return command.has("create-home")
    system = command.option("system")
    if system is not None and system.spelling != "-S":
        return command.has("home")
    return not command.has("no-create-home")
