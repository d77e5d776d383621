"""Whether `lightship cache replay` agrees with builds: a history is built for real, commit by commit, step by step.

    python benchmarks/replay_agrees.py CLONE --commits 40 [--dockerfile FILE] [--historic] [--stand-ins] [--logs FOLDER]

CLONE is a clone with a working tree, whose root is the build context. Each commit is checked out to a directory of its
own, and built with the Dockerfile and the ignore file that lie in CLONE now (with `--historic`: its own), on the cache
that the builds before left; the commit before the first fills it. The engine is started for this alone, which needs
root. `--stand-ins` makes base images from Debian's packages where no registry is in reach. A step that cannot run on
this machine can be edited in CLONE: the replay reads the same file. The exit code is 1 where any step disagrees.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from engine.engine_process import Engine, engine, engine_folder, why_not
from engine.projects import images_of
from engine.rawjson import Verdict, verdicts
from engine.stand_ins import StandIns

LIGHTSHIP = str(Path(sys.executable).with_name("lightship"))
NO_COLLECTION = {
    "builder": {"gc": {"enabled": False}}
}  # every result stays in the cache, as the replay has it
WORDS = {True: "hit", False: "rebuilt", None: "not reached"}
OF_FATE = {
    ".": True,
    "#": False,
}  # what a build says of a step; the other fates are those of a build that fails

Place = tuple[str, int, str]  # of a step: its stage, line and instruction
Predicted = dict[Place, tuple[str, str]]  # the fate of each step, and why it is rebuilt


@dataclass
class Outcome:
    """For each step what was predicted and built; `unlisted` counts those that the engine had merged with another."""

    rows: dict[Place, list[tuple[bool, bool | None]]] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)
    builds: int = 0
    unlisted: int = 0

    def add(
        self, commit: str, predicted: Predicted, built: list[Verdict], status: int
    ) -> None:
        """One commit's build; of one that fails, what the engine says of its steps is by chance."""
        self.builds += 1
        if (status != 0) is not any(fate in "!-" for fate, _ in predicted.values()):
            self.differences.append(
                f"{commit[:10]}  of the build and the replay, one fails"
            )
        if status:
            return
        found = {(each.stage, each.line): each.hit for each in built}
        for (stage, line), hit in found.items():
            if not any(place[:2] == (stage, line) for place in predicted):
                self.differences.append(
                    f"{commit[:10]}  {stage} {line}: {WORDS[hit]}, not in the replay"
                )
        for place, (fate, why) in predicted.items():
            self._compare(
                f"{commit[:10]}  {place[0]} {place[1]}: ", place, fate, why, found
            )

    def _compare(
        self,
        said: str,
        place: Place,
        fate: str,
        why: str,
        found: dict[tuple[str, int], bool | None],
    ) -> None:
        if place[:2] not in found:
            self.unlisted += 1
            return
        hit = found[place[:2]]
        if fate not in OF_FATE:
            return
        self.rows.setdefault(place, []).append((OF_FATE[fate], hit))
        if hit is not OF_FATE[fate]:
            why = f" ({why})" if why else ""
            self.differences.append(
                f"{said}{WORDS[hit]}, the replay says {WORDS[OF_FATE[fate]]}{why}"
            )

    def table(self) -> str:
        """A line for each step, the sum, and what disagrees."""
        lines = [
            "| stage | line | step | compared | agreed | rebuilt |",
            "|---|---|---|---|---|---|",
        ]
        for (stage, line, text), pairs in self.rows.items():
            shown = (text if len(text) <= 60 else f"{text[:57]}...").replace("|", "\\|")
            agreed, rebuilt = (
                sum(one is other for one, other in pairs),
                sum(hit is False for _, hit in pairs),
            )
            lines.append(
                f"| {stage} | {line} | {shown} | {len(pairs)} | {agreed} | {rebuilt} |"
            )
        every = [pair for pairs in self.rows.values() for pair in pairs]
        compared, agreed = len(every), sum(one is other for one, other in every)
        said = f"{self.builds} commits, {compared} steps compared, {agreed} agreed"
        merged = (
            f"; {self.unlisted} were not listed by the engine" if self.unlisted else ""
        )
        return "\n".join([*lines, "", said + merged, *self.differences])


