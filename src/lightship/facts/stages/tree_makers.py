"""Commands that make a place for packages of Python: virtual environments, and installs to a place of their own.

Sources: docs.python.org (venv), virtualenv.pypa.io, docs.astral.sh/uv (`uv venv`, `uv sync`, environment variables),
python-poetry.org and pdm-project.org (configuration), pipenv.pypa.io, pip.pypa.io (`pip install`).
"""

from __future__ import annotations

from collections.abc import Sequence

from lightship.base_images.pythons import LOCAL, Python
from lightship.build import Build, Invocation
from lightship.dockerfile.tree import Stage
from lightship.evaluation.paths import in_workdir
from lightship.evaluation.state import DEFAULT_PATH
from lightship.facts.stages.stage_python import asked_python
from lightship.facts.users.accounts import ROOT
from lightship.facts.users.current_user import home_of, user_of
from lightship.facts.values.command_values import value
from lightship.facts.variables import is_true, variable
from lightship.record import record
from lightship.shell.packages import PackageCommand, read_command
from lightship.shell.python import module_call
from lightship.shell.specs import written
from lightship.shell.words import Word

_SAME_USER = frozenset({"command", "env", "exec", "nice", "time"})
_VENV_VALUES = frozenset({"--prompt"})
_VIRTUALENV_VALUES = frozenset(
    """-p --python --prompt --seeder --app-data --pip --setuptools --wheel --extra-search-dir --creator --activators
    --try-first-with --discovery""".split()
)


@record
class Made:
    """`kind` is venv, relocatable (a venv that may be moved), user, prefix or target.

    `tool` is what made it (`uv sync`), `python` its interpreter.
    """

    kind: str
    path: str
    tool: str
    python: Python | None


def made_by(
    build: Build, call: Invocation, stage: Stage, directory: str | None
) -> Made | None:
    """What a command that runs in `directory` makes; None where it makes none, or where is not known."""
    does = read_command(call.command)
    if does is None:
        found = _by_venv(build, call, stage)
    elif does.manager == "uv" and does.name in ("venv", "sync"):
        found = _by_uv(build, call, stage, does, directory)
    elif does.manager in ("poetry", "pdm", "pipenv"):
        found = _in_project(build, call, stage, does)
    elif does.installs and (does.manager == "pip" or does.name == "pip install"):
        found = _by_pip(build, call, stage, does)
    else:
        found = None
    if found is None or (directory is None and not found.path.startswith("/")):
        return None
    path = in_workdir(directory or "/", found.path)
    return Made(found.kind, path, found.tool, found.python)


def _by_venv(build: Build, call: Invocation, stage: Stage) -> Made | None:
    words = call.command.words
    module = module_call(words, "venv")
    if call.command.name == "virtualenv":
        operands, asked = _operands(words[1:], _VIRTUALENV_VALUES)
        tool, wanted = "virtualenv", asked.get("-p") or asked.get("--python") or ""
    elif module is not None:
        operands, asked = _operands(words[module.at + 1 :], _VENV_VALUES)
        tool, wanted = "python -m venv", words[0].value or "?"
    else:
        return None
    path = (
        value(build, call, operands[0])
        if operands and "--relocatable" not in asked
        else None
    )
    return (
        Made("venv", path, tool, asked_python(build, stage, wanted)) if path else None
    )


def _operands(
    words: Sequence[Word], values: frozenset[str]
) -> tuple[list[str], dict[str, str]]:
    """Operands, and options with their values."""
    operands: list[str] = []
    asked: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        text = written(word)
        name, equals, given = text.partition("=")
        if not text.startswith("-"):
            operands.append(text)
        elif name in values and not equals:
            after = next(rest, None)
            asked[name] = written(after) if after is not None else ""
        else:
            asked[name] = given
    return operands, asked


def _by_uv(
    build: Build,
    call: Invocation,
    stage: Stage,
    does: PackageCommand,
    directory: str | None,
) -> Made | None:
    """`.venv` in the project, or what UV_PROJECT_ENVIRONMENT says."""
    if does.option("--active", "--script"):
        return None
    moves = does.option("--relocatable") is not None or is_true(
        variable(build, call, "UV_VENV_RELOCATABLE")
    )
    named = written(does.operands[0]) if does.name == "venv" and does.operands else ""
    path = value(
        build, call, named or variable(build, call, "UV_PROJECT_ENVIRONMENT") or ".venv"
    )
    place = (does.values("--project", "--directory") or ("",))[-1]
    if path is None or "$" in place:
        return None
    if place and not path.startswith("/"):
        path = f"{place}/{path}"
    if (
        does.name == "sync"
        and not path.startswith("/")
        and _is_in_workspace(build, stage, directory)
    ):
        return None
    kind = "relocatable" if moves else "venv"
    return Made(kind, path, f"uv {does.name}", uv_python(build, call, stage, does))


def _is_in_workspace(build: Build, stage: Stage, directory: str | None) -> bool:
    """Whether a directory above has a manifest too: uv puts the environment of a workspace beside that one."""
    line = build.lineage_of(stage)
    for copying in build.copyings():
        target = copying.destination.value
        if (
            copying.step is None
            or copying.step.stage not in line
            or target is None
            or copying.before is None
        ):
            continue
        named = any(
            (source.value or "").rpartition("/")[2] == "pyproject.toml"
            for source in copying.sources
        )
        root = in_workdir(
            copying.before.workdir, target.removesuffix("pyproject.toml") or "."
        )
        if (
            named
            and directory is not None
            and directory != root
            and f"{directory}/".startswith(f"{root.rstrip('/')}/")
        ):
            return True
    return False


