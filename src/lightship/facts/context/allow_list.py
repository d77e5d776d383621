"""The ignore file turned around: it leaves everything out, and lets in what the Dockerfile takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from lightship.build import Build
from lightship.context.files import Context, File
from lightship.context.needless import NeedlessFile, secret
from lightship.context.wildcards import clean
from lightship.facts.context.ignore_edits import IGNORE
from lightship.facts.context.takings import path_of
from lightship.record import record
from lightship.text import Edit, Span

_MOST_LINES = (
    20  # a longer list is no easier to keep right than one of what to leave out
)
_EVERYTHING = frozenset({"", "*", "**"})
_DOCKERFILES = ("Dockerfile*", "*.Dockerfile", "*.dockerfile", "Containerfile*")
_IN_ALL = ("ockerfile", "ontainerfile")  # one of them is in each of these names
_SAFE = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/@+*?"
)


@record
class AllowList:
    """`names` are what it lets in; `edits` write it, above the lines that an ignore file has already."""

    names: tuple[str, ...]
    edits: tuple[Edit, ...]


def allow_list(build: Build, needless: Mapping[str, NeedlessFile]) -> AllowList | None:
    """None where it may leave out what some build needs, or where it would be long."""
    context = build.context
    if context is None or not context.is_whole or is_shared(build, context):
        return None
    if any(pattern.text in _EVERYTHING for pattern in context.ignore.patterns):
        return None
    sources = tuple(sources_of(build))
    if None in sources:
        return None
    kept = [file for file in context.sent if file.path not in needless]
    secrets = {
        file.path: line for file in kept if (line := secret(context, file)) is not None
    }
    names = _names(sources, [file for file in kept if file.path not in secrets])
    if not names or len(names) > _MOST_LINES:
        return None
    inside = [
        line
        for file in context.sent
        if (line := _line(file, needless, secrets)) and _is_let_in(file, names)
    ]
    out = tuple(dict.fromkeys(inside))
    if len(names) + len(out) > _MOST_LINES or not all(
        _SAFE.issuperset(line) for line in (*names, *out)
    ):
        return None
    return AllowList(
        names, _edits(context, ["*", *(f"!{name}" for name in names)], out)
    )


def is_shared(build: Build, context: Context) -> bool:
    """Whether another Dockerfile may be built from the same context with the same ignore file."""
    if context.ignore_path not in (None, IGNORE):
        return False
    near = (path for path in context.paths if any(word in path for word in _IN_ALL))
    names = [
        path.rpartition("/")[2]
        for path in near
        if not path.endswith(IGNORE) and path != build.path
    ]
    return any(fnmatchcase(name, pattern) for name in names for pattern in _DOCKERFILES)


def sources_of(build: Build) -> Iterator[str | None]:
    """What the Dockerfile takes from the build context, as paths of it; None where that is not known."""
    for copying in build.copyings():
        if copying.from_context:
            for source in copying.sources:
                if source.kind == "file":
                    yield path_of(source) if source.value is not None else None
    for run in build.each("RUN", "ONBUILD"):
        for mount in build.mounts(run):
            if mount.type == "bind" and not mount.from_:
                yield clean(f"/{mount.source}")[1:]


def _names(sources: Sequence[str | None], wanted: Sequence[File]) -> tuple[str, ...]:
    """The sources; in place of the whole context, what stands at its top and holds something wanted."""
    named = {source for source in sources if source is not None} - _EVERYTHING
    if not _EVERYTHING.isdisjoint(sources):
        named |= {file.path.partition("/")[0] for file in wanted}
    return tuple(
        sorted(
            name
            for name in named
            if not any(name.startswith(f"{other}/") for other in named)
        )
    )


def _line(
    file: File, needless: Mapping[str, NeedlessFile], secrets: Mapping[str, str]
) -> str | None:
    """The line that leaves a file out; None for one that is wanted."""
    return (
        needless[file.path].pattern if file.path in needless else secrets.get(file.path)
    )


def _is_let_in(file: File, names: Sequence[str]) -> bool:
    parts = file.path.split("/")
    above = ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
    return any(fnmatchcase(path, name) for path in above for name in names)


def _edits(
    context: Context, first: Sequence[str], last: Sequence[str]
) -> tuple[Edit, ...]:
    """`first` at the start of the ignore file, `last` at its end."""
    path = context.ignore_path
    if path is None:
        return (
            Edit(Span(0, 0), "".join(f"{line}\n" for line in (*first, *last)), IGNORE),
        )
    old = context.read(path) or ""
    newline = "\r\n" if "\r\n" in old else "\n"
    start = 1 if old.startswith("\ufeff") else 0
    before = newline if old[start:] and not old.endswith("\n") else ""
    opening = Edit(
        Span(start, start), "".join(f"{line}{newline}" for line in first), path
    )
    closing = Edit(
        Span(len(old), len(old)),
        before + "".join(f"{line}{newline}" for line in last),
        path,
    )
    return (opening, closing) if last else (opening,)
