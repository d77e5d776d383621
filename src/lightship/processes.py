"""`beside`: a task in a process of its own; the only file that forks."""

from __future__ import annotations

import os
import pickle
import threading
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from lightship.errors import LightshipError

T = TypeVar("T")


def beside(task: Callable[[], T], /) -> Callable[[], T]:
    """Start a task in a copy of this process, with all that it knows; what is returned waits for its answer.

    The answer must be plain data, and so must an error that the task raises. Where there is no second core, or other
    threads run, which a copy would not have, the task is done when its answer is asked for.
    """
    if not hasattr(os, "fork") or (os.cpu_count() or 1) < 2 or threading.active_count() > 1:
        return task
    reading, writing = os.pipe()
    process = os.fork()
    if not process:
        os.close(reading)
        _tell(writing, task)
    os.close(writing)
    return partial(_told, reading, process, task)


def _tell(writing: int, task: Callable[[], Any]) -> None:
    """In the copy: do the task, write the answer, and end without anything that an end of Python does."""
    try:
        try:
            answer = (True, task())
        except LightshipError as error:
            answer = (False, error)
        data = pickle.dumps(answer, protocol=pickle.HIGHEST_PROTOCOL)
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(data)
    finally:
        os._exit(0)


def _told(reading: int, process: int, task: Callable[[], T]) -> T:
    with os.fdopen(reading, "rb") as pipe:
        data = pipe.read()
    os.waitpid(process, 0)
    if not data:  # the copy came to no answer: what is wrong shows here, or it was only killed
        return task()
    is_good, answer = pickle.loads(data)  # noqa: S301 - of our own making
    if not is_good:
        raise answer
    return answer  # type: ignore[no-any-return]
