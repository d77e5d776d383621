"""A line of the ignore file names a missing path, and a similar one exists

## What it does
Finds patterns in `.dockerignore` that match nothing and look like a mistake.

Most patterns that match nothing today are a precaution. The rule reports only where it looks like a
slip: where one path differs in case or in one letter, ends in the same names in another directory,
or is written with `\\`; and only where a COPY or a bind mount takes what the right path names. It
is silent for names that such lists usually contain, for paths that COPY or a bind mount names, for
those that `.gitignore` has too or in which Django collects its files, and for digits (`v1`, `v2`).
A line that can never match has a lower severity: nothing is sent that should not be.

## Why is this bad?
A pattern that matches nothing is not an error: BuildKit accepts it silently, and what should have
been excluded is sent. Names are case-sensitive, start at the root of the build context, and are
separated by `/`. A path that leads out of the context (`../shared`) never matches, nor do `.` and
`/`.

## Fix safety
The fix writes the path that exists; it is unsafe, and only a choice where git has files there:
they may be wanted in the image. A line that can never match is removed, which
is safe.

## When to ignore
Ignore it where the path is created later and the similar one is needed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from lightship.build import Build
from lightship.context.patterns import IgnorePattern
from lightship.context.taken_by_copy import copied
from lightship.evaluation.copies import Copying
from lightship.facts.context.ignore_file import IgnoreFile, ignore_file
from lightship.facts.context.misnamed_lines import misnamed
from lightship.facts.context.misread_lines import Misread
from lightship.facts.copies.deliveries import Delivery, deliveries
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope

_NOWHERE = {
    ".": "the root itself cannot be excluded: write `*` for everything",
    "/": "the root itself cannot be excluded: write `*` for everything",
    "..": "it leads out of the build context",
}


def check(build: Build) -> Iterator[Finding]:
    file = ignore_file(build)
    if file is None:
        return

    slips = {meant.pattern: (meant, near) for meant, near in misnamed(build)}
    for pattern in file.plain:
        if pattern in slips:
            meant, near = slips[pattern]
            if not pattern.negated and not _takes_one_of(build, meant.files):
                continue
            reason = near.reason
            fix, choices = _renaming(build, file, pattern, meant)
            severity = None
        elif pattern.text in _NOWHERE or pattern.text.startswith("../"):
            reason = _NOWHERE.get(pattern.text, _NOWHERE[".."])
            fix, choices = file.removal(pattern), ()
            severity = Severity.INFO  # nothing that is sent changes
        else:
            continue
        found = file.finding(pattern, f"matches nothing: {reason}", fix, severity)
        yield replace(found, choices=choices)


def _renaming(
    build: Build, file: IgnoreFile, pattern: IgnorePattern, meant: Misread
) -> tuple[Fix | None, tuple[Fix, ...]]:
    """The path that exists, as a fix or, where the image would lack sources, as a choice."""
    if _takes_sources(build, meant):
        return None, (file.renaming(pattern, meant.text, Safety.MANUAL),)
    return file.renaming(pattern, meant.text), ()


def _takes_one_of(build: Build, paths: Collection[str]) -> bool:
    """Whether a COPY or a bind mount may take one of the files: BuildKit sends no others."""
    context = build.context
    if context is None or any(map(_is_unknown, deliveries(build))):
        return True
    for run in build.each("RUN", "ONBUILD"):
        if any(item.type == "bind" and not item.from_ for item in build.mounts(run)):
            return True
    for _, delivery in deliveries(build):
        if delivery is not None and any(
            file.path in paths for file in copied(context, delivery.sources)
        ):
            return True
    return False


def _is_unknown(row: tuple[Copying, Delivery | None]) -> bool:
    """Whether a COPY takes files of the context of which it is not known where they go."""
    copying, delivery = row
    return delivery is None and copying.from_context


def _takes_sources(build: Build, meant: Misread) -> bool:
    """Whether the line would keep files out that git has and a COPY takes: they may be wanted."""
    context = build.context
    if context is None or context.git_tracks is None or meant.pattern.negated:
        return False
    if not any(map(context.git_tracks, meant.tops)):
        return False

    for _, delivery in deliveries(build):
        if delivery is None:
            return True
        files = copied(context, delivery.sources)
        if any(file.path in meant.files for file in files):
            return True
    return False


_OWN = "Dockerfile\n.dockerignore\n"

RULE = Rule(
    id="ignore-pattern-without-match",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(ignore_file=True),
    examples=(
        Example(
            bad="COPY . /app",
            fixed="COPY . /app",
            files={
                "a.py": "",
                "Notes/a.txt": "",
                ".dockerignore": f"{_OWN}# mine\nnotes\n",
            },
            fixed_files={".dockerignore": f"{_OWN}# mine\nNotes\n"},
        ),
        Example(
            bad="COPY . /app",
            fixed="COPY . /app",
            files={
                "a.py": "",
                "deploy/recordings/a.wav": "",
                ".dockerignore": f"{_OWN}deploy/recordigns\n",
            },
            fixed_files={".dockerignore": f"{_OWN}deploy/recordings\n"},
        ),
        Example(
            bad="COPY . /app",
            fixed="COPY . /app",
            files={
                "a.py": "",
                "frames/raw/a.wav": "",
                ".dockerignore": f"{_OWN}backend/frames/raw\nframes\\raw\n",
            },
            fixed_files={".dockerignore": f"{_OWN}frames/raw\nframes\\raw\n"},
        ),
        Example(
            bad="COPY . /app",
            fixed="COPY . /app",
            files={"a.py": "", ".dockerignore": f"{_OWN}../shared\n./\nb\n"},
            fixed_files={".dockerignore": f"{_OWN}b\n"},
        ),
        Example(
            good="COPY . /app",
            files={
                "a.py": "",
                "test_b.py": "",
                "v1/a": "",
                "handler.py": "",
                ".dockerignore": f"{_OWN}.env\ntests\nnode_modules\ntest_a.py\nv2\nhandlers.py\n"
                "report-7.txt\n*.log\n",
            },
        ),
    ),
)
