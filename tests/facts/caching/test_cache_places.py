"""Where a package manager surely keeps its cache."""

from __future__ import annotations

import pytest

from lightship.facts.caching.cache_places import cache_place
from lightship.lint.examples import build_of

PYTHON = "FROM python:3.13\n"


def place(body: str, files: dict[str, str] | None = None) -> str | None:
    build = build_of(body, files)
    *_, found = build.packages("pip", "uv", "npm")
    return cache_place(build, found)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"{PYTHON}RUN pip install a", "/root/.cache/pip"),
        (f"{PYTHON}RUN env A=1 pip install a", "/root/.cache/pip"),
        (f"{PYTHON}RUN env -i pip install a", None),
        (f"{PYTHON}RUN nice pip install a", None),
        (f"{PYTHON}ARG HOME\nRUN pip install a", None),
        (f"{PYTHON}ARG PIP_CACHE_DIR\nRUN pip install a", None),
        (f"{PYTHON}ARG PIP_CACHE_DIR=/c\nRUN pip install a", "/c"),
        (f"{PYTHON}RUN pip config set global.cache-dir /c && pip install a", None),
        ("FROM example.org/a\nRUN pip install a", None),
        ("FROM example.org/a\nRUN pip install --cache-dir=/c a", "/c"),
        ("FROM example.org/a\nENV HOME=/h\nRUN pip install a", None),  # PIP_CACHE_DIR?
        (f"{PYTHON}ENV HOME=/h\nRUN pip install a", "/h/.cache/pip"),
        ("FROM ghcr.io/astral-sh/uv:debian\nRUN uv sync", "/root/.cache/uv"),
    ],
)
def test_places(body, expected):
    assert place(body) == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"uv.toml": 'cache-dir = "c"\n'}, None),
        ({".npmrc": "cache=/c\n"}, None),
        ({"pip.conf": "[global]\ntimeout = 3\n"}, "/root/.cache/pip"),
        ({"notes.txt": "cache-dir"}, "/root/.cache/pip"),
    ],
)
def test_a_file_may_say_otherwise(files, expected):
    assert place(f"{PYTHON}COPY . .\nRUN pip install a", files) == expected
