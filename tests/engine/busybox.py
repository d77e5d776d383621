"""A base image with a shell and nothing else, for builds that are to be quick."""

from __future__ import annotations

import io
import subprocess
import tarfile
from pathlib import Path

COMMANDS = (
    *(
        "sh",
        "[",
        "cat",
        "chmod",
        "chown",
        "cp",
        "cut",
        "date",
        "echo",
        "env",
        "find",
        "grep",
        "head",
        "install",
        "ln",
        "ls",
    ),
    *(
        "mkdir",
        "mv",
        "printf",
        "rm",
        "rmdir",
        "sed",
        "sleep",
        "sort",
        "tail",
        "tee",
        "test",
        "touch",
        "tr",
        "true",
        "uniq",
        "wc",
    ),
)
USERS = b"root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000:app:/:/bin/sh\n"
GROUPS = b"root:x:0:\napp:x:1000:\n"


PACKAGES = "--include=busybox-static,python3-minimal,base-files"


def write_debian(path: Path) -> bool:
    """Write Debian's PACKAGES as an archive; whether they can be reached."""
    make = ("mmdebstrap", "--quiet", "--variant=extract", PACKAGES, "trixie", str(path))
    return not subprocess.run(make, check=False).returncode


def busybox_of(debian: Path) -> bytes:
    """The static busybox of such an archive."""
    with tarfile.open(debian) as archive:
        found = archive.extractfile("./usr/bin/busybox")
        assert found is not None
        return found.read()


def base_of(busybox: bytes, mark: str) -> bytes:
    """The root filesystem of a base image as an archive; with another `mark` it is another image."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as made:
        _add(made, "bin/busybox", busybox, 0o755)
        for name in COMMANDS:
            made.addfile(_linked(f"bin/{name}"))
        _add(made, "etc/passwd", USERS)
        _add(made, "etc/group", GROUPS)
        _add(made, "etc/mark", mark.encode())
        _add(made, "tmp", mode=0o1777, kind=tarfile.DIRTYPE)
    return buffer.getvalue()


def _linked(name: str) -> tarfile.TarInfo:
    link = tarfile.TarInfo(name)
    link.type, link.linkname = tarfile.SYMTYPE, "busybox"
    return link


def _add(
    archive: tarfile.TarFile,
    name: str,
    data: bytes = b"",
    mode: int = 0o644,
    kind: bytes = tarfile.REGTYPE,
) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.type = len(data), mode, kind
    archive.addfile(info, io.BytesIO(data))
