"""A clone in a stage that only builds, of which nothing is used: it need not be pinned."""

from __future__ import annotations

from posixpath import basename

from lightship.build import Build, Invocation
from lightship.dockerfile.tree import Stage
from lightship.evaluation.paths import related
from lightship.facts.copies.stage_copies import stage_copies
from lightship.facts.values.directories import directory_of, in_directory
from lightship.regex import regex
from lightship.shell.specs import written
from lightship.shell.words import Word

_MOUNTED = regex(r"--mount=\S*\bfrom=")


def is_unused(build: Build, stage: Stage, call: Invocation, url: Word) -> bool:
    """Whether nothing names the directory of a clone again, as far as is known.

    The clone is the last command of its RUN, no other stage starts from its own, and no COPY takes
    what lies around it.
    """
    path = written(url).rstrip("/")
    name = basename(path).removesuffix(".git")
    is_last_word = call.command.args[-1] is url
    if not is_last_word or not name or "$" in name:
        return False
    is_last_command = call.command is call.script.commands[-1]
    if not is_last_command or stage in build.lineage:
        return False

    text = build.dockerfile.text
    after = text[call.command.span.end : stage.span.end]
    if name in after:
        return False
    if _MOUNTED.search(text):
        return False  # a mount may take it from another stage
    if any(build.base_of(item) is stage for item in build.dockerfile.stages):
        return False

    directory = directory_of(build, call)
    place = in_directory(directory, name)
    if place is None:
        return False
    for copy in stage_copies(build):
        if copy.origin is not stage:
            continue
        if related(place, copy.source):
            return False
    return True
