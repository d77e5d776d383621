"""Requirements files of pip, with what they include (pip's _internal/req/req_file.py)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from lightship.context.files import Context
from lightship.context.wildcards import clean
from lightship.pyproject.dependency import Dependency, read_editable, read_requirement
from lightship.pyproject.manifest_text import text_of
from lightship.record import record
from lightship.regex import regex

FILE_OPTIONS = ("-r", "--requirement", "-c", "--constraint")
_CONSTRAINTS = ("-c", "--constraint")
_COMMENT = regex(r"(?:^|\s)#")
_MOST_FILES = 50
_MOST_LINES = 20_000


@record
class RequirementLine:
    """One line: an option with its value, or a requirement, where the option is empty."""

    option: str
    value: str


@record
class Requirements:
    """A requirements file and all that it includes.

    `paths` are those that are there, `missing` those that are not. `constraints` only narrow
    versions. `options` are the other lines: `--index-url`, `--require-hashes`.
    """

    paths: tuple[str, ...]
    missing: tuple[str, ...]
    dependencies: tuple[Dependency, ...]
    constraints: tuple[Dependency, ...]
    options: tuple[RequirementLine, ...]


def lines_of(text: str) -> Iterator[RequirementLine]:
    """The lines that say something, each split into option and value."""
    for line in logical_lines(text):
        if not line.startswith("-"):
            yield RequirementLine("", line)
        elif line.startswith("--"):
            option, _, value = line.replace("=", " ", 1).partition(" ")
            yield RequirementLine(option, value.strip())
        else:
            yield RequirementLine(line[:2], line[2:].strip())


def logical_lines(text: str) -> Iterator[str]:
    """The lines of a requirements file, joined over their continuations as pip does it,
    without comments.
    """
    parts: list[str] = []
    for line in (*text.removeprefix("\ufeff").splitlines(), ""):
        is_comment = line.lstrip().startswith("#")
        if line.endswith("\\") and not is_comment:
            parts.append(line.strip("\\"))
            continue
        whole = "".join((*parts, " " + line if is_comment else line))
        found = _COMMENT.search(whole)
        whole = (whole[: found.start()] if found else whole).strip()
        parts = []
        if whole:
            yield whole


def included(path: str, value: str) -> str:
    """The path from the root of the context that `-r value` in the file `path` means."""
    return clean(f"{path.rpartition('/')[0] or '.'}/{value}")


def read_files(context: Context, path: str) -> Requirements:
    """All that a requirements file asks for."""
    waiting = deque([(path, False)])
    seen = {path}
    paths, missing = [], []
    dependencies: list[Dependency] = []
    constraints: list[Dependency] = []
    options: list[RequirementLine] = []
    lines = 0
    while waiting and len(seen) <= _MOST_FILES and lines < _MOST_LINES:
        path, narrows = waiting.popleft()
        if context.read(path) is None:
            missing.append(path)
            continue
        paths.append(path)
        for line in lines_of(text_of(context, path)):
            lines += 1
            if lines >= _MOST_LINES:
                break
            if line.option in FILE_OPTIONS and "://" not in line.value:
                other = included(path, line.value)
                if other not in seen:
                    seen.add(other)
                    waiting.append((other, narrows or line.option in _CONSTRAINTS))
            elif (found := _dependency(line, path)) is not None:
                (constraints if narrows else dependencies).append(found)
            else:
                options.append(line)
    return Requirements(
        tuple(paths),
        tuple(missing),
        tuple(dependencies),
        tuple(constraints),
        tuple(options),
    )


def _dependency(line: RequirementLine, path: str) -> Dependency | None:
    if line.option in ("-e", "--editable"):
        return read_editable(line.value, path)
    return None if line.option else read_requirement(line.value, path)
