"""Places that an install with pip names, or has by itself.

Source: pip.pypa.io (`pip install`).
"""

from __future__ import annotations

from lightship.base_images.pythons import LOCAL
from lightship.build import Build, Invocation
from lightship.evaluation.state import DEFAULT_PATH
from lightship.facts.command_variables import is_true, variable
from lightship.facts.stages.tree_calls import Made, TreeCall, last_value
from lightship.facts.users.accounts import ROOT
from lightship.facts.users.current_user import home_of, user_of
from lightship.shell.packages import PackageCommand

_SAME_USER = frozenset("command env exec nice time".split())
_DEFAULT_PLACES = frozenset(DEFAULT_PATH.split(":"))
# Where one of these stands, others may write into the image's own directory, or use another
_OPENING = (LOCAL, "chmod", "site-packages", "activate", "venv")


def by_pip(call: TreeCall, does: PackageCommand) -> Made | None:
    """`--target` and `--prefix`; without them `--user`, whose place is below the home directory."""
    if does.manager == "pip":
        tool = "pip install"
        python = call.python()
    else:
        tool = f"{does.manager} {does.name}"
        # Few trees are made by uv
        from lightship.facts.stages.uv_trees import uv_python  # noqa: PLC0415

        python = uv_python(call, does)

    for kind in ("target", "prefix"):
        places = does.values(f"--{kind}")
        variable_name = f"PIP_{kind.upper()}"
        place = last_value(places)
        if not place:
            place = call.variable(variable_name)
        if not place:
            continue
        path = call.value(place)
        if not path:
            return None
        asked = f"{tool} --{kind}"
        return Made(kind, path, asked, python)

    if does.manager != "pip":
        return None
    is_asked = is_user_install(call.build, call.call, does)
    is_for_user = is_asked or _falls_back(call, does)
    if not is_for_user:
        return None

    path = _user_base(call)
    if not path:
        return None
    return Made("user", path, tool, python)


def _user_base(call: TreeCall) -> str | None:
    """Where packages of the user lie."""
    base = call.variable("PYTHONUSERBASE")
    if base:
        return call.value(base)
    run = call.call.instruction
    home = home_of(call.build, run)
    if not home:
        return None
    return f"{home}/.local"


def _falls_back(call: TreeCall, does: PackageCommand) -> bool:
    """Whether pip cannot write to the image's own directory.

    It installs for the user instead then, as it says.
    """
    run = call.call.instruction
    user = user_of(call.build, run)
    if not user:
        return False
    if user in ROOT:
        return False
    python = call.python()
    if python is None:
        return False
    if python.prefix != LOCAL:
        return False
    if not _runs_as_user(call):
        return False
    if not _is_pip_of_image(call):
        return False
    if does.option("--no-user", "--root", "--python"):
        return False
    return not call.build.once(_is_opened)


def _runs_as_user(call: TreeCall) -> bool:
    """Whether nothing around the command changes the user."""
    wrappers = call.command.wrappers
    names = {wrapper.name for wrapper in wrappers}
    return names <= _SAME_USER


def _is_pip_of_image(call: TreeCall) -> bool:
    """Whether it is the image's own pip, and not that of a virtual environment."""
    if call.variable("VIRTUAL_ENV"):
        return False
    path = call.variable("PATH")
    for place in path.split(":"):
        if place in _DEFAULT_PLACES:
            continue
        if not place.endswith("/.local/bin"):
            return False

    first = call.command.words[0]
    program = first.value or "/"
    directory, _, _ = program.rpartition("/")
    return directory in ("", f"{LOCAL}/bin")


def _is_opened(build: Build) -> bool:
    """Whether something may let others write into the image's own directory, or use another."""
    text = build.dockerfile.text
    text = text.replace(f"{LOCAL}/bin/p", "")
    return any(mark in text for mark in _OPENING)


def is_user_install(build: Build, call: Invocation, does: PackageCommand) -> bool:
    """Whether `--user`, or PIP_USER, asks for the place below the home directory."""
    if does.option("--no-user", "--target", "--prefix", "--root"):
        return False
    if does.option("--user"):
        return True
    setting = variable(build, call, "PIP_USER")
    return is_true(setting)
