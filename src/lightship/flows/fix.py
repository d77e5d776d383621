"""From a Dockerfile to what its fixes make of it, and writing that."""

from __future__ import annotations

import os
from collections.abc import Mapping

from lightship.build import Build
from lightship.files.reading import STDIN
from lightship.files.writing import write_file
from lightship.flows.builds import BuildFinder
from lightship.flows.lint import (
    LintRequest,
    builds_of_file,
    config_for_file,
    selection_for,
)
from lightship.lint.engine import context_text
from lightship.lint.fix_all_builds import fix_all_builds
from lightship.lint.fixes import SAFE, UNSAFE, Fixed
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


def fix_file(
    path: str, request: LintRequest, unsafe: bool | None, finder: BuildFinder
) -> FixedFile:
    """What the fixes make of one Dockerfile; nothing is written.

    `unsafe` tells whether unsafe fixes are made too; None leaves it to the configuration. `finder`
    is that of the run. A FileError where the file cannot be read.

    Where the Dockerfile is built in several ways, a fix is made only if it is right for each.
    """
    reads = builds_of_file(path, request, finder)
    if unsafe is None:
        unsafe = config_for_file(path, request).unsafe_fixes
    allowed = UNSAFE if unsafe else SAFE
    selection = selection_for(path, request)
    fixed = fix_all_builds([read.build for read in reads], selection, allowed)

    files: dict[str, tuple[str, str]] = {}
    for read, one in zip(reads, fixed, strict=True):
        for name, after in one.files.items():
            place = os.path.normpath(os.path.join(read.root or "", name))
            before = context_text(read.build, name)
            files[place] = (before, after)
    return FixedFile(path, reads[0].build, fixed[0], files)


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
