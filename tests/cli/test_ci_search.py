"""Which files of CI `lint` and `fix` take of a directory: those that build, where a rule for them
is selected.
"""

from __future__ import annotations

import pytest
from repositories import Repository

DOCKERFILE = """\
FROM python:3.13-slim
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
"""
BUILDING = """\
      - uses: docker/build-push-action@v6
        with:
          context: .
          push: true
          tags: acme/app:1
"""
HEAD = "on: push\njobs:\n  image:\n    runs-on: ubuntu-latest\n    steps:\n"
USING = "      - uses: actions/checkout@v5\n      - uses: ./.github/actions/image\n"
ACTION = f"runs:\n  using: composite\n  steps:\n{BUILDING}"
GITLAB = """\
image: docker:28
services: [docker:28-dind]
build:
  script:
    - docker build -t $CI_REGISTRY_IMAGE .
    - docker push $CI_REGISTRY_IMAGE
"""
PATH = ".github/workflows/image.yml"
OF_ACTION = ".github/actions/image/action.yml"
FILES = {
    "Dockerfile": DOCKERFILE,
    "requirements.txt": "flask==3.1\npandas==2.3\n",
    PATH: HEAD + BUILDING,
    ".github/workflows/called.yml": HEAD + USING,
    ".github/workflows/test.yml": HEAD + "      - run: pytest\n",
    OF_ACTION: ACTION,
    ".gitlab-ci.yml": GITLAB,
    # A workflow of nobody: only those two directories below the root run
    "template/.github/workflows/image.yml": HEAD + BUILDING,
    "values.yml": "image: app\n",
}
MISSING = {f"{PATH}:6", f"{OF_ACTION}:4", ".gitlab-ci.yml:5"}


@pytest.fixture
def app(project):
    return _written(project, FILES)


def _written(folder, files):
    repository = Repository(folder)
    repository.commit(files, "start")
    return repository


def _places(result):
    assert result.exit_code in (0, 1), result.stderr
    rows = [line.split() for line in result.stdout.splitlines()]
    found = [row for row in rows if row[2].startswith("build-cache")]
    return {row[0].rsplit(":", 1)[0] for row in found}


@pytest.mark.parametrize(
    "selected",
    [
        ("--select", "ci"),
        ("--select", "build-cache-missing"),
        ("--select", "caching,CI", "."),
        ("--select", "all"),
        ("--extend-select", "cache-mode-min"),
    ],
    ids=" ".join,
)
def test_a_directory_is_searched_for_files_of_ci(run, app, selected):
    assert _places(run("lint", "-q", *selected)) == MISSING


@pytest.mark.parametrize(
    "selected",
    [
        (),
        ("--select", "default"),
        ("--extend-select", "caching"),
        ("--select", "all", "--ignore", "ci"),
    ],
    ids=" ".join,
)
def test_without_a_rule_of_ci_only_dockerfiles_are_linted(run, app, selected):
    shown = run("lint", "--show-files", *selected)
    assert shown.stdout == "Dockerfile\n"


@pytest.mark.parametrize(
    "line", ['extend-select = ["ci"]', 'select = ["build-cache-missing"]']
)
def test_the_configuration_selects_them_as_well(run, app, line):
    app.write({"lightship.toml": f"{line}\n"})
    assert _places(run("lint", "-q")) == MISSING
    assert run("lint", "--show-files", "--no-config").stdout == "Dockerfile\n"


def test_what_is_excluded_or_ignored_is_not_taken(run, app):
    app.write({"lightship.toml": 'exclude = [".gitlab-ci.yml", ".github/actions"]\n'})
    assert _places(run("lint", "-q", "--select", "ci")) == {f"{PATH}:6"}


def test_each_of_several_repositories_below_a_directory_has_its_own(run, project):
    for name in ("one", "two"):
        (project / name).mkdir()
        _written(project / name, FILES)
    found = _places(run("lint", "-q", "--select", "ci"))
    assert found == {f"{name}/{place}" for name in ("one", "two") for place in MISSING}
    assert _places(run("lint", "-q", "--select", "ci", "two/.github")) == {
        f"two/{PATH}:6",
        f"two/{OF_ACTION}:4",
    }


def test_fix_edits_them(run, app):
    done = run("fix", "--unsafe-fixes", "--select", "build-cache-missing")
    assert done.exit_code == 0, done.output
    for path in (PATH, OF_ACTION):
        text = (app.root / path).read_text(encoding="utf-8")
        assert "cache-to: type=gha" in text
    assert (app.root / "Dockerfile").read_text(encoding="utf-8") == DOCKERFILE


def test_older_findings_of_files_of_ci_are_told_by_their_lines(run, app):
    select = ("--select", "ci", "--since", "HEAD", "-q")
    assert _places(run("lint", *select)) == set()
    app.write({".gitlab-ci.yml": GITLAB.replace("build -t", "build --quiet -t")})
    assert _places(run("lint", *select)) == {".gitlab-ci.yml:5"}


def test_a_baseline_of_a_directory_has_them(run, app):
    assert run("baseline", "--select", "ci").exit_code == 0
    known = ("--baseline", "lightship-baseline.jsonl")
    assert _places(run("lint", "-q", "--select", "ci", *known)) == set()
