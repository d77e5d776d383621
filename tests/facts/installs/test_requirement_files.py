"""The requirements files that a command is given, and the variables that it sees."""

from __future__ import annotations

import pytest

from lightship.facts.installs.requirement_files import (
    environment_of,
    install_of,
    requirements_of,
)
from lightship.lint.examples import build_of

FILES = {"r.txt": "flask==3\n-r more.txt\n", "more.txt": "httpx\n", "c.txt": "a<2\n"}


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("COPY . .\nRUN pip install -r r.txt", [["flask", "httpx"]]),
        (
            "WORKDIR /a\nCOPY r.txt more.txt ./\nRUN pip install -r r.txt",
            [["flask", "httpx"]],
        ),
        ("COPY . .\nRUN pip install -r r.txt -r c.txt", [["flask", "httpx"], ["a"]]),
        ("COPY . .\nRUN pip install flask", []),
        ("COPY . .\nRUN pip install -r missing.txt", None),
        ("RUN pip install -r r.txt", None),
        ("COPY . .\nRUN pip install -r https://a.org/r.txt", None),
        ("COPY . .\nRUN pip install -r $FILE", None),
    ],
)
def test_what_the_files_ask_for(body, names):
    build = build_of(body, FILES)
    [found] = build.packages("pip")
    requirements = requirements_of(build, found)
    if requirements is not None:
        requirements = [
            [dependency.name for dependency in each.dependencies]
            for each in requirements
        ]
    assert requirements == names


def test_the_install_of_a_command():
    build = build_of("RUN pip install flask && pip install -r r.txt")
    first, second = build.packages("pip")
    assert install_of(build, first) is None
    assert install_of(build, second).files == ("/r.txt",)


@pytest.mark.parametrize(
    ("body", "name", "value"),
    [
        ("ENV A=1\nRUN pip install x", "A", "1"),
        ("ENV A=1\nRUN A=2 pip install x", "A", "2"),
        ("RUN A=2; pip install x", "A", "2"),
        ("RUN export A='2' && pip install x", "A", "2"),
        ("RUN export A=$B && pip install x", "A", "$B"),
        ("RUN A=$B pip install x", "A", None),
        ("RUN pip install x; A=2", "A", "missing"),
    ],
)
def test_variables_that_a_command_sees(body, name, value):
    build = build_of(body)
    [found] = build.packages("pip")
    assert environment_of(build, found).get(name, "missing") == value
