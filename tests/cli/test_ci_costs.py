"""`lightship ci --cost`: what each finding costs, as `cache replay --ci` counts it."""

from __future__ import annotations

import json

import pytest
from repositories import Repository
from schemas import validator

DOCKERFILE = """\
FROM python:3.13 AS build
COPY requirements.txt .
RUN pip install -r requirements.txt
FROM python:3.13
COPY --from=build /usr/local /usr/local
COPY app.py .
RUN python -m compileall .
"""
WORKFLOW = """\
on:
  push:
    branches: [main]
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: docker/setup-buildx-action@v3
      - uses: docker/build-push-action@v6
        with:
          context: app
"""
SECONDS = {
    "steps": [{"line": 3, "seconds": 40, "bytes": 9_000_000}, {"line": 7, "seconds": 2}]
}
PATH = ".github/workflows/image.yml"


def with_inputs(*rows: str) -> str:
    return WORKFLOW + "".join(f"          {row}\n" for row in rows)


@pytest.fixture
def repository(project):
    """Six pushes; one of them changes what is installed."""
    found = Repository(project / "repo")
    found.commit(
        {
            PATH: WORKFLOW,
            "app/Dockerfile": DOCKERFILE,
            "app/.dockerignore": ".git\nDockerfile\n",
            "app/app.py": "0\n",
            "app/requirements.txt": "flask\npandas\n",
        },
        "start",
    )
    for number in range(1, 6):
        found.commit({"app/app.py": f"{number}\n"}, f"code {number}")
    found.commit({"app/requirements.txt": "django\npandas\n"}, "dependencies")
    return found


def write(repository, workflow: str) -> None:
    """Another workflow on the disk: the history stays."""
    (repository.root / PATH).write_text(workflow, encoding="utf-8")


def shown(run, repository, *args: str):
    result = run("ci", str(repository.root), "--format", "json", *args)
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    validator("ci", "ci").validate(found)
    return {item["rule"]: item["cost"] for item in found["findings"]}


def replayed(run, repository, *args: str):
    place = str(repository.root / "app")
    result = run("cache", "replay", place, "--ci", *args, "--format", "json")
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    return found["written"], {item["name"]: item for item in found["others"]}


@pytest.fixture
def times(repository):
    path = repository.root / "times.json"
    path.write_text(json.dumps(SECONDS))
    return str(path)


def test_without_the_flag_nothing_is_replayed(run, repository):
    assert shown(run, repository) == {"build-cache-missing": None}


def test_no_cache_costs_what_the_replay_says_a_cache_would_save(run, repository, times):
    (cost,) = shown(run, repository, "--cost", "--times", times).values()
    written, others = replayed(run, repository, "--times", times)
    cached = others["gha, mode=max"]
    assert cost["runs"] == written["runs"] == 6
    assert cost["steps"] == written["rebuilt"] - cached["rebuilt"] > 0
    assert cost["seconds"] == pytest.approx(written["seconds"] - cached["seconds"])
    assert cost["seconds"] >= 4 * 40
    assert cost["bytes"] == written["bytes"] - cached["bytes"]


def test_a_small_cache_costs_what_mode_max_would_save(run, repository, times):
    write(repository, with_inputs("cache-from: type=gha", "cache-to: type=gha"))
    # Every commit changes what is installed: nothing but a cache of other stages would help
    cost = shown(run, repository, "--cost", "--times", times)["cache-mode-min"]
    written, others = replayed(run, repository, "--times", times)
    larger = others["as written, with mode=max"]
    assert cost["seconds"] == pytest.approx(written["seconds"] - larger["seconds"])


def test_without_times_steps_are_counted(run, repository):
    cost = shown(run, repository, "--cost")["build-cache-missing"]
    assert (cost["seconds"], cost["bytes"]) == (None, None)
    assert cost["steps"] > 0
    text = run("ci", str(repository.root), "--cost").stdout
    assert "more steps a run" in text
    assert "6 runs" in text


def test_the_text_and_the_table_say_seconds(run, repository, times):
    args = ("ci", str(repository.root), "--cost", "--times", times)
    assert " a run (6 runs in " in run(*args).stdout
    table = run(*args, "--format", "markdown").stdout
    assert "| cost |" in table
    assert "costs " in table


