"""One stage that installs packages of Debian, then packages of Python from a registry, then brings its sources.

`read_shape` gives up where the stage does anything else that may matter to a virtual environment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from lightship.base_images.reference import read_reference
from lightship.build import Build
from lightship.dockerfile.tree import Instruction, Pair, Stage
from lightship.facts.edits import moves
from lightship.facts.edits.moves import GiveUp
from lightship.facts.start.purpose import start_commands
from lightship.pyproject.manifests import is_manifest, of_requirements
from lightship.record import record
from lightship.shell.build_tools import is_build_tool, is_companion
from lightship.shell.commands import Command
from lightship.shell.packages import Package, PackageCommand, read_command

VENV = "/opt/venv"
SETTINGS = frozenset(
    "ENV ARG WORKDIR LABEL EXPOSE HEALTHCHECK STOPSIGNAL MAINTAINER".split()
)
APT = ("apt-get", "apt")
# Tags of Debian and Ubuntu, without -slim
_RELEASES = {
    "debian": {
        "12": "bookworm",
        "bookworm": "bookworm",
        "13": "trixie",
        "trixie": "trixie",
        "stable": "trixie",
    },
    "ubuntu": {"22.04": "jammy", "jammy": "jammy", "24.04": "noble", "noble": "noble"},
}
_NEWEST = "trixie"  # what a tag of python without a release means to an image that is built now
_HARMLESS = frozenset(
    """useradd groupadd adduser addgroup usermod mkdir chown chmod ln rm touch echo true : set cp mv sed""".split()
)
_CACHES = ("-", "/var/", "/root/.cache", "/tmp/")  # noqa: S108 - nothing is written there
_NEUTRAL = frozenset("set true : echo".split())
_APT_OPTIONS = frozenset(
    """--yes --quiet --no-install-recommends --no-install-suggests --fix-missing --auto-remove --purge""".split()
)
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
_REDIRECTING = "PIP_TARGET PIP_PREFIX PIP_USER PYTHONUSERBASE PYTHONHOME VIRTUAL_ENV UV_SYSTEM_PYTHON".split()
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
_PYTHON_TOOLS = frozenset({"pip", "setuptools", "wheel", "uv", "virtualenv"})
_SYSTEM_BIN = ("/usr/local/bin", "/usr/bin", "/bin")
_ALL = (".", "./", "/", "*", "./*")
_MOST_RUNS = 20


@record(slots=False)
class Shape:
    """The stage: what is before `region` is for both stages, `region` is the build, what is behind is for the second.

    `release` is that of Debian or Ubuntu, `python` the command of the interpreter: `python3` where it is a package of
    the distribution, and must be installed first.
    """

    build: Build
    stage: Stage
    release: str
    python: str
    first: int
    last: int

    @property
    def is_debian(self) -> bool:
        return self.python == "python3"

    @property
    def before(self) -> Sequence[Instruction]:
        return self.stage.instructions[: self.first]

    @cached_property
    def region(self) -> Sequence[Instruction]:
        return self.stage.instructions[self.first : self.last + 1]

    @cached_property
    def runs(self) -> Sequence[Instruction]:
        """The RUN of the region."""
        return [item for item in self.region if item.keyword == "RUN"]

    @cached_property
    def scripts(self) -> str:
        return "\n".join(run.line.text for run in self.runs)

    @property
    def behind(self) -> Sequence[Instruction]:
        return self.stage.instructions[self.last + 1 :]


def read_shape(build: Build, runs: Sequence[Instruction]) -> Shape:
    """The shape of the only stage; `runs` install what only a build needs."""
    if len(build.dockerfile.stages) != 1 or len(runs) > _MOST_RUNS:
        raise GiveUp
    stage = build.dockerfile.stages[0]
    items = stage.instructions
    first = min(items.index(run) for run in runs)
    while first and (
        _is_index_alone(build, items[first - 1]) or _is_manifest_copy(items[first - 1])
    ):
        first -= 1
    pips = [
        at
        for at, item in enumerate(items)
        if item.keyword == "RUN" and any(pips_of(build, item))
    ]
    if not pips or pips[-1] < max(items.index(run) for run in runs) or pips[-1] < first:
        raise GiveUp
    shape = Shape(build, stage, *_release(build, stage), first, pips[-1])
    _check(shape)
    return shape


def _release(build: Build, stage: Stage) -> tuple[str, str]:
    """The release of Debian or Ubuntu by the image's tag, and the command of its Python; a full image has compilers."""
    image = read_reference(build.evaluation.root(stage).name)
    if isinstance(image, str) or not image.official:
        raise GiveUp
    if image.name == "python":
        _, slim, codename = image.tag.partition("-slim")
        release = codename.removeprefix("-") or _NEWEST
        if not slim or release not in _RELEASES["debian"].values():
            raise GiveUp
        return release, "python"
    tag = image.tag.removesuffix("-slim")
    if tag not in _RELEASES.get(image.name, {}):
        raise GiveUp
    return _RELEASES[image.name][tag], "python3"


