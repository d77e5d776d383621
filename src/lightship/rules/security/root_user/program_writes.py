"""Where the program of an image writes, as far as its build context and the Dockerfile tell.

A program that ran as root could write anywhere. What its sources show is read generously: a
directory too many that the user owns does no harm, one too few breaks the program.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.paths import below, clean, in_workdir
from lightship.facts.copies.deliveries import deliveries
from lightship.facts.copies.sources import matches_at, sources_of
from lightship.facts.start.purpose import start_commands
from lightship.regex import regex
from lightship.rules.security.root_user.documented_mounts import documented_mounts
from lightship.rules.security.root_user.named_paths import named_directories
from lightship.shell.commands import Command
from lightship.shell.mode_commands import mode_command

_ABSOLUTE = r"""\s*f?r?["'](?:/|:memory:|file:)"""
# What stands between two parentheses, also over several lines
_NESTED = r"\((?:[^()]|\((?:[^()]|\([^()]{0,200}\)){0,200}\)){0,300}\)"
_ARGUMENTS = rf"[^()]{{0,300}}(?:{_NESTED}[^()]{{0,300}}){{0,6}}"
_SIGNS = regex(
    rf"""sqlite(?:\+\w+)?:///(?!/|["'])
    | \bsqlite3\.connect\((?!{_ABSOLUTE}) | backends\.sqlite3
    | \bopen\((?!{_ABSOLUTE}){_ARGUMENTS},\s*(?:mode\s*=\s*)?["'][rbt]*[wax]
    | \.open\(\s*(?:mode\s*=\s*)?["'][rbt]*[wax] | \.write_(?:text|bytes)\( | \.mkdir\(
    | \b(?:makedirs|mkdir|FileHandler|shelve\.open|TinyDB|DiskCache)\((?!{_ABSOLUTE})
    | \.(?:to_csv|to_parquet|to_json|to_excel|savefig|save_file|saveas|save)\(\s*f?["'](?!/)
    | \b(?:UPLOAD_FOLDER|UPLOADED_\w+_DEST|MEDIA_ROOT|FileSystemStorage|FileSystemCache)\b""",
    re.VERBOSE,
)
# How they begin
_SIGN_MARKS = tuple(
    "sqlite backends.sqlite3 open .open .write_ makedirs mkdir .mkdir FileHandler shelve.open"
    " TinyDB DiskCache .to_ .save UPLOAD_FOLDER UPLOADED_ MEDIA_ROOT FileSystemStorage"
    " FileSystemCache".split()
)
# Paths of their own that programs write to: a call, whether the path is a file's, and what
# follows it
_ELSEWHERE = regex(
    r"""(?P<call>\bopen|\bsqlite3\.connect|FileHandler|\bmakedirs|\bmkdir|\bshelve\.open|\.to_csv|\.savefig)
        \(\s*f?r?["'](?P<path>/[\w./-]+)(?P<more>[^()\n]*)
    | sqlite(?:\+\w+)?:////(?P<database>[\w./-]+)
    | (?:environ\.get|getenv)\(\s*["']\w*(?:DIR|FOLDER)\w*["'],\s*["'](?P<default>/[\w./-]+)["']""",
    re.VERBOSE,
)
_ELSEWHERE_MARKS = tuple(
    "open sqlite FileHandler makedirs mkdir shelve.open .to_csv .savefig environ.get getenv".split()
)
_TO_WRITE = regex(r"""["'],\s*(?:mode\s*=\s*)?["'][rbt]*[wax]""")
# Where everybody may write, or the kernel does
_OPEN_TO_ALL = ("/tmp", "/var/tmp", "/dev", "/proc", "/sys")  # noqa: S108 - nothing is written there
# They are not for one program
_SHARED = frozenset(
    "/ /home /media /mnt /run /srv /var /var/cache /var/lib /var/log /var/run /var/spool".split()
)
# Directories that development keeps out of the mounted sources
_REBUILT = frozenset({"node_modules", ".venv", "venv", "__pycache__"})
_RUN = ("/run", "/var/run")  # a container may have it empty, as a tmpfs
_READ = (".py", ".ini", ".cfg", ".toml", ".yaml", ".yml")
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
            if "sqlite" in f"{value}" and _SIGNS.search(f"{value}"):
                return True
    return any(map(_shows_writing, sources_of(build, _READ)))


def _keeps_state(command: Command) -> bool:
    """Whether a program keeps a file in the working directory: beat's schedule, twistd's PID."""
    if command.name == "twistd":
        return not any(
            (value or "").startswith("--pidfile") for value in command.values
        )
    if "celery" not in command.values or command.has("-s", "--schedule"):
        return False
    if any((value or "").startswith("--schedule=") for value in command.values):
        return False
    return command.has("-B", "--beat", "beat")


def _shows_writing(text: str) -> bool:
    return any(matches_at(_SIGNS, _SIGN_MARKS, text))


def owned_by_program(build: Build) -> list[str] | None:
    """The directories that the program must be able to write to; None where it cannot get them."""
    elsewhere = build.once(_written_elsewhere)
    for path in elsewhere:
        if path in _SHARED or _is_of_system(path, "/"):
            return None
    named = _named(build)
    mounted = _mounted(build)
    if named is None or mounted is None:
        return None

    directories = dict.fromkeys(
        (*_made_for_writing(build), *elsewhere, *named, *mounted)
    )
    if not written_beside(build):
        return list(directories)

    workdir = clean(build.evaluation.finals[build.lineage[-1].index].workdir)
    if workdir == "/" or not _SAFE.fullmatch(workdir):
        return None
    if any(_fills_database(call.command) for call in build.commands()):
        return None
    return list(dict.fromkeys((workdir, *directories)))


def _named(build: Build) -> list[str] | None:
    """What ENV, the start command and settings name; None where others use it as well."""
    filled = _all_filled(build)
    directories = []
    for path in named_directories(build):
        if path == "/" or _is_open_to_all(path):
            continue
        if any(below(place, path) is not None for place in filled):
            continue
        if path in _SHARED or any(below(path, place) is not None for place in _RUN):
            return None
        if _is_of_system(path, "/"):
            continue
        directories.append(path)
    return directories


def _mounted(build: Build) -> list[str] | None:
    """The named volumes of compose files; None where a directory of the host is mounted.

    That one belongs to a user of the host, and a program of another cannot write to it. A directory
    of the project's sources is mounted to be read.
    """
    directories = []
    for volume in (*build.volumes, *documented_mounts(build)):
        path = volume.target
        _, _, name = path.rpartition("/")
        if name.endswith(".sock"):
            return None
        if name in _REBUILT or "." in name.lstrip(".") or _is_open_to_all(path):
            continue
        if volume.from_host and _is_of_sources(build, path):
            continue
        if volume.from_host or path in _SHARED or _is_of_system(path, "/"):
            return None
        if _SAFE.fullmatch(path):
            directories.append(path)
    return directories


def _is_of_sources(build: Build, path: str) -> bool:
    """Whether COPY brings files of the project to a directory, or one below it."""
    for _, delivery in deliveries(build):
        if delivery is None or build.context is None:
            continue
        if below(delivery.root, path) is not None:
            return True
        if below(path, delivery.root) is not None:
            origin = delivery.origin(build.context, path)
            if origin is not None:
                return True
    return False


def _is_open_to_all(path: str) -> bool:
    return any(below(path, place) is not None for place in _OPEN_TO_ALL)


def _written_elsewhere(build: Build) -> tuple[str, ...]:
    """The directories of files with a path of their own that the sources write."""
    directories: dict[str, None] = {}
    for text in sources_of(build, _READ):
        for match in matches_at(_ELSEWHERE, _ELSEWHERE_MARKS, text):
            if match["call"] == "open" and not _TO_WRITE.match(match["more"]):
                continue
            directory = _directory(match)
            if not _is_open_to_all(directory):
                directories[directory] = None
    return tuple(directories)


def _directory(match: re.Match[str]) -> str:
    """The directory that is written to: the path itself, or the one of the file."""
    if match["default"]:
        return clean(match["default"])
    path = clean(match["path"] or f"/{match['database']}")
    if (match["call"] or "").endswith(("makedirs", "mkdir")):
        return path
    return path.rpartition("/")[0] or "/"


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
        change = mode_command(call.command)
        if change is None or before is None:
            continue
        for target in change.targets:
            if target.value:
                paths.add(in_workdir(before.workdir, target.value))
    return paths


def _all_filled(build: Build) -> list[str]:
    shipped = [item for stage in build.lineage for item in stage.instructions]
    return [path for item in shipped for path in _filled(build, item)]


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
