"""A line of the ignore file names a missing path, and a similar one exists

## What it does
Finds patterns in `.dockerignore` that match nothing and look like a mistake.

Most patterns that match nothing today are a precaution. The rule reports only where it looks like a
slip: where one path differs in case or in one letter, ends in the same names in another directory,
or is written with `\\`; and only where a COPY or a bind mount takes what the right path names. It
is silent for names that such lists usually contain, for paths that COPY or a bind mount names, for
those that `.gitignore` has too or in which Django collects its files, and for digits (`v1`, `v2`).
It is silent, too, where git has what the right path names, since the image may need it, and for an
exception (`!`) for a page that nothing reads. A line that can never match has a lower severity:
nothing is sent that should not be.

## Why is this bad?
A pattern that matches nothing is not an error: BuildKit accepts it silently, and what should have
been excluded is sent. Names are case-sensitive, start at the root of the build context, and are
separated by `/`. A path that leads out of the context (`../shared`) never matches, nor do `.` and
`/`.

## Fix safety
The fix writes the path that exists; it is unsafe. A line that can never match is removed, which is
safe.

## When to ignore
Ignore it where the path is created later and the similar one is needed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from posixpath import basename

from lightship.build import Build
from lightship.facts.context.ignore_file import ignore_file
from lightship.facts.context.misnamed_lines import misnamed
from lightship.facts.context.misread_lines import Misread
from lightship.facts.context.taken_paths import taken_paths
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope

_PAGES = (".md", ".rst", ".adoc")
_MANIFESTS = ("pyproject.toml", "setup.py", "setup.cfg")
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
            if _is_no_matter(build, meant):
                continue
            reason = near.reason
            fix = file.renaming(pattern, meant.text)
            severity = None
        elif pattern.text in _NOWHERE or pattern.text.startswith("../"):
            reason = _NOWHERE.get(pattern.text, _NOWHERE[".."])
            fix = file.removal(pattern)
            severity = Severity.INFO  # nothing that is sent changes
        else:
            continue
        yield file.finding(pattern, f"matches nothing: {reason}", fix, severity)


def _is_no_matter(build: Build, meant: Misread) -> bool:
    """Whether nothing is lost by the line as it is, or the image may want what it would take."""
    if meant.pattern.negated:
        return all(map(_is_page, meant.files)) and not _is_read(build, meant.files)
    tracks = build.context.git_tracks if build.context is not None else None
    if tracks is not None and any(map(tracks, meant.tops)):
        return True
    taken = taken_paths(build)
    return taken is not None and taken.isdisjoint(meant.files)


def _is_page(path: str) -> bool:
    return path.lower().endswith(_PAGES)


def _is_read(build: Build, paths: Collection[str]) -> bool:
    """Whether the manifest of the package names one of the pages, as most do with README."""
    context = build.context
    if context is None:
        return False
    texts = [context.read(name) or "" for name in _MANIFESTS]
    names = [basename(path).lower() for path in paths]
    return any(name in text.lower() for text in texts for name in names)


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
