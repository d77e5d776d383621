"""Commands that make a place for Python packages.

Virtual environments, and installs to a place of their own. Sources: docs.python.org (venv),
virtualenv.pypa.io, docs.astral.sh/uv (`uv venv`, `uv sync`, environment variables),
python-poetry.org and pdm-project.org (configuration), pipenv.pypa.io, pip.pypa.io (`pip install`).
"""

from __future__ import annotations

from collections.abc import Sequence
from posixpath import basename

from lightship.base_images.pythons import LOCAL, Python
from lightship.build import Build, Invocation
from lightship.dockerfile.tree import Stage
from lightship.evaluation.copies import Operand
from lightship.evaluation.paths import below, in_workdir
from lightship.evaluation.state import DEFAULT_PATH
from lightship.facts.command_variables import is_true, variable
from lightship.facts.stages.stage_python import asked_python
from lightship.facts.users.accounts import ROOT
from lightship.facts.users.current_user import home_of, user_of
from lightship.facts.values.command_values import value
from lightship.facts.values.directories import in_directory
from lightship.record import record
from lightship.shell.commands import Command
from lightship.shell.packages import PackageCommand, read_command
from lightship.shell.python_calls import module_call
from lightship.shell.specs import written
from lightship.shell.words import Word

_SAME_USER = frozenset({"command", "env", "exec", "nice", "time"})
_VENV_VALUES = frozenset({"--prompt"})
_VIRTUALENV_VALUES = frozenset(
    """-p --python --prompt --seeder --app-data --pip --setuptools --wheel --extra-search-dir
    --creator --activators --try-first-with --discovery""".split()
)
_DEFAULT_PLACES = frozenset(DEFAULT_PATH.split(":"))
# Where one of these stands, others may write into the image's own directory, or use another
_OPENING = (LOCAL, "chmod", "site-packages", "activate", "venv")


@record
class Made:
    """`kind` is venv, relocatable (a venv that may be moved), user, prefix or target.

    `tool` is what made it (`uv sync`), `python` its interpreter.
    """

    kind: str
    path: str
    tool: str
    python: Python | None


@record
class _Call:
    """A command in a stage that runs in `directory`, None where that is not known."""

    build: Build
    call: Invocation
    stage: Stage
    directory: str | None

    @property
    def command(self) -> Command:
        return self.call.command

    def variable(self, name: str) -> str:
        """The value of a variable; empty where it has none that is known."""
        return variable(self.build, self.call, name) or ""

    def is_on(self, name: str) -> bool:
        """Whether a variable switches something on."""
        return is_true(self.variable(name))

    def value(self, text: str) -> str | None:
        """A word with its variables put in; None where one is not known."""
        return value(self.build, self.call, text)

    def python(self, asked: str = "") -> Python | None:
        """The interpreter that is asked for; what `python3` means where nothing is."""
        return asked_python(self.build, self.stage, asked)


def made_by(
    build: Build, call: Invocation, stage: Stage, directory: str | None
) -> Made | None:
    """What a command that runs in `directory` makes.

    None where it makes none, or where is not known.
    """
    made = _made(_Call(build, call, stage, directory))
    if made is None:
        return None
    path = in_directory(directory, made.path)
    if path is None:
        return None
    return Made(made.kind, path, made.tool, made.python)


def _made(call: _Call) -> Made | None:
    """The same with the path as the command names it."""
    does = read_command(call.command)
    if does is None:
        return _by_venv(call)
    manager = does.manager
    if manager == "uv" and does.name in ("venv", "sync"):
        return _by_uv(call, does)
    if manager in ("poetry", "pdm", "pipenv"):
        return _in_project(call, does)
    if not does.installs:
        return None
    if manager == "pip" or does.name == "pip install":
        return _by_pip(call, does)
    return None


def _by_venv(call: _Call) -> Made | None:
    words = call.command.words
    module = module_call(words, "venv")
    if call.command.name == "virtualenv":
        tool = "virtualenv"
        arguments = words[1:]
        operands, options = _arguments(arguments, _VIRTUALENV_VALUES)
        python = options.get("-p") or options.get("--python") or ""
    elif module is not None:
        tool = "python -m venv"
        arguments = words[module.at + 1 :]
        operands, options = _arguments(arguments, _VENV_VALUES)
        python = words[0].value or "?"
    else:
        return None

    if not operands or "--relocatable" in options:
        return None
    path = call.value(operands[0])
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
            given = "" if following is None else written(following)
        options[name] = given
    return operands, options


def _by_uv(call: _Call, does: PackageCommand) -> Made | None:
    """`.venv` in the project, or what UV_PROJECT_ENVIRONMENT says."""
    if does.option("--active", "--script"):
        return None
    path = call.value(_uv_environment(call, does))
    project = _last(does.values("--project", "--directory"))
    if path is None or "$" in project:
        return None

    if project and not path.startswith("/"):
        path = f"{project}/{path}"
    is_of_project = does.name == "sync" and not path.startswith("/")
    if is_of_project and _is_in_workspace(call):
        return None

    kind = "venv"
    if does.option("--relocatable"):
        kind = "relocatable"
    if call.is_on("UV_VENV_RELOCATABLE"):
        kind = "relocatable"
    tool = f"uv {does.name}"
    python = _uv_python(call, does)
    return Made(kind, path, tool, python)


