"""COPY or ADD takes several sources to a destination that does not end with `/`

## What it does
Finds COPY and ADD with several sources whose destination does not end with `/`. It is an error
where nothing can have created the directory, and a note where that is not known. It is silent where
the directory certainly exists: the working directory, one above it, one that `mkdir` has created,
`/root` and similar ones, or a path that ends in `.`.

A flag in brackets does not count as a source: `COPY [--chown=app:app] run.sh /app/run.sh`, as
manuals write what may be left out. BuildKit takes it for a pattern that matches nothing, so the
files keep their owner. The brackets have to go; a slash would only move the file.

## Why is this bad?
Where the destination is not a directory yet, each file replaces the one before it, and only the
last is left (moby/buildkit#1853). Docker's classic builder refuses such a COPY.

## Fix safety
The fix adds the `/`. It is unsafe, because the image changes where files were lost before.

## When to ignore
Ignore it where the sources are one file in every build, chosen by a wildcard.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from lightship.base_images.known import starts_in_root
from lightship.build import Build
from lightship.context.taken_by_copy import roots
from lightship.context.wildcards import has_wildcards
from lightship.dockerfile.tree import Instruction, Word
from lightship.evaluation.copies import Copying
from lightship.evaluation.dispatch import Step
from lightship.evaluation.paths import below, clean, in_workdir
from lightship.evaluation.stages import SCRATCH
from lightship.facts.copies.shell_syntax import shell_words
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.regex import regex
from lightship.text import Edit, Span

_BRACKETED = regex(r"\[--\w[\w-]*(?:=[^\[\]\s]*)?\]")
_MOST_ASKED = 50  # what makes a directory, and what shows that nothing does, is looked for so often
_DEEPEST = 20  # parts of a path
# Directories that every distribution has
_EVERYWHERE = frozenset(
    """/etc /home /opt /root /srv /tmp /usr /usr/bin /usr/lib /usr/local /usr/local/bin
    /usr/local/lib /usr/sbin /usr/share /var /var/lib /var/log""".split()
)


def check(build: Build) -> Iterator[Finding]:
    asks = _MOST_ASKED
    for copying in build.copyings():
        path = copying.destination.value
        if not path or path.endswith(("/", "\\")) or not _takes_several(build, copying):
            continue
        if "{{" in copying.instruction.span.of(build.dockerfile.text):
            continue  # a template of a Dockerfile
        if shell_words(copying.instruction):
            continue  # shell-syntax-in-copy says what the last word is
        flags = _bracketed_flags(copying.instruction)
        if flags:
            yield _of_brackets(flags[0])
        if flags and len(copying.sources) <= len(flags) + 1:
            continue
        span = copying.destination.word.span
        if _is_directory(build, copying, path):
            continue

        is_absent = asks > 0 and _is_absent(build, copying, path)
        asks -= 1
        severity = Severity.INFO
        problem = f"each file replaces the one before it unless {path} is a directory"
        if is_absent:
            severity = Severity.ERROR
            problem = (
                f"{path} is not a directory, so each file replaces the one before it"
            )
        message = f"{problem}: end it with /"
        yield Finding(span, message, _fix(copying), severity)


def _bracketed_flags(instruction: Instruction) -> list[Word]:
    """The flags that are written in the brackets of a manual, and so are taken for sources."""
    if instruction.form == "exec":
        return []
    return [word for word in instruction.args[:-1] if _BRACKETED.fullmatch(word.text)]


def _of_brackets(word: Word) -> Finding:
    inner = word.span.start + 1, word.span.end - 1
    edits = (
        Edit.delete(Span(word.span.start, inner[0])),
        Edit.delete(Span(inner[1], word.span.end)),
    )
    # Whose files they become, or with which modes, is not what was built before
    fix = Fix("Remove the brackets", edits, Safety.MANUAL)
    message = (
        f"{word.text} is taken for a source and has no effect: remove the brackets"
    )
    return Finding(word.span, message, fix, Severity.INFO)


def _is_absent(build: Build, copying: Copying, path: str) -> bool:
    """Whether nothing can have made the destination."""
    from lightship.facts.files.stage_content import is_absent  # noqa: PLC0415 - few COPY get here

    target = _target(copying, path)
    if copying.step is None or not target:
        return False
    return is_absent(build, copying.step.stage, target, copying.instruction)


def _takes_several(build: Build, copying: Copying) -> bool:
    """Several sources, or one with wildcards that stands for several paths of the build context."""
    if copying.instruction.flag("parents"):  # keeps each path below the destination
        return False
    if len(copying.sources) > 1 or build.context is None:
        return len(copying.sources) > 1 and not _are_directories(build, copying)
    wildcards = (
        source.value or ""
        for source in copying.local
        if has_wildcards(source.value or "")
    )
    return any(len(roots(build.context, source)) > 1 for source in wildcards)


def _are_directories(build: Build, copying: Copying) -> bool:
    """Whether all sources are directories: their content is merged, and none replaces another."""
    context = build.context
    if context is None or len(copying.local) < len(copying.sources):
        return False
    paths = [clean(f"/{source.value or ''}").strip("/") for source in copying.local]
    files = context.files
    return all(
        not path or any(file.path.startswith(f"{path}/") for file in files)
        for path in paths
    )


def _target(copying: Copying, path: str) -> str:
    """The destination from `/`; empty where that is not known."""
    state = copying.before
    known = state is not None and (state.workdir_known or path.startswith("/"))
    return in_workdir(state.workdir, path) if state is not None and known else ""


def _is_directory(build: Build, copying: Copying, path: str) -> bool:
    """Whether the destination is known to exist as a directory: WORKDIR makes its own."""
    if path == "." or path.endswith("/."):
        return True
    step, state = copying.step, copying.before
    if step is None or state is None:
        return False
    target = in_workdir(state.workdir, path)
    sure = state.workdir_known or not path.startswith("/")
    if state.workdir_set and sure and below(clean(state.workdir), target) is not None:
        return True
    if not _target(copying, path):
        return False
    root = build.evaluation.root(step.stage).name
    return (
        target in _EVERYWHERE and root != SCRATCH and starts_in_root(root)
    ) or _is_made(build, step, target)


def _is_made(build: Build, step: Step, target: str) -> bool:
    """Whether a RUN before makes it."""
    made = build.once(_made)
    start = step.instruction.span.start
    return any(
        made.get((stage.index, target), start) < start
        for stage in build.lineage_of(step.stage)
    )


def _made(build: Build) -> dict[tuple[int, str], int]:
    """The directories that `mkdir` is known to make, and those above them, by stage: where the
    first RUN does.
    """
    from lightship.facts.edits.endings import is_certain  # noqa: PLC0415 - few COPY get here
    from lightship.facts.values.directories import (  # noqa: PLC0415 - few COPY get here
        directory_of,
        in_directory,
    )

    makers: dict[tuple[int, str], int] = {}
    for call in islice(build.commands("mkdir"), _MOST_ASKED):
        stage = build.dockerfile.stage_of(call.instruction)
        if stage is None or not is_certain(call.script, call.command):
            continue

        run_end = call.instruction.span.end
        workdir = directory_of(build, call)
        for value in call.command.values[1:]:
            if not value or value.startswith("-"):
                continue
            path = in_directory(workdir, value)
            if path is None:
                continue
            parts = clean(path).split("/")[:_DEEPEST]
            for end in range(2, len(parts) + 1):
                directory = "/".join(parts[:end])
                makers.setdefault((stage.index, directory), run_end)
    return makers


def _fix(copying: Copying) -> Fix:
    span = copying.destination.word.span
    end = span.end - 1 if copying.instruction.form == "exec" else span.end
    return Fix("Add a slash", (Edit.insert(end, "/"),), Safety.UNSAFE)


RULE = Rule(
    id="destination-without-slash",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
    aliases=("DL3021", "DS-0011", "AVD-DS-0011"),
    missed={
        "in-onbuild": (
            "a trigger runs in another build, where the variable may have another value"
        ),
    },
    examples=(
        Example(
            bad="COPY app.py settings.py /app", fixed="COPY app.py settings.py /app/"
        ),
        Example(
            bad="ADD one.conf two.conf /etc/app",
            fixed="ADD one.conf two.conf /etc/app/",
        ),
        Example(
            bad='COPY ["a.py", "b.py", "/app"]', fixed='COPY ["a.py", "b.py", "/app/"]'
        ),
        Example(
            bad="ENV HOME_DIR=/app\nCOPY a.py b.py $HOME_DIR",
            fixed="ENV HOME_DIR=/app\nCOPY a.py b.py $HOME_DIR/",
        ),
        Example(
            bad="COPY a.py \\\n    # and\n    b.py \\\n    /app",
            fixed="COPY a.py \\\n    # and\n    b.py \\\n    /app/",
        ),
        Example(
            bad="COPY <<one <<two /etc/app\n1\none\n2\ntwo",
            fixed="COPY <<one <<two /etc/app/\n1\none\n2\ntwo",
        ),
        Example(
            bad="COPY *.py /app",
            fixed="COPY *.py /app/",
            files={"app.py": "", "settings.py": ""},
        ),
        Example(bad="COPY [--chown=nobody:nogroup] ./run.sh /srv/run.sh"),
        Example(good="COPY app.py settings.py /app/"),
        Example(good="WORKDIR /app\nCOPY package.json package-lock.json ."),
        Example(
            good="RUN mkdir -p /app/data\nCOPY a.py b.py /app\nCOPY a.sh b.sh /usr/local/bin"
        ),
        Example(
            good="WORKDIR /app\nCOPY ./{{ cookiecutter.name }} /app/{{ cookiecutter.name }}"
        ),
        Example(good="COPY *.py /app", files={"app.py": ""}),
        Example(good="COPY --parents src/a.py lib/b.py /app"),
        Example(good="COPY app.py /app"),
        Example(good="ENV HOME_DIR=/app/\nCOPY a.py b.py $HOME_DIR"),
        Example(good="ARG TARGET\nCOPY a.py b.py $TARGET"),
    ),
)
