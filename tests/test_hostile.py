"""Texts made to be slow: each takes about a second, and minutes where something grows with the square of it."""

from __future__ import annotations

import time

import pytest
from amounts import share_of

from lightship.build import Build
from lightship.builds.ci.ci_builds import ci_builds
from lightship.builds.workspace import Workspace
from lightship.context.files import Context
from lightship.dockerfile.parse import parse
from lightship.lint.ci_comments import ci_ignores
from lightship.lint.engine import lint
from lightship.lint.fixes import UNSAFE, fix
from lightship.lint.registry import all_rules
from lightship.lint.rule_selection import RuleSelection
from lightship.text import Lines, decode

SECONDS = 6  # of the processor
N = share_of(3000)
MANY = share_of(12_000)


def numbered(count: int, *lines: str) -> str:
    return "".join(
        "\n".join(lines).replace("@+", str(number + 1)).replace("@", str(number)) + "\n"
        for number in range(count)
    )


TEXTS = {
    "a size of many digits": "FROM debian\nRUN --mount=type=tmpfs,target=/x,size="
    + "1" * 60_000
    + "x true\n",
    "relative WORKDIR": "FROM debian\n" + "WORKDIR a\n" * MANY,
    "CMD after CMD": "FROM debian\n" + "CMD a\n" * MANY,
    "stages that start from the one before": "FROM debian AS s0\n"
    + numbered(N, "FROM s@ AS s@+", "RUN apt-get update"),
    "stages with names alike": numbered(1000, "FROM debian AS stage@")
    + numbered(1000, "COPY --from=stagx@ a b"),
    "cyclic stages": numbered(N, "FROM debian AS s@", "COPY --from=s@+ a b"),
    "many ARG and many unset variables": "FROM debian\n"
    + numbered(N, "ARG abc@")
    + numbered(N, "COPY $abd@ b"),
    "updates alone": "FROM debian\n" + "RUN apt-get update\n" * N,
    "cd in each RUN": "FROM debian\n" + "RUN cd /app && make\n" * N,
    "copies and installs": "FROM python:3.12\n"
    + "COPY . .\nRUN pip install -r requirements.txt\n" * N,
    "a long heredoc": "FROM debian\nRUN <<EOF\n"
    + "echo a && apt-get install b\n" * N
    + "EOF\n",
    "one long chain": "FROM debian\nRUN " + " && ".join(["a b"] * MANY) + "\n",
    "one long pipe": "FROM debian\nRUN " + " | ".join(["a b"] * MANY) + "\n",
    "brackets": "FROM debian\nCMD " + "[" * 100_000 + "\n",
    "nested expansions": "FROM debian\nENV A=" + "${${" * MANY + "\n",
    "ONBUILD of ONBUILD": "FROM debian\n" + "ONBUILD " * N + "RUN a\n",
    "pairs": "FROM debian\nENV "
    + " ".join(f"a{number}=b" for number in range(MANY))
    + "\n",
    "NUL": "FROM debian\n" + "\0" * 100_000,
    "UTF-16": decode(("FROM debian\n" + "RUN a\n" * N).encode("utf-16")),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_lint_takes_its_time_and_no_more(name):
    start = time.process_time()
    build = Build(parse(TEXTS[name]))
    assert not [
        item for item in lint(build, all_rules()) if item.rule.id == "rule-crashed"
    ]
    assert time.process_time() - start < SECONDS


def test_copies_of_a_large_context():
    files = {f"src/{number}.py": "" for number in range(2000)} | {
        ".env": "A=b",
        ".git/HEAD": "",
        "tests/a.py": "",
    }
    start = time.process_time()
    build = Build(
        parse("FROM debian\n" + "COPY . .\n" * N), Context.of(files), path="Dockerfile"
    )
    assert not [
        item for item in lint(build, all_rules()) if item.rule.id == "rule-crashed"
    ]
    assert time.process_time() - start < SECONDS


def test_thousands_of_fixes():
    start = time.process_time()
    build = Build(
        parse(
            "FROM debian\n"
            + "RUN apt-get update && apt-get install -y git\nENV A=b\n" * share_of(2000)
        )
    )
    assert len(
        fix(build, RuleSelection(tuple(all_rules())), UNSAFE).applied
    ) >= share_of(2000)
    assert time.process_time() - start < SECONDS


HEAD = "on: push\njobs:\n  image:\n    runs-on: ubuntu-latest\n    steps:\n"
CHECKOUT = "      - uses: actions/checkout@v5\n"
BUILD = "      - run: docker build .\n"
WORKFLOWS = {
    "blank lines in a script": HEAD
    + CHECKOUT
    + "      - run: |\n          true\n"
    + "\n" * 80_000
    + "          true\n"
    + BUILD,
    "prints on one line": HEAD
    + CHECKOUT
    + "      - run: "
    + "echo " * 40_000
    + "\n"
    + BUILD,
    "a branch of branches": HEAD
    + CHECKOUT
    + "      # "
    + "refs/heads/" * 12_000
    + "\n"
    + BUILD,
}


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_takes_its_time_and_no_more(name):
    path = ".github/workflows/build.yml"
    workspace = Workspace.of({path: WORKFLOWS[name], "Dockerfile": "FROM debian\n"})
    start = time.process_time()
    assert len(ci_builds(workspace)) == 1
    assert time.process_time() - start < SECONDS


@pytest.mark.parametrize("end", ["", "a: 1\n"], ids=["nothing", "a line"])
def test_comments_above_comments_take_their_time_and_no_more(end):
    text = "# lightship: ignore=build-cache-missing\n" * 12_000 + end
    start = time.process_time()
    comments = ci_ignores(Lines(text))
    assert time.process_time() - start < SECONDS
    assert {item.scope.of(text) for item in comments} == {end.strip()}
