"""A version, written into a directory of our own.

What the builder would be sent, with its Dockerfile beside it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from lightship.bench.version_work import version_work
from lightship.cache.plan.plan import Side
from lightship.cache.selection.sent_context import SentContext
from lightship.context.files import FileKind
from lightship.context.ignore import Ignore
from lightship.errors import FileError
from lightship.files.trees import write_tree
from lightship.files.writing import write_file
from lightship.proof.measure_plan import VersionSource
from lightship.proof.measured import VersionWork
from lightship.record import record
from lightship.text import encode

_DOCKERFILE, _CONTEXT = "Dockerfile", "context"
# How a file says what is no part of it, by its suffix: an edit that changes bytes and nothing else
_COMMENTS = {
    **dict.fromkeys(
        ".py .pyi .txt .toml .lock .cfg .in .yml .yaml .sh .rb .pl .r".split(),
        "# {}",
    ),
    **dict.fromkeys(
        ".js .mjs .ts .tsx .jsx .go .rs .c .h .cpp .java .kt .php".split(),
        "// {}",
    ),
    **dict.fromkeys((".html", ".xml", ".svg", ".md"), "<!-- {} -->"),
    **dict.fromkeys((".css", ".scss", ".less"), "/* {} */"),
    ".sql": "-- {}",
}


@record
class Material:
    """A version on the disk, and what of it is sent: files and symlinks, and their bytes."""

    source: VersionSource
    files: int
    bytes: int
    work: VersionWork


def write(
    side: Side, name: str, folder: str, dockerfiles: Iterable[str] = ()
) -> Material:
    """Write a version below `folder`, which is empty; `dockerfiles` are those of other versions.

    A FileError for what cannot be written.
    """
    context = os.path.join(folder, _CONTEXT)
    dockerfile = os.path.join(folder, _DOCKERFILE)
    build = side.build
    ignore = build.context.ignore if build.context is not None else Ignore()
    sent = SentContext(ignore, ())
    sent.fill(side.tree)

    os.makedirs(context)
    write_tree(side.tree, sent.entries, context)
    write_file(dockerfile, encode(build.dockerfile.text))
    write_file(f"{dockerfile}.dockerignore", b"")  # all that is there is sent

    number = size = 0
    for path in sent.entries:
        file = side.tree.files.get(path)
        if file is None or file.kind not in (FileKind.FILE, FileKind.SYMLINK):
            continue
        number += 1
        if file.kind is FileKind.FILE:
            size += file.size
    args = dict(build.args)
    source = VersionSource(name, context, dockerfile, args, build.target)
    work = version_work(side, sent.entries, dockerfiles)
    return Material(source, number, size, work)


def edited(source: VersionSource, path: str, mark: str) -> Callable[[], None]:
    """Change a file so that its bytes are others and what it says is the same.

    What is returned takes that back. `mark` makes the bytes unlike those of any other edit. A
    FileError where there is no such file.
    """
    place = os.path.join(source.folder, path)
    try:
        with open(place, "rb") as file:
            before = file.read()
    except OSError as error:
        what = f"{path} of {source.name}"
        raise FileError(f"cannot read {what}: {error.strerror}") from error

    line = _line(path, mark, before)
    write_file(place, before + encode(line))
    return lambda: write_file(place, before)


def _line(path: str, mark: str, before: bytes) -> str:
    """A comment if the file's language has any; else as many line endings as the mark says."""
    suffix = os.path.splitext(path)[1]
    form = _COMMENTS.get(suffix.lower())
    if form is None:
        number = sum(mark.encode()) % 97
        return "\n" * (1 + number)
    is_line_open = bool(before) and not before.endswith(b"\n")
    start = "\n" if is_line_open else ""
    return f"{start}{form.format(mark)}\n"
