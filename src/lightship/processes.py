"""Tasks in a copy of this process, on another core; the only file that forks.

No process outlives the one that waits for it, however that ends. The pipe for a copy's answer has
one reader: when that is gone, so is the copy. None keeps an output open for which somebody else may
wait.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import IO, Any, Generic, NoReturn, TypeVar

from lightship.errors import LightshipError
from lightship.record import record

T = TypeVar("T")
_TOKEN = 4  # bytes of a number in a pipe
_MOST_IN_PIPE = 10_000  # so that the pipe, which has 64 kB, takes all at once
_LOOK = 1000  # milliseconds after which a copy looks itself whether it is waited for
_KILL = 9
_SET_DEATH_SIGNAL, _TERMINATE = 1, 15  # prctl(2), PR_SET_PDEATHSIG


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
    parent = os.getpid()
    process = os.fork()
    if not process:
        os.close(reading)
        _answer(writing, task, parent)
    os.close(writing)
    return _CopiedProcess(os.fdopen(reading, "rb"), process, task)


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
        if isinstance(others, _CopiedProcess):
            others.end()
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


@record(eq=False, frozen=False)
class _CopiedProcess(Generic[T]):
    """A copy of this process at work on a task. It is called once, and waits for the answer."""

    pipe: IO[bytes]
    process: int
    task: Callable[[], T]
    is_running: bool = True

    def __call__(self) -> T:
        with self.pipe:
            data = self.pipe.read()
        self.end()
        # No answer: what is wrong shows here, or it was only killed
        if not data:
            return self.task()
        import pickle  # noqa: PLC0415 - 2 ms, and one process has nobody to hear from

        is_good, answer = pickle.loads(data)  # noqa: S301 - of our own making
        if not is_good:
            raise answer
        return answer  # type: ignore[no-any-return]

    def end(self) -> None:
        """End it: its answer was read, or nobody wants it."""
        self.pipe.close()
        if self.is_running:
            self.is_running = False
            os.kill(self.process, _KILL)
            os.waitpid(self.process, 0)


def _answer(writing: int, task: Callable[[], Any], parent: int) -> NoReturn:
    """In the copy: do the task, write the answer, and end without anything that an end of Python
    does.
    """
    try:
        _let_outputs_go()
        _watch(partial(_end_with_reader, writing, parent))
        try:
            answer = (True, task())
        except LightshipError as error:
            answer = (False, error)
        import pickle  # noqa: PLC0415 - as above

        data = pickle.dumps(answer, protocol=pickle.HIGHEST_PROTOCOL)
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(data)
    finally:
        os._exit(0)


def follow_parent() -> None:
    """The first thing that a process of a pool does, so that it ends when its parent does."""
    _let_outputs_go()
    _watch(_end_with_parent)


def signalled_with_parent() -> Callable[[], None] | None:
    """What a program that is started for long does first, so that it is asked to end when we are
    gone.

    None where the system has no such thing.
    """
    if not sys.platform.startswith("linux"):
        return None
    import ctypes  # noqa: PLC0415 - only who starts one needs it

    prctl = ctypes.CDLL(None).prctl

    def ask() -> None:
        prctl(_SET_DEATH_SIGNAL, _TERMINATE)

    return ask


def _watch(watcher: Callable[[], None]) -> None:
    """Let a thread wait for what ends this process."""
    threading.Thread(target=watcher, daemon=True).start()


def _end_with_parent() -> None:
    from multiprocessing import parent_process  # noqa: PLC0415 - a pool has loaded it

    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _let_outputs_go() -> None:
    """Who reads what we print waits for its end, and must not wait for a copy, which prints
    nothing.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        # There may be none, or one of a test without a handle; a file may have the handle then
        with suppress(AttributeError, OSError, ValueError):
            os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _end_with_reader(writing: int, parent: int) -> None:
    """End this copy as soon as nobody can read its answer: the system reports that of a pipe
    unasked.
    """
    import select  # noqa: PLC0415 - only a copy needs it

    watched = select.poll()
    watched.register(writing, 0)
    while not watched.poll(_LOOK) and os.getppid() == parent:
        pass
    os._exit(1)
