"""How long `lightship cache replay` takes: whole processes, wall time, CPU time and memory.

    python benchmarks/replay.py [--commits 500] [--runs 5] [--no-generated] [CLONE | DOCKERFILE ...]

Each is a clone, or a Dockerfile in one; then comes a generated repository of FILES files and as many commits as are
replayed. Medians of the runs, after one that warms the disk; the target is 5 s for 500 commits of 5,000 files.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from side_by_side import Run, measure, median

LIGHTSHIP = str(Path(sys.executable).with_name("lightship"))
FILES, PER_DIRECTORY = 5_000, 25
TOUCHED = 4  # files that a generated commit writes; it also adds one and removes one
DOCKERFILE = """\
FROM python:3.13-slim AS build
WORKDIR /app
COPY pyproject.toml requirements.txt ./
RUN pip install -r requirements.txt --target /deps
COPY . .
RUN python -m compileall src

FROM python:3.13-slim
COPY --from=build /deps /deps
COPY --from=build /app/src /app/src
COPY docs/part_1 /srv/docs
CMD ["python", "-m", "src"]
"""
IGNORE = "**/*.md\n.git\ntests\n!tests/part_1\n**/__pycache__\n*.log\n"


def generate(folder: Path, commits: int) -> None:
    """A repository as applications are: most commits edit code, some the dependencies."""
    folder.mkdir()
    subprocess.run(
        ("git", "init", "--quiet", "--initial-branch=main", str(folder)), check=True
    )
    stream = b"".join(_stream(commits + 1))
    command = ("git", "-C", str(folder), "fast-import", "--quiet")
    subprocess.run(command, input=stream, check=True)
    subprocess.run(("git", "-C", str(folder), "reset", "--quiet", "--hard"), check=True)


def _stream(commits: int) -> Iterator[bytes]:
    """What git fast-import reads; the same each time."""
    chance = random.Random(500)
    tops = ("src", "src", "src", "tests", "docs")
    paths = [
        f"{tops[at % 5]}/part_{at // PER_DIRECTORY}/module_{at}.py"
        for at in range(FILES - 4)
    ]
    fixed = {
        "Dockerfile": DOCKERFILE,
        ".dockerignore": IGNORE,
        "pyproject.toml": "[project]\n",
        "requirements.txt": "",
    }
    for number in range(commits):
        yield _commit(number)
        if number == 0:
            written = {**fixed, **{path: f"# {path}\n" * 20 for path in paths}}
        else:
            gone = paths.pop(chance.randrange(len(paths)))
            yield f"D {gone}\n".encode()
            paths.append(f"src/part_{number % 200}/new_{number}.py")
            written = dict.fromkeys(
                (*chance.sample(paths, TOUCHED), paths[-1]), f"# {number}\n"
            )
            written |= (
                {"requirements.txt": f"flask>={number}\n"} if number % 12 == 0 else {}
            )
        for path, text in written.items():
            yield f"M 100644 inline {path}\ndata {len(text)}\n{text}\n".encode()


def _commit(number: int) -> bytes:
    who = f"A <a@example.com> {1_700_000_000 + 3600 * number} +0000"
    return f"commit refs/heads/main\ncommitter {who}\ndata 4\nwork\n".encode()


def row(place: Path, commits: int, runs: int) -> str:
    """One line of the table."""
    root, dockerfile = _root(place)
    command = [
        LIGHTSHIP,
        "cache",
        "replay",
        str(root),
        "--no-config",
        "--commits",
        str(commits),
        "--format",
        "json",
    ]
    command += ["--file", str(dockerfile)] if dockerfile else []
    measure(command)
    found: list[Run] = [measure(command) for _ in range(runs)]
    files = (
        len(_git(root, "ls-tree", "-r", "--name-only", "-z", "HEAD").split("\0")) - 1
    )
    walked = min(
        commits, int(_git(root, "rev-list", "--first-parent", "--count", "HEAD"))
    )
    wall, cpu, memory = (median(found, field) for field in ("wall", "cpu", "memory"))
    return (
        f"| {root.name} | {walked} | {files} | {wall:.2f} | {cpu:.2f} | {memory:.0f} |"
    )


def _root(place: Path) -> tuple[Path, Path | None]:
    """The root of the clone, and the Dockerfile where it is named."""
    if place.is_dir():
        return place.resolve(), None
    return Path(
        _git(place.resolve().parent, "rev-parse", "--show-toplevel").rstrip("\n")
    ), place.resolve()


def _git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ("git", "-C", str(folder), *arguments),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ).stdout


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("places", nargs="*", type=Path, metavar="CLONE | DOCKERFILE")
    parser.add_argument("--commits", type=int, default=500)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument(
        "--no-generated", action="store_true", help="no repository is generated"
    )
    return parser.parse_args()


def main() -> None:
    given = read_arguments()
    print(
        "| repository | commits | files | wall s | CPU s | memory MB |\n|---|---|---|---|---|---|",
        flush=True,
    )
    for place in given.places:
        print(row(place, given.commits, given.runs), flush=True)
    if not given.no_generated:
        with tempfile.TemporaryDirectory() as folder:
            generate(Path(folder) / "generated", given.commits)
            print(
                row(Path(folder) / "generated", given.commits, given.runs), flush=True
            )


if __name__ == "__main__":
    main()
