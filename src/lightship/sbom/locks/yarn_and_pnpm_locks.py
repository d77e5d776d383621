"""yarn.lock of both Yarns and pnpm-lock.yaml, line by line.

Both are written by a program, one form for each version, so their lines say all that is asked
here: an entry's key, and `name`, `version` and `resolution` below it. Sources: yarnpkg/yarn
(src/lockfile), yarnpkg/berry (packages/yarnpkg-core, Project.ts), pnpm/spec (lockfile).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lightship.image.databases.package_lists import StatedPackage
from lightship.record import record
from lightship.regex import regex

_FIELD = regex(r"(name|version|resolution):? (.*)")
_PNPM_KEY = regex(r"/?((?:@[^/@]+/)?[^/@]+)[@/]([0-9][^\s()_/]*)(?:[_(].*)?")
_QUOTES = "\"'"
_OWN = (
    "workspace:",
    "link:",
    "portal:",
    "file:",
)  # parts of the project, not installed


@record(eq=False)
class _LockEntry:
    """The key of an entry, and its fields."""

    key: str
    fields: Mapping[str, str]


def yarn_lock(text: str) -> Iterator[StatedPackage]:
    """The packages of a yarn.lock; those of the project's own workspaces are not installed."""
    for entry in _entries(text.splitlines(), ""):
        if entry.key == "__metadata":
            continue
        name, wanted = _parted(_resolution(entry))
        if wanted.startswith(_OWN):
            continue
        if wanted.startswith("npm:") and "@" in wanted[5:]:
            name, _ = _parted(wanted.removeprefix("npm:"))
        if name:
            version = entry.fields.get("version", "")
            yield StatedPackage("npm", name, version)


def _resolution(entry: _LockEntry) -> str:
    """What an entry was resolved to, or else the first that its key asks for."""
    first = entry.key.partition(",")[0].strip()
    return entry.fields.get("resolution", first.strip(_QUOTES))


def pnpm_lock(text: str) -> Iterator[StatedPackage]:
    """The packages of a pnpm-lock.yaml."""
    for entry in _entries(_section(text, "packages:"), "  "):
        name, version = _pnpm_key(entry.key.strip(_QUOTES))
        name = entry.fields.get("name", name)
        version = entry.fields.get("version", version)
        if name and version:
            yield StatedPackage("npm", name, version)


def _pnpm_key(key: str) -> tuple[str, str]:
    """`a@1.0.0`, before that `/a@1.0.0(b@2.0.0)`, before that `/a/1.0.0_b@2.0.0`.

    A package of git or of an archive has its version below its key.
    """
    found = _PNPM_KEY.fullmatch(key)
    if found:
        return found[1], found[2]
    name, address = _parted(key)
    return (name, "") if ":" in address else ("", "")


def _parted(text: str) -> tuple[str, str]:
    """`@a/b@^1` -> `@a/b`, `^1`."""
    place = text.find("@", 1)
    if place < 0:
        return text, ""
    return text[:place], text[place + 1 :]


def _section(text: str, head: str) -> Iterator[str]:
    """The lines below a key of the whole document."""
    is_inside = False
    for line in text.splitlines():
        if line and line[0] not in " #":
            is_inside = line.rstrip() == head
        elif is_inside:
            yield line


def _entries(lines: Iterator[str] | list[str], indent: str) -> Iterator[_LockEntry]:
    """Entries whose keys are indented so; of a field that stands twice the first counts."""
    key = ""
    fields: dict[str, str] = {}
    for line in lines:
        rest = line[len(indent) :].rstrip()
        has_mark = line.startswith(indent) and rest.endswith(":")
        if has_mark and rest[0] not in " #":
            if key:
                yield _LockEntry(key, fields)
            key = rest[:-1]
            fields = {}
            continue
        inner = line.removeprefix(f"{indent}  ").rstrip()
        if found := _FIELD.fullmatch(inner):
            value = found[2].strip()
            fields.setdefault(found[1], value.strip(_QUOTES))
    if key:
        yield _LockEntry(key, fields)
