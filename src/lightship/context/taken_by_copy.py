"""The files that COPY takes from a build context for its sources."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from lightship.context.files import Context, File, path_of
from lightship.context.ignore import Ignore
from lightship.context.wildcards import BadPatternError, clean, has_wildcards
from lightship.context.wildcards import matches as matches_wildcards


def copied(
    context: Context,
    sources: Iterable[str],
    excludes: Iterable[str] = (),
    parents: bool = False,
) -> tuple[File, ...]:
    """The files that COPY takes from the build context for these sources, by path; each file once.

    `excludes` are the values of `--exclude`, which count from the directory that is copied and
    leave a source that is a file alone; with `parents` (`--parents`) a source is a pattern in
    which `**` means any depth. Source: fsutil copy/copy.go, BuildKit
    solver/llbsolver/file/backend.go and dockerfile2llb/convert_copy.go.
    """
    key = (tuple(sources), tuple(excludes), parents)
    if key not in context.taken:
        context.taken[key] = _taken(context, *key)
    return context.taken[key]


def _taken(
    context: Context,
    sources: tuple[str, ...],
    excludes: tuple[str, ...],
    parents: bool,
) -> tuple[File, ...]:
    excluded = Ignore.of(excludes)
    taken: dict[str, File] = {}
    for source in sources:
        for root, files in _roots(context, _from_root(source), parents):
            kept = _without(files, root, excluded) if excludes else files
            taken.update((file.path, file) for file in kept)
    return tuple(taken[path] for path in sorted(taken))


def _without(files: Iterable[File], root: str, excluded: Ignore) -> Iterator[File]:
    """What is left of the files of a source: the source itself, if it is a file, always is."""
    # The copy looks into every directory, as the client does not
    walk = excluded.walk(enters_all=True)
    for file in files:
        inside = file.path[len(root) :].lstrip("/")
        is_root = not inside
        if is_root or not walk.leaves_out(inside):
            yield file


def roots(context: Context, source: str) -> tuple[str, ...]:
    """The paths of the build context that a source stands for: several where it has wildcards."""
    path = _from_root(source)
    all_roots = [root for root, _ in _roots(context, path, parents=False)]
    if has_wildcards(path):
        return tuple(all_roots)
    return tuple(filter(context.exists, all_roots))


def _from_root(source: str) -> str:
    """A source cleaned, from the root of the context; nothing leads above it."""
    return clean(f"/{source}")[1:]


def _roots(
    context: Context,
    source: str,
    parents: bool,
) -> Iterator[tuple[str, Sequence[File]]]:
    """Each path that a source stands for, with the files at or below it."""
    sent = context.sent
    if parents:
        chosen = Ignore.of([source])
        files = [file for file in sent if not source or chosen.matches(file.path)]
        yield "", files
        return
    if not has_wildcards(source):
        yield source, _below(sent, source)
        return

    by_root: dict[str, list[File]] = {}
    for file in sent:
        root = _first_match(source, file.path)
        if root is not None:
            by_root.setdefault(root, []).append(file)
    yield from by_root.items()


def _first_match(pattern: str, path: str) -> str | None:
    """The uppermost directory on the way to a path that matches, or the path itself."""
    for prefix in _prefixes(path):
        if _matches(pattern, prefix):
            return prefix
    return None


def _below(files: Sequence[File], directory: str) -> Sequence[File]:
    """The file of that path, or those below it; `files` are in the order of their paths."""
    if not directory:
        return files
    at = bisect_left(files, directory, key=path_of)
    itself = [file for file in files[at : at + 1] if file.path == directory]

    # 0 is the character after the slash
    start = bisect_left(files, f"{directory}/", key=path_of)
    end = bisect_left(files, f"{directory}0", key=path_of)
    return (*itself, *files[start:end])


def _matches(pattern: str, path: str) -> bool:
    try:
        return matches_wildcards(pattern, path)
    except BadPatternError:
        return False


def _prefixes(path: str) -> Iterator[str]:
    """Each directory above a path, then the path itself."""
    at = path.find("/")
    while at >= 0:
        yield path[:at]
        at = path.find("/", at + 1)
    yield path
