from __future__ import annotations

import multiprocessing
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from images import blob_of, config, layer, opened, whiteout
from images import file as made

from lightship import processes
from lightship.errors import CorruptBlobError
from lightship.image import layers as all_layers
from lightship.image import read
from lightship.image.layer import Cores, Reading
from lightship.image.read import read_contents
from lightship.image.read_limits import Limits
from lightship.image.scan import NOTHING_WANTED
from lightship.processes import beside, share

pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="no processes can be copied here"
)
LONG = 3  # seconds after which a process that did not come will not come


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two cores, and no other threads: those of the test runner do none of our work."""
    monkeypatch.setattr(processes, "core_count", lambda: 2)
    monkeypatch.setattr(threading, "active_count", lambda: 1)


@pytest.fixture
def meet(alone: None) -> Callable[[], None]:
    """Called first by each of the two processes: waits there until the other one has come too."""
    barrier = multiprocessing.get_context("fork").Barrier(2, timeout=LONG)
    came: set[int] = set()

    def wait_once() -> None:
        if os.getpid() not in came:
            came.add(os.getpid())
            barrier.wait()

    return wait_once


def test_the_answer_is_that_of_the_task_from_another_process(alone):
    seen = []
    answer = beside(lambda: (seen.append(1), os.getpid(), bytes(300_000)))
    _, process, data = answer()
    assert (seen, len(data)) == ([], 300_000)
    assert process != os.getpid()


def test_an_error_for_people_comes_back_as_it_was(alone):
    def task() -> None:
        raise CorruptBlobError("the blob is broken")

    with pytest.raises(CorruptBlobError, match="the blob is broken"):
        beside(task)()


def test_a_process_that_dies_leaves_the_task_to_us(alone):
    here = os.getpid()

    def task() -> int:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return here

    assert beside(task)() == here


def test_a_mistake_of_ours_shows_where_it_is_asked_for(alone):
    with pytest.raises(ZeroDivisionError):
        beside(lambda: 1 // 0)()


def test_beside_other_threads_the_task_is_done_here():
    go = threading.Event()
    other = threading.Thread(target=go.wait)
    other.start()
    try:
        assert beside(os.getpid)() == os.getpid()
    finally:
        go.set()
        other.join()


def test_a_share_is_done_by_both_and_each_number_once(meet):
    def task(number: int) -> tuple[int, int]:
        meet()
        return number, os.getpid()

    answers = share(task, range(20))
    assert [answers[number][0] for number in range(20)] == list(range(20))
    assert len({process for _, process in answers.values()}) == 2


def test_what_a_killed_process_had_taken_is_done_here(meet):
    here = os.getpid()

    def task(number: int) -> int:
        meet()
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    assert share(task, range(9)) == {number: number for number in range(9)}


def test_of_errors_that_of_the_lowest_number_is_raised(meet):
    def task(number: int) -> int:
        meet()
        raise CorruptBlobError(f"layer {number}")

    with pytest.raises(CorruptBlobError, match=r"layer 2$"):
        share(task, (5, 4, 3, 2))


@pytest.mark.parametrize("compression", ["", "gzip"])
def test_law_an_image_reads_the_same_on_one_core_and_on_two(
    monkeypatch, alone, compression
):
    monkeypatch.setattr(read, "LARGE", 5_000)
    monkeypatch.setattr(all_layers, "LARGE", 5_000)
    layers = [
        layer(made(f"f{at}", 3000), made("same", 2000, mode=0o600 + at))
        for at in range(5)
    ]
    found = opened(*layers, layer(whiteout("f1")), compression=compression)
    told = []
    one = read_contents(found, Reading(NOTHING_WANTED, Limits(), False, told.append))
    two = read_contents(
        found,
        Reading(NOTHING_WANTED, Limits(), False, told.append, Cores(beside, share)),
    )
    assert [scan.paths for scan in one.stack.scans] == [
        scan.paths for scan in two.stack.scans
    ]
    assert one.stack.gone == two.stack.gone
    assert one.waste == two.waste
    assert {item.reason.value for item in two.waste} == {"metadata", "removed"}
    assert sum(told) >= one.stored  # what the other process has read, it tells nobody


def test_a_broken_layer_is_the_same_error_on_two_cores(monkeypatch, alone):
    monkeypatch.setattr(read, "LARGE", 5_000)
    monkeypatch.setattr(all_layers, "LARGE", 5_000)
    layers = [layer(made(f"f{at}", 3000)) for at in range(4)]
    found = opened(*layers, document=config(layers))
    blobs = tuple(
        blob_of(data[:-2000] if at == 2 else data, f"layer {at}")
        for at, data in enumerate(layers)
    )
    broken = type(found)(found.image, blobs)
    with pytest.raises(CorruptBlobError, match="layer 2"):
        read_contents(
            broken, Reading(NOTHING_WANTED, Limits(), cores=Cores(beside, share))
        )


# who waits for a copy is gone

ENDLESS = """
import os, sys, threading
from lightship import processes

