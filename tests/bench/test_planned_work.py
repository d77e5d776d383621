"""What a proof announces is what it builds and runs: on a builder that only counts, and keeps a cache by its keys."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from proof.made import RAN, SHAPE

from lightship.bench import bench as bench_module
from lightship.bench import further_rounds, measurements
from lightship.bench.attribution import ChangeStep, shares
from lightship.bench.bench import Bench
from lightship.bench.expected_times import READING
from lightship.bench.image_looks import ImageLooks
from lightship.bench.materials import write
from lightship.bench.measuring_run import MeasuringRun
from lightship.bench.planned_work import planned_work
from lightship.bench.version import RunImages, Version
from lightship.build import Build
from lightship.cache.keys.moment import Moment
from lightship.cache.plan.plan import Side
from lightship.cache.selection.context_tree import FileTree
from lightship.cache.times.build_time import critical_path
from lightship.cache.times.listed_steps import listed_steps
from lightship.dockerfile.parse import parse
from lightship.files.trees import folder_tree
from lightship.proof.journal import Journal
from lightship.proof.measure_plan import MeasurePlan, Running
from lightship.proof.measured import MeasuredBuild, StepTime

FILES = {"app.py": "print()\n", "requirements.txt": "flask\n"}
BASE = "FROM base\nRUN sleep 8 # apt\n"
NAIVE = f'{BASE}COPY . .\nRUN sleep 20 # pip\nCMD ["a"]\n'
SPLIT = f'{BASE}COPY requirements.txt .\nRUN sleep 20 # pip\nCOPY . .\nCMD ["a"]\n'
SLOWER = NAIVE.replace("sleep 20", "sleep 26")
STAGES = (
    "FROM base AS build\nRUN sleep 8\nCOPY . .\nRUN sleep 20\n"
    "FROM slim\nCOPY --from=build /x /x\nRUN sleep 1\n"
)
STARTED = NAIVE.replace('"a"', '"b"')
HALF = SPLIT.replace("RUN sleep 20", "ENV A=b\nRUN sleep 20")
END = HALF.replace("# apt", "# apt-get").replace("sleep 8", "sleep 7")
AUTO = 10
RUN = "lightship-000000000000"
# What the two versions and the states between them are, and with how many rounds
SHAPES = {
    "equal sides": (NAIVE, NAIVE, (), 1, AUTO),
    "what starts is another": (NAIVE, STARTED, (), 1, AUTO),
    "a line differs": (NAIVE, SLOWER, (), 1, 0),
    "quick": (NAIVE, SPLIT, (), 1, 0),
    "three rounds": (NAIVE, SLOWER, (), 3, 0),
    "two stages": (
        STAGES,
        STAGES.replace("RUN sleep 1\n", "RUN sleep 2\n"),
        (),
        1,
        AUTO,
    ),
    "parts": (NAIVE, END, (SPLIT, HALF, END), 1, AUTO),
    "parts of what starts": (NAIVE, SPLIT, (STARTED, SPLIT), 1, AUTO),
    "parts of two stages": (
        STAGES,
        STAGES.replace("sleep", "nice sleep"),
        (
            STAGES.replace("sleep 8", "nice sleep 8"),
            STAGES.replace("sleep", "nice sleep"),
        ),
        2,
        0,
    ),
}


class Builder:
    """Builds nothing: it says what a build does by its cache keys, and `sleep N` takes N seconds."""

    def __init__(self) -> None:
        self.cache: set[bytes] = set()
        self.scenarios: list[str] = []
        self.fresh = 0
        self.runs = 0
        self.graces: list[float] = []
        self.kills = False
        self.seconds = 0.0

    def build(self, source, scenario, _tag, _asked, _run_id, fresh):
        build = Build(
            parse(Path(source.dockerfile).read_text(encoding="utf-8")),
            path="Dockerfile",
        )
        keyed = Moment(build, folder_tree(source.folder)).keyed
        missed = {
            each.step.number for each in keyed if fresh or each.key not in self.cache
        }
        self.cache |= {each.key for each in keyed}
        steps, seconds, starts = [], [], []
        for each, listed in zip(keyed, listed_steps(build), strict=True):
            text = each.step.instruction.line.text
            found = re.search(r"sleep (\d+)", text)
            took = (
                (float(found[1]) if found else 0.2)
                if each.step.number in missed
                else 0.0
            )
            waited = [starts[at] + seconds[at] for at in each.step.after]
            starts.append(max(waited, default=0.0))
            seconds.append(took)
            place = listed.place
            name = f"[{f'{place.stage} '.lstrip()}{place.number}/{place.total}] {text}"
            is_cached = each.step.number not in missed
            start = None if is_cached else starts[-1]
            steps.append(StepTime(name, took, is_cached, start))
        took = critical_path(missed, [each.step for each in keyed], seconds)
        steps.append(StepTime("exporting to image", took / 10, False, took))
        self.scenarios.append(scenario)
        self.fresh += fresh
        whole = 0.5 + took * 1.1
        self.seconds += whole
        image = f"sha256:{len(self.scenarios)}"
        return MeasuredBuild(scenario, whole, tuple(steps), image, took=took * 1.1)

    def run(self, _image, running, *_):
        self.runs += 1
        self.graces.append(running.grace)
        return replace(RAN, killed=self.kills)


def version(key: str, text: str, folder: Path) -> Version:
    (folder / key).mkdir()
    side = Side(
        Build(parse(text), path="Dockerfile"),
        FileTree.of({**FILES, "Dockerfile": text}),
    )
    return Version(key, side, write(side, key, str(folder / key)))


def asked(runs: int, most: int, *, is_run: bool) -> MeasurePlan:
    running = Running(port=80, paths=("/",)) if is_run else None
    return MeasurePlan(runs, running, "app.py", "requirements.txt", most=most)


class Proof:
    """One proof on a Builder; `said` is all that the user reads, `shares` what the parts gave."""

    def __init__(self, shape, folder, monkeypatch, *, is_run=True, kills=False) -> None:
        before, after, states, runs, most = SHAPES.get(shape, shape)
        self.builder = Builder()
        self.builder.kills = kills
        monkeypatch.setattr(measurements, "build", self.builder.build)
        monkeypatch.setattr(measurements, "run", self.builder.run)
        monkeypatch.setattr(ImageLooks, "shape", read)
        clock = SimpleNamespace(monotonic=lambda: self.builder.seconds)
        monkeypatch.setattr(bench_module, "time", clock)
        monkeypatch.setattr(further_rounds, "time", clock)
        self.said: list[str] = []
        plan = asked(runs, most, is_run=is_run)
        self.made = RunImages()
        self.journal = Journal("")
        run = MeasuringRun(RUN, plan, self.journal, self.said.append, made=self.made)
        bench = Bench(run)
        versions = version("before", before, folder), version("after", after, folder)
        parts = [
            version(f"part{n}", text, folder) for n, text in enumerate(states[:-1])
        ]
        steps = [
            ChangeStep(each.key, each)
            for each in (*parts, *(versions[1:] if states else ()))
        ]
        bench.plan(versions, [step.version for step in steps])
        bench.both(*versions)
        self.shares = shares(bench, versions[0], steps)

    @property
    def total(self) -> float:
        """The seconds that were told after the first build."""
        return self.told("about ", " in all")

    def told(self, start: str, end: str = "") -> float:
        """The seconds in the only text that starts so, and has such an end."""
        found = [text for text in self.said if text.startswith(start)]
        [told] = [text for text in found if end in text]
        number, unit = re.search(r"([\d.]+) (s|min)", told).groups()
        return float(number) * (60 if unit == "min" else 1)


def read(looks, of):
    """What is in the image, read in two seconds."""
    progress = looks._run.made.progress
    if f"{of.key} {READING} 0" in progress.planned:
        progress.begin(f"{of.key} {READING} 0")
        progress.end(of.key, READING, 2.0)
    return replace(SHAPE)


@pytest.mark.parametrize("shape", SHAPES)
def test_as_many_builds_and_runs_are_made_as_are_announced(
    shape, tmp_path, monkeypatch
):
    proof = Proof(shape, tmp_path, monkeypatch)
    made = proof.builder
    text = f"{len(made.scenarios)} builds, {made.fresh} of them with an empty cache"
    assert proof.said[0].startswith(f"{text}, and {made.runs} runs")
    assert proof.made.progress.planned == {}
    numbered = [text for text in proof.said if re.match(r"\d+ of \d+", text)]
    totals = {re.match(r"\d+ of (\d+)", text)[1] for text in numbered}
    assert len(totals) == 1, "it never rises"
    if SHAPES[shape][3] == 1:
        assert made.seconds <= 8 * proof.made.progress.cold


@pytest.mark.parametrize("shape", SHAPES)
def test_the_time_that_is_told_is_within_a_third_of_the_truth(
    shape, tmp_path, monkeypatch
):
    """Without runs, whose time only shows when the first one has ended."""
    proof = Proof(shape, tmp_path, monkeypatch, is_run=False)
    read_images = 2.0 * (2 + len(proof.shares[:-1]))
    truth = proof.builder.seconds + read_images
    assert proof.total == pytest.approx(truth, rel=1 / 3)


@pytest.mark.parametrize(
    ("before", "after"), [(NAIVE, SLOWER), (STAGES, STAGES.replace("20", "26"))]
)
def test_further_rounds_are_told_before_they_begin_and_have_a_limit(
    before, after, tmp_path, monkeypatch
):
    proof = Proof((before, after, (), 1, AUTO), tmp_path, monkeypatch, is_run=False)
    more = proof.told("near their noise: ")
    announced = int(proof.said[0].partition(" ")[0])
    assert len(proof.builder.scenarios) > announced
    longest = 26 * 1.1 + 8
    assert proof.builder.seconds <= (proof.total + more) * 4 / 3 + longest
    assert proof.builder.seconds <= 8 * proof.made.progress.cold


def test_many_parts_are_measured_together_where_each_would_take_too_long(
    tmp_path, monkeypatch
):
    texts = [f"FROM base{n}\nCOPY . .\nRUN sleep 30\n" for n in range(9)]
    shape = (texts[0], texts[-1], tuple(texts[1:]), 1, AUTO)
    proof = Proof(shape, tmp_path, monkeypatch)
    assert proof.builder.seconds <= 8 * proof.made.progress.cold
    [*_, last] = proof.shares
    assert re.fullmatch(r"part\d, and \d changes after it", last.title)
    assert len(proof.shares) < len(texts) - 1

    told = proof.told("about ", " of builds")
    assert told == pytest.approx(proof.builder.seconds, rel=1 / 3)


def test_with_two_rounds_each_part_is_measured(tmp_path, monkeypatch):
    texts = [f"FROM base{n}\nCOPY . .\nRUN sleep 30\n" for n in range(5)]
    shape = (texts[0], texts[-1], tuple(texts[1:]), 2, 0)
    assert len(Proof(shape, tmp_path, monkeypatch).shares) == len(texts) - 1


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (NAIVE.replace("sleep 8", "sleep 7"), set()),
        (NAIVE.replace("RUN sleep 20", "ENV A=b\nRUN sleep 20"), {"edit"}),
        (NAIVE.replace("FROM base", "FROM slim"), {"edit"}),
        (SLOWER, {"edit"}),
        (SPLIT, {"edit", "dependency"}),
    ],
)
def test_a_state_that_redoes_the_same_after_an_edit_is_not_edited_again(
    text, kinds, tmp_path
):
    """Not so where a variable, the base image or an instruction after the edit is another."""
    plan = asked(1, 0, is_run=False)
    before = version("before", NAIVE, tmp_path)
    state = version("state", text, tmp_path)
    planned = planned_work((before, before), [state], plan, side_by_side=True)
    own = {work.kind for work in planned.values() if work.version == state.key}
    assert own - {READING, "cold"} == kinds


MOUNTED = "RUN --mount=type=cache,target=/c sleep 20"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (SLOWER, set()),
        (NAIVE.replace("FROM base", "FROM slim"), set()),
        # A copy alone is as quick as what is around it
        (SPLIT, {"edit"}),
        # The mount is full by then
        (NAIVE.replace("RUN sleep 20", MOUNTED), {"edit"}),
        (SPLIT.replace("RUN sleep 20", MOUNTED), {"edit", "dependency"}),
    ],
)
def test_a_state_whose_first_build_tells_of_an_edit_is_not_edited(
    text, kinds, tmp_path
):
    plan = asked(1, 0, is_run=False)
    before = version("before", NAIVE, tmp_path)
    state = version("state", text, tmp_path)
    planned = planned_work((before, before), [state], plan)
    own = {work.kind for work in planned.values() if work.version == state.key}
    assert own - {READING} == {"warm", *kinds}


def test_what_is_told_of_an_edit_is_what_it_takes(tmp_path, monkeypatch):
    """As long as on a builder that keeps the cache of the proof."""
    proof = Proof("parts", tmp_path, monkeypatch, is_run=False)
    told = proof.journal.known("part0 dependency 0")
    folder = tmp_path / "part0"
    (folder / "context" / "requirements.txt").write_text("flask # edited\n")
    source = SimpleNamespace(
        dockerfile=folder / "Dockerfile", folder=folder / "context"
    )
    made = proof.builder.build(source, "dependency", "", None, "", fresh=False)
    assert proof.builder.scenarios[:-1].count("dependency") == 1, "of the version after"
    assert told.seconds == pytest.approx(made.seconds, rel=0.02)
    assert told.took == pytest.approx(made.took, rel=0.02)


@pytest.mark.parametrize(
    ("kills", "graces"), [(True, [10, 10, 1, 1]), (False, [10] * 4)]
)
def test_a_state_between_two_that_were_killed_is_waited_for_a_second(
    kills, graces, tmp_path, monkeypatch
):
    proof = Proof("parts", tmp_path, monkeypatch, kills=kills)
    assert proof.builder.graces == graces
