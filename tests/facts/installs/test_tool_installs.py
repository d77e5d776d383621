"""How the tools that manage a Python project come into an image, and in which version."""

from __future__ import annotations

import pytest

from lightship.facts.installs.tool_installs import tool_installs
from lightship.lint.examples import build_of

POETRY = "https://install.python-poetry.org"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("RUN pip install uv==0.9.1", ("uv", "package", "0.9.1")),
        ("RUN pip install poetry", ("poetry", "package", "")),
        ("RUN pip install -c c.txt poetry", ("poetry", "package", None)),
        ("ENV V=2.1\nRUN pipx install poetry==$V", ("poetry", "package", "2.1")),
        ("RUN pipx install poetry==$V", ("poetry", "package", None)),
        (f"RUN curl -sSL {POETRY} | python3 -", ("poetry", "installer", "")),
        (
            f"RUN curl -sSL {POETRY} | python3 - --version 2.1.0",
            ("poetry", "installer", "2.1.0"),
        ),
        (
            f"RUN curl -sSL {POETRY} | POETRY_VERSION=2.1 python3 -",
            ("poetry", "installer", "2.1"),
        ),
        (
            f"ENV POETRY_VERSION=2.1\nRUN curl -sSL {POETRY} | python3 -",
            ("poetry", "installer", "2.1"),
        ),
        (
            "RUN curl -LsSf https://astral.sh/uv/0.9.1/install.sh | sh",
            ("uv", "installer", "0.9.1"),
        ),
        (
            "RUN curl -LsSf https://astral.sh/uv/$V/install.sh | sh",
            ("uv", "installer", None),
        ),
        (
            "ADD https://astral.sh/uv/0.9.1/install.sh /i.sh",
            ("uv", "installer", "0.9.1"),
        ),
        ("ADD https://astral.sh/uv/install.sh /i.sh", ("uv", "installer", "")),
        (
            f"ARG V=2.1\nADD {POETRY} /tmp/i.py\nRUN python /tmp/i.py --version $V",
            ("poetry", "installer", "2.1"),
        ),
        (
            f"ADD {POETRY} /tmp/i.py\nRUN POETRY_VERSION=2.1 python /tmp/i.py",
            ("poetry", "installer", "2.1"),
        ),
        (
            f"ADD {POETRY} /tmp/i.py\nRUN python /tmp/i.py",
            ("poetry", "installer", ""),
        ),
        (
            "COPY --from=ghcr.io/astral-sh/uv:0.9.1 /uv /bin/",
            ("uv", "image", "0.9.1"),
        ),
        ("COPY --from=ghcr.io/astral-sh/uv:latest /uv /bin/", ("uv", "image", "")),
        ("FROM ghcr.io/astral-sh/uv:0.9-debian", ("uv", "image", "0.9")),
        (
            f"COPY --from=ghcr.io/astral-sh/uv@sha256:{'a' * 64} /uv /bin/",
            ("uv", "image", None),
        ),
    ],
)
def test_a_tool_comes(body, expected):
    [install] = tool_installs(build_of(body))
    assert (install.tool, install.by, install.version) == expected


@pytest.mark.parametrize(
    "body",
    ["RUN pip install flask", "RUN pip install ./uv", "RUN curl https://a.org/uv"],
)
def test_no_tool_comes(body):
    assert tool_installs(build_of(body)) == ()


def test_the_order_is_that_of_the_text():
    build = build_of(
        "RUN pip install uv\nCOPY --from=ghcr.io/astral-sh/uv /uv /\nRUN pip install pdm"
    )
    assert [(install.title, install.by) for install in tool_installs(build)] == [
        ("uv", "package"),
        ("uv", "image"),
        ("PDM", "package"),
    ]


@pytest.mark.parametrize(
    ("version", "number"),
    [
        ("==2.1.3", (2, 1)),
        ("==2", (2, 0)),
        ("~=2.1", (2, 1)),
        (">=2.1", None),
        ("", None),
    ],
)
def test_the_number_of_a_version(version, number):
    [install] = tool_installs(build_of(f"RUN pip install 'poetry{version}'"))
    assert install.number == number
