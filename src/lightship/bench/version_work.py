"""What a version makes a builder and an engine do. Where two do the same, no time can differ."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Iterator
from hashlib import sha256
from secrets import token_hex

from lightship.cache.plan.plan import Side
from lightship.context.files import FileKind
from lightship.dockerfile.tree import Dockerfile, Instruction
from lightship.proof.measured import VersionWork

# They say how the image is run, and make no layer: no step of a build depends on them
_DESCRIBING = frozenset(
    "CMD ENTRYPOINT EXPOSE HEALTHCHECK LABEL MAINTAINER STOPSIGNAL VOLUME".split()
)
_WITH_CONTENT = (FileKind.FILE, FileKind.SYMLINK)
# A proof that is kept must not tell whether a guess at a build argument is right
_SALT = token_hex()
_IGNORE_SUFFIX = ".dockerignore"


def version_work(
    side: Side, sent: Iterable[str], dockerfiles: Iterable[str] = ()
) -> VersionWork:
    """The work of a version of which the paths `sent` go to the builder.

    Comments, blank lines, the Dockerfile's own file and ignore files do not count, nor do other
    `dockerfiles`: two that lie side by side are sent with either version. Only versions of one
    process can be compared.
    """
    build = side.build
    rows = list(_rows(build.dockerfile))
    built = [text for keyword, text in rows if keyword not in _DESCRIBING]
    args = sorted(build.args.items())
    passed_over = {side.build.path, *dockerfiles}
    contents = sorted(_contents(side, sent, passed_over))
    given = [args, build.target, contents]
    of_builder = _digest([built, given])
    whole = _digest([rows, given])
    return VersionWork(of_builder, whole)


def _rows(dockerfile: Dockerfile) -> Iterator[tuple[str, list[str]]]:
    """The keyword of each instruction, and all that it says, without comments."""
    for directive in dockerfile.directives:
        yield "#", [directive.name, directive.value]
    for instruction in dockerfile.instructions:
        yield instruction.keyword, list(_texts(instruction))


def _texts(instruction: Instruction) -> Iterator[str]:
    yield instruction.line.text.strip()
    for heredoc in instruction.heredocs:
        yield heredoc.content


def _contents(
    side: Side, sent: Iterable[str], passed_over: Container[str | None]
) -> Iterator[tuple[str, str]]:
    """The files that steps may take, each with all that is sent of it."""
    for path in sent:
        if path in passed_over or path.endswith(_IGNORE_SUFFIX):
            continue
        file = side.tree.files.get(path)
        if file is None or file.kind not in _WITH_CONTENT:
            continue
        content = side.tree.identity(path)
        yield path, f"{file.kind} {file.mode:o} {content}"


def _digest(what: object) -> str:
    text = f"{_SALT}{json.dumps(what)}"
    return sha256(text.encode()).hexdigest()
