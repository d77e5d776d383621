"""Which steps of an image a cache keeps from commit to commit, and what that saves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.facts.ci.build_stages import built_instructions, built_stages
from lightship.facts.ci.changing_keys import changed_by_sources, changing, declared
from lightship.facts.ci.frozen_sources import (
    frozen_runs,
    reads_context,
    would_be_frozen,
)
from lightship.facts.ci.image_costs import (
    long_runs,
    runs_of_other_stages,
    runs_that_depend_on,
    runs_worth_a_cache,
    slow_runs,
)
from lightship.facts.ci.light_runs import (
    asked_packages,
    calls_of,
    is_light,
    is_small_part,
)
from lightship.repository_facts import RepositoryFacts
from tests.made import build

FILES = {
    "requirements.txt": "pandas\n",
    "src/app.py": "",
    "conf/app.toml": "",
    ".dockerignore": ".git\n",
}
STAGES = """FROM golang:1.25 AS build
COPY src /src
RUN go build -o /app /src
FROM debian:13 AS tools
RUN make tools
FROM debian:13
COPY --from=build /app /app
RUN apt-get install -y jq
"""


def lines(instructions: Iterable[Instruction]) -> list[int]:
    return sorted(instruction.first_line for instruction in instructions)


def made(text: str, **files: str) -> Build:
    return build(text, {**FILES, **files})


def python(body: str, **files: str) -> Build:
    """An image of Python with these instructions."""
    return made(f"FROM python:3.13-slim\n{body}", **files)


def test_the_stages_that_a_target_needs():
    image = made(STAGES)
    assert [stage.index for stage in built_stages(image)] == [0, 2]
    assert lines(built_instructions(image)) == [2, 3, 7, 8]
    assert built_stages(build("ARG A=1\n# nothing\nFROM scratch\n"))


@pytest.mark.parametrize(
    ("body", "changed"),
    [
        ("COPY . .\nRUN make", [2, 3]),
        ("COPY src src\nRUN make", [2, 3]),
        ("COPY requirements.txt .\nRUN make", []),
        ("COPY src/app.py .\nRUN make", []),  # a single file seldom changes
        ('COPY ["conf", "/conf"]\nRUN make', []),
        ("COPY conf /conf\nCOPY src /src\nRUN make", [3, 4]),
        ("RUN --mount=type=bind,source=src,target=/src make\nRUN true", [2, 3]),
        ("RUN --mount=type=bind,source=conf,target=/conf make", []),
        ("RUN --mount=type=cache,target=/src make", []),
    ],
)
def test_which_keys_the_sources_change(body, changed):
    assert lines(changed_by_sources(python(body))) == changed


def test_the_git_directory_changes_with_each_commit():
    whole = "FROM python:3.13\nCOPY . ."
    assert lines(changed_by_sources(build(whole, {"data.csv": ""}))) == [2]
    kept = {"data.csv": "", ".dockerignore": ".git"}
    assert lines(changed_by_sources(build(whole, kept))) == []


def test_a_stage_that_copies_from_a_changed_one_changes_too():
    image = made(STAGES)
    assert lines(changed_by_sources(image)) == [2, 3, 7, 8]
    assert lines(changing(image, (), through_copies=False)) == [2, 3]


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("FROM python:3.13\nRUN a\nARG SHA\nRUN b", [3, 4]),
        ("FROM python:3.13\nRUN a\nARG OTHER\nRUN b", []),
        ("FROM python:3.13\nARG OTHER SHA=1\nRUN b", [2, 3]),
        ("ARG SHA\nFROM python:${SHA}\nRUN a", [3]),
        ("ARG SHA\nFROM python:3.13\nRUN a", []),
        ("FROM python:3.13 AS a\nARG SHA\nFROM a\nRUN b", [2, 4]),
    ],
)
def test_which_keys_a_build_argument_changes(text, changed):
    assert lines(changing(build(text, {}), ("SHA",))) == changed


@pytest.mark.parametrize(
    ("base", "changed"),
    [
        ("acme/base", [2]),
        ("acme/base:latest", [2]),
        ("acme/base:1.2", []),
        ("acme/base@sha256:" + "0" * 64, []),
        ("acme/other", []),
    ],
)
def test_an_image_of_its_own_without_a_version_changes_with_each_commit(base, changed):
    plain = build(f"FROM {base}\nRUN make", {})
    facts = RepositoryFacts(images=frozenset({"acme/base"}))
    assert lines(changing(replace(plain, repository=facts), ())) == changed


@pytest.mark.parametrize(
    ("made_paths", "changed"),
    [
        (("dist",), [2, 3]),
        (("dist/app.whl",), [2, 3]),
        (("distance",), []),
        (("",), []),  # somewhere: most likely not what is named
        ((), []),
    ],
)
def test_what_is_made_before_the_build_is_another_one_each_time(made_paths, changed):
    image = build("FROM python:3.13\nCOPY dist/*.whl /\nRUN a", {"dist/a.whl": ""})
    assert lines(changing(image, (), made=made_paths)) == changed


def test_the_names_that_an_arg_declares():
    instruction = build("FROM a\nARG A B=2").dockerfile.stages[0].instructions[0]
    assert declared(instruction) == {"A", "B"}


@pytest.mark.parametrize(
    ("run", "is_slow"),
    [
        ("RUN pip install flask", True),
        ("RUN pip list", False),
        ("RUN make", True),
        ('RUN ["npm", "run", "build"]', True),
        ("RUN sh -c 'cargo build'", True),
        ("RUN python -I -m pip install flask", True),
        ("RUN echo make", False),
    ],
)
def test_which_runs_are_slow(run, is_slow):
    assert bool(slow_runs(python(run))) is is_slow


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("COPY src .\nRUN pip install pandas", True),
        ("RUN pip install idna", False),
        ("RUN pip install idna\nRUN make", True),
        ("COPY . .", False),
    ],
)
def test_whether_an_image_takes_time(body, expected):
    assert bool(long_runs(python(body))) is expected


def test_slow_runs_whose_layers_are_not_in_the_image():
    image = made(STAGES)
    assert lines(slow_runs(image)) == [3, 8]
    assert lines(runs_of_other_stages(image)) == [3]


@pytest.mark.parametrize(
    ("body", "worth"),
    [
        ("COPY requirements.txt .\nRUN pip install -r requirements.txt", [3]),
        ("COPY src .\nRUN pip install pandas", []),
        ("ARG SHA\nRUN pip install pandas", []),
        ("RUN pip install pandas\nARG SHA", [2]),
        ("RUN pip install idna", []),  # a few small packages
        ("RUN apt-get update && apt-get install -y curl", []),
        ("RUN apt-get update && apt-get install -y curl && make", [2]),
        ("RUN apt-get install -y curl\nCOPY src .\nRUN pip install torch", []),
    ],
)
def test_which_runs_are_worth_a_cache(body, worth):
    assert lines(runs_worth_a_cache(python(body), {"SHA"}, is_emulated=False)) == worth


def test_small_installs_are_slow_where_a_processor_is_emulated():
    image = python("RUN pip install idna")
    assert lines(runs_worth_a_cache(image, (), is_emulated=True)) == [2]


@pytest.mark.parametrize(
    ("body", "runs"),
    [
        ("ARG SHA\nRUN a\nRUN b", [3, 4]),
        ("RUN a\nARG SHA=1\nRUN b", [4]),
        ("ARG SHA\nRUN a\nCOPY src .\nRUN b", [3]),
        ("COPY src .\nARG SHA\nRUN b", []),
        ("ARG OTHER\nRUN a", []),
    ],
)
def test_the_runs_that_a_new_value_alone_runs_again(body, runs):
    assert lines(runs_that_depend_on(python(body), "SHA")) == runs


@pytest.mark.parametrize(
    ("install", "light", "light_where_nobody_keeps_it"),
    [
        ("pip install idna six", True, True),
        ("pip install torch", False, False),
        ("pip install -r requirements.txt", False, False),
        ("apt-get install -y curl 'ca-certificates'", True, True),
        ("apt-get install -y build-essential", False, False),
        ("apk add git", False, True),
        ("pip install git+https://example.org/a.git", False, False),
        ("true", False, False),
    ],
)
def test_installs_of_a_few_small_packages(install, light, light_where_nobody_keeps_it):
    image = python(f"COPY requirements.txt .\nRUN {install}")
    calls = calls_of(image, image.dockerfile.stages[0].instructions[-1])
    assert is_light(image, calls) is light
    assert is_light(image, calls, is_kept=False) is light_where_nobody_keeps_it


@pytest.mark.parametrize(
    ("first", "then", "expected"),
    [
        ("apt-get install -y git", "pip install torch", True),
        ("apt-get install -y git", "pip install scipy", True),
        ("apt-get install -y git && pip install flask", "pip install scipy", True),
        ("apt-get install -y git", "pip install flask", False),
        ("apt-get install -y git", "apt-get install -y jq", False),
        ("apt-get install -y git && pip install torch", "pip install scipy", False),
        ("apt-get install -y openjdk-17-jdk", "pip install scipy", False),
        ("apt-get install -y openjdk-17-jdk", "pip install torch", True),
        ("apt-get install -y cargo", "pip install scipy", False),
        ("apk add --no-cache build-base rust cargo", "pip install scipy", True),
        ("pip install flask", "pip install torch", False),
        ("make", "pip install torch", False),
    ],
)
def test_a_small_part_beside_packages_of_the_project(first, then, expected):
    image = python(f"RUN {first}\nRUN {then}")
    one, other = image.dockerfile.stages[0].instructions
    assert is_small_part(image, [one], [other]) is expected


def test_the_python_packages_that_are_asked_for():
    image = python(
        "COPY requirements.txt .\nRUN pip install Flask_Login -r requirements.txt\n"
        "RUN apt-get install -y git\nRUN uv pip install 'six>1'\nRUN pip uninstall -y idna"
    )
    assert asked_packages(image) == {"flask-login", "pandas", "six"}


CLONE = "RUN git clone https://example.org/acme/tool.git /tool"


@pytest.mark.parametrize(
    ("body", "frozen"),
    [
        (CLONE, [2]),
        (f"{CLONE} && git -C /tool checkout v1", []),
        ("RUN git clone -b v1 https://example.org/acme/tool.git", []),
        ("RUN pip install git+https://example.org/acme/tool.git@main", [2]),
        ("RUN pip install git+https://example.org/acme/tool.git@v1", []),
        (f"ARG SHA\n{CLONE}", []),  # it runs again in each build
        (f"COPY src /src\n{CLONE}", []),
    ],
)
def test_fetches_that_a_cache_would_keep(body, frozen):
    assert lines(frozen_runs(python(body), {"SHA"})) == frozen


def test_an_image_that_is_there_for_what_it_fetches():
    assert would_be_frozen(python(CLONE), ())
    assert not would_be_frozen(python(f"{CLONE}\nCOPY src /src"), ())
    own = {"README.md": "# tool\nhttps://example.org/acme/tool\n"}
    assert would_be_frozen(python(f"{CLONE}\nCOPY src /src", **own), ())
    assert not would_be_frozen(python("RUN make"), ())


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("COPY src /src", True),
        ("RUN --mount=type=bind,target=/src make", True),
        ("RUN --mount=type=bind,from=alpine,target=/src make", False),
        ("COPY --from=alpine /bin/sh /sh", False),
        ("COPY <<EOF /a\ntext\nEOF", False),
        ("ADD https://example.org/a /a", False),
    ],
)
def test_whether_the_build_context_is_read(body, expected):
    assert reads_context(python(body)) is expected
