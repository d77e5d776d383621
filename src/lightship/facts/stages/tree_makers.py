"""Commands that make a place for Python packages.

Virtual environments, and installs to a place of their own. Sources: docs.python.org (venv),
virtualenv.pypa.io, python-poetry.org and pdm-project.org (configuration), pipenv.pypa.io.
"""

from __future__ import annotations

from collections.abc import Sequence

from lightship.build import Build, Invocation
from lightship.dockerfile.tree import Stage
from lightship.facts.stages.pip_trees import by_pip
from lightship.facts.stages.tree_calls import Made, TreeCall, last_value
from lightship.facts.values.directories import in_directory
from lightship.shell.packages import PackageCommand, read_command
from lightship.shell.python_calls import module_call
from lightship.shell.specs import written
from lightship.shell.words import Word

_VENV_VALUES = frozenset({"--prompt"})
_VIRTUALENV_VALUES = frozenset(
    """-p --python --prompt --seeder --app-data --pip --setuptools --wheel --extra-search-dir
    --creator --activators --try-first-with --discovery""".split()
)


def made_by(
    build: Build, call: Invocation, stage: Stage, directory: str | None
) -> Made | None:
    """What a command that runs in `directory` makes.

    None where it makes none, or where is not known.
    """
    tree_call = TreeCall(build, call, stage, directory)
    made = _made(tree_call)
    if made is None:
        return None
    path = in_directory(directory, made.path)
    if path is None:
        return None
    return Made(made.kind, path, made.tool, made.python)


def _made(call: TreeCall) -> Made | None:
    """The same with the path as the command names it."""
    does = read_command(call.command)
    if does is None:
        return _by_venv(call)
    manager = does.manager
    is_uv_tree = does.name in ("venv", "sync")
    if manager == "uv" and is_uv_tree:
        # Few trees are made by uv
        from lightship.facts.stages.uv_trees import by_uv  # noqa: PLC0415

        return by_uv(call, does)
    if manager in ("poetry", "pdm", "pipenv"):
        return _in_project(call, does)
    if not does.installs:
        return None
    if manager == "pip":
        return by_pip(call, does)
    if does.name == "pip install":
        return by_pip(call, does)
    return None


def _by_venv(call: TreeCall) -> Made | None:
    command = call.command
    words = command.words
    module = module_call(words, "venv")
    if command.name == "virtualenv":
        tool = "virtualenv"
        arguments = words[1:]
        operands, options = _arguments(arguments, _VIRTUALENV_VALUES)
        python = options.get("-p") or ""
        python = python or options.get("--python", "")
    elif module is not None:
        tool = "python -m venv"
        arguments = words[module.at + 1 :]
        operands, options = _arguments(arguments, _VENV_VALUES)
        python = words[0].value or "?"
    else:
        return None

    if not operands:
        return None
    if "--relocatable" in options:
        return None
    operand = operands[0]
    path = call.value(operand)
    if not path:
        return None
    interpreter = call.python(python)
    return Made("venv", path, tool, interpreter)


def _arguments(
    words: Sequence[Word], with_value: frozenset[str]
) -> tuple[list[str], dict[str, str]]:
    """Operands, and options with their values."""
    operands: list[str] = []
    options: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        text = written(word)
        if not text.startswith("-"):
            operands.append(text)
            continue

        name, equals, given = text.partition("=")
        if name in with_value and not equals:
            following = next(rest, None)
            if following is not None:
                given = written(following)
        options[name] = given
    return operands, options


def _in_project(call: TreeCall, does: PackageCommand) -> Made | None:
    """`.venv` beside the manifest.

    pdm makes it by itself, poetry and pipenv where a setting says so.
    """
    if not does.installs:
        return None
    if does.option("--global", "--system"):
        return None
    places = does.values("--directory", "--project")
    place = last_value(places)
    if not place:
        place = "."
    if "$" in place:
        return None
    manager = does.manager
    if not _is_in_project(call, manager):
        return None
    path = f"{place}/.venv"
    tool = f"{manager} {does.name}"
    python = call.python()
    return Made("venv", path, tool, python)


def _is_in_project(call: TreeCall, manager: str) -> bool:
    if manager == "pdm":
        return _pdm_makes_venv(call)
    if manager == "pipenv":
        return call.is_on("PIPENV_VENV_IN_PROJECT")

    if call.is_on("POETRY_VIRTUALENVS_IN_PROJECT"):
        create = call.variable("POETRY_VIRTUALENVS_CREATE")
        return create not in ("0", "false")
    settled = call.build.once(_poetry_in_project)
    if not settled:
        return False
    line = call.build.lineage_of(call.stage)
    return any(stage.index in settled for stage in line)


def _pdm_makes_venv(call: TreeCall) -> bool:
    """Whether pdm is left to its own ways: it then makes an environment in the project."""
    if call.variable("VIRTUAL_ENV"):
        return False
    if call.variable("PDM_USE_VENV"):
        return False
    text = call.build.dockerfile.text
    if "use_venv" in text:
        return False
    return "in_project" not in text


def _poetry_in_project(build: Build) -> set[int]:
    """The stages in which `poetry config` says so."""
    stages: set[int] = set()
    for call in build.packages("poetry"):
        if call.does.name != "config":
            continue
        operands = map(written, call.does.operands)
        words = list(operands)
        setting = words[:2]
        if setting != ["virtualenvs.in-project", "true"]:
            continue
        instruction = call.instruction
        stage = build.dockerfile.stage_of(instruction)
        if stage is not None:
            stages.add(stage.index)
    return stages
