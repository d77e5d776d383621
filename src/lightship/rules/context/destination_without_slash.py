"""COPY or ADD takes several sources to a destination without `/` at its end

Docker's classic builder refuses it. BuildKit takes it, but where the destination is no
directory yet, each file is written over the one before it, and only the last is left
(moby/buildkit#1853).

The fix adds the `/`. It is safe where the destination is a directory in any case: the working
directory, one above it, or a path that ends in `.`. Elsewhere the image changes where files
were lost before, so the fix is unsafe.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.context.files import roots
from lightship.context.wildcards import has_wildcards
from lightship.evaluation.copies import Copying, copyings
from lightship.evaluation.paths import clean, join_workdir
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.text import Edit


def check(build: Build) -> Iterator[Finding]:
    for copying in copyings(build.dockerfile, build.evaluation):
        path = copying.destination.value
        if not path or path.endswith(("/", "\\")) or not _takes_several(build, copying):
            continue
        if _is_directory(copying, path):
            message, severity = f"several sources: end the destination {path} with /", Severity.WARNING
        else:
            message, severity = f"each file may replace the one before it at {path}: end it with /", Severity.ERROR
        yield Finding(copying.destination.word.span, message, _fix(copying, path), severity)


def _takes_several(build: Build, copying: Copying) -> bool:
    """Several sources, or one with wildcards that stands for several paths of the build context."""
    if copying.instruction.flag("parents"):  # keeps each path below the destination
        return False
    if len(copying.sources) > 1 or build.context is None:
        return len(copying.sources) > 1
    wildcards = (source.value or "" for source in copying.local if has_wildcards(source.value or ""))
    return any(len(roots(build.context, source)) > 1 for source in wildcards)


def _is_directory(copying: Copying, path: str) -> bool:
    """Whether the destination surely exists as a directory: WORKDIR makes its own."""
    if path == "." or path.endswith("/."):
        return True
    state = copying.before
    if state is None or not (state.workdir_set and (state.workdir_known or not path.startswith("/"))):
        return False
    target = clean(join_workdir(state.workdir, path).path)
    return f"{clean(state.workdir)}/".startswith(f"{target.rstrip('/')}/")


def _fix(copying: Copying, path: str) -> Fix:
    span = copying.destination.word.span
    end = span.end - 1 if copying.instruction.form == "exec" else span.end
    safety = Safety.SAFE if _is_directory(copying, path) else Safety.UNSAFE
    return Fix("Add the slash", (Edit.insert(end, "/"),), safety)


RULE = Rule(
    id="destination-without-slash",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
    aliases=("DL3021", "DS-0011", "AVD-DS-0011"),
    examples=(
        Example(bad="COPY app.py settings.py /app", fixed="COPY app.py settings.py /app/"),
        Example(bad="ADD one.conf two.conf /etc/app", fixed="ADD one.conf two.conf /etc/app/"),
        Example(bad='COPY ["a.py", "b.py", "/app"]', fixed='COPY ["a.py", "b.py", "/app/"]'),
        Example(
            bad="ENV HOME_DIR=/app\nCOPY a.py b.py $HOME_DIR", fixed="ENV HOME_DIR=/app\nCOPY a.py b.py $HOME_DIR/"
        ),
        Example(
            bad="WORKDIR /app\nCOPY package.json package-lock.json .",
            fixed="WORKDIR /app\nCOPY package.json package-lock.json ./",
        ),
        Example(
            bad="COPY a.py \\\n    # and\n    b.py \\\n    /app",
            fixed="COPY a.py \\\n    # and\n    b.py \\\n    /app/",
        ),
        Example(bad="COPY <<one <<two /etc/app\n1\none\n2\ntwo", fixed="COPY <<one <<two /etc/app/\n1\none\n2\ntwo"),
        Example(
            bad="COPY *.py /app",
            fixed="COPY *.py /app/",
            files={"app.py": "", "settings.py": ""},
        ),
        Example(good="COPY app.py settings.py /app/"),
        Example(good="COPY *.py /app", files={"app.py": ""}),
        Example(good="COPY --parents src/a.py lib/b.py /app"),
        Example(good="COPY app.py /app"),
        Example(good="ENV HOME_DIR=/app/\nCOPY a.py b.py $HOME_DIR"),
        Example(good="ARG TARGET\nCOPY a.py b.py $TARGET"),
    ),
)
