"""How often `lightship prove` calls noise a difference, and how often it sees one: on an engine of its own.

    python benchmarks/false_alarms.py [--count N] [--runs auto ...] [--kinds KIND ...] [--load none|bursts ...]

Kinds without a difference: `comment` (one more), `label` (one more: the same is built), `word` (a word in a RUN that does
nothing: what is built is another thing, and costs the same). Kinds with one: `build` (30 % more work for the cold build), `start` (0.3 s of
sleep at the start). Under `bursts` two busy loops run beside, for 0.3 to 4 s, and rest as long. All rounds stand in
--out, one proof a line; `--again FILE` judges all windows of 1, 2, 3, 5 rounds in those, and the rule of auto, without
an engine: as they are, and with 30 % added to the cold build, or 0.3 s to the start, of each second one.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import Process
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from engine.busybox import base_of, busybox_of, write_debian
from engine.engine_process import Engine, engine, engine_folder

from lightship.flows.build_options import BuildOptions
from lightship.flows.proof.measuring import MOST_ROUNDS
from lightship.flows.proof.prove import plan_proof, run_proof
from lightship.flows.proof.requests import (
    MeasureOptions,
    MeasuringOptions,
    PassedOptions,
    ProveRequest,
    RoundOptions,
    RunOptions,
    VersionOptions,
)
from lightship.proof.figures import figures, undecided
from lightship.proof.measured import Measured, MeasuredBuild
from lightship.proof.proof import Effect, Proof
from lightship.proof.typed import plain, record_of

SAME, DIFFERENT = ("label", "comment", "word"), ("build", "start")
KINDS = (*SAME, *DIFFERENT)
EXPECTED = {"build": "cold", "start": "start"}
TIMED = frozenset(("cold", "nothing", "edit", "dependency", "start", "stop", "memory"))
LOOP = "i=0; while [ $i -lt {steps} ]; do i=$((i+1)); done"
# Of busybox's shell, on a core of its own: about 0.6 s for 400,000
INSTALL, LONG, LONGER, COMPILE = 100_000, 400_000, 520_000, 40_000
DOCKERFILE = """\
FROM base
WORKDIR /app
COPY requirements.txt .
RUN {word}{install}; echo done > library
COPY . .
RUN {compile}; echo done > program
EXPOSE 8000
CMD {sleep}{begin}; trap 'exit 0' TERM; busybox httpd -f -p 8000 -h /app & wait
"""


def dockerfiles(kind: str) -> tuple[str, str]:
    """The version before a change of a kind, and that after it."""
    install = LONG if kind == "build" else INSTALL
    before = written(install)
    after = {
        "label": f"{before}LABEL of=after\n",
        "comment": f"# one more\n{before}",
        "word": written(install, word="true; "),
        "build": written(LONGER),
        "start": written(install, sleep="sleep 0.3; "),
    }
    return before, after[kind]


def written(install: int, word: str = "", sleep: str = "") -> str:
    loop, small = LOOP.format(steps=install), LOOP.format(steps=COMPILE)
    return DOCKERFILE.format(
        word=word, install=loop, compile=small, sleep=sleep, begin=small
    )


@contextmanager
def loaded(load: str, seed: int) -> Iterator[None]:
    """Beside two busy loops, in bursts, where they are asked for."""
    if load == "none":
        yield
        return
    loops = [
        Process(target=burst, args=(f"{seed} {loop}",), daemon=True) for loop in (1, 2)
    ]
    for loop in loops:
        loop.start()
    try:
        yield
    finally:
        for loop in loops:
            loop.terminate()
            loop.join()


def burst(seed: str) -> None:
    draw = random.Random(seed)
    while True:
        end = time.monotonic() + draw.uniform(0.3, 4)
        while time.monotonic() < end:
            pass
        time.sleep(draw.uniform(0.3, 4))


def proven(kind: str, runs: int | None, folder: Path) -> Proof:
    """One comparison, as `lightship prove before after` makes it."""
    for name, text in zip(("before", "after"), dockerfiles(kind), strict=True):
        place = folder / name
        place.mkdir(exist_ok=True)
        (place / "Dockerfile").write_text(text, encoding="utf-8")
        (place / "requirements.txt").write_text("a==1\n")
        (place / "app.py").write_text("print('x')\n")
        (place / "index.html").write_text("hello\n")
    measuring = MeasuringOptions(
        build=BuildOptions(no_config=True),
        passed=PassedOptions(network="host"),
        run=RunOptions(requested=("/index.html",)),
        rounds=RoundOptions(runs=runs),
    )
    names = VersionOptions(
        str(folder / "before"), str(folder / "after"), context=str(folder / "before")
    )
    request = ProveRequest(names, measuring, MeasureOptions(attribute=False))
    return run_proof(plan_proof(request, lambda _: None), lambda _: None)


def called(before: Measured, after: Measured, looks: int = 1) -> list[str]:
    """The timed figures that are called different."""
    effects = (Effect.BETTER, Effect.WORSE)
    return [
        row.key
        for row in figures(before, after, looks)
        if row.change in effects and row.key in TIMED
    ]


def row_of(proof: Proof, kind: str, runs: int | None, load: str) -> dict[str, object]:
    rounds = {row.key: len(row.before) for row in proof.figures if row.key in TIMED}
    crowds = [
        built.crowd for side in (proof.before, proof.after) for built in side.builds
    ]
    return {
        "kind": kind,
        "runs": runs or "auto",
        "load": load,
        "verdict": str(proof.verdict.kind),
        "called": called(proof.before, proof.after, proof.asked.looks),
        "rounds": rounds,
        "crowd": round(sum(crowds) / len(crowds), 2),
        "seconds": round(proof.seconds, 1),
        "before": plain(proof.before),
        "after": plain(proof.after),
    }


def rounds_of(side: Measured) -> list[Measured]:
    """Each round of a version by itself, as far as everything was measured in it."""
    by_scenario: dict[str, list[MeasuredBuild]] = {}
    for built in side.builds:
        by_scenario.setdefault(built.scenario, []).append(built)
    number = min(len(side.runs), *map(len, by_scenario.values()))
    return [
        Measured(
            "", tuple(each[at] for each in by_scenario.values()), side.runs[at : at + 1]
        )
        for at in range(number)
    ]


def joined(rounds: list[Measured]) -> Measured:
    builds = tuple(built for each in rounds for built in each.builds)
    return Measured("", builds, tuple(run for each in rounds for run in each.runs))


def changed(side: Measured, change: str) -> Measured:
    """A round of a version that takes 30 % more to build, or 0.3 s more to start."""
    builds = tuple(
        replace(built, took=1.3 * built.took)
        if change == "build" and built.scenario == "cold"
        else built
        for built in side.builds
    )
    runs = tuple(
        replace(run, start=run.start + 0.3) if change == "start" else run
        for run in side.runs
    )
    return replace(side, builds=builds, runs=runs)


def again(path: str) -> None:
    """Judge windows of what was recorded of versions that cost the same: as it is, and with a change added."""
    sides: dict[str, list[Measured]] = {}
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        before, after = (
            rounds_of(record_of(Measured, row[key])) for key in ("before", "after")
        )
        for pair in zip(before, after, strict=False):
            sides.setdefault(row["load"], []).extend(pair)
    for load, each in sides.items():
        for change in ("", *DIFFERENT):
            for number in (1, 2, 3, 5, "auto"):
                length = 2 * (MOST_ROUNDS if number == "auto" else number)
                windows = [
                    each[at : at + length] for at in range(len(each) - length + 1)
                ]
                names = [window_called(window, change, number) for window in windows]
                found = [
                    EXPECTED[change] in name if change else bool(name) for name in names
                ]
                print(
                    f"{load:7} {change or 'the same':8} {number} rounds: {sum(found)} of {len(found)} windows"
                )


def window_called(window: list[Measured], change: str, number: object) -> list[str]:
    before, after = window[::2], [changed(side, change) for side in window[1::2]]
    if number != "auto":
        return called(joined(before), joined(after))
    for rounds in range(1, MOST_ROUNDS + 1):
        old, new = joined(before[:rounds]), joined(after[:rounds])
        open_keys = {*undecided(old, new, MOST_ROUNDS)} & TIMED
        names = called(old, new, MOST_ROUNDS)
        if names or not open_keys:
            return names
    return []


def told(rows: list[dict[str, object]]) -> None:
    """A line for each kind, load and number of rounds."""
    groups = sorted(
        {(str(row["kind"]), str(row["load"]), str(row["runs"])) for row in rows}
    )
    for group in groups:
        mine = [
            row
            for row in rows
            if (str(row["kind"]), str(row["load"]), str(row["runs"])) == group
        ]
        wanted = EXPECTED.get(group[0])
        hits = [
            row
            for row in mine
            if (wanted in row["called"] if wanted else row["called"])
        ]
        bad = [row for row in mine if row["verdict"] in ("broken", "worse")]
        seconds = sorted(float(row["seconds"]) for row in mine)[len(mine) // 2]
        crowd = sum(float(row["crowd"]) for row in mine) / len(mine)
        what = "seen in" if wanted else "false in"
        kind, load, runs = group
        print(
            f"{kind:8} {load:7} runs {runs:4}: {what} {len(hits)} of {len(mine)}, broken or worse {len(bad)}; "
            f"{seconds:.0f} s each, {crowd:.1f} threads for a processor"
        )


def import_base(started: Engine, folder: Path) -> None:
    archive = folder / "debian.tar"
    if not write_debian(archive):
        sys.exit("mmdebstrap reaches no packages of Debian")
    base = folder / "base.tar"
    base.write_bytes(base_of(busybox_of(archive), "x"))
    started.docker("import", str(base), "base")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--count",
        type=int,
        default=4,
        help="comparisons of each kind, load and number of rounds",
    )
    parser.add_argument("--runs", nargs="+", default=["1", "2", "3", "5", "auto"])
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument(
        "--load", nargs="+", choices=("none", "bursts"), default=["none", "bursts"]
    )
    parser.add_argument(
        "--out", default="", help="append what was measured, one proof a line"
    )
    parser.add_argument(
        "--again", default="", help="judge what an earlier run recorded"
    )
    asked = parser.parse_args()
    if asked.again:
        again(asked.again)
        return
    rows: list[dict[str, object]] = []
    with (
        engine_folder() as place,
        engine(place) as started,
        tempfile.TemporaryDirectory() as folder,
    ):
        os.environ["DOCKER_HOST"] = f"unix://{started.socket}"
        import_base(started, Path(folder))
        for number in range(asked.count):
            for kind in asked.kinds:
                for load in asked.load:
                    for runs in asked.runs:
                        rounds = None if runs == "auto" else int(runs)
                        project = Path(folder) / "project"
                        project.mkdir(exist_ok=True)
                        with loaded(load, number):
                            proof = proven(kind, rounds, project)
                        rows.append(row_of(proof, kind, rounds, load))
                        print(
                            *(rows[-1][key] for key in list(rows[-1])[:8]), flush=True
                        )
                        if asked.out:
                            with open(asked.out, "a", encoding="utf-8") as file:
                                file.write(json.dumps(rows[-1]) + "\n")
    told(rows)


if __name__ == "__main__":
    main()