def uv_python(
    build: Build, call: Invocation, stage: Stage, does: PackageCommand
) -> Python | None:
    """uv takes the Python that it finds; it fetches another where the project or an option asks for one."""
    asked = (does.values("--python") or (variable(build, call, "UV_PYTHON") or "",))[-1]
    if not asked and build.context is not None:
        asked = (build.context.read(".python-version") or "").strip()
    return asked_python(build, stage, asked)


def _in_project(
    build: Build, call: Invocation, stage: Stage, does: PackageCommand
) -> Made | None:
    """`.venv` beside the manifest: what pdm does by itself, and poetry and pipenv where a setting says so."""
    if (
        not does.installs
        or does.option("--global", "--system")
        or not _is_in_project(build, call, stage, does.manager)
    ):
        return None
    place = (does.values("--directory", "--project") or (".",))[-1]
    python = asked_python(build, stage, "")
    return (
        Made("venv", f"{place}/.venv", f"{does.manager} {does.name}", python)
        if "$" not in place
        else None
    )


def _is_in_project(build: Build, call: Invocation, stage: Stage, manager: str) -> bool:
    if manager == "pdm":
        other = variable(build, call, "VIRTUAL_ENV") or variable(
            build, call, "PDM_USE_VENV"
        )
        return (
            not other
            and "use_venv" not in build.dockerfile.text
            and "in_project" not in build.dockerfile.text
        )
    if manager == "pipenv":
        return is_true(variable(build, call, "PIPENV_VENV_IN_PROJECT"))
    if is_true(variable(build, call, "POETRY_VIRTUALENVS_IN_PROJECT")):
        return variable(build, call, "POETRY_VIRTUALENVS_CREATE") not in ("0", "false")
    settled = build.once(_poetry_in_project)
    return bool(settled) and any(
        each.index in settled for each in build.lineage_of(stage)
    )


def _poetry_in_project(build: Build) -> set[int]:
    """The stages in which `poetry config` says so."""
    settings = (
        found for found in build.packages("poetry") if found.does.name == "config"
    )
    wanted = ["virtualenvs.in-project", "true"]
    calls = (
        found
        for found in settings
        if [written(word) for word in found.does.operands[:2]] == wanted
    )
    stages = (build.dockerfile.stage_of(found.instruction) for found in calls)
    return {stage.index for stage in stages if stage is not None}


def _by_pip(
    build: Build, call: Invocation, stage: Stage, does: PackageCommand
) -> Made | None:
    """`--target` and `--prefix`; without them `--user`, whose place is below the home directory."""
    python = (
        asked_python(build, stage, "")
        if does.manager == "pip"
        else uv_python(build, call, stage, does)
    )
    tool = f"{does.manager} {does.name}" if does.manager != "pip" else "pip install"
    for kind in ("target", "prefix"):
        given = (
            does.values(f"--{kind}")
            or (variable(build, call, f"PIP_{kind.upper()}") or "",)
        )[-1]
        path = value(build, call, given) if given else None
        if given:
            return Made(kind, path, f"{tool} --{kind}", python) if path else None
    if does.manager != "pip" or not (
        is_user_install(build, call, does) or _falls_back(build, call, stage, does)
    ):
        return None
    base = variable(build, call, "PYTHONUSERBASE")
    home = home_of(build, call.instruction)
    path = value(build, call, base) if base else f"{home}/.local" if home else None
    return Made("user", path, tool, python) if path else None


def _falls_back(
    build: Build, call: Invocation, stage: Stage, does: PackageCommand
) -> bool:
    """Whether pip cannot write to the image's own directory, and installs for the user instead, as it says then."""
    user, python = user_of(build, call.instruction), asked_python(build, stage, "")
    if user in ROOT or not user or python is None or python.prefix != LOCAL:
        return False
    if any(wrapper.name not in _SAME_USER for wrapper in call.command.wrappers):
        return False
    places = set((variable(build, call, "PATH") or "").split(":")) - set(
        DEFAULT_PATH.split(":")
    )
    own = variable(build, call, "VIRTUAL_ENV") or not all(
        place.endswith("/.local/bin") for place in places
    )
    directory = (call.command.words[0].value or "/").rpartition("/")[0]
    if own or directory not in ("", f"{LOCAL}/bin"):
        return False
    return not (
        build.once(_is_opened) or does.option("--no-user", "--root", "--python")
    )


def _is_opened(build: Build) -> bool:
    """Whether something may let others write into the image's own directory, or use another."""
    text = build.dockerfile.text.replace(f"{LOCAL}/bin/p", "")
    return any(
        mark in text for mark in (LOCAL, "chmod", "site-packages", "activate", "venv")
    )


def is_user_install(build: Build, call: Invocation, does: PackageCommand) -> bool:
    """Whether `--user`, or PIP_USER, asks for the place below the home directory."""
    asked = does.option("--user") is not None or is_true(
        variable(build, call, "PIP_USER")
    )
    return asked and does.option("--no-user", "--target", "--prefix", "--root") is None
