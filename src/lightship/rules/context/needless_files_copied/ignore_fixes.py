"""What keeps needless files out of a build context: lines of the ignore file, or an allow-list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lightship.build import Build
from lightship.context.files import Context
from lightship.context.needless import DERIVED, NeedlessFile
from lightship.facts.context.allow_list import allow_list
from lightship.facts.context.generated_ignore import is_generated
from lightship.facts.context.git_questions import reads_history
from lightship.facts.context.ignore_edits import IGNORE, ignore_edit
from lightship.facts.context.takings import Taking, path_of
from lightship.facts.context.usual_lines import is_untracked, usual_lines
from lightship.lint.finding import Fix, Safety
from lightship.rules.context.needless_files_copied.spoken_directories import (
    may_be_wanted,
)
from lightship.wording.lists import listed


def exclude_them(
    build: Build, context: Context, files: Sequence[NeedlessFile]
) -> Fix | None:
    """The lines of the ignore file: safe where there is one and all of them are caches.

    None where scripts of the project write the file. Tests and documentation that may be wanted
    in the image are left to `exclude_all`.
    """
    if is_generated(build):
        return None
    sure = [file for file in files if not may_be_wanted(build, file)]
    lines = tuple(dict.fromkeys(file.pattern for file in sure))
    last: tuple[str, ...] = (IGNORE,)
    if reads_history(build, context):
        # The tree must stay as it was committed, the ignore file included
        lines = tuple(filter(is_untracked, lines))
        last = ()
    if lines in ((), (IGNORE,)):
        return None  # the ignore file alone is not worth a line

    is_derived = all(line in DERIVED for line in lines)
    has_file = context.ignore_path is not None
    return Fix(
        f"Exclude {listed(lines)}",
        ignore_edit(context, lines, usual_lines(build, context), last),
        Safety.SAFE if is_derived and has_file else Safety.UNSAFE,
    )


def exclude_all(
    build: Build, context: Context, files: Sequence[NeedlessFile]
) -> tuple[Fix, ...]:
    """The choice to exclude also the tests and the documentation that may be wanted."""
    if is_generated(build) or reads_history(build, context):
        return ()
    lines = tuple(dict.fromkeys(file.pattern for file in files))
    asked = [file.name for file in files if may_be_wanted(build, file)]
    if not asked:
        return ()
    names = listed(tuple(dict.fromkeys(asked)))
    edits = ignore_edit(context, lines, usual_lines(build, context))
    title = f"Exclude {listed(lines)}; check first that the image does not use {names}"
    return (Fix(title, edits, Safety.MANUAL),)


def allow_only(
    build: Build, taking: Taking, hits: Mapping[str, NeedlessFile]
) -> tuple[Fix, ...]:
    """The allow-list, where the whole context is copied."""
    if not any(path_of(source) == "" for source in taking.sources):
        return ()
    if build.context is None or is_generated(build):
        return ()
    if reads_history(build, build.context):
        return ()

    allowed = allow_list(build, hits)
    if allowed is None:
        return ()
    title = (
        f"Allow only {listed(allowed.names)}: new files stay out until they are listed"
    )
    return (Fix(title, allowed.edits, Safety.MANUAL),)
