"""Packages whose size is known, and indexes beside the usual one."""

from __future__ import annotations

import pytest

from lightship.facts.installs.other_indexes import may_use_other_index
from lightship.facts.installs.small_packages import are_little
from lightship.facts.installs.wheel_sizes import megabytes
from tests.made import build


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["idna"], True),
        (["idna", "six", "click"], True),
        (["redis"] * 9, True),  # each once
        (["redis", "pytz", "h11", "ldap3", "rsa"], False),  # 2.5 together
        (["pip", "setuptools", "wheel"], True),
        (["pip", "setuptools", "requests"], False),
        (["numpy"], False),
        ([], True),
    ],
)
def test_packages_of_two_megabytes(names, expected):
    assert are_little(names) is expected


@pytest.mark.parametrize(
    ("names", "size"),
    [
        (["torch"], 900),
        (["torch", "torch"], 900),
        (["numpy", "pandas"], 46),
        (["idna", "of-nobody"], 1.0),
        ([], 0),
    ],
)
def test_megabytes_of_wheels(names, size):
    assert megabytes(names) == size


@pytest.mark.parametrize(
    ("body", "counts", "without_mirrors"),
    [
        ("RUN pip install flask", False, False),
        ("RUN pip install --extra-index-url=https://a.example flask", True, True),
        ("RUN pip install -f /wheels flask", True, True),
        ("RUN pip install --index-url https://a.example flask", True, False),
        ("RUN PIP_INDEX_URL=https://a.example pip install flask", True, False),
        ("ENV PIP_FIND_LINKS=/wheels\nRUN pip install flask", True, True),
        ("ARG UV_INDEX=https://a.example\nRUN uv pip install flask", True, True),
        ("COPY pip.conf /etc/pip.conf\nRUN pip install flask", True, True),
        ("RUN pip install --no-index flask", True, True),
    ],
)
def test_indexes_beside_the_usual_one(body, counts, without_mirrors):
    image = build(f"FROM python:3.13\n{body}")
    (call,) = image.packages("pip", "uv")
    assert may_use_other_index(image, call) is counts
    assert may_use_other_index(image, call, counts_mirrors=False) is without_mirrors
