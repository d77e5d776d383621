"""Whether something uses what the groups for development bring, so that it is missed afterwards.

A later RUN, a container of the image that a task file, compose, CI or a manual starts, a script
that calls `uv run`, or the program, which imports it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from lightship.build import Build
from lightship.dockerfile.places import comments_in
from lightship.facts.copies.sources import imports, sources_of
from lightship.facts.installs.dependencies import Install
from lightship.facts.installs.project_commands import stage_of
from lightship.facts.stages.final_image import is_development_name
from lightship.facts.start.container_lines import container_lines
from lightship.facts.start.purpose import start_steps
from lightship.facts.start.start_scripts import copied_programs, start_scripts
from lightship.lint.finding import Finding, Fix, Safety
from lightship.regex import regex
from lightship.rules.python.dev_dependencies_installed.work_packages import (
    FOR_WORK,
    modules_of,
    programs_of,
)
from lightship.text import Span

# A task of the project may run any of them
_TASK = r"(?:make|just|task|npm run|tox|nox|poe|invoke|inv|pdm run|hatch run)\s+[\w:-]"
_FILES_OF_TESTS = regex(
    r"(?:pytest\.ini|tox\.ini|noxfile\.py|conftest\.py|\.pre-commit-config\.ya?ml|\.coveragerc"
    r"|mypy\.ini|\.flake8|(?:.*/)?tests?/?)"
)
_TESTS_RUN = regex(
    r"(?i)\b(?:unit ?tests?|pytest|pre-commit|run(?:ning)? (?:the )?tests)\b"
)
_UV_RUN = regex(r"\buv run\b")
_SCRIPTS = (".sh", ".bash")
_LONGEST_SCRIPT = 100_000  # bytes


def finding(
    build: Build,
    install: Install,
    place: Span,
    message: str,
    fix: Fix | None,
    packages: Sequence[str] = FOR_WORK,
) -> Finding:
    """The finding about `packages`, whose fix is only a choice where something uses them."""
    if fix is None or not _is_used(build, install, packages):
        return Finding(place, message, fix)
    title = f"{fix.message}; check first what uses the packages in this image"
    choice = Fix(title, fix.edits, Safety.MANUAL)
    return Finding(place, message, choices=(choice,))


def _is_used(build: Build, install: Install, packages: Sequence[str]) -> bool:
    """Whether something uses one of the packages that an install brings for development."""
    programs = _pattern(packages)
    if _is_for_tests_too(build) or _has_stage_for_work(build, install):
        return True
    if _runs_later(build, install, programs) or _starts(build, programs):
        return True
    lines = container_lines(build)
    if lines is None or any(map(programs.search, lines)):
        return True
    if install.tool == "uv" and any(map(_UV_RUN.search, _shell_texts(build))):
        return True  # it would install them again
    return imports(build, *modules_of(packages))


def _pattern(packages: Iterable[str]) -> re.Pattern[str]:
    """A program of one of the packages as a word, or a task."""
    words = "|".join(map(re.escape, sorted(programs_of(packages))))
    start = r"(?:(?<![\w.@/-])|(?<=bin/))"
    return regex(rf"{start}(?:(?:{words})(?![\w-]|\.\w)|{_TASK})")


def _is_for_tests_too(build: Build) -> bool:
    """Whether COPY names the settings of test runners or the tests, or a comment speaks of them."""
    dockerfile = build.dockerfile
    for copying in build.copyings():
        if copying.instruction not in build.shipped:
            continue
        for word in copying.instruction.args[:-1]:
            if _FILES_OF_TESTS.fullmatch(word.text.removeprefix("./")):
                return True
    for stage in build.lineage:
        span = Span(stage.span.start, stage.span.end)
        for comment in comments_in(dockerfile, span):
            if _TESTS_RUN.search(comment.span.of(dockerfile.text)):
                return True
    return False


def _has_stage_for_work(build: Build, install: Install) -> bool:
    """Whether a stage for development or tests starts from that of the install."""
    own = stage_of(build, install)
    for stage in build.dockerfile.stages:
        if is_development_name(stage.name) and own in build.lineage_of(stage):
            return True
    return False


def _runs_later(build: Build, install: Install, programs: re.Pattern[str]) -> bool:
    """Whether a command after the install calls a program of theirs, in any stage."""
    start = install.command.span.start
    managed = {
        call.command.span
        for call in build.package_commands
        if call.does.action == "install"
    }
    for call in build.commands():
        span = call.command.span
        if span.start <= start or span in managed:
            continue
        if programs.search(span.of(build.dockerfile.text)):
            return True
    return False


def _starts(build: Build, programs: re.Pattern[str]) -> bool:
    """Whether ENTRYPOINT or CMD, a script that they start, or one that COPY names, does."""
    text = build.dockerfile.text
    for step in start_steps(build):
        words = step.instruction.span.of(text)
        if programs.search(re.sub(r"[\"',\[\]]+", " ", words)):
            return True
    copied = (script for _, script in copied_programs(build) if script[:2] == "#!")
    scripts = (script or "" for script in start_scripts(build))
    return any(programs.search(script) for script in chain(copied, scripts))


def _shell_texts(build: Build) -> Iterator[str]:
    """The shell scripts that are sent: a RUN may put them into their places."""
    yield from sources_of(build, _SCRIPTS)
    context = build.context
    if context is None:
        return
    for file in context.sent:
        if "." not in file.name and file.size <= _LONGEST_SCRIPT:
            text = context.read(file.path) or ""
            if text.startswith("#!"):
                yield text
