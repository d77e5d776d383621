"""What the statuses of answers mean: HTTP's, a shell's exit codes, and no answer at all."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.proof.measured import Answer
from lightship.proof.proof import Effect

NO_PAGE = 404


def statuses_of(answers: Sequence[Answer]) -> set[int]:
    """All of one side; -1 where nothing came."""
    found: set[int] = set()
    for answer in answers:
        status = -1 if answer.error else answer.status
        found.add(status)
        if answer.again is not None and answer.again_status:
            found.add(answer.again_status)
    return found


def status_effect(before: set[int], after: set[int]) -> Effect:
    """Better where a failure or a missing page became a page; and what varies by itself varies."""
    come = after - before
    gone = before - after
    if not come:
        is_mended = all(map(_is_failure, gone))
        return Effect.BETTER if is_mended else Effect.SAME
    was_broken = all(map(_is_mendable, before))
    if was_broken and all(map(is_page, after)):
        return Effect.BETTER
    return Effect.WORSE


def _is_failure(status: int) -> bool:
    """No answer, an error of the server, or an exit code: HTTP has no answers below 200."""
    return status < 0 or status >= 500 or 0 < status < 200


def _is_mendable(status: int) -> bool:
    return _is_failure(status) or status == NO_PAGE


def is_page(status: int) -> bool:
    """Whether there was an answer without an error; a program's exit code 0 is one."""
    return status == 0 or 200 <= status < 400
