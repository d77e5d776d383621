"""Why a finding about a file of CI has no fix, as its message says it."""

from __future__ import annotations

from lightship.lint.finding import Fix

NOT_PLAIN = "it is not written in plain block style"
"""In flow style, quotes or an expression, in which no edit is sure."""


def with_why(message: str, fix: Fix | str) -> str:
    """A message, with the reason where there is one in place of a fix."""
    return f"{message} (no fix: {fix})" if isinstance(fix, str) else message


def fix_alone(fix: Fix | str) -> Fix | None:
    """The fix, where it is one."""
    return None if isinstance(fix, str) else fix
