"""Packages whose size is known, old pips, other indexes, and packages that load OpenMP."""

from __future__ import annotations

import pytest

from lightship.facts.installs.old_pips import isolates_no_build, keeps_no_cache
from lightship.facts.installs.openmp import uses_openmp
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
    ("base", "before", "no_build", "no_cache"),
    [
        ("ubuntu:14.04", "", True, True),
        ("ubuntu:18.04", "", True, False),
        ("ubuntu:24.04", "", False, False),
        ("debian:jessie", "", True, True),
        ("debian:10", "", False, False),
        ("acme/app-ubuntu14.04", "", True, True),
        ("python:2.7-jessie", "", True, False),  # it has a pip of its own
        ("ubuntu:14.04", "RUN curl a/get-pip.py | python\n", False, False),
        ("ubuntu:14.04", "RUN pip install -U pip\n", False, False),
        ("ubuntu:14.04", "RUN pip install pip-tools\n", True, True),
        ("ubuntu:14.04 AS a\nFROM a", "", True, True),
        ("ubuntu:24.04 AS ubuntu14.04\nFROM ubuntu:24.04", "", False, False),
    ],
)
def test_old_pips(base, before, no_build, no_cache):
    image = build(f"FROM {base}\n{before}RUN pip install flask")
    *_, call = image.packages("pip")
    assert isolates_no_build(image, call) is no_build
    assert keeps_no_cache(image, call) is no_cache


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


@pytest.mark.parametrize(
    ("body", "files", "expected"),
    [
        ("RUN pip install lightgbm", {}, True),
        ("RUN pip install 'XGBoost[a]>2'", {}, True),
        ("RUN pip install flask", {}, False),
        ("RUN pip install flask-xgboost", {}, False),
        ("COPY . .\nRUN pip install -r r.txt", {"r.txt": "lightgbm==4\n"}, True),
        ("COPY . .\nRUN pip install -r r.txt", {"r.txt": "# lightgbm\nsix\n"}, False),
        ("RUN pip install -r /a/r.txt", {"sub/r.txt": "implicit\n"}, True),
    ],
)
def test_packages_that_load_openmp(body, files, expected):
    image = build(f"FROM python:3.13-slim\n{body}", files)
    assert uses_openmp(image, list(image.packages("pip"))) is expected