processes.core_count = lambda: 2
shared = int(sys.argv[1])  # open in this process and in its copy, until both have ended

def endless():
    os.write(shared, b"copy")
    while True:  # it never waits for anything
        pass

def waiting(number):
    return endless() if os.getpid() != here else threading.Event().wait()

here = os.getpid()
{}
"""
WAYS = {
    "it waits for the answer": "processes.beside(endless)()",
    "it does something else": "kept = processes.beside(endless); threading.Event().wait()",
    "it has a share": "processes.share(waiting, (1, 2))",
}


@pytest.fixture
def ends() -> Iterator[tuple[int, int]]:
    """The two ends of a pipe."""
    reading, writing = os.pipe()
    yield reading, writing
    os.close(reading)


def read_some(reading: int) -> bytes:
    """What comes next; empty where every process that could write has ended."""
    found, _, _ = select.select((reading,), (), (), LONG)
    assert found, "a process did not end"
    return os.read(reading, 100)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("way", WAYS)
def test_no_copy_outlives_its_parent(way, number, ends):
    with endless(ends, ENDLESS.format(WAYS[way])) as parent:
        parent.send_signal(number)
        assert read_some(ends[0]) == b""


def test_who_reads_the_output_does_not_wait_for_a_copy(ends):
    script = ENDLESS.format(WAYS["it waits for the answer"])
    with endless(ends, script) as parent:
        # The copy is stopped, so that it cannot let the outputs go by its end
        copy = child_of(parent.pid)
        os.kill(copy, signal.SIGSTOP)
        parent.kill()
        assert parent.communicate(timeout=LONG) == (b"", b"")
        os.kill(copy, signal.SIGCONT)
        assert read_some(ends[0]) == b""


@contextmanager
def endless(ends: tuple[int, int], script: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process and one that it started, which is at work and would never end."""
    reading, writing = ends
    command = (sys.executable, "-c", script, str(writing))
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, pass_fds=(writing,), stdout=pipe, stderr=pipe
    ) as parent:
        try:
            os.close(writing)
            assert read_some(reading) == b"copy"
            yield parent
        finally:
            parent.kill()


def child_of(process: int) -> int:
    with open(f"/proc/{process}/task/{process}/children", encoding="utf-8") as text:
        return int(text.read())


def test_a_copy_whose_share_is_not_wanted_any_more_ends(meet):
    here = os.getpid()
    reading, writing = os.pipe()

    def task(number: int) -> int:
        meet()
        if os.getpid() == here:
            raise KeyboardInterrupt
        threading.Event().wait()
        return number

    with pytest.raises(KeyboardInterrupt):
        share(task, (1, 2))
    os.close(writing)
    assert read_some(reading) == b""
    os.close(reading)


POOL = """
import os, sys
from concurrent.futures import ProcessPoolExecutor
from lightship.processes import follow_parent

shared = int(sys.argv[1])

def endless():
    os.write(shared, b"copy")
    while True:
        pass

if __name__ == "__main__":
    with ProcessPoolExecutor(2, initializer=follow_parent) as pool:
        pool.submit(endless).result()
"""


def test_no_process_of_a_pool_outlives_its_parent(ends):
    with endless(ends, POOL) as parent:
        parent.kill()
        assert read_some(ends[0]) == b""
        assert parent.communicate(timeout=LONG) == (b"", b"")


PROGRAM = """
import subprocess, sys
from lightship.processes import signalled_with_parent

shared = int(sys.argv[1])
waiting = f"import os, signal; os.write({shared}, b'copy'); signal.pause()"
command = (sys.executable, "-c", waiting)
subprocess.run(command, pass_fds=(shared,), preexec_fn=signalled_with_parent())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux can")
def test_a_program_that_we_started_is_asked_to_end_when_we_are_gone(ends):
    with endless(ends, PROGRAM) as parent:
        parent.kill()
        assert read_some(ends[0]) == b""
