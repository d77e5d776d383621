"""Files as package managers lay them out, with the databases that name them."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from typing import Any

from image import rpmdb
from images import Made, file

BUILT, INSTALLED = 1_700_000_000, 1_760_000_000
"""When a package was built, and when it was installed: seconds since 1970."""


def deb(
    name: str, files: dict[str, bytes], *, conffiles: tuple[str, ...] = ()
) -> list[Made]:
    """A Debian package."""
    listed = "".join(f"/{path}\n" for path in files)
    sums = "".join(
        f"{hashlib.md5(data).hexdigest()}  {path}\n"
        for path, data in files.items()
        if path not in conffiles
    )
    told = "".join(
        f" /{path} {hashlib.md5(files[path]).hexdigest()}\n" for path in conffiles
    )
    status = f"Package: {name}\nStatus: install ok installed\nVersion: 1\n"
    status += f"Conffiles:\n{told}\n" if told else "\n"
    return [
        *_laid(files),
        _database("var/lib/dpkg/status", status),
        _database(f"var/lib/dpkg/info/{name}.list", listed),
        _database(f"var/lib/dpkg/info/{name}.md5sums", sums),
    ]


def distroless(name: str, files: dict[str, bytes]) -> list[Made]:
    """A Debian package of an image without dpkg; all times are the same."""
    sums = "".join(
        f"{hashlib.md5(data).hexdigest()}  {path}\n" for path, data in files.items()
    )
    return [
        *(file(path, data) for path, data in files.items()),
        file(
            f"var/lib/dpkg/status.d/{name}", f"Package: {name}\nVersion: 1\n".encode()
        ),
        file(f"var/lib/dpkg/status.d/{name}.md5sums", sums.encode()),
    ]


def without_sums(name: str, files: dict[str, bytes]) -> list[Made]:
    """A Debian package of an image whose sums were removed, with all times the same."""
    laid = [
        each for each in deb(name, files) if not str(each.path).endswith(".md5sums")
    ]
    return [replace(each, mtime=1) for each in laid]


def apk(name: str, files: dict[str, bytes]) -> list[Made]:
    """An Alpine package."""
    rows = ""
    for path, data in files.items():
        folder, _, last = path.rpartition("/")
        rows += f"F:{folder}\nR:{last}\nZ:Q1{_base64(hashlib.sha1(data))}\n"
    text = f"P:{name}\nV:1\n{rows}\n"
    return [*_laid(files), _database("lib/apk/db/installed", text)]


def rpm(name: str, files: dict[str, bytes]) -> list[Made]:
    """A package of rpm."""
    sums = [hashlib.sha256(data).hexdigest() for data in files.values()]
    header = rpmdb.header(name, files=[f"/{path}" for path in files], sums=sums)
    listed = file(rpmdb.WHERE, rpmdb.database(header), mtime=INSTALLED)
    return [*_laid(files), listed]


def python(name: str, files: dict[str, bytes], site: str) -> list[Made]:
    """A Python distribution, installed by pip."""
    rows = ""
    for path, data in files.items():
        sum_ = (
            _base64(hashlib.sha256(data))
            .rstrip("=")
            .translate(str.maketrans("+/", "-_"))
        )
        rows += f"{path},sha256={sum_},{len(data)}\n"
    rows += f"{name}-1.dist-info/RECORD,,\n"
    placed = {f"{site}/{path}": data for path, data in files.items()}
    return [*_laid(placed), _database(f"{site}/{name}-1.dist-info/RECORD", rows)]


def npm(name: str, files: dict[str, bytes], modules: str) -> list[Made]:
    """A package of npm; its files have the times at which they were unpacked."""
    manifest = f'{{"name": "{name}", "version": "1.0.0"}}'.encode()
    return [
        file(f"{modules}/{name}/package.json", manifest, mtime=INSTALLED),
        *(
            file(f"{modules}/{name}/{path}", data, mtime=INSTALLED + 1)
            for path, data in files.items()
        ),
    ]


def written(path: str, data: bytes, **more: Any) -> Made:
    """A file that was written after all packages were installed."""
    return file(path, data, mtime=INSTALLED + 60, **more)


def _laid(files: dict[str, bytes]) -> list[Made]:
    return [file(path, data, mtime=BUILT) for path, data in files.items()]


def _database(path: str, text: str) -> Made:
    return file(path, text.encode(), mtime=INSTALLED)


def _base64(hasher: Any) -> str:
    return base64.b64encode(hasher.digest()).decode()