def _uv_environment(call: _Call, does: PackageCommand) -> str:
    """The path of the environment as it is written."""
    if does.name == "venv" and does.operands:
        return written(does.operands[0])
    return call.variable("UV_PROJECT_ENVIRONMENT") or ".venv"


def _is_in_workspace(call: _Call) -> bool:
    """Whether a directory above has a manifest too.

    uv puts the environment of a workspace beside that one.
    """
    if call.directory is None:
        return False
    line = call.build.lineage_of(call.stage)
    for copying in call.build.copyings():
        step = copying.step
        target = copying.destination.value
        if step is None or target is None:
            continue
        if step.stage not in line:
            continue

        place = target.removesuffix("pyproject.toml") or "."
        root = in_workdir(step.before.workdir, place)
        is_above = bool(below(call.directory, root))
        if is_above and any(map(_is_manifest, copying.sources)):
            return True
    return False


def _is_manifest(source: Operand) -> bool:
    path = source.value or ""
    return basename(path) == "pyproject.toml"


def _uv_python(call: _Call, does: PackageCommand) -> Python | None:
    """The Python that uv finds; it fetches another where the project or an option asks for one."""
    asked = _last(does.values("--python"))
    if not asked:
        asked = call.variable("UV_PYTHON")

    context = call.build.context
    if not asked and context is not None:
        text = context.read(".python-version") or ""
        asked = text.strip()
    return call.python(asked)


def _in_project(call: _Call, does: PackageCommand) -> Made | None:
    """`.venv` beside the manifest.

    pdm makes it by itself, poetry and pipenv where a setting says so.
    """
    if not does.installs:
        return None
    if does.option("--global", "--system"):
        return None
    place = _last(does.values("--directory", "--project")) or "."
    if "$" in place:
        return None
    if not _is_in_project(call, does.manager):
        return None
    tool = f"{does.manager} {does.name}"
    python = call.python()
    return Made("venv", f"{place}/.venv", tool, python)


def _is_in_project(call: _Call, manager: str) -> bool:
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


def _pdm_makes_venv(call: _Call) -> bool:
    """Whether pdm is left to its own ways: it then makes an environment in the project."""
    if call.variable("VIRTUAL_ENV"):
        return False
    if call.variable("PDM_USE_VENV"):
        return False
    text = call.build.dockerfile.text
    return "use_venv" not in text and "in_project" not in text


def _poetry_in_project(build: Build) -> set[int]:
    """The stages in which `poetry config` says so."""
    stages: set[int] = set()
    for call in build.packages("poetry"):
        if call.does.name != "config":
            continue
        operands = [written(word) for word in call.does.operands]
        if operands[:2] != ["virtualenvs.in-project", "true"]:
            continue
        stage = build.dockerfile.stage_of(call.instruction)
        if stage is not None:
            stages.add(stage.index)
    return stages


def _by_pip(call: _Call, does: PackageCommand) -> Made | None:
    """`--target` and `--prefix`; without them `--user`, whose place is below the home directory."""
    if does.manager == "pip":
        tool = "pip install"
        python = call.python()
    else:
        tool = f"{does.manager} {does.name}"
        python = _uv_python(call, does)

    for kind in ("target", "prefix"):
        place = _last(does.values(f"--{kind}"))
        if not place:
            place = call.variable(f"PIP_{kind.upper()}")
        if not place:
            continue
        path = call.value(place)
        if not path:
            return None
        return Made(kind, path, f"{tool} --{kind}", python)

    if does.manager != "pip":
        return None
    is_asked = is_user_install(call.build, call.call, does)
    if not is_asked and not _falls_back(call, does):
        return None
    path = _user_base(call)
    if not path:
        return None
    return Made("user", path, tool, python)


def _user_base(call: _Call) -> str | None:
    """Where packages of the user lie."""
    base = call.variable("PYTHONUSERBASE")
    if base:
        return call.value(base)
    home = home_of(call.build, call.call.instruction)
    if not home:
        return None
    return f"{home}/.local"


def _falls_back(call: _Call, does: PackageCommand) -> bool:
    """Whether pip cannot write to the image's own directory.

    It installs for the user instead then, as it says.
    """
    user = user_of(call.build, call.call.instruction)
    if not user or user in ROOT:
        return False
    python = call.python()
    if python is None or python.prefix != LOCAL:
        return False
    if not _runs_as_user(call):
        return False
    if not _is_pip_of_image(call):
        return False
    if does.option("--no-user", "--root", "--python"):
        return False
    return not call.build.once(_is_opened)


def _runs_as_user(call: _Call) -> bool:
    """Whether nothing around the command changes the user."""
    wrappers = call.command.wrappers
    return all(wrapper.name in _SAME_USER for wrapper in wrappers)


def _is_pip_of_image(call: _Call) -> bool:
    """Whether it is the image's own pip, and not that of a virtual environment."""
    if call.variable("VIRTUAL_ENV"):
        return False
    places = call.variable("PATH").split(":")
    for place in places:
        if place in _DEFAULT_PLACES:
            continue
        if not place.endswith("/.local/bin"):
            return False

    program = call.command.words[0].value or "/"
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
    return is_true(variable(build, call, "PIP_USER"))


def _last(values: Sequence[str]) -> str:
    """The last of several values of an option; empty without one."""
    return values[-1] if values else ""
