"""Changes whose verdict is known beforehand, really built and run: each is called what it is, for the right reason."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner
from engine.stand_ins import StandIns
from proof.seed import FAT, PATHS, PORT, Seed
from proof.seeds.bad import BAD, INSTALL
from proof.seeds.good import COMPILER, GOOD

from lightship.bench.bench import Bench
from lightship.bench.materials import write
from lightship.bench.measuring_run import MeasuringRun
from lightship.bench.version import RunImages, Version
from lightship.cache.plan.plan import Side
from lightship.cli import cli
from lightship.proof.facts import facts
from lightship.proof.figures import figures
from lightship.proof.journal import Journal
from lightship.proof.judging import judge
from lightship.proof.measure_plan import MeasurePlan, Running
from lightship.proof.measured import Measured
from lightship.proof.proof import Verdict, VerdictKind
from lightship.proof.statistics import WIDER, unrest_of

pytestmark = pytest.mark.engine
# Those that are built each time; the others, which are of the same kinds, with `make test-builds`
BRIEF = frozenset(
    """a-dependency-left-out a-user-that-cannot-write a-version-that-there-is-not a-shell-that-loses-signals
    back-to-root a-secret-in-a-layer dependencies-first a-user two-stages a-health-check it-builds-now""".split()
)


def marked(seed: Seed) -> object:
    marks = [] if seed.name in BRIEF else [pytest.mark.builds]
    return pytest.param(seed, id=seed.name, marks=marks)


RUN = f"lightship-{uuid4().hex[:12]}"  # edits have it in their bytes: no build of another run is a hit
RUNNING = Running(port=PORT, paths=PATHS, patience=8, grace=2)
OTHER = f"lightship-{uuid4().hex[:12]}"
TIMED = frozenset({"start", "stop", "memory", "cold", "edit", "dependency"})
ASKED = MeasurePlan(
    2, RUNNING, "app.py", "requirements.txt", ("--network=host",)
)  # the tests' engine has no other network
FAT_DOCKERFILE = (
    "FROM python:3.13-slim\nRUN head -c 30000000 /dev/urandom > /usr/lib/headers\n"
)


def _unheard(_text: str) -> None:
    pass


class Trials:
    """Measures seeds; what two of them have in common is built and run once."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._journal, self._made = folder, Journal(RUN), RunImages()
        self._versions: dict[str, Version] = {}
        self._numbers = itertools.count()

    def measured(self, seed: Seed) -> tuple[Measured, Measured]:
        before, after = (self._version(side) for side in seed.write(self._new()))
        runs = 2 if TIMED.intersection(seed.keys) else 1
        asked = replace(ASKED, runs=runs, scenarios=seed.scenarios, cold=seed.cold)
        run = MeasuringRun(RUN, asked, self._journal, _unheard, made=self._made)
        return Bench(run).both(before, after)

    def _version(self, side: Side) -> Version:
        """The same for the same files."""
        files = sorted((path, side.tree.identity(path)) for path in side.tree.files)
        if repr(files) not in self._versions:
            key = f"v{len(self._versions)}"
            self._versions[repr(files)] = Version(
                key, side, write(side, key, str(self._new()))
            )
        return self._versions[repr(files)]

    def _new(self) -> Path:
        made = self._folder / str(next(self._numbers))
        made.mkdir()
        return made


@pytest.fixture(scope="module")
def trials(
    stand_ins: StandIns, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Trials]:
    stand_ins.provide("python:3.13-slim")
    folder = tmp_path_factory.mktemp("seeds")
    (folder / "Dockerfile").write_text(FAT_DOCKERFILE, encoding="utf-8")
    stand_ins.engine.build(folder, FAT)
    with (
        pytest.MonkeyPatch.context() as patch,
        Bench(MeasuringRun(RUN, ASKED, Journal(RUN), _unheard)),
    ):
        patch.setenv("DOCKER_HOST", f"unix://{stand_ins.engine.socket}")
        yield Trials(folder)


def verdict_of(before: Measured, after: Measured, seed: Seed) -> Verdict:
    """By all that is exact, and of what is timed by what the seed is about: the machine of the tests may be busy."""
    timed = TIMED - {*seed.keys}
    rows = tuple(figure for figure in figures(before, after) if figure.key not in timed)
    return judge(before, after, rows, tuple(facts(before, after)))


@pytest.mark.builds
def test_two_versions_of_which_a_builder_does_the_same_are_built_once(
    trials: Trials,
) -> None:
    seed = next(seed for seed in GOOD if seed.name == "a-health-check")
    before, after = trials.measured(replace(seed, cold=True, scenarios=("edit",)))
    took = [[build.seconds for build in side.builds] for side in (before, after)]
    assert took[0] == took[1]
    assert [build.scenario for build in after.builds] == ["cold", "edit"]
    assert before.builds[0].image != after.builds[0].image
    assert (before.runs[0].healthy, after.runs[0].healthy) == (None, True)


@pytest.mark.parametrize("seed", [marked(seed) for seed in BAD])
def test_a_bad_change_is_called_what_it_is_for_the_right_reason(
    trials: Trials, seed: Seed
) -> None:
    check_verdict(trials, seed)


@pytest.mark.parametrize("seed", [marked(seed) for seed in GOOD])
def test_a_good_change_is_called_what_it_is_for_the_right_reason(
    trials: Trials, seed: Seed
) -> None:
    check_verdict(trials, seed)