def _is_index_alone(build: Build, item: Instruction) -> bool:
    """`RUN apt-get update`, whose index the next RUN reads."""
    return item.keyword == "RUN" and all(
        (does := read_command(command)) is not None
        and does.manager in APT
        and does.action == "update"
        for script in build.scripts(item)
        for command in script.commands
    )


def _is_manifest_copy(item: Instruction) -> bool:
    sources = [word.text for word in item.args[:-1]] if item.keyword == "COPY" else []
    return (
        bool(sources)
        and not item.flags
        and not item.heredocs
        and all(map(is_manifest, sources))
    )


def commands_of(build: Build, item: Instruction) -> Iterator[Command]:
    """All commands of a RUN that is read whole."""
    for script in build.scripts(item):
        if script.opaque or script.errors or script.shell not in ("sh", "bash", "exec"):
            raise GiveUp
        yield from script.commands


def pips_of(build: Build, item: Instruction) -> Iterator[PackageCommand]:
    """Installs of pip, and of uv in pip's manner."""
    for command in commands_of(build, item):
        does = read_command(command)
        if (
            does is not None
            and does.installs
            and (does.manager == "pip" or does.name.startswith("pip "))
        ):
            yield does


def _check(shape: Shape) -> None:
    build, items = shape.build, shape.stage.instructions
    last_state = build.evaluation.finals[shape.stage.index]
    if any(item.keyword in ("SHELL", "ONBUILD") for item in items):
        raise GiveUp
    if any(name in last_state.env for name in _REDIRECTING):
        raise GiveUp
    if not all(moves.is_closed(build.dockerfile, item) for item in items):
        raise GiveUp
    for item in shape.before:
        _check_before(build, item)
    for item in shape.region:
        _check_region(shape, item)
    for item in shape.behind:
        _check_behind(build, item)
    _check_paths(shape)


def _check_before(build: Build, item: Instruction) -> None:
    """What comes first is done for both stages, as it was for one."""
    if item.keyword == "RUN":
        for command in commands_of(build, item):
            _check_tools_only(command)
    elif item.keyword not in (*SETTINGS, "COPY", "ADD") or any(
        word.text in _ALL for word in item.args[:-1]
    ):
        raise GiveUp


def _check_tools_only(command: Command) -> None:
    """No package of Python is installed outside the virtual environment, but for pip and the like."""
    does = read_command(command)
    if (
        does is None
        or does.facts.spelling not in ("pip", "poetry", "conda")
        or not does.installs
    ):
        return
    names = {package.name for package in does.packages if package.kind == "registry"}
    if (
        does.action != "install"
        or does.requirements
        or not names
        or not names <= _PYTHON_TOOLS
    ):
        raise GiveUp


def _check_region(shape: Shape, item: Instruction) -> None:
    if item.keyword == "RUN":
        for command in commands_of(shape.build, item):
            _check_install(shape, command)
    elif item.keyword in ("COPY", "ADD"):
        _check_copy(item)
    elif item.keyword in ("ENV", "ARG"):
        names = [pair.name.text for pair in item.pairs]
        if any(
            f"${name}" in shape.scripts or f"${{{name}" in shape.scripts
            for name in names
        ):
            raise GiveUp
    elif item.keyword not in SETTINGS:
        raise GiveUp


def _check_install(shape: Shape, command: Command) -> None:
    """apt-get and pip, with what they can be given here, and what cleans up behind them."""
    does = read_command(command)
    if does is None:
        cleans = command.name == "rm" and all(
            (value or "").startswith(_CACHES) for value in command.values[1:]
        )
        if not cleans and command.name not in _NEUTRAL:
            raise GiveUp
    elif does.manager in APT:
        _check_apt(does)
    elif does.manager == "uv" and shape.is_debian:
        raise GiveUp
    elif does.manager in ("pip", "uv"):
        _check_pip(shape.build, command, does)
    else:
        raise GiveUp


