"""Commands in turns on one machine: wall time, CPU time and memory, medians, and the ratio to a peer."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """One process: seconds of wall clock and of CPU (its children too), and its peak memory in megabytes."""

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