@dataclass(frozen=True)
class History:
    """What is built: commits, the one that fills the cache first."""

    clone: Path
    dockerfile: str
    historic: bool
    commits: tuple[str, ...]

    @classmethod
    def of(cls, clone: Path, dockerfile: str, count: int, *, historic: bool) -> History:
        listed = git(
            clone, "rev-list", "--first-parent", f"--max-count={count + 1}", "HEAD"
        ).split()
        return cls(clone, dockerfile, historic, tuple(reversed(listed)))

    def predictions(self) -> Iterator[Predicted]:
        """What the replay says, for each commit but the first."""
        last = len(self.commits) - 1
        whole = self._replayed(self.commits[-1], last) if not self.historic else {}
        for number in range(1, last + 1):
            # Of a step whose line has changed since, a replay says where it is in the newest Dockerfile
            yield _column(
                self._replayed(self.commits[number], number)
                if self.historic
                else whole,
                number - 1,
            )

    def _replayed(self, commit: str, count: int) -> dict[str, Any]:
        options = [
            "--no-config",
            "--format",
            "json",
            "--branch",
            commit,
            "--commits",
            str(count),
        ]
        options += ["--historic"] if self.historic else []
        command = [
            LIGHTSHIP,
            "cache",
            "replay",
            str(self.clone),
            "--file",
            str(self.clone / self.dockerfile),
            *options,
        ]
        found: dict[str, Any] = json.loads(
            subprocess.run(
                command, check=True, stdout=subprocess.PIPE, text=True, encoding="utf-8"
            ).stdout
        )
        return found

    @contextmanager
    def checked_out(self, commit: str, folder: Path) -> Iterator[Path]:
        """The files of a commit, as a clone has them, for as long as they are needed."""
        place = folder / commit
        place.mkdir()
        where = (f"--git-dir={self.clone / '.git'}", "--work-tree=.")
        git(
            place,
            *where,
            "checkout",
            commit,
            "--",
            ".",
            GIT_INDEX_FILE=f"{place}.index",
            GIT_LFS_SKIP_SMUDGE="1",
        )
        yield place
        shutil.rmtree(place)

    def write_today(self, folder: Path) -> Path:
        """The Dockerfile of the clone, with the ignore file that belongs to it beside it."""
        folder.mkdir()
        own, usual = (
            self.clone / f"{self.dockerfile}.dockerignore",
            self.clone / ".dockerignore",
        )
        ignore = next(
            (path.read_bytes() for path in (own, usual) if path.is_file()), b""
        )
        # Without any file, or with an empty one, BuildKit would read the commit's own
        (folder / "Dockerfile.dockerignore").write_bytes(ignore or b"# nothing\n")
        shutil.copyfile(self.clone / self.dockerfile, folder / "Dockerfile")
        return folder / "Dockerfile"


def _column(replay: dict[str, Any], at: int) -> Predicted:
    """One commit of a replay."""
    commit = replay["history"][at]
    causes = dict(zip(commit["missed"], commit["causes"], strict=True))
    return {
        (step["stage"], step["line"], step["instruction"]): (
            step["fates"][at],
            causes.get(number, ""),
        )
        for number, step in enumerate(replay["steps"])
        if step["fates"][at] != " "
    }


def git(folder: Path, *arguments: str, **more: str) -> str:
    """What git prints; `more` are variables of its environment."""
    told = {"cwd": folder, "env": {**os.environ, **more}}
    return subprocess.run(
        ("git", *arguments),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        **told,
        encoding="utf-8",
    ).stdout


