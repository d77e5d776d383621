"""Secrets among the files that a COPY takes, by the lines of an ignore file that keep them out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from posixpath import basename, dirname
from re import IGNORECASE

from lightship.build import Build
from lightship.context.files import File, FileKind
from lightship.context.needless import secret
from lightship.context.wildcards import has_wildcards
from lightship.evaluation.copies import Copying, Operand
from lightship.facts.context.takings import Key, files_of
from lightship.regex import regex

# Directories of keys and certificates, and what stands in them beside keys
_FOR_SECRETS = regex(
    r"\.?(?:certs?|certificates?|keys?|ssl|tls|pki|secrets?)", IGNORECASE
)
_PUBLIC = (".crt", ".cer", ".pem", ".pub", ".csr", ".ca-bundle")


def by_name(build: Build, path: str) -> tuple[File, ...]:
    """What a COPY takes that names what is not there: without a context, or not yet."""
    context = build.context
    if context is not None and context.ignore.matches(path):
        return ()
    return (File(path),)


def secrets_among(build: Build, source: str, files: tuple[File, ...]) -> dict[str, str]:
    """The lines of an ignore file that would keep the secrets among `files` out.

    Each has the path of the first file that it is for; a directory stands for its files.
    """
    secrets: dict[str, str] = {}
    for file in files:
        if file.kind is FileKind.SYMLINK and file.path != source:
            continue  # only what a COPY names itself is followed
        line = secret(build.context, file)
        if line is None:
            continue
        # A line of a directory is its path; a pattern stands for many files
        path = line
        if line.startswith("**/"):
            path = file.path
        secrets.setdefault(line, path)
    return secrets


def taken_files(
    build: Build, copies: Sequence[tuple[Copying, Operand]]
) -> tuple[File, ...]:
    """The files that all of these copies take, as far as they are there."""
    if build.context is None:
        return ()
    copying, source = copies[0]
    return files_of(build.context, copying, source)


def meant_lines(build: Build, taken: Mapping[Key, tuple[File, ...]]) -> set[str]:
    """The lines of an ignore file that would take from a COPY what it is there for."""
    lines: set[str] = set()
    for (path, *_), files in taken.items():
        if files and _is_meant(build, path, files):
            lines.update(secrets_among(build, path, files))
    return lines


def _is_meant(build: Build, path: str, files: tuple[File, ...]) -> bool:
    """Whether a COPY is there for the secrets: of `certs`, or of nothing but keys."""
    directory = path
    if has_wildcards(path):
        directory = dirname(path)
    if _FOR_SECRETS.fullmatch(basename(directory)):
        return True
    if not path:
        return False

    others = [file for file in files if not file.name.endswith(_PUBLIC)]
    return all(secret(build.context, file) is not None for file in others)
