"""Paths and places as several formats need them."""

from __future__ import annotations

from urllib.parse import quote

from lightship.lint.diagnostic import Report


def file_of(report: Report, path: str | None) -> str:
    """The file that an edit changes, as a person would write it."""
    if path is None:
        return report.path
    return path if report.root in ("", ".") else f"{report.root.rstrip('/')}/{path}"


def uri(path: str) -> str:
    """A path as a relative (or absolute) URI reference."""
    slashed = path.replace("\\", "/")
    return quote(
        f"file://{slashed}" if slashed.startswith("/") else slashed, safe="/:" if slashed.startswith("/") else "/"
    )
