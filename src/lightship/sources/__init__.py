"""Where an image comes from: what the user names -> Opened.

A scheme says which source it is (`_OPENERS`); without one, what exists decides.

Nothing is fetched over a network unless `registry://` asks for it, and no engine is asked to pull.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace

from lightship.errors import (
    EngineError,
    FileError,
    ImageError,
    ImageNotFoundError,
    UsageError,
)
from lightship.files.blobs import blob_of_handle, open_blob, spooled
from lightship.files.reading import STDIN
from lightship.files.search import is_dockerfile
from lightship.image.archive import open_archive
from lightship.image.blob import Blob, Stream
from lightship.image.choose import Choice
from lightship.image.codecs import LONGEST_MAGIC, compression, inflated
from lightship.image.image import Opened
from lightship.image.layer import Reading
from lightship.image.stream import Ahead, read_stream
from lightship.record import record
from lightship.sources.folder import open_folder

_ARCHIVE_ENDS = (
    ".tar",
    ".tgz",
    ".tar.gz",
    ".tar.zst",
    ".tar.xz",
    ".tar.bz2",
    ".tzst",
    ".txz",
)
_USTAR, _USTAR_AT = b"ustar", 257
_ZIP = b"PK\x03\x04"


PATIENCE = 30.0  # seconds


@record
class SourceOptions:
    """How images are opened.

    With `keep` the contents of files can be read afterwards, wherever the image comes from.

    `plain_http` lets a registry be one without TLS. `patience` is for how many seconds a registry
    or an engine may send nothing.
    """

    keep: bool = False
    plain_http: bool = False
    patience: float = PATIENCE


@record
class _Asked:
    """One image that was asked for.

    `name` is what the user wrote, `rest` that without its scheme.
    """

    name: str
    rest: str
    choice: Choice
    reading: Reading
    options: SourceOptions


@contextmanager
def open_image(
    name: str, choice: Choice, reading: Reading, options: SourceOptions
) -> Iterator[Opened]:
    """The image that the user names; its bytes can be read until the end of the `with`.

    Raises ImageNotFoundError where there is no such image, or several that could be meant;
    FileError, EngineError or RegistryError where a source cannot be reached; ImageError and
    CorruptBlobError for what is wrong with the image; UsageError for a scheme that there is not.
    """
    opener, rest = _source(name)
    with opener(_Asked(name, rest, choice, reading, options)) as opened:
        yield opened


_Opener = Callable[[_Asked], AbstractContextManager[Opened]]


def _source(name: str) -> tuple[_Opener, str]:
    """Who opens an image, and the name without its scheme."""
    if name == STDIN:
        return _standard_input, name
    scheme, separator, rest = name.partition("://")
    if separator:
        return _opener_of(scheme, name), rest
    scheme, separator, rest = name.partition(":")
    if separator and _is_skopeos(scheme, rest):
        return _SKOPEO[scheme], rest
    if os.path.isdir(name):
        return _layout, name
    if os.path.exists(name):
        return _archive, name
    if name.startswith((".", "/", "~")) or name.endswith(_ARCHIVE_ENDS):
        raise FileError(f"cannot read {name}: there is no such file or directory")
    return _any_engine, name


def _opener_of(scheme: str, name: str) -> _Opener:
    """Who opens images of a scheme; a UsageError for an unknown one."""
    if scheme in _OPENERS:
        return _OPENERS[scheme]
    known = ", ".join([f"{scheme}://" for scheme in _OPENERS])
    raise UsageError(
        f"{name}: unknown scheme {scheme}://: use {known}, or - for standard input"
    )


def _is_skopeos(scheme: str, rest: str) -> bool:
    """Whether `SCHEME:REST` is as skopeo names images.

    An image may be called `oci` or `dir`, with a tag; so a file must be there.
    """
    if scheme not in _SKOPEO:
        return False
    return scheme not in ("oci", "dir") or bool(_split_file(rest)[0])


def _split_file(text: str) -> tuple[str, str]:
    """`FILE[:IMAGE]` as the file that exists and the image; both empty where none does."""
    end = len(text)
    while end > 0:
        path = text[:end]
        if os.path.exists(path):
            return path, text[end + 1 :]
        end = text.rfind(":", 0, end)
    return "", ""


def _file(asked: _Asked) -> _Asked:
    """With the name of an image that stands after the file as the choice."""
    path, image = _split_file(asked.rest)
    if not path:
        raise FileError(f"cannot read {asked.rest}: there is no such file or directory")
    choice = asked.choice
    if image and not choice.image:
        choice = replace(choice, image=image)
    return replace(asked, rest=path, choice=choice)


@contextmanager
def _archive(asked: _Asked, source: str = "archive") -> Iterator[Opened]:
    asked = _file(asked)
    if os.path.isdir(asked.rest):
        with _layout(asked) as opened:
            yield opened
        return
    with ExitStack() as stack:
        stored = stack.enter_context(open_blob(asked.rest))
        yield _of_stored(asked, stored, source, stack)


@contextmanager
def _layout(asked: _Asked) -> Iterator[Opened]:
    """An OCI layout in a directory; or in an archive, where that is what is named."""
    asked = _file(asked)
    folder = asked.rest
    if not os.path.isdir(folder):
        with _archive(asked, "oci") as opened:
            yield opened
        return
    with ExitStack() as stack:
        yield open_folder(folder, asked.choice, asked.reading.limits, stack)


@contextmanager
def _standard_input(asked: _Asked) -> Iterator[Opened]:
    """A file on standard input is read as a file, a pipe as it comes."""
    with ExitStack() as stack:
        if sys.stdin.isatty():
            raise UsageError(
                "- reads an image from standard input: pipe `docker save IMAGE` into it"
            )
        asked = replace(asked, rest="standard input")
        yield _of_stored(
            asked, blob_of_handle(sys.stdin.buffer, asked.rest), "stdin", stack
        )


@contextmanager
def _docker(asked: _Asked) -> Iterator[Opened]:
    # Only an engine needs it
    from lightship.docker.engine_images import engine_stream  # noqa: PLC0415

    with ExitStack() as stack:
        platform, patience = asked.choice.platform, asked.options.patience
        stream = stack.enter_context(engine_stream(asked.rest, platform, patience))
        yield _of_stream(asked, stream, "docker", stack)


@contextmanager
def _podman(asked: _Asked) -> Iterator[Opened]:
    from lightship.docker.podman import podman_stream  # noqa: PLC0415 - as above

    with ExitStack() as stack:
        patience = asked.options.patience
        stream = stack.enter_context(podman_stream(asked.rest, patience))
        yield _of_stream(asked, stream, "podman", stack)


@contextmanager
def _any_engine(asked: _Asked) -> Iterator[Opened]:
    """The Docker engine's, or podman's where there is no Docker engine."""
    with ExitStack() as stack:
        try:
            opened = stack.enter_context(_docker(asked))
        except EngineError as error:
            try:
                opened = stack.enter_context(_podman(asked))
            except (EngineError, ImageNotFoundError) as second:
                raise type(second)(
                    f"{asked.name} is not a file or directory, so engines were asked for it.\n"
                    f"  docker: {error}\n  podman: {second}\n"
                    f"Without an engine: registry://{asked.name}, or the path of an archive"
                ) from error
        yield opened


@contextmanager
def _registry(asked: _Asked) -> Iterator[Opened]:
    # Urllib3 and its kin
    from lightship.registry.registry_images import open_registry  # noqa: PLC0415

    options = asked.options
    with open_registry(
        asked.rest,
        asked.choice,
        asked.reading.limits,
        plain_http=options.plain_http,
        patience=options.patience,
    ) as opened:
        yield opened


_OPENERS: dict[str, _Opener] = {
    "docker": _docker,
    "podman": _podman,
    "archive": _archive,
    "oci": _layout,
    "registry": _registry,
    "docker-archive": _archive,
    "docker-tar": _archive,
    "oci-archive": _layout,
}
_SKOPEO: dict[str, _Opener] = {
    "docker-archive": _archive,
    "oci-archive": _layout,
    "oci": _layout,
    "dir": _layout,
    "docker-daemon": _docker,
    "containers-storage": _podman,
}


def _of_stored(
    asked: _Asked, stored: Blob | Stream, source: str, stack: ExitStack
) -> Opened:
    """The image in an archive: read at any place of a file, or as it comes from a pipe."""
    if not isinstance(stored, Blob):
        return _of_stream(asked, stored, source, stack)
    start = stored.read_at(0, LONGEST_MAGIC)
    if compression(start):
        return _of_stream(asked, stored.open(), source, stack)
    if start.startswith(_ZIP):
        raise ImageError(f"{asked.rest}: a zip file; unpack it, and name the directory")
    if _is_dockerfile(stored, asked.rest):
        raise ImageError(
            f"{asked.rest}: a Dockerfile, not an image; `lightship lint {asked.rest}` checks it"
        )
    return open_archive(stored, asked.choice, asked.reading.limits, asked.rest, source)


def _is_dockerfile(blob: Blob, path: str) -> bool:
    """Whether a file is named like a Dockerfile and is not a tar (POSIX: ustar interchange
    format).
    """
    mark = blob.read_at(_USTAR_AT, len(_USTAR))
    return is_dockerfile(os.path.basename(path)) and mark != _USTAR


def _of_stream(asked: _Asked, stream: Stream, source: str, stack: ExitStack) -> Opened:
    """The image in an archive that comes by once.

    It is stored in an unnamed file where its contents are wanted later.
    """
    reading, name = asked.reading, asked.rest
    if not asked.options.keep:
        return read_stream(stream, asked.choice, reading, name, source)
    ahead = Ahead(stream, reading.progress)
    plain = inflated(ahead, ahead.ahead(LONGEST_MAGIC), reading.limits, name)
    kept = stack.enter_context(spooled(plain, reading.limits.layer_bytes, name))
    return open_archive(kept, asked.choice, reading.limits, name, source)