@pytest.mark.parametrize(
    ("rule_id", "rows"),
    [
        (
            "cache-read-disabled",
            ["cache-from: type=gha", "cache-to: type=gha", "no-cache: true"],
        ),
        (
            "cache-without-writer",
            ["cache-from: type=gha,scope=a", "cache-to: type=gha,scope=b"],
        ),
        (
            "changing-build-arg-early",
            [
                "cache-from: type=gha",
                "cache-to: type=gha,mode=max",
                "build-args: SHA=${{ github.sha }}",
            ],
        ),
        (
            "cache-option-misspelt",
            ["cache-from: type=gha", "cache-to: 'type=gha, mode=max'"],
        ),
        (
            "inline-cache-not-pushed",
            ["cache-from: acme/app:1", "cache-to: type=inline"],
        ),
        (
            "inline-cache-of-stages",
            [
                "push: true",
                "tags: acme/app:1",
                "cache-from: acme/app:1",
                "cache-to: type=inline",
            ],
        ),
        (
            "local-cache-not-kept",
            ["cache-from: type=local,src=/tmp/c", "cache-to: type=local,dest=/tmp/c"],
        ),
    ],
)
def test_each_mistake_has_a_cost_where_its_cure_would_save_steps(
    run, repository, rule_id, rows
):
    dockerfile = repository.root / "app/Dockerfile"
    dockerfile.write_text(
        DOCKERFILE.replace(".\nRUN pip", ".\nARG SHA\nRUN pip"), encoding="utf-8"
    )
    # The first stage is needed in most commits
    repository.commit({"app/requirements.txt": "pandas\n"}, "again")
    write(repository, with_inputs(*rows))
    cost = shown(run, repository, "--cost")[rule_id]
    assert cost["builds"] == 1
    assert cost["runs"] == 7
    assert cost["steps"] >= 0
    if rule_id not in ("cache-option-misspelt", "inline-cache-of-stages"):
        assert cost["steps"] > 0


def test_what_actions_cache_never_finds_or_never_renews(run, repository):
    kept = """\
      - uses: actions/cache@v4
        with:
          path: /tmp/c
          key: KEY
      - uses: docker/build-push-action"""
    # After the install has changed, the first layers of all are of no use
    for number in range(3):
        repository.commit({"app/app.py": f"again {number}\n"}, "code")
    inputs = [
        "cache-from: type=local,src=/tmp/c",
        "cache-to: type=local,dest=/tmp/c,mode=max",
    ]
    for rule_id, key in [
        ("local-cache-never-found", "c-${{ github.sha }}"),
        ("local-cache-never-renewed", "c"),
    ]:
        text = with_inputs(*inputs).replace(
            "      - uses: docker/build-push-action", kept.replace("KEY", key)
        )
        write(repository, text)
        cost = shown(run, repository, "--cost")[rule_id]
        assert cost["steps"] > 0


def test_what_is_loaded_costs_layers_and_no_step(run, repository):
    # A run in which all is found needs no layer but to load them
    repository.commit({"README.md": "words\n"}, "words")
    cache = ["cache-from: type=gha", "cache-to: type=gha,mode=max"]
    write(repository, with_inputs("load: true", *cache))
    select = ("--select", "cached-image-loaded")
    (cost,) = shown(run, repository, "--cost", *select).values()
    assert cost["steps"] == 0
    assert cost["layers"] > 0
    text = run("ci", str(repository.root), "--cost", *select).stdout
    assert "costs no step in this history, fetches " in text


def test_images_that_share_a_scope_cost_what_the_one_that_ends_last_takes_away(
    run, repository
):
    other = "FROM debian\nRUN apt-get update && apt-get install -y gcc\nCOPY app.py .\n"
    repository.commit({"app/other.Dockerfile": other}, "another image")
    step = """\
      - uses: docker/build-push-action@v6
        with:
          context: app
          file: app/other.Dockerfile
"""
    cache = ["cache-from: type=gha", "cache-to: type=gha,mode=max"]
    text = with_inputs(*cache)
    text += step + "".join(f"          {row}\n" for row in cache)
    write(repository, text)
    result = run("ci", str(repository.root), "--format", "json", "--cost")
    found = json.loads(result.stdout)["findings"]
    costs = [item["cost"] for item in found if item["rule"] == "cache-scope-shared"]
    assert len(costs) == 2
    assert all(cost["steps"] > 0 for cost in costs)


def test_the_rows_of_a_matrix_are_counted_together(run, repository):
    matrix = "    strategy:\n      matrix:\n        v: ['1', '2']\n    runs-on"
    write(
        repository,
        with_inputs("build-args: V=${{ matrix.v }}").replace("    runs-on", matrix),
    )
    alone = "build-args: V=1"
    both = shown(run, repository, "--cost")["build-cache-missing"]
    write(repository, with_inputs(alone))
    one = shown(run, repository, "--cost")["build-cache-missing"]
    assert (both["builds"], both["runs"]) == (2, one["runs"])
    assert both["steps"] == 2 * one["steps"]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--cost", "--fix"], "--cost cannot be combined with --fix"),
        (["--times", "app/app.py"], "--times needs --cost"),
        (["--cost", "--times", "app/app.py"], "app/app.py"),
    ],
)
def test_what_does_not_go_together_is_refused(run, repository, monkeypatch, args, said):
    monkeypatch.chdir(repository.root)
    result = run("ci", *args)
    assert result.exit_code == 2
    assert said in result.stderr


def test_without_a_history_it_says_so(run, project):
    (project / "plain").mkdir()
    result = run("ci", str(project / "plain"), "--cost")
    assert result.exit_code == 2
    assert "repository" in result.stderr