@dataclass(frozen=True)
class Builder:
    """Builds one commit after the other."""

    docker: Engine
    stand_ins: StandIns | None
    logs: Path | None
    provided: set[str] = field(default_factory=set)

    def built(
        self, commit: str, context: Path, dockerfile: Path
    ) -> tuple[list[Verdict], int]:
        """The steps of a build and its exit code; nothing where there is no Dockerfile."""
        if not dockerfile.is_file():
            return [], 1
        if self.stand_ins is not None:
            for name in _images(dockerfile) - self.provided:
                self._provide(name, self.stand_ins)
        where = (
            "--network=host",
            "--output=type=cacheonly",
            "--file",
            str(dockerfile),
            str(context),
        )
        done = self.docker.tried(
            "buildx", "build", "--progress=rawjson", *where, both=True
        )
        if self.logs:
            (self.logs / f"{commit}.log").write_text(done.output, encoding="utf-8")
        return verdicts(
            done.output, dockerfile.read_text(encoding="utf-8")
        ), done.status

    def _provide(self, name: str, stand_ins: StandIns) -> None:
        """A base image of that name, which is another than that of any other name."""
        stand_ins.provide(name)
        with tempfile.TemporaryDirectory() as place:
            (Path(place) / "mark").write_text(name, encoding="utf-8")
            (Path(place) / "Dockerfile").write_text(
                f"FROM {name}\nCOPY mark /etc/stand-in\n", encoding="utf-8"
            )
            self.docker.docker("buildx", "build", "--load", "--tag", name, place)
        self.provided.add(name)


def _images(dockerfile: Path) -> set[str]:
    with tempfile.TemporaryDirectory() as place:
        shutil.copyfile(dockerfile, Path(place) / "Dockerfile")
        return images_of(Path(place))


def compare(history: History, builder: Builder, folder: Path) -> Outcome:
    """Build all commits; what a build of the first shows is not compared."""
    today = history.write_today(folder / "today") if not history.historic else None
    outcome = Outcome()
    predictions = [{}, *history.predictions()]
    for number, commit in enumerate(history.commits):
        start = time.monotonic()
        with history.checked_out(commit, folder) as context:
            built, status = builder.built(
                commit, context, today or context / history.dockerfile
            )
        if number:
            outcome.add(commit, predictions[number], built, status)
        rebuilt = sum(each.hit is False for each in built)
        seconds = time.monotonic() - start
        said = "failed" if status else f"{rebuilt} of {len(built)} steps rebuilt"
        print(
            f"{number:4} {commit[:10]}  {seconds:6.1f} s  {said}",
            file=sys.stderr,
            flush=True,
        )
        if status and outcome.differences:
            break  # of what comes after it nothing can be said
    return outcome


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("clone", type=Path)
    parser.add_argument("--commits", type=int, default=40)
    parser.add_argument(
        "--dockerfile", default="Dockerfile", help="its path from the root of CLONE"
    )
    parser.add_argument(
        "--historic", action="store_true", help="each commit with its own Dockerfile"
    )
    parser.add_argument(
        "--stand-ins",
        action="store_true",
        help="base images made from Debian's packages",
    )
    parser.add_argument("--logs", type=Path, help="keep what each build printed here")
    return parser.parse_args()


def main() -> None:
    given = read_arguments()
    if reason := why_not():
        sys.exit(reason)
    os.umask(0o022)
    history = History.of(
        given.clone.resolve(), given.dockerfile, given.commits, historic=given.historic
    )
    if given.logs:
        given.logs.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, engine_folder(large=True) as folder:
        (folder / "daemon.json").write_text(json.dumps(NO_COLLECTION))
        with engine(folder, f"--config-file={folder / 'daemon.json'}") as docker:
            stand_ins = StandIns(folder) if given.stand_ins else None
            if stand_ins and (reason := stand_ins.why_not()):
                sys.exit(reason)
            outcome = compare(
                history, Builder(docker, stand_ins, given.logs), Path(place)
            )
            print(outcome.table(), flush=True)
    sys.exit(1 if outcome.differences else 0)


if __name__ == "__main__":
    main()
