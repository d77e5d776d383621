"""What a proof measures where the user does not say: which files people edit, and where the program listens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lightship.build import Build
from lightship.cache.development_files import is_for_development
from lightship.cache.plan.plan import Side
from lightship.context.files import FileKind, copied
from lightship.dockerfile.tree import Stage
from lightship.facts.start.bindings import SERVERS
from lightship.facts.start.launch import launches
from lightship.regex import regex

_MANIFESTS = regex(
    r"(?:requirements[\w.-]*\.(?:txt|in)|uv\.lock|poetry\.lock|pdm\.lock|Pipfile(?:\.lock)?|pylock[\w.-]*\.toml"
    r"|pyproject\.toml|setup\.(?:py|cfg)|environment\.ya?ml|package(?:-lock)?\.json|yarn\.lock|pnpm-lock\.yaml)"
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
    before: Side, after: Side, changed_often: Iterable[str] = ()
) -> tuple[str, str]:
    """The file whose edit stands for one of the code, and that for one of the dependencies; empty where there is none.

    Both versions have them. `changed_often` are files by how often the history changed them, most often first.
    """
    known = [path for path in _taken(after.build) if path in before.tree.files]
    known = [path for path in known if before.tree.files[path].kind is FileKind.FILE]
    often = [path for path in changed_often if path in set(known)]
    manifests = [
        path for path in known if _MANIFESTS.fullmatch(path.rpartition("/")[2])
    ]
    code = [
        path
        for path in (*often, *known)
        if path not in manifests and path.endswith(_PROGRAMS)
    ]
    plain = [path for path in code if not is_for_development(path)]
    return next(iter(plain), ""), next(iter(sorted(manifests, key=_rank)), "")


def _taken(build: Build) -> Sequence[str]:
    """The files that instructions take from the build context, those of the program's top first."""
    if build.context is None:
        return ()
    found: dict[str, None] = {}
    for copying in build.copyings():
        sources = [source.value for source in copying.local if source.value is not None]
        found |= dict.fromkeys(file.path for file in copied(build.context, sources))
    for run in build.each("RUN"):
        for mount in build.mounts(run):
            if mount.type == "bind" and not mount.from_:
                found |= dict.fromkeys(
                    file.path for file in copied(build.context, [mount.source or "."])
                )
    return sorted(found, key=lambda path: (path.count("/"), path))


def _rank(path: str) -> tuple[int, int, str]:
    name = path.rpartition("/")[2]
    order = next(
        (at for at, start in enumerate(_NAMED_FIRST) if name.startswith(start)),
        len(_NAMED_FIRST),
    )
    return (path.count("/"), order, path)


def port_of(build: Build) -> int:
    """Where the final image listens: EXPOSE, its command's options, its server's usual port; 0 where none is known."""
    exposed = [
        port for stage in reversed(build.lineage) for port in _exposed(build, stage)
    ]
    if exposed:
        return exposed[0]
    for launch in launches(build):
        for value, _ in launch.values(*_MARKS):
            match = _PORT.fullmatch(value)
            if match is not None:
                return int(match[1])
        server = SERVERS.get(
            f"{launch.program} {launch.subcommand}".strip()
        ) or SERVERS.get(launch.program)
        if server is not None:
            return int(server.port)
    return 0


def _exposed(build: Build, stage: Stage) -> Iterator[int]:
    for instruction in stage.instructions:
        step = (
            build.evaluation.step(instruction)
            if instruction.keyword == "EXPOSE"
            else None
        )
        for _, port in step.ports if step is not None else ():
            if port.first and port.protocol in ("", "tcp"):
                yield port.first
