"""Dumps and archives that are copied into an image, and that nothing in the context names."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.cache.plan.plan import Side
from lightship.context.files import Context, File, FileKind
from lightship.facts.context.ignore_edits import IGNORE, ignore_edit
from lightship.proof.change_maker import ChangeMaker, NewTexts
from lightship.regex import regex
from lightship.text import apply_edits
from lightship.wording.sizes import size

_LEAST = 1_000_000  # bytes
_MOST = 20  # such files
_KINDS = regex(
    r".*\.(?:(?:sql|dump|bak|backup|pgdump|tar|log)(?:\.(?:gz|bz2|xz|zst))?|zip|7z|tgz|iso)"
)
_FOR_PEOPLE = (".md", ".rst")
_MOST_TEXTS, _LARGEST_TEXT = 300, 1 << 16
_SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/")


def idle_files(side: Side) -> ChangeMaker | None:
    """Lines for the ignore file that keep out such files; None where there are none."""
    build = side.build
    if build.context is None:
        return None
    large = [file for file in build.context.sent if _is_dump(file)]
    if not large:
        return None
    texts = list(_texts(build))
    idle = [file for file in large[:_MOST] if not _is_named(file, texts)]
    if not idle:
        return None

    paths = [file.path for file in idle]
    bytes_ = size(sum(file.size for file in idle))
    more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    title = f"Exclude {paths[0]}{more} ({bytes_}): nothing here names it"
    return ChangeMaker(title, lambda now: _without(now, paths))


def _is_dump(file: File) -> bool:
    is_file = file.kind is FileKind.FILE and file.size >= _LEAST
    is_plain = _SAFE.issuperset(file.path)
    return is_file and is_plain and _KINDS.fullmatch(file.path.lower()) is not None


def words_of_context(context: Context) -> Iterator[str]:
    """The texts of small files that are sent, a few hundred at most.

    Not of hidden directories, and not what is written for people alone.
    """
    number = 0
    for file in context.sent:
        if file.kind is not FileKind.FILE or file.size > _LARGEST_TEXT:
            continue
        folders = file.path.split("/")[:-1]
        is_hidden = any(folder.startswith(".") for folder in folders)
        if is_hidden or file.path.endswith(_FOR_PEOPLE):
            continue
        number += 1
        if number > _MOST_TEXTS:
            return
        yield context.read(file.path) or ""


def _texts(build: Build) -> Iterator[str]:
    yield build.dockerfile.text
    if build.context is not None:
        yield from words_of_context(build.context)


def _is_named(file: File, texts: list[str]) -> bool:
    """Whether something names it, or what may be a pattern for it."""
    name = file.path.rpartition("/")[2]
    stem = name.partition(".")[0]
    return any(stem in text for text in texts)


def _without(now: Side, paths: list[str]) -> NewTexts | None:
    context = now.build.context
    if context is None:
        return None
    sent = {file.path for file in context.sent}
    lines = [path for path in paths if path in sent]
    edits = ignore_edit(context, lines) if lines else ()
    if not edits:
        return None
    path = edits[0].path or IGNORE
    text = apply_edits(context.read(path) or "", edits)
    return NewTexts(now.build.dockerfile.text, {path: text})
