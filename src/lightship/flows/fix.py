"""From a Dockerfile to what its fixes make of it, and writing that."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from lightship.build import Build
from lightship.files.reading import STDIN
from lightship.files.writing import write_file
from lightship.flows.builds import BuildFinder
from lightship.flows.dockerfile_refs import DockerfileRef
from lightship.flows.judged_builds import ReadBuild
from lightship.flows.lint import (
    LintRequest,
    builds_of_file,
    ci_finder,
    config_for_file,
    selection_for,
)
from lightship.flows.unwritten import UnwrittenFiles
from lightship.lint.engine import context_text
from lightship.lint.finding import Safety
from lightship.lint.fix_all_builds import fix_all_builds
from lightship.lint.fixes import SAFE, UNSAFE, Fixed, text_alone, with_text
from lightship.record import record
from lightship.text import TextChange, encode


@record(eq=False)
class FixedFile:
    """A Dockerfile and what its fixes make of it.

    `files` are other files that the fixes change, such as an ignore file, by their place on the
    disk. `roots` are the directories of its build contexts.
    """

    path: str
    build: Build
    fixed: Fixed
    files: Mapping[str, TextChange]
    roots: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        """The text of the Dockerfile before."""
        return self.build.dockerfile.text

    @property
    def change(self) -> TextChange:
        """What the fixes make of the Dockerfile itself."""
        return TextChange(self.text, self.fixed.text)

    @property
    def changed_beside(self) -> tuple[str, ...]:
        """The other files that the fixes change."""
        changed: list[str] = []
        for place, change in self.files.items():
            if change.is_any:
                changed.append(place)
        return tuple(changed)

    @property
    def is_changed(self) -> bool:
        """Whether the fixes change the Dockerfile or a file beside it."""
        return self.change.is_any or bool(self.changed_beside)


def fix_file(
    ref: DockerfileRef,
    request: LintRequest,
    unsafe: bool | None,
    finder: BuildFinder,
    unwritten: UnwrittenFiles | None = None,
) -> FixedFile:
    """What the fixes make of one Dockerfile; nothing is written.

    `unsafe` tells whether unsafe fixes are made too; None leaves it to the configuration. `finder`
    is that of the run, `unwritten` what earlier fixes of it changed and did not write. A FileError
    where the file cannot be read.

    Where the Dockerfile is built in several ways, a fix is made only if it is right for each. One
    that stands inside another file is fixed there if it is a block of lines.
    """
    path = ref.path
    if ref.is_ci:
        return _fixed_ci(path, request, unsafe, finder)
    # All its builds, not only those of the build file: none of them must mind
    if ref.inline is None and not ref.problem:
        ref = DockerfileRef(path)
    reads = builds_of_file(ref, request, finder, unwritten)
    builds = [read.build for read in reads]
    allowed = _allowed(path, request, unsafe)
    selection = selection_for(path, request)
    fixed = fix_all_builds(builds, selection, allowed)
    if reads[0].inline is None:
        return fixed_file(path, reads, fixed)

    without_fixes = fix_all_builds(builds, selection, ())
    return _fixed_inside(path, reads, fixed, without_fixes, allowed)


def _allowed(
    path: str,
    request: LintRequest,
    unsafe: bool | None,
) -> Collection[Safety]:
    """Which fixes are made: as the user says, else as the configuration does."""
    if unsafe is None:
        config = config_for_file(path, request)
        unsafe = config.unsafe_fixes
    return UNSAFE if unsafe else SAFE


def _fixed_ci(
    path: str,
    request: LintRequest,
    unsafe: bool | None,
    finder: BuildFinder,
) -> FixedFile:
    """What the fixes make of a file of a CI system."""
    from lightship.lint.ci_fixes import fix_ci  # noqa: PLC0415 - with all readers of CI

    allowed = _allowed(path, request, unsafe)
    selection = selection_for(path, request)
    ci = ci_finder(request, finder)
    file = ci.file(path)
    reread = ci.reread(path)
    fixed = fix_ci(file, reread, selection, allowed)
    build = text_alone(file.mark + file.text)
    return FixedFile(path, build, fixed, {})


def _fixed_inside(
    path: str,
    reads: Sequence[ReadBuild],
    fixed: Sequence[Fixed],
    without_fixes: Sequence[Fixed],
    allowed: Collection[Safety],
) -> FixedFile:
    """The file that holds a Dockerfile, with its fixes; without them where it is not a block."""
    from lightship.flows.inline_dockerfiles import (  # noqa: PLC0415 - few are inside another file
        InlineFile,
        left_in_place,
        placed_fixes,
    )

    inline = reads[0].inline
    assert inline is not None
    file = InlineFile.read(path, inline)
    unfixed = left_in_place(without_fixes, allowed)
    placed = placed_fixes(fixed, file, unfixed)
    done = fixed_file(path, reads, placed)
    build = with_text(done.build, file.text)
    return replace(done, build=build)


def fixed_file(
    path: str,
    reads: Sequence[ReadBuild],
    fixed: Sequence[Fixed],
) -> FixedFile:
    """A Dockerfile with what fixes made of each of its builds."""
    files: dict[str, TextChange] = {}
    for read, done in zip(reads, fixed, strict=True):
        for name, after in done.files.items():
            place = os.path.join(read.root or "", name)
            place = os.path.normpath(place)
            before = context_text(read.build, name)
            is_there = os.path.lexists(place)
            files[place] = TextChange(before, after, is_there)

    # The Dockerfile is the same in each of them
    build = reads[0].build
    roots = {read.root for read in reads if read.root is not None}
    return FixedFile(
        path=path,
        build=build,
        fixed=fixed[0],
        files=files,
        roots=frozenset(roots),
    )


def write_fixed(file: FixedFile) -> tuple[str, ...]:
    """Write what the fixes changed; the places of files that were not written.

    Where the Dockerfile came from standard input nothing is written: an editor that formats what it
    is about to save expects text, and no changes beside it. A FileError where writing fails.
    """
    if file.path == STDIN:
        return tuple(file.files)

    changes = dict(file.files)
    change = file.change
    if change.is_any:
        changes[file.path] = change
    for place, written in changes.items():
        data = encode(written.after)
        write_file(place, data)
    return ()
