"""Where the program of an image writes, as far as the files of its build context and the Dockerfile tell.

A program that ran as root could write anywhere. What its sources show is read generously: a directory too many that
the user owns does no harm, one too few breaks the program.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.paths import below, clean, in_workdir
from lightship.facts.copies.sources import matches_at, sources_of
from lightship.regex import regex
from lightship.shell.commands import Command

_ABSOLUTE = r"""\s*f?r?["'](?:/|:memory:|file:)"""
_SIGNS = regex(
    rf"""sqlite(?:\+\w+)?:///(?!/|["'])
    | \bsqlite3\.connect\((?!{_ABSOLUTE}) | backends\.sqlite3
    | \bopen\((?!{_ABSOLUTE})[^()\n]*(?:\([^()\n]*\)[^()\n]*)*,\s*(?:mode\s*=\s*)?["'][rbt]*[wax]
    | \.open\(\s*(?:mode\s*=\s*)?["'][rbt]*[wax] | \.write_(?:text|bytes)\( | \.mkdir\(
    | \b(?:makedirs|mkdir|FileHandler|shelve\.open|TinyDB|DiskCache)\((?!{_ABSOLUTE})
    | \.(?:to_csv|to_parquet|to_json|to_excel|savefig|save_file|saveas|save)\(\s*f?["'](?!/)
    | \b(?:UPLOAD_FOLDER|UPLOADED_\w+_DEST|MEDIA_ROOT|FileSystemStorage|FileSystemCache)\b""",
    re.VERBOSE,
)
_SIGN_MARKS = tuple(  # how they begin
    """sqlite backends.sqlite3 open .open .write_ makedirs mkdir .mkdir FileHandler shelve.open TinyDB DiskCache .to_
    .save UPLOAD_FOLDER UPLOADED_ MEDIA_ROOT FileSystemStorage FileSystemCache""".split()
)
# Paths of their own that programs write to: a call, whether the path is a file's, and what follows it
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
    if build.final is not None:
        state = build.evaluation.finals[build.final.index]
        if any(
            _SIGNS.search(f"{value}")
            for value in state.env.values()
            if "sqlite" in f"{value}"
        ):
            return True
    return any(
        any(True for _ in matches_at(_SIGNS, _SIGN_MARKS, text))
        for text in sources_of(build, _READ)
    )


def owned_by_program(build: Build) -> list[str] | None:
    """The directories that the program must be able to write to; None where that cannot be brought about."""
    found = dict.fromkeys((*_made_for_writing(build), *build.once(_written_elsewhere)))
    if any(
        path in _SHARED or _is_of_system(path, "/")
        for path in build.once(_written_elsewhere)
    ):
        return None
    if not written_beside(build):
        return list(found)
    workdir = clean(build.evaluation.finals[build.lineage[-1].index].workdir)
    possible = workdir != "/" and _SAFE.fullmatch(workdir)
    if not possible or any(_fills_database(each.command) for each in build.commands()):
        return None
    return list(dict.fromkeys((workdir, *found)))


def _written_elsewhere(build: Build) -> tuple[str, ...]:
    """The directories of files with a path of their own that the sources write."""
    found: dict[str, None] = {}
    for text in sources_of(build, _READ):
        for match in matches_at(_ELSEWHERE, _ELSEWHERE_MARKS, text):
            path, database, default = match["path"], match["database"], match["default"]
            if match["call"] == "open" and not _TO_WRITE.match(match["more"]):
                continue
            is_directory = default or (match["call"] or "").endswith(
                ("makedirs", "mkdir")
            )
            place = clean(default or path or f"/{database}")
            place = place if is_directory else place.rpartition("/")[0] or "/"
            if all(below(place, other) is None for other in _OPEN_TO_ALL):
                found[place] = None
    return tuple(found)


def _fills_database(command: Command) -> bool:
    """Whether it makes a database in the build, as root, which the program is to write to."""
    return command.name.startswith(
        _DATABASE_TOOLS
    ) and not _DATABASE_COMMANDS.isdisjoint(command.values)


def _made_for_writing(build: Build) -> Iterator[str]:
    """Directories that a RUN makes empty and no COPY fills: the program is to fill them."""
    ours = [item for stage in build.lineage for item in stage.instructions]
    filled = [path for item in ours for path in _filled(build, item)]
    for invocation in build.commands("mkdir"):
        before = build.evaluation.before(invocation.instruction)
        if invocation.instruction not in ours or before is None:
            continue
        for value in invocation.command.values[1:]:
            path = (
                in_workdir(before.workdir, value)
                if value and not value.startswith("-")
                else "/"
            )
            if (
                path == "/"
                or not _SAFE.fullmatch(path)
                or _is_of_system(path, before.workdir)
            ):
                continue
            if all(below(other, path) is None for other in filled):
                yield path


def _is_of_system(path: str, workdir: str) -> bool:
    """Whether a directory is no place for a program's own files, unless it works there."""
    if workdir != "/" and below(path, clean(workdir)) is not None:
        return False
    return any(below(path, place) is not None for place in _SYSTEM)


def _filled(build: Build, item: Instruction) -> Iterator[str]:
    """Where COPY puts files, and where instructions run."""
    step = build.evaluation.step(item)
    if (
        step is None
        or not step.operands
        or item.keyword not in ("COPY", "ADD", "WORKDIR")
    ):
        return
    yield in_workdir(step.before.workdir, step.operands[-1])
