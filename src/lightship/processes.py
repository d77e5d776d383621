"""Tasks in a copy of this process, on another core; the only file that forks."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from lightship.errors import LightshipError

T = TypeVar("T")
_TOKEN = 4  # bytes of a number in a pipe
_MOST_IN_PIPE = 10_000  # so that the pipe, which has 64 kB, takes all at once


def core_count() -> int:
    """The processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def beside(task: Callable[[], T], /) -> Callable[[], T]:
    """Start a task in a copy of this process, with all that it knows; what is returned waits for
    its answer.

    The answer must be plain data, and so must an error that the task raises. Where there is no
    second core, or other threads run, which a copy would not have, the task is done when its
    answer is asked for.
    """
    if not hasattr(os, "fork") or core_count() < 2 or threading.active_count() > 1:
        return task
    reading, writing = os.pipe()
    _widen(writing)
    process = os.fork()
    if not process:
        os.close(reading)
        _tell(writing, task)
    os.close(writing)
    return partial(_told, reading, process, task)


def _widen(pipe: int) -> None:
    """Let a pipe hold a megabyte, so that an answer goes through it in few pieces; where that is
    refused, in more.
    """
    with suppress(ImportError, AttributeError, OSError):
        import fcntl  # noqa: PLC0415 - there is none on Windows

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, 1 << 20)


def share(task: Callable[[int], T], numbers: Sequence[int], /) -> dict[int, T]:
    """Do a task for each number, in this process and in a copy: each takes the next one when it
    is free.

    The numbers stand in a pipe, which gives each of them to one reader. Of errors that of the
    lowest number is raised.
    """
    if len(numbers) > _MOST_IN_PIPE:
        return {number: task(number) for number in numbers}
    reading, writing = os.pipe()
    os.write(writing, b"".join(number.to_bytes(_TOKEN, "big") for number in numbers))
    os.close(writing)

    def taken() -> dict[int, T | LightshipError]:
        found: dict[int, T | LightshipError] = {}
        while token := os.read(reading, _TOKEN):
            number = int.from_bytes(token, "big")
            try:
                found[number] = task(number)
            except LightshipError as error:
                found[number] = error
        return found

    others = beside(taken)
    try:
        found = taken() | others()
    finally:
        os.close(reading)
    for number in sorted(numbers):
        if number not in found:  # the copy was killed with it
            found[number] = task(number)
        if isinstance(answer := found[number], LightshipError):
            raise answer
    return {
        number: answer
        for number, answer in found.items()
        if not isinstance(answer, LightshipError)
    }


def _tell(writing: int, task: Callable[[], Any]) -> None:
    """In the copy: do the task, write the answer, and end without anything that an end of Python
    does.
    """
    try:
        try:
            answer = (True, task())
        except LightshipError as error:
            answer = (False, error)
        import pickle  # noqa: PLC0415 - 2 ms, and one process has nobody to send to

        data = pickle.dumps(answer, protocol=pickle.HIGHEST_PROTOCOL)
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(data)
    finally:
        os._exit(0)


def _told(reading: int, process: int, task: Callable[[], T]) -> T:
    with os.fdopen(reading, "rb") as pipe:
        data = pipe.read()
    os.waitpid(process, 0)
    if (
        not data
    ):  # the copy came to no answer: what is wrong shows here, or it was only killed
        return task()
    import pickle  # noqa: PLC0415 - as above

    is_good, answer = pickle.loads(data)  # noqa: S301 - of our own making
    if not is_good:
        raise answer
    return answer  # type: ignore[no-any-return]
