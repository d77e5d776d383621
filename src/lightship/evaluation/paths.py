"""Paths of an image; working directories as BuildKit joins them (util/system/path.go)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from lightship.record import record

# Linux has no longer path; and thousands of relative WORKDIR must not grow without end
_LONGEST = 4096


@record
class Joined:
    """A working directory, or why BuildKit refuses the path."""

    path: str
    refusal: str = ""


def is_absolute(path: str, system: str = "linux") -> bool:
    """Whether a path stands for itself in an image of `system`.

    On Windows `C:\\` may come before it.
    """
    if system != "windows":
        return path.startswith("/")
    bare = _without_drive(path)
    return not bare.refusal and bare.path.startswith("/")


def join_workdir(current: str, path: str, system: str = "linux") -> Joined:
    """The directory after `WORKDIR path` in `current`; an absolute path stays as it is written."""
    if system == "windows":
        bare = _without_drive(path) if path else Joined("")
        if bare.refusal:
            return bare
        path = bare.path
    if not path:
        return Joined(current)
    if path.startswith("/"):
        return Joined(path)
    joined = clean(posixpath.join(current, path))
    return Joined(joined if len(joined) <= _LONGEST else current)


def clean(path: str) -> str:
    """Go's path.Clean."""
    cleaned = posixpath.normpath(path)
    return cleaned[1:] if cleaned.startswith("//") else cleaned


def in_workdir(workdir: str, path: str) -> str:
    """A path as an instruction that runs in `workdir` means it: absolute and clean."""
    return clean(join_workdir(workdir, path).path)


def below(path: str, directory: str) -> str | None:
    """`path` seen from `directory`, empty for itself; None where it is not below."""
    if path == directory:
        return ""
    start = directory.rstrip("/") + "/"
    return path.removeprefix(start) if path.startswith(start) else None


def related(one: str | None, other: str) -> bool:
    """Whether one path lies in the other; an unknown one may."""
    return one is None or below(one, other) is not None or below(other, one) is not None


def and_above(path: str) -> Iterator[str]:
    """A path of the image, and the directories above it."""
    yield path
    while path != "/":
        path = path.rpartition("/")[0] or "/"
        yield path


def _without_drive(path: str) -> Joined:
    slashes = path.replace("\\", "/")
    if len(path) == 2 and path[1] == ":":
        return Joined(path, f"{path} has no path after the drive")
    if slashes.startswith("//"):
        return Joined(path, "UNC paths are not supported")
    drive, colon, rest = slashes.partition(":")
    if colon and drive.lower() != "c":
        return Joined(path, "the path is not on the system drive C:")
    return Joined(clean(rest if colon else slashes))
