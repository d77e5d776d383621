"""npm packages: `node_modules/NAME` or `node_modules/@SCOPE/NAME` with a package.json.

All that lies below is its own.

Other programs lay packages out alike (yarn, pnpm). Source: npm's folders(5), package-json(5).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from lightship.image.databases.package_lists import (
    Kept,
    KeptFiles,
    Listed,
    PackageFacts,
    StatedPackage,
    parent,
    text,
)

PACKAGE_JSON = b"/package.json"
MOST_BYTES = 1 << 20  # of a package.json
MOST_LOCK_BYTES = 4 << 20
_MODULES = b"node_modules"
LOCK, _INSTALLED_LOCK = b"package-lock.json", b"node_modules/.package-lock.json"
MANIFEST = b"package.json"
_DEEPEST_PROJECT = 4  # slashes in the path of a project's own file
# Of packages within packages that are looked through for the innermost
_MOST_LEVELS = 64


def is_package(path: bytes) -> bool:
    """Whether a package.json is that of a package, and not of a directory inside one."""
    parts = path.rsplit(b"/", 4)[:-1]
    if len(parts) < 2 or parts[-1][:1] == b".":
        return False
    if parts[-2] == _MODULES:
        return True
    is_scope = parts[-2][:1] == b"@"
    return is_scope and parts[-3:-2] == [_MODULES]


def is_lock(path: bytes) -> bool:
    """Whether a file says which packages of a project only development needs."""
    return is_installed_lock(path) or _is_of_project(path, LOCK)


def is_installed_lock(path: bytes) -> bool:
    """Whether it is the lock that npm writes into node_modules: what is really there."""
    is_named = path.endswith(b"/" + _INSTALLED_LOCK) or path == _INSTALLED_LOCK
    is_own = path.count(b"node_modules/") == 1
    return is_named and is_own and path.count(b"/") <= _DEEPEST_PROJECT + 1


def is_manifest(path: bytes) -> bool:
    """Whether it is the package.json of a project, not of a package that was installed."""
    return _is_of_project(path, MANIFEST)


def is_by_hand(path: bytes) -> bool:
    """Whether people write a file that is kept: it may hold secrets."""
    return is_manifest(path) or _is_of_project(path, LOCK)


def _is_of_project(path: bytes, name: bytes) -> bool:
    if path != name and not path.endswith(b"/" + name):
        return False
    is_installed = b"node_modules/" in path or b"site-packages/" in path
    return not is_installed and path.count(b"/") <= _DEEPEST_PROJECT


def packages(kept: KeptFiles) -> Iterator[Listed]:
    """All packages, the outer ones first."""
    files = [
        file
        for path, file in kept.items()
        if path.endswith(PACKAGE_JSON) and is_package(path)
    ]
    for file in sorted(files, key=_outermost):
        directory = parent(file.path)
        found = named(file.data)
        name = found.name or _named(directory)
        version, facts = found.version, found.facts
        yield Listed("npm", name, version, file, below=directory, facts=facts)


def _outermost(file: Kept) -> tuple[int, bytes]:
    return file.path.count(b"/"), file.path


def innermost(path: bytes, owners: Mapping[bytes, int], otherwise: int) -> int:
    """The owner of the innermost package that a path lies in.

    `owners` are by the directory of the package.
    """
    for directory in directories(path):
        owner = owners.get(directory)
        if owner is not None:
            return owner
    return otherwise


def directories(path: bytes) -> Iterator[bytes]:
    """The directories that are packages, if there is one, and have a path; the innermost first."""
    end = len(path)
    for _ in range(_MOST_LEVELS):
        at = path.rfind(b"node_modules/", 0, end)
        if at < 0:
            return
        start = at + len(_MODULES) + 1
        slash = path.find(b"/", start)
        if path[start : start + 1] == b"@" and slash > 0:
            slash = path.find(b"/", slash + 1)
        if slash > 0:
            yield path[:slash]
        end = at


def _named(directory: bytes) -> str:
    """`@scope/name` or `name`, from where a package lies."""
    above, _, name = directory.rpartition(b"/")
    _, _, scope = above.rpartition(b"/")
    if scope[:1] == b"@":
        name = scope + b"/" + name
    return text(name)


def named(data: bytes) -> StatedPackage:
    """What a package.json says; name and version are empty where it does not say them."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        return StatedPackage("npm", "", "")
    licences = tuple(licences_of(document))
    facts = PackageFacts(licences=licences, needs=" ".join(_needs(document)))
    name, version = _text(document.get("name")), _text(document.get("version"))
    return StatedPackage("npm", name, version, facts)


def _needs(document: Mapping[str, object]) -> Iterator[str]:
    """The names of what it needs; what is optional counts where it is there."""
    for key in ("dependencies", "optionalDependencies"):
        stated = document.get(key)
        for name in stated if isinstance(stated, dict) else ():
            yield _text(name)


def licences_of(document: Mapping[str, object]) -> Iterator[str]:
    """`license` is a text; packages of old have an object, or a list of objects."""
    stated = document.get("license") or document.get("licenses")
    for one in stated if isinstance(stated, list) else [stated]:
        said = one.get("type") if isinstance(one, dict) else one
        if name := _text(said):
            yield name


def _text(value: object) -> str:
    """JSON may have halves of characters, which cannot be printed."""
    if isinstance(value, str):
        return text(value.encode("utf-8", "backslashreplace"))
    return ""
