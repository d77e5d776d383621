"""From a Dockerfile to what its fixes make of it, and writing that."""

from __future__ import annotations

import os
from collections.abc import Mapping

from lightship.build import Build
from lightship.files.reading import STDIN
from lightship.files.writing import write_file
from lightship.flows.lint import (
    LintRequest,
    build_of,
    config_for_file,
    context_folder,
    selection_for,
)
from lightship.lint.engine import context_text
from lightship.lint.fixes import SAFE, UNSAFE, Fixed, fix
from lightship.record import record
from lightship.text import encode


@record(eq=False)
class FixedFile:
    """A Dockerfile and what its fixes make of it.

    `files` are other files that the fixes change, such as an ignore file: by their place on the
    disk, the text before and after.
    """

    path: str
    build: Build
    fixed: Fixed
    files: Mapping[str, tuple[str, str]]

    @property
    def text(self) -> str:
        """The text of the Dockerfile before."""
        return self.build.dockerfile.text


def fix_file(path: str, request: LintRequest, unsafe: bool | None) -> FixedFile:
    """What the fixes make of one Dockerfile; nothing is written.

    `unsafe` tells whether unsafe fixes are made too; None leaves it to the configuration. A
    FileError where the file cannot be read.
    """
    build = build_of(path, request)
    if unsafe is None:
        unsafe = config_for_file(path, request).unsafe_fixes
    allowed = UNSAFE if unsafe else SAFE
    selection = selection_for(path, request)
    fixed = fix(build, selection, allowed)

    root = context_folder(path, request) or ""
    files: dict[str, tuple[str, str]] = {}
    for name, after in fixed.files.items():
        place = os.path.normpath(os.path.join(root, name))
        before = context_text(build, name)
        files[place] = (before, after)
    return FixedFile(path, build, fixed, files)


def write_fixed(file: FixedFile) -> tuple[str, ...]:
    """Write what the fixes changed; the places of files that were not written.

    Where the Dockerfile came from standard input nothing is written: an editor that formats what it
    is about to save expects text, and no changes beside it. A FileError where writing fails.
    """
    if file.path == STDIN:
        return tuple(file.files)
    for place, (_, text) in file.files.items():
        write_file(place, encode(text))
    if file.fixed.text != file.text:
        write_file(file.path, encode(file.fixed.text))
    return ()
