"""Locks of Rust, Go, Ruby and PHP: Cargo.lock, go.mod, Gemfile.lock, composer.lock.

Sources: doc.rust-lang.org/cargo (guide/cargo-toml-vs-cargo-lock), go.dev/ref/mod (go.mod files),
rubygems/bundler (lockfile_parser.rb), getcomposer.org/doc (01-basic-usage).
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.image.databases.package_lists import StatedPackage
from lightship.pyproject.data_files import rows, text_at
from lightship.regex import regex
from lightship.sbom.composer_packages import composer_packages
from lightship.sbom.locks.lock_error import json_object, toml_table

_GEM = regex(r" {4}([^\s()!]+) \(([0-9][^\s()-]*)(?:-[^\s()]*)?\)")
_BLOCK = regex(r"([a-z]+) *\(")


def cargo_lock(text: str) -> Iterator[StatedPackage]:
    """The crates; those without a source are of the repository itself."""
    for crate in rows(toml_table(text), "package"):
        name = text_at(crate, "name")
        if name and text_at(crate, "source"):
            yield StatedPackage("cargo", name, text_at(crate, "version"))


def go_mod(text: str) -> Iterator[StatedPackage]:
    """The modules that a go.mod requires, as it replaces them; Go 1.17 and later writes all that
    a build takes.
    """
    required: dict[str, str] = {}
    replaced: dict[str, list[str]] = {}
    for words in _statements(text):
        kind, *rest = words
        if kind == "require" and len(rest) == 2:
            required[rest[0]] = rest[1]
        elif kind == "replace" and "=>" in rest:
            place = rest.index("=>")
            old = " ".join(rest[:place])
            replaced[old] = rest[place + 1 :]
    for name, version in required.items():
        instead = replaced.get(f"{name} {version}") or replaced.get(name)
        if instead is None:
            yield StatedPackage("golang", name, version)
        elif len(instead) == 2:  # a folder has no version
            other, other_version = instead
            yield StatedPackage("golang", other, other_version)


def _statements(text: str) -> Iterator[list[str]]:
    """Each line as words, those of a block with its keyword first."""
    block = ""
    for line in text.splitlines():
        said = line.partition("//")[0].strip()
        opened = _BLOCK.fullmatch(said)
        if opened:
            block = opened[1]
        elif said == ")":
            block = ""
        elif said:
            words = [word.strip('"`') for word in said.split()]
            yield [block, *words] if block else words


def gemfile_lock(text: str) -> Iterator[StatedPackage]:
    """The gems, those of git too; those of a folder are of the repository itself."""
    section = ""
    for line in text.splitlines():
        if line and line[0] != " ":
            section = line.strip()
        if section not in ("GEM", "GIT"):
            continue
        found = _GEM.fullmatch(line.rstrip())
        if found:
            yield StatedPackage("gem", found[1], found[2])


def composer_lock(text: str) -> Iterator[StatedPackage]:
    """The packages, those for development too."""
    data = json_object(text)
    yield from composer_packages(rows(data, "packages"))
    yield from composer_packages(rows(data, "packages-dev"))
