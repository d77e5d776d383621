"""Whether a package manager that asks gets its answer from elsewhere."""

from __future__ import annotations

import pytest

from lightship.facts.packages.answers import is_answered
from lightship.lint.examples import build_of


def answered(body: str) -> bool:
    build = build_of(body)
    [found] = build.packages("apt-get", "dnf")
    return is_answered(build, found, "-y", "--yes")


@pytest.mark.parametrize(
    "body",
    [
        "RUN yes | apt-get install curl",
        "RUN apt-get install curl < answers",
        "ENV WITH=-y\nRUN apt-get $WITH install curl",
        "ENV X='-q --yes'\nRUN apt-get install $X curl",
        "RUN apt-get install $APT_FLAGS curl",
        "RUN apt-get install ${options} curl",
        "RUN apt-get $X install curl",
    ],
)
def test_the_answer_comes_from_elsewhere(body):
    assert answered(body)


@pytest.mark.parametrize(
    "body",
    [
        "RUN apt-get install curl",
        "RUN apt-get install $PACKAGE",
        "ENV X=-q\nRUN apt-get install $X curl",
        "RUN apt-get install curl > log",
    ],
)
def test_nothing_answers(body):
    assert not answered(body)
