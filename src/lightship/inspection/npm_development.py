"""npm packages that only development needs, as the lock file of an image's node_modules says.

npm writes `node_modules/.package-lock.json` since version 7; else the project's `package-lock.json`
is read. Nothing is said where the container starts what development starts (`npm run dev`), a
program of such a package, or nothing that is known.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from lightship.image.databases import npm
from lightship.image.databases.package_lists import parent
from lightship.image.read import Contents
from lightship.image.stack import NEVER
from lightship.regex import regex

DEVELOPMENT = "npm-development-packages"
_MOST_LEVELS = 64  # of packages within packages, in the older form
_NEEDED, _ONLY_FOR_DEVELOPMENT, _UNKNOWN = 0, 1, 2
_OF_DEVELOPMENT = regex(
    r"(?:dev|develop|development|test|tests|watch|storybook|debug)(?::.*)?"
)
_WORD = regex(r"[@\w.:/-]+")
# What base images start by themselves
_IDLE = frozenset(
    ("node", "sh", "bash", "docker-entrypoint.sh", "tini", "dumb-init", "--", "-c")
)
_RUNNERS = frozenset(("npm", "npx", "yarn", "pnpm", "bun"))

Document = Mapping[str, Any]
EntryPlace = tuple[int, int]  # (layer, index)


def development_files(contents: Contents) -> list[EntryPlace]:
    """The entries of the final image that belong to such packages."""
    kept = _kept(contents)
    packages = _packages(kept)
    if _ONLY_FOR_DEVELOPMENT not in packages.values():
        return []
    if _is_for_development(contents, kept, packages):
        return []

    found: list[EntryPlace] = []
    for layer, scan in enumerate(contents.stack.scans):
        if scan is None:
            continue
        columns = zip(scan.paths, scan.sizes, contents.stack.gone[layer], strict=True)
        for index, (path, size, end) in enumerate(columns):
            if end != NEVER or not size or b"node_modules/" not in path:
                continue
            if npm.innermost(path, packages, _UNKNOWN) == _ONLY_FOR_DEVELOPMENT:
                found.append((layer, index))
    return found


def _kept(contents: Contents) -> Mapping[bytes, bytes]:
    """What was kept of npm's files, by path."""
    kept: dict[bytes, bytes] = {}
    for scan, gone in zip(contents.stack.scans, contents.stack.gone, strict=True):
        for index, data in scan.contents.items() if scan else ():
            path = scan.paths[index] if scan else b""
            if gone[index] == NEVER and path.endswith(b".json"):
                kept[path] = data
    return kept


def _packages(kept: Mapping[bytes, bytes]) -> dict[bytes, int]:
    """The directories that locks name, and whether only development needs each."""
    packages: dict[bytes, int] = {}
    # Those that npm writes for what it has installed overrule the project's
    for path in sorted(kept, key=npm.is_installed_lock):
        if npm.is_lock(path):
            folder = (
                parent(parent(path)) if npm.is_installed_lock(path) else parent(path)
            )
            _add(packages, folder, _read(kept[path]))
    return packages


def _add(packages: dict[bytes, int], folder: bytes, lock: Document) -> None:
    start = folder + b"/" if folder else b""
    for key, is_development in _rows(lock):
        name = key.encode("utf-8", "surrogatepass")
        packages[start + name] = is_development


def _rows(lock: Document) -> Iterator[tuple[str, int]]:
    """The directory of each package, and whether only development needs it."""
    listed = lock.get("packages")
    if isinstance(listed, dict):
        for key, entry in listed.items():
            if "node_modules/" in key and isinstance(entry, dict):
                yield key, _verdict(entry)
        return
    yield from _older_rows(lock)


def _older_rows(lock: Document) -> Iterator[tuple[str, int]]:
    """The same of npm 6, whose packages lie within one another."""
    waiting = [("", lock, 0)]
    while waiting:
        start, above, level = waiting.pop()
        listed = above.get("dependencies")
        if not isinstance(listed, dict) or level > _MOST_LEVELS:
            continue
        for name, entry in listed.items():
            if isinstance(entry, dict):
                key = f"{start}node_modules/{name}"
                yield key, _verdict(entry)
                waiting.append((f"{key}/", entry, level + 1))


def _verdict(entry: Document) -> int:
    return _ONLY_FOR_DEVELOPMENT if entry.get("dev") is True else _NEEDED


def _is_for_development(
    contents: Contents,
    kept: Mapping[bytes, bytes],
    packages: Mapping[bytes, int],
) -> bool:
    """Whether the container needs such packages, as far as its start tells."""
    config = contents.image.config
    start = " ".join((*config.entrypoint, *config.cmd))
    words = _words(start)
    is_known = not _IDLE.issuperset(word.rpartition("/")[2] for word in words)
    if not is_known or "NODE_ENV=development" in config.env:
        return True

    options = [each for each in config.env if each.startswith("NODE_OPTIONS=")]
    words += _words(" ".join(options))
    if _RUNNERS.intersection(words):
        words += _script_words(kept, packages, words)
    if any(map(_OF_DEVELOPMENT.fullmatch, words)):
        return True
    return not _programs(kept, packages).isdisjoint(_stems(words))


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _stems(words: list[str]) -> set[str]:
    """The words, and the names of packages and programs that they may be paths of."""
    stems = set(words)
    for word in words:
        parts = word.split("/")
        stems.update(parts)
        stems.add("/".join(parts[:2]))
    return stems


def _script_words(
    kept: Mapping[bytes, bytes],
    packages: Mapping[bytes, int],
    words: list[str],
) -> list[str]:
    """The words of the scripts of package.json that a start leads to, each script once."""
    scripts = _scripts(kept, packages)
    asked = [*words, "start"]
    for name in asked:
        text = scripts.pop(name, "")
        asked += _words(text)
    return asked


def _scripts(
    kept: Mapping[bytes, bytes], packages: Mapping[bytes, int]
) -> dict[str, str]:
    """The scripts of the projects that have such packages."""
    scripts: dict[str, str] = {}
    folders = {package[: package.find(b"node_modules/")] for package in packages}
    for folder in sorted(folders):
        document = _read(kept.get(folder + b"package.json", b""))
        listed = document.get("scripts")
        if isinstance(listed, dict):
            texts = {
                name: text for name, text in listed.items() if isinstance(text, str)
            }
            scripts.update(texts)
    return scripts


def _programs(kept: Mapping[bytes, bytes], packages: Mapping[bytes, int]) -> set[str]:
    """Names of the packages for development, and of their programs."""
    names: set[str] = set()
    for package, verdict in packages.items():
        if verdict != _ONLY_FOR_DEVELOPMENT:
            continue
        _, _, name = package.decode("utf-8", "replace").rpartition("node_modules/")
        names.add(name)
        if not name.startswith("@types/"):  # which are no programs: `@types/node`
            names.add(name.rpartition("/")[2])
        programs = _read(kept.get(package + npm.PACKAGE_JSON, b"")).get("bin")
        if isinstance(programs, dict):
            names.update(programs)
    return names


def _read(data: bytes) -> Document:
    """A document of JSON; an empty one where it is none."""
    try:
        document = json.loads(data or b"{}")
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}
