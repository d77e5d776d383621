"""Commands in turns on one machine: wall time, CPU time and memory, medians, and the ratio to a peer."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SAMPLE = 0.01  # seconds between two looks at the memory


@dataclass(frozen=True)
class Run:
    """A command: seconds of wall clock and of CPU (its children too), and the peak memory of its largest process in megabytes."""

    wall: float
    cpu: float
    memory: float


def measure(command: list[str]) -> Run:
    """Run a command; that it finds something is no failure, that it cannot work is."""
    start = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        complaint = process.stderr.read() if process.stderr else b""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    if process.returncode not in (0, 1, 2) or b"Traceback" in complaint:
        sys.exit(
            f"{command[0]} failed with {process.returncode}:\n{complaint.decode(errors='replace')}"
        )
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def memory_of_all(command: list[str], runs: int = 3) -> float:
    """The peak memory of a command's processes together, in megabytes: the median of some runs of their own.

    Looking at the memory slows a command, so that no time is taken meanwhile. Pages that processes share count once (PSS).
    """
    return statistics.median(_one_peak(command) for _ in range(runs))


def _one_peak(command: list[str]) -> float:
    peak = 0
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        while process.poll() is None:
            peak = max(peak, sum(map(_memory_share, _with_children(process.pid))))
            time.sleep(SAMPLE)
    return peak / 1024


def _with_children(pid: int) -> Iterator[int]:
    """A process and all that it started, as far as they still run."""
    yield pid
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = thread.read_text(encoding="utf-8").split()
        except OSError:
            continue  # the thread has ended meanwhile
        for child in children:
            yield from _with_children(int(child))


def _memory_share(pid: int) -> int:
    """The kilobytes of a process, its part of what it shares with others (`Pss` of proc(5))."""
    try:
        lines = (
            Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()
        )
    except OSError:
        return 0  # the process has ended meanwhile
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def compare(named: dict[str, list[str]], runs: int) -> dict[str, list[Run]]:
    """All commands in turns, so that a busy moment meets each of them; a first round warms the disk."""
    results: dict[str, list[Run]] = {name: [] for name in named}
    for round_ in range(runs + 1):
        for name, command in named.items():
            run = measure(command)
            if round_:
                results[name].append(run)
    return results


def median(results: list[Run], field: str) -> float:
    return statistics.median(getattr(run, field) for run in results)


def table(results: dict[str, list[Run]], peer_name: str) -> str:
    """Medians, and how many times as fast as the peer."""
    peer = results[peer_name]
    head = f"| | wall s | CPU s | memory MB | wall, {peer_name} = 1 | CPU, {peer_name} = 1 |"
    lines = [head, "|---|---|---|---|---|---|"]
    for name, runs in results.items():
        wall, cpu = median(runs, "wall"), median(runs, "cpu")
        ratios = (
            f"{median(peer, 'wall') / wall:.1f}x | {median(peer, 'cpu') / cpu:.1f}x"
        )
        lines.append(
            f"| {name} | {wall:.2f} | {cpu:.2f} | {median(runs, 'memory'):.0f} | {ratios} |"
        )
    return "\n".join(lines)
