"""Installs that a layer each is meant for."""

from __future__ import annotations

import pytest

from lightship.build import Build
from lightship.dockerfile.parse import parse
from lightship.rules.caching.consecutive_runs import RULE

HEAD = "FROM python:3.13-slim\nRUN pip install flask\n"


def count(text: str, purpose: str = "") -> int:
    return len(list(RULE.check(Build(parse(text), purpose=purpose))))


@pytest.mark.parametrize(
    "install",
    [
        "pip install torch==2.9.0 torchvision",
        "pip install tensorflow-cpu",
        "pip install xgboost --index-url https://download.example.org/whl/cu130",
        "pip install --dry-run xgboost",
        'CMAKE_ARGS="-DGGML_BLAS=ON" pip install llama_cpp_python',
        "MAX_JOBS=4 pip install apex",
    ],
)
def test_what_is_large_from_elsewhere_or_compiled_has_its_layer(install):
    assert count(f"{HEAD}RUN {install}\n") == 0


@pytest.mark.parametrize(
    "install",
    [
        "pip install gunicorn",
        "LC_ALL=C pip install gunicorn",
        "pip install torchlight",
    ],
)
def test_other_installs_are_one_step(install):
    assert count(f"{HEAD}RUN {install}\n") == 1


@pytest.mark.parametrize(
    ("purpose", "expected"),
    [("", 1), ("production", 1), ("development", 0), ("test", 0)],
)
def test_layers_matter_where_somebody_pulls_the_image(purpose, expected):
    assert count(f"{HEAD}RUN pip install gunicorn\n", purpose) == expected
