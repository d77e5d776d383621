"""Reports of build contexts in memory."""

from __future__ import annotations

from lightship.build import Build
from lightship.context.files import Context, File, FileKind
from lightship.context.walked import Walked
from lightship.dockerfile.parse import parse
from lightship.inspection.context.context_report import ContextReport
from lightship.inspection.context.inspect_context import inspect_context


def report_of(
    dockerfile: str | None, files, links=None, *, target=None, modes=None, **walked
) -> ContextReport:
    """`files` are path to text or bytes; the Dockerfile is one of them where it is not None."""
    if dockerfile is not None:
        files = {"Dockerfile": dockerfile} | files
    data = {
        path: text.encode() if isinstance(text, str) else text
        for path, text in files.items()
    }
    plain = Walked.of({path: len(content) for path, content in data.items()}, links)
    found = Walked(
        plain.files,
        walked.get("kinds", {}),
        plain.links,
        walked.get("closed", {}),
        walked.get("unreadable", frozenset()),
    )
    name = "Dockerfile" if dockerfile is not None else None
    context = Context(lambda: found.files, data.get, name)
    return inspect_context(
        Build(parse(dockerfile or ""), context, {}, target, name), found
    )


def paths(files) -> list[str]:
    return [file.path for file in files]


def a_file(path: str, size: int = 0) -> File:
    return File(path, size, 0o644, FileKind.FILE)
