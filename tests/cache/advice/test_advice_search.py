"""Advice: each replayed anew gives what it says, none is worse, and its diff is its files."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from amounts import share_of
from cache.made_trees import Files, edited, start
from cache.pasts import build_of, past_of, plain
from hypothesis import given, settings
from hypothesis import strategies as st

from lightship.build import Build
from lightship.cache.advice.advice_search import advise, cost
from lightship.cache.advice.advised import Advice, Advised
from lightship.cache.advice.project_installs import installs_project_alone
from lightship.cache.plan.make_plan import make_plan
from lightship.cache.replay.past import Dockerfiles, Past
from lightship.cache.replay.replay_commits import replay
from lightship.cache.replay.results import StepHistory
from lightship.cache.times.build_time import Times
from lightship.cache.times.carry_over import carry_over
from lightship.dockerfile.parse import parse
from lightship.report.kit.diff import diff
from lightship.text import encode

APP = plain(
    **{
        "app.py": "1\n",
        "requirements.txt": "flask\n",
        "tests__test_app.py": "1\n",
        "docs__a.md": "# a\n",
    }
)
FIRST_COPY = 'FROM python:3.13\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nCMD ["python", "app.py"]\n'
TOOLS_LAST = "FROM python:3.13\nCOPY . /app\nRUN apt-get update && apt-get install -y git\nRUN python -m compileall /app\n"
DOCKERFILES = (
    FIRST_COPY,
    TOOLS_LAST,
    "FROM python:3.13\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\n",
    "FROM python:3.13 AS b\nCOPY . /src\nRUN make\nFROM python:3.13\nCOPY --from=b /src /a\nCOPY a /b\nRUN a\n",
)


def history(*edits: dict[str, str]) -> list[Files]:
    found = [APP]
    for edit in edits:
        found.append({**found[-1], **plain(**edit)})
    return found


HISTORY = history(
    {"app.py": "2\n"},
    {"app.py": "3\n"},
    {"docs__a.md": "# b\n"},
    {"requirements.txt": "django\n"},
    {"tests__test_app.py": "2\n"},
    {"app.py": "4\n"},
)


def advised(
    text: str, trees: list[Files], seconds: dict[int, float] | None = None
) -> Advised:
    times = Times(seconds, "a test") if seconds is not None else None
    return advise(past_of(trees), build_of(text, trees[-1]), diff, times=times)


def all_of(found: Advised) -> list[Advice]:
    return [*found.advice, *([found.together] if found.together else [])]


def made(build: Build, advice: Advice) -> Build:
    """The build after its files were written."""
    assert build.context is not None
    files = dict(advice.files)
    text = files.pop("Dockerfile", build.dockerfile.text)
    return Build(
        parse(text),
        build.context.with_files(files),
        build.args,
        build.target,
        build.path,
    )


def holds(found: Advised, past: Past, build: Build, times: Times | None) -> None:
    assert len(found.advice) <= found.tried
    for advice in all_of(found):
        after = made(build, advice)
        own = carry_over(times, build, after) if times is not None else None
        assert replay(past, Dockerfiles.always(after), times=own) == advice.after
        assert cost(advice.after) < cost(advice.before)
        assert cost(advice.after) < cost(found.before)
        assert failures(advice.after) <= failures(found.before)
        assert advice.safe == (not advice.caution)
        assert advice.diff
    costs = [cost(advice.after) for advice in found.advice]
    assert costs == sorted(costs)
    if found.together is not None:
        assert cost(found.together.after) <= costs[0]


def failures(replayed) -> int:
    return sum(bool(commit.failed) for commit in replayed.commits)


@given(
    start(),
    st.lists(st.lists(edited.one, max_size=2), min_size=1, max_size=4),
    st.sampled_from(DOCKERFILES),
)
@settings(max_examples=share_of(25))
def test_each_advice_replayed_anew_gives_what_it_says(first, steps, text):
    trees = [{**APP, **first}]
    for step in steps:
        trees.append(edited(trees[-1], step))
    trees = [
        {path: node for path, node in files.items() if _is_free(path, files)}
        for files in trees
    ]
    build = build_of(text, trees[-1])
    holds(advise(past_of(trees), build, diff), past_of(trees), build, None)


def _is_free(path: str, files: Files) -> bool:
    return not any(path.startswith(f"{other}/") for other in files)


@pytest.mark.parametrize("text", DOCKERFILES)
@pytest.mark.parametrize("seconds", [None, {1: 1.0, 2: 1.0, 3: 1.0, 4: 60.0, 5: 1.0}])
def test_so_it_is_with_times(text, seconds):
    build = build_of(text, HISTORY[-1])
    times = Times(seconds, "a test") if seconds else None
    holds(advised(text, HISTORY, seconds), past_of(HISTORY), build, times)


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")
@pytest.mark.parametrize(
    "text", [*DOCKERFILES, FIRST_COPY.rstrip("\n"), TOOLS_LAST.replace("\n", "\r\n")]
)
def test_its_diff_is_what_git_applies(tmp_path, text):
    found = advised(text, HISTORY)
    for number, advice in enumerate(all_of(found)):
        folder = tmp_path / str(number)
        folder.mkdir()
        for path, (_, _, content) in {
            **HISTORY[-1],
            "Dockerfile": ("file", 0o644, text),
        }.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(encode(content))
        done = subprocess.run(
            ["git", "apply", "-"],
            cwd=folder,
            input=encode(advice.diff),
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, (advice.diff, done.stderr)
        for path, content in advice.files.items():
            assert (folder / path).read_bytes() == encode(content), advice.title


def test_dependencies_first():
    found = advised(FIRST_COPY, HISTORY)
    (best,) = [each for each in found.advice if "requirements.txt" in each.diff]
    run = next(step for step in best.after.steps if step.instruction.startswith("RUN"))
    before = next(
        step for step in best.before.steps if step.instruction.startswith("RUN")
    )
    assert (before.rebuilt, run.rebuilt) == (6, 1)


def test_tools_above_the_sources():
    found = advised(TOOLS_LAST, HISTORY)
    (move,) = [
        each for each in found.advice if each.title == "Move line 3 above line 2"
    ]
    assert (move.safe, move.rule) == (True, "")
    assert move.files["Dockerfile"].splitlines()[1].startswith("RUN apt-get")


def test_what_no_image_needs_is_left_out_with_a_caution():
    found = advised(FIRST_COPY, HISTORY)
    ignored = [each for each in found.advice if list(each.files) == [".dockerignore"]]
    assert ignored
    for each in ignored:
        assert each.caution
        assert {"docs", "tests"} <= {
            line.strip("/*") for line in each.files[".dockerignore"].split()
        }


def test_a_history_without_rebuilds_gets_no_advice():
    found = advised(FIRST_COPY, [APP, APP, APP])
    assert (found.advice, found.together) == ((), None)


def test_nothing_is_offered_that_changes_no_verdict():
    text = "FROM python:3.13\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install x\nCOPY app.py .\n"
    trees = history({"app.py": "2\n"}, {"app.py": "3\n"})
    assert advised(text, trees).advice == ()
    assert len(make_plan(build_of(text, APP)).steps) == 4


WORKSPACE = plain(
    **{
        "pyproject.toml": "[project]\nname = 'shop'\n[tool.uv.workspace]\nmembers = ['packages/*']\n",
        "uv.lock": "",
        "packages__api__pyproject.toml": "[project]\nname = 'api'\n",
        "packages__api__api.py": "1\n",
    }
)
SYNC = "FROM python:3.13\nWORKDIR /app\nCOPY . .\nRUN uv sync --locked --no-dev --package api\n"


def test_a_workspace_gets_its_split_though_uv_sync_is_run_again():
    trees = [WORKSPACE]
    for number in range(2, 6):
        edit = plain(**{"packages__api__api.py": f"{number}\n"})
        trees.append({**trees[-1], **edit})
    found = advised(SYNC, trees)
    rules = [advice.rule for advice in found.advice]
    assert rules[0] == "sources-before-dependencies"
    assert "--no-install-workspace" in found.advice[0].diff


def test_a_second_sync_for_the_project_alone_counts_as_a_copy_does():
    def step(line: int, instruction: str) -> StepHistory:
        return StepHistory("", line, instruction, 1, "", ())

    first = step(2, "RUN uv sync --locked --no-install-project")
    second = step(4, "RUN uv sync --locked")
    assert installs_project_alone(second, (first, second))
    assert not installs_project_alone(first, (first, second))
    assert not installs_project_alone(second, (second,))
    assert not installs_project_alone(
        second, (step(2, "RUN poetry install --no-root"), second)
    )