def _check_apt(does: PackageCommand) -> None:
    plain = (
        all(package.kind == "registry" and package.name for package in does.packages)
        and not does.reads_more
    )
    if not plain or does.action not in ("install", "update", "clean"):
        raise GiveUp
    if any(option.name not in _APT_OPTIONS for option in does.options):
        raise GiveUp
    for package in does.packages:
        own = package.name.startswith(
            ("python-", "python3-", "python3.")
        ) and not is_for_build(package)
        if (
            own
            or package.name.startswith(_OWN_PYTHON)
            or "$" in package.word.text
            or "*" in package.name
        ):
            raise GiveUp


def _check_pip(build: Build, command: Command, does: PackageCommand) -> None:
    if does.action == "clean":
        return
    local = any(
        package.kind not in ("registry", "url") or package.editable
        for package in does.packages
    )
    known = command.words[0].value in ("pip", "pip3", "uv", "python", "python3")
    if (
        does.action != "install"
        or local
        or not known
        or command.wrappers
        or command.assignments
    ):
        raise GiveUp
    if does.manager == "uv" and does.name != "pip install":
        raise GiveUp
    if any(does.option(name) for name in _ELSEWHERE) or does.reads_more:
        raise GiveUp
    for path in does.requirements:
        text = build.context.read(path) if build.context is not None else None
        if text is not None and of_requirements(build.context, path).refusal:
            raise GiveUp


def _check_copy(item: Instruction) -> None:
    """Only what says what to install; and uv, which nothing else needs."""
    flag = item.flag("from")
    sources = [word.text for word in item.args[:-1]]
    if flag is not None:
        if not all(source in ("/uv", "/uvx") for source in sources):
            raise GiveUp
    elif item.heredocs or not all(is_manifest(source) for source in sources):
        raise GiveUp


def _check_behind(build: Build, item: Instruction) -> None:
    """What is done behind the installs is done without compilers."""
    if item.keyword != "RUN":
        if item.keyword == "ONBUILD":
            raise GiveUp
        return
    for command in commands_of(build, item):
        does = read_command(command)
        if does is not None and does.manager in APT:
            if (
                any(is_build_tool("apt-get", package.name) for package in does.packages)
                or does.reads_more
            ):
                raise GiveUp
        elif command.name not in _HARMLESS and not _is_collectstatic(command):
            raise GiveUp


def _is_collectstatic(command: Command) -> bool:
    return command.name in ("python", "python3") and command.values[1:3] == (
        "manage.py",
        "collectstatic",
    )


def _check_paths(shape: Shape) -> None:
    """No path leads around the virtual environment."""
    behind = set(shape.behind)
    copied = {
        word.text.rpartition("/")[2]
        for item in shape.stage.instructions
        if item.keyword in ("COPY", "ADD")
        for word in item.args
    }
    for item in shape.stage.instructions:
        text = item.line.text
        if VENV in text or "site-packages" in text or "dist-packages" in text:
            raise GiveUp
        paths = [pair for pair in item.pairs if pair.name.text == "PATH"]
        if any(
            not _keeps_path(pair) or (item in behind and _puts_system_first(pair))
            for pair in paths
        ):
            raise GiveUp
        if item.keyword in ("CMD", "ENTRYPOINT") and item not in behind:
            raise GiveUp  # ENTRYPOINT of a stage takes away the CMD that it inherits
    for command in start_commands(shape.build):
        first = command.words[0].value if command.words else None
        if first is None or (
            first.startswith("/usr") and first.rpartition("/")[2] not in copied
        ):
            raise GiveUp


def _keeps_path(pair: Pair) -> bool:
    return pair.value is not None and (
        "$PATH" in pair.value.text or "${PATH" in pair.value.text
    )


def _puts_system_first(pair: Pair) -> bool:
    """Whether the interpreter of the system would be found before that of the virtual environment."""
    text = pair.value.text if pair.value is not None else ""
    return any(
        name.rstrip("/") in _SYSTEM_BIN
        for name in text.strip("\"'").split("$")[0].split(":")
    )


def is_for_build(package: Package) -> bool:
    """Whether nothing that was built needs the package to run; headers count here too."""
    return is_build_tool("apt-get", package.name) or is_companion(package.name)
