"""COPY of secrets: which of them are a finding, and what keeps the files out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from posixpath import basename, dirname

from lightship.build import Build
from lightship.context.files import File
from lightship.context.secret_files import is_for_work
from lightship.evaluation.copies import Copying, Operand
from lightship.facts.context.generated_ignore import is_generated
from lightship.facts.context.git_questions import reads_history
from lightship.facts.context.ignore_edits import ignore_edit
from lightship.facts.context.takings import Alike, Key
from lightship.facts.copies.sources import names_directory
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.record import record
from lightship.rules.context.secret_file_copied.example_keys import are_examples
from lightship.rules.context.secret_file_copied.image_places import (
    Copies,
    is_place_named,
)
from lightship.rules.context.secret_file_copied.needed_secrets import (
    KEYS,
    are_packaged,
    are_public,
    are_read,
    is_chosen_at_start,
    is_loaded,
    is_named,
)
from lightship.rules.context.secret_file_copied.page_variables import (
    reads_public_variables,
)
from lightship.rules.context.secret_file_copied.published_logins import are_published
from lightship.rules.context.secret_file_copied.secret_lines import meant_lines
from lightship.rules.context.secret_file_copied.shipped_copies import (
    is_built,
    is_shipped,
)
from lightship.wording.lists import listed


@record
class _SecretCopy:
    """A source of a COPY, the paths of the secrets that it takes, and what keeps them out."""

    copying: Copying
    source: Operand
    paths: Collection[str]
    fix: Fix | None
    choices: tuple[Fix, ...]


def secret_findings(
    build: Build,
    groups: Alike,
    taken: Mapping[Key, tuple[File, ...]],
    secrets: Mapping[Key, Mapping[str, str]],
) -> Iterator[Finding]:
    """Those of all COPY: `groups` of sources, the files that each takes, and its secrets."""
    copies = list(_copies(build, groups, taken, secrets))
    in_image: set[str] = set()
    for copy in copies:
        if is_shipped(build, copy.copying):
            in_image.update(copy.paths)
    for copy in copies:
        if _is_of_final(build, copy) or not in_image.issuperset(copy.paths):
            yield _finding(build, copy)


def _is_of_final(build: Build, copy: _SecretCopy) -> bool:
    """Whether what it takes is in the image, or in one that starts from it: `ONBUILD COPY`."""
    stage = build.dockerfile.stage_of(copy.copying.instruction)
    return stage in build.lineage or is_shipped(build, copy.copying)


def _copies(
    build: Build,
    groups: Alike,
    taken: Mapping[Key, tuple[File, ...]],
    secrets: Mapping[Key, Mapping[str, str]],
) -> Iterator[_SecretCopy]:
    """Each source of a COPY that takes secrets, in a stage that is built."""
    named = {path for path, *_ in groups}
    meant = meant_lines(build, taken)
    for key, copies in groups.items():
        path, files, lines = key[0], taken[key], secrets[key]
        paths = lines.values()
        if not lines or _opens_nothing(build, paths):
            continue

        fix = None
        choices: tuple[Fix, ...] = ()
        is_fixable = files and meant.isdisjoint(lines)
        if is_fixable and not _is_needed(build, copies, paths):
            fix = _fix(build, list(lines), named)
        if fix is not None and is_loaded(build, paths):
            choices = (replace(fix, safety=Safety.MANUAL),)
            fix = None
        for copying, source in copies:
            if not files and _is_for_pages(build, copying, path):
                continue
            if is_built(build, copying):
                yield _SecretCopy(copying, source, paths, fix, choices)


def _opens_nothing(build: Build, paths: Collection[str]) -> bool:
    """Whether all of the files are for work, examples, or public anyway."""
    if all(map(_is_for_work, paths)):
        return True
    are_keys = all(path.endswith(KEYS) for path in paths)
    if are_keys and (are_examples(build, paths) or are_packaged(build, paths)):
        return True
    if are_published(build, paths):
        return True
    return are_read(build, paths) and are_public(build, paths)


def _is_for_work(path: str) -> bool:
    """Whether a file is for work on the project, and hardly holds what opens more than that."""
    return is_for_work(path) and not path.endswith(".local")


def _is_needed(build: Build, copies: Copies, paths: Collection[str]) -> bool:
    """Whether something is seen that would miss the files in the image or in the build."""
    if are_read(build, paths) or is_chosen_at_start(build, paths):
        return True
    if is_named(build, paths) or _is_directory_read(build, paths):
        return True
    return is_place_named(build, copies, paths)


def _is_directory_read(build: Build, paths: Collection[str]) -> bool:
    """Whether the program reads all that lies in the directory of a key, by its name."""
    keys = [path for path in paths if path.endswith(KEYS)]
    names = {basename(dirname(path)) for path in keys} - {""}
    return any(names_directory(build, name) for name in names)


def _is_for_pages(build: Build, copying: Copying, path: str) -> bool:
    """Whether a `.env` that is not there yet holds what a build writes into its pages."""
    if basename(path) != ".env" or build.context is None:
        return False
    if is_shipped(build, copying):
        return False
    return build.once(reads_public_variables)


def _finding(build: Build, copy: _SecretCopy) -> Finding:
    paths, span = copy.paths, copy.source.word.span
    what = "it" if len(paths) == 1 else "them"
    names = listed(paths)
    if is_shipped(build, copy.copying):
        message = f"copies {names} into the image, where anyone can read {what}"
        return Finding(span, message, copy.fix, choices=copy.choices)

    # Who builds the image has the files anyway
    message = f"copies {names} into this stage, and the build cache keeps {what}"
    return Finding(span, message, copy.fix, Severity.INFO, copy.choices)


def _fix(build: Build, lines: list[str], named: set[str]) -> Fix | None:
    """None where COPY names one of them: the build would fail."""
    if build.context is None or reads_history(build, build.context):
        return None

    endings = tuple(f"/{line.removeprefix('**/')}" for line in lines)
    if any(f"/{path}".endswith(endings) for path in named):
        return None
    if is_generated(build):
        return None
    edits = ignore_edit(build.context, lines)
    return Fix(f"Exclude {listed(lines)}", edits, Safety.UNSAFE)
