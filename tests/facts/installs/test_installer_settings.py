"""Settings of pip and uv outside the command line."""

from __future__ import annotations

import pytest

from lightship.facts.installs.installer_settings import settings
from lightship.lint.examples import build_of


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("ENV PIP_NO_CACHE_DIR=1", [("PIP_NO_CACHE_DIR", "1", "ENV")]),
        ("ENV PIP_NO_CACHE_DIR='off' A=1", [("PIP_NO_CACHE_DIR", "off", "ENV")]),
        ("ARG PIP_NO_CACHE_DIR", [("PIP_NO_CACHE_DIR", "", "ARG")]),
        ("RUN PIP_NO_CACHE_DIR=1 pip install a", [("PIP_NO_CACHE_DIR", "1", "RUN")]),
        ("RUN PIP_NO_CACHE_DIR=$X pip install a", [("PIP_NO_CACHE_DIR", "$", "RUN")]),
        ("RUN export PIP_NO_CACHE_DIR=1", [("PIP_NO_CACHE_DIR", "1", "RUN")]),
        ("RUN export PIP_NO_CACHE_DIR", []),
        (
            "RUN pip config set global.no-cache-dir true",
            [("global.no-cache-dir", "true", "RUN")],
        ),
        (
            "RUN pip config set install.no-cache-dir true",
            [("install.no-cache-dir", "true", "RUN")],
        ),
        ("RUN pip config get global.no-cache-dir", []),
        ("RUN pip config set global.timeout 3", []),
        ("ENV PIP_TIMEOUT=3", []),
    ],
)
def test_settings(body, expected):
    found = [
        (setting.name, setting.value, setting.instruction.keyword)
        for setting in settings(build_of(body), "PIP_NO_CACHE_DIR")
    ]
    assert found == expected


def test_where_a_setting_stands():
    build = build_of("ENV A=1 PIP_NO_CACHE_DIR=1")
    [setting] = settings(build, "PIP_NO_CACHE_DIR")
    assert setting.span.of(build.dockerfile.text) == "PIP_NO_CACHE_DIR"
    assert setting.pair is build.dockerfile.stages[0].instructions[-1].pairs[1]
