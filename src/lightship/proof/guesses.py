"""What a proof measures where the user does not say: files that people edit, and the port."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lightship.build import Build
from lightship.cache.development_files import is_for_development
from lightship.cache.plan.plan import Side
from lightship.context.files import FileKind
from lightship.context.taken_by_copy import copied
from lightship.dockerfile.tree import Stage
from lightship.facts.start.bindings import SERVERS
from lightship.facts.start.launch import Launch
from lightship.facts.start.read_launches import launches
from lightship.regex import regex

_MANIFESTS = regex(
    r"(?:requirements[\w.-]*\.(?:txt|in)|uv\.lock|poetry\.lock|pdm\.lock|Pipfile(?:\.lock)?"
    r"|pylock[\w.-]*\.toml|pyproject\.toml|setup\.(?:py|cfg)|environment\.ya?ml"
    r"|package(?:-lock)?\.json|yarn\.lock|pnpm-lock\.yaml)"
)
_NAMED_FIRST = (
    "requirements",
    "uv.lock",
    "poetry.lock",
    "pdm.lock",
    "Pipfile",
    "pylock",
    "pyproject",
)
_PROGRAMS = (".py", ".js", ".ts", ".go", ".rb", ".php", ".html")
_MARKS = ("--port", "-p", "--bind", "-b", "--http-port")
_PORT = regex(r"(?:.*:)?([0-9]{2,5})")


def edits(
    before: Side,
    after: Side,
    changed_often: Iterable[str] = (),
) -> tuple[str, str]:
    """The file whose edit stands for one of the code, and that for one of the dependencies.

    Empty where none is known. Both versions have them. `changed_often` are files by how often the
    history changed them, most often first.
    """
    files: dict[str, None] = {}  # in order
    for path in copied_files(after.build):
        old = before.tree.files.get(path)
        if old is not None and old.kind is FileKind.FILE:
            files[path] = None

    often = [path for path in changed_often if path in files]
    code = filter(_is_code, (*often, *files))
    manifests = filter(is_manifest, files)
    dependency = min(manifests, key=_rank, default="")
    return next(code, ""), dependency


def is_manifest(path: str) -> bool:
    """Whether a path is of a file that says what is to be installed."""
    return _MANIFESTS.fullmatch(path.rpartition("/")[2]) is not None


def _is_code(path: str) -> bool:
    """Whether it is of the program: no manifest, and not for its development alone."""
    if is_manifest(path) or not path.endswith(_PROGRAMS):
        return False
    return not is_for_development(path)


def copied_files(build: Build) -> Sequence[str]:
    """The files that instructions take from the build context, those of the program's top first."""
    context = build.context
    if context is None:
        return ()
    paths: set[str] = set()
    for sources in _sources(build):
        paths.update(file.path for file in copied(context, sources))
    return sorted(paths, key=_by_depth)


def _by_depth(path: str) -> tuple[int, str]:
    return path.count("/"), path


def _sources(build: Build) -> Iterator[list[str]]:
    """What each COPY, ADD and bind mount names of the build context."""
    for copying in build.copyings():
        values = [source.value for source in copying.local]
        yield [value for value in values if value is not None]
    for run in build.each("RUN"):
        for mount in build.mounts(run):
            if mount.type == "bind" and not mount.from_:
                source = mount.source or "."
                yield [source]


def _rank(path: str) -> tuple[int, int, str]:
    """Those at the top first, then by what they are called."""
    name = path.rpartition("/")[2]
    order = len(_NAMED_FIRST)
    for place, start in enumerate(_NAMED_FIRST):
        if name.startswith(start):
            order = place
            break
    return path.count("/"), order, path


def port_of(build: Build) -> int:
    """Where the final image listens; 0 where that is not known.

    EXPOSE says it, its command's options, or its server's usual port.
    """
    for stage in reversed(build.lineage):
        for port in _exposed(build, stage):
            return port
    for launch in launches(build):
        port = _port_of(launch)
        if port:
            return port
    return 0


def _port_of(launch: Launch) -> int:
    """The port in a command's options, or the usual one of its server; 0 where it is unknown."""
    for value, _ in launch.values(*_MARKS):
        match = _PORT.fullmatch(value)
        if match is not None:
            return int(match[1])
    full_name = f"{launch.program} {launch.subcommand}".strip()
    server = SERVERS.get(full_name) or SERVERS.get(launch.program)
    return int(server.port) if server is not None else 0


def _exposed(build: Build, stage: Stage) -> Iterator[int]:
    for instruction in stage.instructions:
        if instruction.keyword != "EXPOSE":
            continue
        step = build.evaluation.step(instruction)
        for _, port in step.ports if step is not None else ():
            if port.first and port.protocol in ("", "tcp"):
                yield port.first
