"""What a practice brings: builds of `practice_cases`, as they are and fixed, on an engine of their own.

    make practices        (python benchmarks/practices.py [NAME ...])

Each is built, built again after its edit, and started and stopped where it is a server; the fixed one is what
`lightship fix --unsafe-fixes --select RULES` makes of it. Seconds are medians of RUNS; the base images are stand-ins
made from Debian's packages, so sizes of bases are not those of the official images.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner
from practice_cases import CASES, Case

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from engine.engine_process import Engine, engine, engine_folder
from engine.projects import images_of
from engine.stand_ins import StandIns

from lightship.cli import cli

RUNS = 3


@dataclass(frozen=True)
class Measured:
    """Of one Dockerfile: bytes of the image, seconds of a rebuild and of `docker stop`; None where not measured."""

    size: int
    rebuild: float | None
    stop: float | None


def write(case: Case, directory: Path) -> None:
    """The case as files."""
    directory.mkdir()
    for path, text in {**case.files, "Dockerfile": case.dockerfile}.items():
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_text(text, encoding="utf-8")
    for path, size in case.big.items():
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_bytes(bytes(range(256)) * (size // 256))


def fix(case: Case, directory: Path) -> None:
    """Make the fixes of the case's rules."""
    arguments = [
        "fix",
        "--no-config",
        "--unsafe-fixes",
        "--select",
        ",".join(case.rules),
        str(directory / "Dockerfile"),
    ]
    done = CliRunner().invoke(cli, arguments)
    if done.exit_code or ": 0 fixed" in done.output:
        sys.exit(f"{case.name}: nothing was fixed\n{done.output}")


def measure(case: Case, directory: Path, docker: Engine) -> Measured:
    """Build, rebuild, stop."""
    tag = f"practice:{directory.name}"
    arguments = [word for each in case.build_args for word in ("--build-arg", each)]
    docker.build(directory, tag, *arguments)
    size = docker.size(tag)
    rebuilds = (
        [rebuild(case, directory, docker, turn) for turn in range(RUNS)]
        if case.edit or case.rebuild_args
        else []
    )
    stops = [stop(docker, tag) for _ in range(RUNS)] if case.stop else []
    return Measured(
        size,
        statistics.median(rebuilds) if rebuilds else None,
        statistics.median(stops) if stops else None,
    )


def rebuild(case: Case, directory: Path, docker: Engine, turn: int) -> float:
    """Seconds of a build after an edit that no build has seen."""
    for path, text in case.edit.items():
        (directory / path).write_text(f"{text}# {turn}\n", encoding="utf-8")
    arguments = [
        word for each in case.rebuild_args for word in ("--build-arg", f"{each}.{turn}")
    ]
    return docker.build(directory, f"practice:{directory.name}-again", *arguments)


def stop(docker: Engine, tag: str) -> float:
    """Seconds of `docker stop`."""
    with docker.started(tag) as container:
        container.await_answer(8000, "/health")
        return container.stopped()[0]


def row(case: Case, before: Measured, after: Measured) -> str:
    """One line of the table."""
    cells = [
        case.name,
        ", ".join(case.rules),
        f"{before.size / 1e6:.1f} → {after.size / 1e6:.1f} MB",
    ]
    for one, two in ((before.rebuild, after.rebuild), (before.stop, after.stop)):
        cells.append("" if one is None or two is None else f"{one:.1f} → {two:.1f} s")
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Measure the named cases, or all."""
    chosen = [
        case
        for case in CASES
        if not sys.argv[1:] or any(word in case.name for word in sys.argv[1:])
    ]
    print(
        "| case | rules | image | rebuild | stop |\n|---|---|---|---|---|", flush=True
    )
    with (
        tempfile.TemporaryDirectory() as place,
        engine_folder(large=True) as folder,
        engine(folder) as docker,
    ):
        stand_ins = StandIns(folder)
        if reason := stand_ins.why_not():
            sys.exit(reason)
        for number, case in enumerate(chosen):
            before, after = (
                Path(place) / f"{number}-before",
                Path(place) / f"{number}-after",
            )
            write(case, before)
            write(case, after)
            fix(case, after)
            for image in images_of(before) | images_of(after):
                stand_ins.provide(image)
            print(
                row(case, measure(case, before, docker), measure(case, after, docker)),
                flush=True,
            )


if __name__ == "__main__":
    main()
