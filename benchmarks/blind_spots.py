"""What `lightship prove` says of changes whose verdict is known: those of tests/proof/blind_spots, really built and run.

    python benchmarks/blind_spots.py [--bad | --good] [NAME ...]

An engine of its own with stand-ins for base images is started. Each case is a proof of one round as `lightship prove`
makes it, but that each side is built once, with the cache, unless the case is about rebuilds. A bad change counts as
seen where the verdict is one of those that the case names, a good one as right where it is called neither worse nor
broken, but as the case says. The exit code is 1 where any is not.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from engine.blind_spot_proof import proof_of, words_of
from engine.engine_process import engine, engine_folder
from engine.stand_ins import StandIns
from proof.blind_spots.all_cases import BAD, GOOD
from proof.blind_spots.case import BASE, Case

from lightship.errors import LightshipError
from lightship.report.kit.view import View
from lightship.report.proof.formats import proof_writer

_NOT_SAID = "not said: "
RUN = {"patience": 20, "grace": 3}


def judged(case: Case, folder: Path) -> tuple[str, str]:
    """The verdict on a case, and its reasons; an error in place of the verdict where there is none."""
    folder.mkdir()
    try:
        proof = proof_of(case, folder, **RUN)
    except LightshipError as error:
        return "error", str(error)
    kept = os.environ.get("KEEP_PROOFS")
    if kept:
        text = "".join(proof_writer("text")(proof, View()))
        (Path(kept) / f"{case.name}.txt").write_text(text, encoding="utf-8")
    said = words_of(proof)
    is_said = all(words in said for words in case.says)
    return str(proof.verdict.kind), said if is_said else f"{_NOT_SAID}{said}"


def chosen(words: Sequence[str]) -> tuple[list[Case], list[Case]]:
    """The bad and the good cases that are meant."""
    names = [word for word in words if not word.startswith("--")]
    bad = [] if "--good" in words else [*BAD]
    good = [] if "--bad" in words else [*GOOD]
    if names:
        bad = [case for case in bad if any(name in case.name for name in names)]
        good = [case for case in good if any(name in case.name for name in names)]
    return bad, good


def table(title: str, cases: Sequence[Case], place: Path) -> int:
    """Print a line for each case; how many are judged as they should be."""
    right = 0
    print(
        f"\n## {title}\n\n| case | should be | is | | why |\n|---|---|---|---|---|",
        flush=True,
    )
    for case in cases:
        kind, why = judged(case, place / case.name)
        is_right = kind in case.kinds and not why.startswith(_NOT_SAID)
        right += is_right
        mark = "yes" if is_right else "**no**"
        reason = " ".join(why.split())[:160].replace("|", "/")
        print(
            f"| {case.name} | {', '.join(case.kinds)} | {kind} | {mark} | {reason} |",
            flush=True,
        )
    audited = sum(case.audit for case in cases)
    print(f"\n{right} of {len(cases)} ({len(cases) - audited} of them new)", flush=True)
    return right


def main() -> None:
    """Judge the named cases, or all."""
    bad, good = chosen(sys.argv[1:])
    start = time.monotonic()
    with (
        tempfile.TemporaryDirectory() as place,
        engine_folder(large=True) as folder,
        engine(folder) as docker,
    ):
        stand_ins = StandIns(folder)
        if reason := stand_ins.why_not():
            sys.exit(reason)
        stand_ins.provide(BASE)
        os.environ["DOCKER_HOST"] = f"unix://{docker.socket}"
        right = table("bad", bad, Path(place)) if bad else 0
        right += table("good", good, Path(place)) if good else 0
    print(f"\n{time.monotonic() - start:.0f} s")
    sys.exit(int(right < len(bad) + len(good)))


if __name__ == "__main__":
    main()