def check_verdict(trials: Trials, seed: Seed) -> None:
    before, after = trials.measured(seed)
    found = verdict_of(before, after, seed)
    unseen = [key for key in seed.keys if key not in found.keys]
    check_hidden_by_noise(before, after, unseen)

    seen = tuple(key for key in seed.keys if key in found.keys)
    kind = seed.kind if seen else VerdictKind.SAME
    assert (found.kind, found.keys) == (kind, seen), found.reasons
    if not unseen:
        taken_back = verdict_of(after, before, seed)
        assert taken_back.keys[0] == seed.keys[0], taken_back.reasons
        assert taken_back.kind in seed.taken_back


def check_hidden_by_noise(
    before: Measured, after: Measured, unseen: Sequence[str]
) -> None:
    """On a busy machine a second or two may be noise: as much as two values may add, to the power of its unrest."""
    assert TIMED.issuperset(unseen), "only what is timed can be hidden"
    runs = [*before.runs, *after.runs, *before.builds, *after.builds]
    crowd = max(measured.crowd for measured in runs)
    noise = WIDER[1] ** unrest_of(crowd)
    for figure in figures(before, after):
        if figure.key in unseen:
            lowest = max(min(figure.before), min(figure.after))
            assert lowest <= noise * min(max(figure.before), max(figure.after)), figure


def test_what_an_interrupted_proof_has_measured_is_not_measured_again(
    trials: Trials, tmp_path: Path
) -> None:
    """The journal that it left has all of it."""
    said: list[str] = []
    asked = replace(ASKED, runs=1, cold=False, scenarios=("edit",))
    (tmp_path / "sides").mkdir()
    sides = next(seed for seed in GOOD if seed.name == "a-health-check").write(
        tmp_path / "sides"
    )
    before, after = (
        Version(key, side, write(side, key, str(made(tmp_path / key))))
        for key, side in zip(("before", "after"), sides, strict=True)
    )
    texts: list[str] = []
    first = MeasuringRun(OTHER, asked, Journal("x", texts.append), said.append)
    with Bench(first) as bench:
        whole = bench.both(before, after)
    assert len(texts) == 6
    said.clear()
    second = MeasuringRun(OTHER, asked, Journal("x", text=texts[3]), said.append)
    with Bench(second) as bench:
        resumed = bench.both(before, after)
    assert [text for text in said if "reading the image" not in text] == [
        "before: run, round 1 of 1",
        "after: run, round 1 of 1",
    ]
    assert [each.builds for each in resumed] == [each.builds for each in whole]
    # The image was built again: times of files are others, and gzip makes a byte of that
    again, once = resumed[0].shape, whole[0].shape
    assert again is not None
    assert once is not None
    assert abs(again.compressed - once.compressed) < 1_000
    assert replace(again, compressed=once.compressed) == once


def test_each_part_of_a_change_gets_what_it_did(
    trials: Trials, stand_ins: StandIns, tmp_path: Path
) -> None:
    """By the command: one hunk makes the image smaller, another the program larger."""
    smaller, larger = (INSTALL, COMPILER + INSTALL), ("ENV SHOP", "ENV HELD_MB=96 SHOP")
    Seed("parts", "", VerdictKind.MIXED, (), before=(smaller,), after=(larger,)).write(
        tmp_path
    )
    options = (
        "--quick",
        "--network=host",
        f"--path={PATHS[0]}",
        "--path=/note",
        "--grace=2",
        "--format=json",
        "--require=not-broken",
    )
    found = CliRunner().invoke(
        cli,
        [
            "prove",
            str(tmp_path / "before"),
            str(tmp_path / "after"),
            *options,
            f"--context={tmp_path}",
        ],
    )
    assert found.exit_code == 0, found.output
    proof = json.loads(found.stdout)
    assert {"memory", "content"} <= {*proof["verdict"]["keys"]}
    changed = [
        {figure["key"] for figure in share["figures"]} for share in proof["shares"]
    ]
    assert ["content" in keys for keys in changed] == [True, False]
    assert ["memory" in keys for keys in changed] == [False, True]
    assert [share["failed"] for share in proof["shares"]] == ["", ""]
    names = stand_ins.engine.docker(
        "images", "--format", "{{.Repository}}"
    ).splitlines()
    assert f"lightship-proof/{proof['id']}" not in names


TOKENS = """\
import http.server, secrets, signal, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(secrets.token_hex(8).encode())
signal.signal(signal.SIGTERM, lambda *_: sys.exit())
http.server.HTTPServer(("", 8000), Handler).serve_forever()
"""


@pytest.mark.usefixtures("trials")
def test_a_page_that_is_another_each_time_breaks_nothing(tmp_path: Path) -> None:
    """In one round too, as with the tokens of forms: a second run tells that its text varies by itself."""
    (tmp_path / "app.py").write_text(TOKENS, encoding="utf-8")
    text = 'FROM python:3.13-slim\nCOPY app.py /\nEXPOSE 8000\nCMD ["python3", "/app.py"]\n'
    for name, label in (("Dockerfile", ""), ("Dockerfile.new", "LABEL a=b\n")):
        (tmp_path / name).write_text(text + label, encoding="utf-8")
    sides = [str(tmp_path / name) for name in ("Dockerfile", "Dockerfile.new")]
    options = (
        "--quick",
        "--network=host",
        "--format=json",
        f"--context={tmp_path}",
        "--require=not-broken",
    )
    found = CliRunner().invoke(cli, ["prove", *sides, *options])
    assert found.exit_code == 0, found.output
    answers = [
        fact["change"]
        for fact in json.loads(found.stdout)["facts"]
        if fact["key"] == "answer"
    ]
    assert answers == ["same"]


def made(folder: Path) -> Path:
    folder.mkdir()
    return folder
