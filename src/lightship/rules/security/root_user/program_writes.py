"""Where the program of an image writes, as far as its build context and the Dockerfile tell.

Only where all of it is known (`known_program.py`) is a user made, which gets these directories.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.paths import below, clean, in_workdir
from lightship.facts.start.purpose import start_commands
from lightship.regex import regex
from lightship.rules.security.root_user.named_paths import named_directories
from lightship.rules.security.root_user.source_writes import source_writes
from lightship.shell.commands import Command

# A file of SQLite that stands in the working directory
_DATABASE = regex(r"sqlite(?:\+\w+)?:///(?!/)\w")
# Where everybody may write, or the kernel does
# Nothing is written there
_OPEN_TO_ALL = ("/tmp", "/var/tmp", "/dev", "/proc", "/sys")  # noqa: S108
_SYSTEM = tuple(
    f"/{name}"
    for name in "bin dev etc lib opt proc root run sbin sys tmp usr var/lib/apt".split()
)
# They write to a database, which SQLite keeps beside the program
_DATABASE_TOOLS = ("python", "manage.py", "django-admin", "flask", "alembic", "aerich")
_DATABASE_COMMANDS = frozenset(
    "migrate createsuperuser loaddata upgrade init-db initdb".split()
)
_SAFE = regex(r"[\w./-]+")


def written_beside(build: Build) -> bool:
    """Whether the program seems to write to its working directory or beside its code."""
    return build.once(_written_beside)


def _written_beside(build: Build) -> bool:
    if any(map(_keeps_state, start_commands(build))):
        return True
    if build.final is not None:
        environment = build.evaluation.finals[build.final.index].env
        for value in environment.values():
            if _DATABASE.match(value or ""):
                return True
    return source_writes(build).is_beside


def _keeps_state(command: Command) -> bool:
    """Whether a program keeps a file in the working directory: the schedule of celery's beat."""
    if "celery" not in command.values or command.has("-s", "--schedule"):
        return False
    if any((value or "").startswith("--schedule=") for value in command.values):
        return False
    return command.has("-B", "--beat", "beat")


def owned_by_program(build: Build) -> list[str] | None:
    """The directories that the program must be able to write to; None where it cannot get them."""
    if _names_other_places(build):
        return None
    directories = dict.fromkeys(_made_for_writing(build))
    if not written_beside(build):
        return list(directories)

    workdir = clean(build.evaluation.finals[build.lineage[-1].index].workdir)
    if workdir == "/" or not _SAFE.fullmatch(workdir):
        return None
    if any(_fills_database(call.command) for call in build.commands()):
        return None
    return list(dict.fromkeys((workdir, *directories)))


def _names_other_places(build: Build) -> bool:
    """Whether ENV, the start command or settings name a place for data by its full path.

    Whoever runs it may mount a volume there, which root has filled.
    """
    filled = _all_filled(build)
    for path in named_directories(build):
        if path == "/" or _is_open_to_all(path):
            continue
        if all(below(place, path) is None for place in filled):
            return True
    return False


def _is_open_to_all(path: str) -> bool:
    return any(below(path, place) is not None for place in _OPEN_TO_ALL)


def _fills_database(command: Command) -> bool:
    """Whether it makes a database in the build, as root, which the program is to write to."""
    if not command.name.startswith(_DATABASE_TOOLS):
        return False
    return not _DATABASE_COMMANDS.isdisjoint(command.values)


def _made_for_writing(build: Build) -> Iterator[str]:
    """Directories that a RUN makes empty and no COPY fills: the program is to fill them."""
    filled = _all_filled(build)
    for call in build.commands("mkdir"):
        before = build.evaluation.before(call.instruction)
        if call.instruction not in build.shipped or before is None:
            continue
        for value in _operands(call.command):
            path = in_workdir(before.workdir, value)
            if path == "/" or not _SAFE.fullmatch(path):
                continue
            if _is_of_system(path, before.workdir):
                continue
            if all(below(place, path) is None for place in filled):
                yield path


def _operands(command: Command) -> Iterator[str]:
    """The directories that mkdir makes, without the mode of `-m`."""
    from lightship.shell.mode_commands import mode_command  # noqa: PLC0415 - few RUN set a mode

    mode = mode_command(command)
    for word in command.args:
        if mode is not None and word is mode.word:
            continue
        if word.value and not word.value.startswith("-"):
            yield word.value


def with_own_mode(build: Build) -> set[str]:
    """Directories whose mode a RUN sets, which must not become 755."""
    paths: set[str] = set()
    for call in build.commands("chmod", "mkdir", "install"):
        before = build.evaluation.before(call.instruction)
        from lightship.shell.mode_commands import mode_command  # noqa: PLC0415 - as above

        change = mode_command(call.command)
        if change is None or before is None:
            continue
        for target in change.targets:
            if target.value:
                paths.add(in_workdir(before.workdir, target.value))
    return paths


def _all_filled(build: Build) -> list[str]:
    paths: list[str] = []
    for stage in build.lineage:
        for item in stage.instructions:
            paths += _filled(build, item)
    return paths


def _is_of_system(path: str, workdir: str) -> bool:
    """Whether a directory is not a place for a program's own files, unless it works there."""
    if workdir != "/" and below(path, clean(workdir)) is not None:
        return False
    return any(below(path, place) is not None for place in _SYSTEM)


def _filled(build: Build, item: Instruction) -> Iterator[str]:
    """Where COPY puts files, and where instructions run."""
    if item.keyword not in ("COPY", "ADD", "WORKDIR"):
        return
    step = build.evaluation.step(item)
    if step is not None and step.operands:
        yield in_workdir(step.before.workdir, step.operands[-1])
